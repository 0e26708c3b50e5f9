"""Relation fields: any number of objects of one class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from parsepy.cloud.query import Query
from parsepy.cloud.sdk.rows import Row
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Op, Relate

if TYPE_CHECKING:
    from parsepy.cloud.objects import ParseObject
    from parsepy.cloud.sdk.holder import Holder

T = TypeVar("T", bound="ParseObject")


class Relation(Generic[T]):
    """A field that leads to any number of objects of one class."""

    def __init__(
        self, parent: Holder, key: str, target_class_name: str | None = None, of: type[Any] | None = None
    ) -> None:
        self.parent = parent
        self.key = key
        self.target_class_name = target_class_name
        self._type = of

    def add(self, *objects: T | Iterable[T]) -> None:
        """Take saved objects in. Raises ValueError for one that is not saved, or of another class than the rest."""
        for each in _flat(objects):
            self._change(Relate(each.class_name, add=(_saved_id(each),)))

    def remove(self, *objects: T | Iterable[T]) -> None:
        """Take objects out; those that are not in it do not matter."""
        for each in _flat(objects):
            self._change(Relate(each.class_name, remove=(_saved_id(each),)))

    def query(self) -> Query[T]:
        """A query of its members. Raises ValueError if the owner is not saved."""
        _saved_id(self.parent)
        found: Query[T]
        if self._type is not None:
            found = Query(self._type)
        elif self.target_class_name is not None:
            found = _untyped(self.target_class_name, FindParams())
        else:
            found = _untyped(self.parent.class_name, FindParams(redirect_key=self.key))
        return found.related_to(self.parent, self.key)

    def to_json(self) -> Mapping[str, Any]:
        """The REST form, which does not tell the members."""
        return {"__type": "Relation", "className": self.target_class_name}

    def _change(self, op: Op) -> None:
        self.parent._change(self.key, op)
        if isinstance(op, Relate):
            self.target_class_name = op.class_name


def _flat(objects: Iterable[Any]) -> Iterable[Row]:
    for each in objects:
        if isinstance(each, Row):
            yield each
        else:
            yield from each


def _untyped(class_name: str, params: FindParams) -> Query[Any]:
    kind: type[Any] = Row.type_of(class_name)
    return Query.from_params(kind, class_name, params)


def _saved_id(row: Row) -> str:
    if row.id is None:
        raise ValueError(f"this {row.class_name} is not saved")
    return row.id
