"""Classes as data: fields, indexes, class-level permissions and changes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class FieldType(StrEnum):
    """The column types of Parse."""

    STRING = "String"
    NUMBER = "Number"
    BOOLEAN = "Boolean"
    DATE = "Date"
    OBJECT = "Object"
    ARRAY = "Array"
    GEO_POINT = "GeoPoint"
    POLYGON = "Polygon"
    FILE = "File"
    BYTES = "Bytes"
    POINTER = "Pointer"
    RELATION = "Relation"
    ACL = "ACL"


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `target` is the class that a Pointer or Relation leads to; `default` None means no default.

    `required` None means that nobody said anything about it: the schemas API shows what was said.
    """

    type: FieldType
    target: str | None = None
    required: bool | None = None
    default: Any = None

    def __str__(self) -> str:
        """The type as error texts name it: `Number`, `Pointer<Team>`."""
        return f"{self.type}<{self.target}>" if self.target else str(self.type)

    def same_type(self, other: Field) -> bool:
        """Whether values of the other field fit here."""
        return (self.type, self.target) == (other.type, other.target)

    def to_json(self) -> dict[str, Any]:
        """The field as the schemas API shows it."""
        shown: dict[str, Any] = {"type": str(self.type)}
        if self.target:
            shown["targetClass"] = self.target
        if self.required is not None:
            shown["required"] = self.required
        if self.default is not None:
            shown["defaultValue"] = self.default
        return shown

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> Field:
        """Read what `to_json` wrote; the input is trusted (see core.schemas for requests)."""
        return cls(
            FieldType(shown["type"]),
            shown.get("targetClass"),
            required=shown["required"] is True if "required" in shown else None,
            default=shown.get("defaultValue"),
        )


@dataclass(frozen=True, slots=True)
class Index:
    """An index on field paths (`{"city": 1, "age": -1}`); `sparse` leaves out objects without the field."""

    name: str
    keys: Mapping[str, int | str]
    unique: bool = False
    sparse: bool = False
    case_insensitive: bool = False


@dataclass(frozen=True, slots=True)
class ClassPermissions:
    """Class-level permissions exactly as stored and shown: `{"find": {"*": true}, "protectedFields": {...}, ...}`.

    What a stored CLP does not name is closed; a class without a stored CLP has `ClassSchema.permissions` None: all open.
    """

    rules: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClassSchema:
    """A class: its columns (the default ones included), stored permissions and indexes."""

    name: str
    fields: Mapping[str, Field]
    permissions: ClassPermissions | None = None
    indexes: Mapping[str, Index] = field(default_factory=dict)
    types: frozenset[FieldType] = field(init=False, repr=False, compare=False)
    """The types of its columns: what no column holds needs no looking for."""

    def __post_init__(self) -> None:
        """Derive what is asked with every request."""
        object.__setattr__(self, "types", frozenset(each.type for each in self.fields.values()))

    def applied(self, change: SchemaChange) -> ClassSchema:
        """This class after the change."""
        fields = {name: f for name, f in self.fields.items() if name not in change.drop_fields} | dict(
            change.add_fields
        )
        indexes = {n: i for n, i in self.indexes.items() if n not in change.drop_indexes} | dict(change.add_indexes)
        permissions = self.permissions if change.permissions is None else change.permissions
        return replace(self, fields=fields, indexes=indexes, permissions=permissions)


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """What to add to or take from a class; `add_fields` also replaces options of fields that are there."""

    add_fields: Mapping[str, Field] = field(default_factory=dict)
    drop_fields: frozenset[str] = frozenset()
    permissions: ClassPermissions | None = None
    add_indexes: Mapping[str, Index] = field(default_factory=dict)
    drop_indexes: frozenset[str] = frozenset()


def join_class_name(field_name: str, class_name: str) -> str:
    """Name of the class that holds the pairs of a relation column."""
    return f"_Join:{field_name}:{class_name}"
