"""The beginning of a pipeline as a query of the store: fewer rows to stream, the same documents in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from parsepy.model.aggregation.needs import needed_keys
from parsepy.model.documents import Documents
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.stored_values import iso_of
from parsepy.model.where import EVERYTHING, Compare, Exists, In, Or, Order, Query, Where, both

_MOST_VALUES = 5_000
_DATES = frozenset({"createdAt", "updatedAt"})
_COMPARISONS = frozenset({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"})
_SORTABLE = frozenset({FieldType.STRING, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE})
COUNT = "number of documents"
_LOOSE = frozenset({FieldType.ARRAY, FieldType.OBJECT})


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the store is asked, and the stages that are left to do.

    With `counted` nothing is wanted of the rows but their number: it takes the place of COUNT in this document.
    """

    query: Query = field(default_factory=Query)
    rest: Sequence[Mapping[str, Any]] = ()
    counted: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition that all matches meet; `exact`: nothing else meets it."""

    where: Where = EVERYTHING
    exact: bool = False


def pushed(schema: ClassSchema, stages: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> Pushed:
    """Take from the mapped stages what a query can do. Conditions stay among the stages unless the query has them exactly."""
    columns = Columns(schema)
    rest: Sequence[Mapping[str, Any]] = stages
    where: Where = EVERYTHING
    exact = True
    kept: list[Mapping[str, Any]] = []
    while rest and exact and "$match" in rest[0]:
        part = columns.conditions(rest[0]["$match"])
        where, exact = both(where, part.where), part.exact
        kept, rest = ([], rest[1:]) if exact else ([rest[0]], rest[1:])
    query = Query(where, options=options)
    if exact:
        counted = _counted(rest[0]) if rest else None
        if counted is not None:
            return Pushed(query, rest[1:], counted)
        query, rest = _window(columns, query, rest)
    keys = needed_keys([*kept, *rest])
    fields = None if keys is None else frozenset({"objectId"} | {columns.name(key) for key in keys})
    return Pushed(replace(query, fields=fields), [*kept, *rest])


def _counted(stage: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a stage makes of all documents, with COUNT for their number, if it only counts them."""
    match stage:
        case {"$count": str() as name} if _is_plain(name):
            return {name: COUNT}
        case {"$group": dict() as spec} if "_id" in spec and spec["_id"] is None and len(spec) > 1:
            outputs = {name: output for name, output in spec.items() if name != "_id"}
            if all(_is_plain(name) and _is_one_each(output) for name, output in outputs.items()):
                return {"_id": None, **dict.fromkeys(outputs, COUNT)}
    return None


def _is_one_each(output: Any) -> bool:
    return isinstance(output, dict) and list(output) == ["$sum"] and type(output["$sum"]) is int and output["$sum"] == 1


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith("$") and "." not in name


def _window(
    columns: Columns, query: Query, stages: Sequence[Mapping[str, Any]]
) -> tuple[Query, Sequence[Mapping[str, Any]]]:
    """A leading `$sort`, `$skip` and `$limit`, in this order."""
    rest = list(stages)
    if rest and "$sort" in rest[0]:
        order = columns.order(rest[0]["$sort"])
        if order is None:
            return query, rest
        query, rest = replace(query, order=order), rest[1:]
    if rest and _is_count(rest[0].get("$skip"), 0):
        query, rest = replace(query, skip=int(rest[0]["$skip"])), rest[1:]
    if rest and _is_count(rest[0].get("$limit"), 1):
        query, rest = replace(query, limit=int(rest[0]["$limit"])), rest[1:]
    return query, rest


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**62


class Columns:
    """Conditions on documents of a class as conditions on its objects."""

    def __init__(self, schema: ClassSchema) -> None:
        self._documents = Documents(schema)
        self._types = {name: found.type for name, found in schema.fields.items()}

    def name(self, key: str) -> str:
        """What Parse calls the key of a document."""
        if key.startswith("_auth_data_"):
            return "authData"
        return "ACL" if key in {"_rperm", "_wperm", "_acl"} else self._documents.name(key)

    def order(self, spec: Any) -> tuple[Order, ...] | None:
        """A `$sort` as the store's order; None for what may hold anything but plain values."""
        if not isinstance(spec, dict) or not spec or len(spec) > 10:
            return None
        orders = [Order(self._documents.name(key), direction == -1) for key, direction in spec.items()]
        if [self._documents.path(order.path) for order in orders] != list(spec):
            return None
        plain = all(self._type(order.path) in _SORTABLE for order in orders)
        known = all(direction in (1, -1) and not isinstance(direction, bool) for direction in spec.values())
        return tuple(orders) if plain and known else None

    def _type(self, path: str) -> FieldType | None:
        if path == "objectId":
            return FieldType.STRING
        return FieldType.DATE if path in _DATES else self._types.get(path)

    def conditions(self, spec: Any) -> _Part:
        """What can be said of `$match` conditions."""
        if not isinstance(spec, dict):
            return _Part()
        return _every([self._condition(key, part) for key, part in spec.items()])

    def _condition(self, key: str, spec: Any) -> _Part:
        match key:
            case "$and" if isinstance(spec, list) and spec:
                return _every([self.conditions(part) for part in spec])
            case "$or" if isinstance(spec, list) and spec:
                return _some([self.conditions(part) for part in spec])
            case _ if key.startswith(("$", "_auth_data_")):
                return _Part()
        path = self._documents.name(key)
        if self._documents.path(path) != key:
            return _Part()
        if not isinstance(spec, dict):
            return self._comparison(path, "$eq", spec)
        return _every([self._comparison(path, name, value) for name, value in spec.items()]) if spec else _Part()

    def _comparison(self, path: str, name: str, value: Any) -> _Part:
        type_ = self._type(path) or (FieldType.OBJECT if "." in path else None)
        if name == "$exists" and type_ is not None and isinstance(value, bool):
            return _Part(Exists(path, value), exact=type_ in _SORTABLE)
        convert = _VALUES.get(type_)
        if convert is None:
            return _Part()
        if name == "$in" and isinstance(value, list) and len(value) <= _MOST_VALUES:
            converted = [convert(item) for item in value]
            return _Part() if _NO in converted else _Part(In(path, tuple(converted)), exact=type_ in _SORTABLE)
        found = convert(value)
        if name not in _COMPARISONS or found is _NO or (type_ in _LOOSE and name == "$ne"):
            return _Part()
        return _Part(Compare(path, name, found), exact=type_ in _SORTABLE)  # type: ignore[arg-type]  # checked above


def _every(parts: Sequence[_Part]) -> _Part:
    wheres = [part.where for part in parts if part.where != EVERYTHING]
    where = both(wheres[0], *wheres[1:]) if wheres else EVERYTHING
    return _Part(where, exact=all(part.exact for part in parts))


def _some(parts: Sequence[_Part]) -> _Part:
    if any(part.where == EVERYTHING for part in parts):
        return _Part()
    return _Part(Or(tuple(part.where for part in parts)), exact=all(part.exact for part in parts))


class _No:
    """The type of _NO."""


_NO = _No()
"""Stands for a value of which the query of a store can tell nothing."""


def _plain(*types: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return value if value is None or type(value) in types else _NO

    return convert


def _date(value: Any) -> Any:
    if value is None:
        return None
    return {"__type": "Date", "iso": iso_of(value)} if isinstance(value, datetime) else _NO


def _pointer(value: Any) -> Any:
    if value is None:
        return None
    class_name, dollar, object_id = value.partition("$") if isinstance(value, str) else ("", "", "")
    return {"__type": "Pointer", "className": class_name, "objectId": object_id} if dollar and object_id else _NO


_VALUES: Mapping[FieldType | None, Callable[[Any], Any]] = {
    FieldType.STRING: _plain(str),
    FieldType.NUMBER: _plain(int, float),
    FieldType.BOOLEAN: _plain(bool),
    FieldType.DATE: _date,
    FieldType.POINTER: _pointer,
    FieldType.ARRAY: _plain(str, int, float, bool),
    FieldType.OBJECT: _plain(str, int, float, bool),
}
