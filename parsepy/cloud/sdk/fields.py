"""Fields that a subclass of ParseObject declares, as typed attributes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from parsepy.cloud.pending import MISSING
from parsepy.cloud.sdk.relation import Relation
from parsepy.cloud.sdk.rows import Row

if TYPE_CHECKING:
    from parsepy.cloud.objects import ParseObject

_SHARED = (list, dict, set)


class Field:
    """A declared field: its name on the wire, what it reads as when it is missing, and the type of objects in it."""

    def __init__(self, default: Any, factory: Callable[[], Any] | None, key: str, of: type[Row] | None) -> None:
        if isinstance(default, _SHARED):
            raise TypeError(
                f"a {type(default).__name__} would be shared by all objects: use field(default_factory=...)"
            )
        self.name = ""
        self.key = key
        self._default = default
        self._factory = factory
        self._of = of
        self._annotation: Any = None
        self._names: dict[str, Any] = {}

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name, self.key = name, self.key or camel_case(name)
        self._annotation = get_annotations(owner).get(name)
        # The module may be gone when the annotation is looked at, or by now: cloud code is loaded anew.
        module = sys.modules.get(owner.__module__)
        self._names = {**(vars(module) if module else {}), owner.__name__: owner}

    def __get__(self, instance: ParseObject | None, owner: type[Any]) -> Any:
        if instance is None:
            return self
        if "Relation" in str(self._annotation):
            return Relation(instance, self.key, instance.relation(self.key).target_class_name, self._type())
        found = instance.get(self.key, MISSING)
        return self._missing(instance) if found is MISSING else self._typed(instance, found)

    def __set__(self, instance: ParseObject, value: Any) -> None:
        instance.set(self.key, value)

    def __delete__(self, instance: ParseObject) -> None:
        instance.unset(self.key)

    def initial(self) -> Any:
        """What a new object is given; MISSING and None for nothing."""
        return self._factory() if self._factory is not None else self._default

    def _missing(self, instance: ParseObject) -> Any:
        value = self.initial()
        if value is MISSING:
            raise AttributeError(f"{instance!r} has no {self.name}", name=self.name, obj=instance)
        if self._factory is not None:
            instance._state.hand_out(self.key, value)
        return value

    def _typed(self, instance: ParseObject, value: Any) -> Any:
        """The value, with objects of the declared type."""
        if isinstance(value, list):
            value[:] = map(self._seen, value)
            return value
        seen = self._seen(value)
        if seen is not value:
            instance._state.hand_out(self.key, seen)
        return seen

    def _seen(self, value: Any) -> Any:
        kind: Any = self._type() if isinstance(value, Row) else None
        if kind is None or isinstance(value, kind) or value.class_name != kind.class_name:
            return value
        return kind.of(value)

    def _type(self) -> type[Row] | None:
        """The type of objects that it is declared to hold. Raises TypeError if the annotation names what is not there."""
        if self._of is None:
            self._of = _row_in(self._hint()) or Row
        return None if self._of is Row else self._of

    def _hint(self) -> Any:
        annotated = type("Annotated", (), {"__annotations__": {self.name: self._annotation}})
        try:
            return get_type_hints(annotated, self._names)[self.name]
        except NameError as exc:
            raise TypeError(f"{self.name}: {exc}; say it by field(of=...)") from exc


def field(
    *, default: Any = MISSING, default_factory: Callable[[], Any] | None = None, key: str = "", of: Any = None
) -> Any:
    """A declared field with more to say than an annotation can.

    `key` is its name on the wire (without it the attribute's in camelCase), `default` or what `default_factory` makes is
    given to new objects and read where the field is missing, and `of` is the type of the objects in it.
    """
    return Field(default, default_factory, key, of)


def declare(cls: type[Any], base: type[Any]) -> None:
    """Make fields of a subclass's annotated attributes. Raises TypeError for a name that the base class needs."""
    for name, annotation in get_annotations(cls).items():
        if name.startswith("_") or name == "class_name" or "ClassVar" in str(annotation):
            continue
        if hasattr(base, name):
            raise TypeError(
                f"{cls.__name__}.{name} is in the way of ParseObject's: call it otherwise, with field(key=...)"
            )
        given = cls.__dict__.get(name, MISSING)
        if not isinstance(given, Field):
            made = Field(given, None, "", None)
            setattr(cls, name, made)
            made.__set_name__(cls, name)


def fields_of(cls: type[Any]) -> Mapping[str, Field]:
    """The declared fields by attribute, those of base classes first."""
    found: dict[str, Field] = {}
    for each in reversed(cls.__mro__):
        found |= {name: value for name, value in vars(each).items() if isinstance(value, Field)}
    return found


def defaults(cls: type[Any]) -> dict[str, Any]:
    """What new objects are given."""
    made = {name: each.initial() for name, each in fields_of(cls).items()}
    return {name: value for name, value in made.items() if value is not MISSING and value is not None}


def key_of(cls: type[Any], name: str) -> str:
    """The field's name on the wire: that of a declared attribute, else the name itself."""
    declared = getattr(cls, name, None)
    return declared.key if isinstance(declared, Field) else name


def camel_case(name: str) -> str:
    """`playerName` of `player_name`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _row_in(hint: Any) -> type[Row] | None:
    """The type of objects in an annotation such as `Team | None` or `list[Team]`."""
    if isinstance(hint, type) and issubclass(hint, Row):
        return hint
    return next((found for part in get_args(hint) if (found := _row_in(part))), None)
