"""Where the fields of a class stand in its PostgreSQL table: names, column types, and what a column's values mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import INTERNAL_FIELDS

NULLS_COLUMN = "_parsepy_nulls"
"""Names the fields of a row that hold null and not nothing; it counts for those whose column is NULL."""

SEQUENCE_COLUMN = "_parsepy_seq"
"""Numbers the rows in the order of their creation; tables made by Parse Server have no such column."""

PERMISSION_COLUMNS: Mapping[str, str] = {"read": "_rperm", "write": "_wperm"}
"""Where an ACL stands, by action: lists of ids and roles, both NULL for a public object."""

TEXT = "text"
NUMBER = "double precision"
BOOLEAN = "boolean"
DATE = "timestamp with time zone"
JSON = "jsonb"
POINT = "point"
POLYGON = "polygon"
TEXTS = "text[]"

_TYPES: Mapping[FieldType, str] = {
    FieldType.STRING: TEXT,
    FieldType.NUMBER: NUMBER,
    FieldType.BOOLEAN: BOOLEAN,
    FieldType.DATE: DATE,
    FieldType.OBJECT: JSON,
    FieldType.ARRAY: JSON,
    FieldType.GEO_POINT: POINT,
    FieldType.POLYGON: POLYGON,
    FieldType.FILE: TEXT,
    FieldType.BYTES: JSON,
    FieldType.POINTER: TEXT,
}


@dataclass(frozen=True, slots=True)
class TableShape:
    """A class's table as it is in the database: the types by column name, as `format_type` names them.

    `has_nulls`: the table has the column `_parsepy_nulls`. `has_postgis`: the extension is installed. `is_binary`: texts
    of this database sort by their bytes (its collation is `C`, `POSIX` or `C.UTF-8`), so plain indexes serve ranges.
    """

    columns: Mapping[str, str]
    has_nulls: bool = False
    has_postgis: bool = False
    is_binary: bool = False

    def sorted_text(self, sql: str) -> str:
        """A text expression that compares by code points, as MongoDB's texts do."""
        return sql if self.is_binary else f'{sql} COLLATE "C"'


class Kind(Enum):
    """What a column holds beside null; a JSON column may hold anything, all others values of one sort."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    POINTER = "pointer"
    FILE = "file"
    POINT = "point"
    POLYGON = "polygon"
    BYTES = "bytes"
    OBJECT = "object"
    ARRAY = "array"
    PERMISSIONS = "permissions"
    UNKNOWN = "unknown"
    """A type that this server did not give the column: SQL judges nothing about it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field that has a column. `sql` is the expression of its value; `target` is the class of a pointer, if known."""

    name: str
    kind: Kind
    sql: str
    target: str | None = None

    @property
    def is_json(self) -> bool:
        """Whether dotted paths lead into it."""
        return self.kind in {Kind.OBJECT, Kind.ARRAY}


_KINDS: Mapping[FieldType, tuple[Kind, str]] = {
    FieldType.STRING: (Kind.TEXT, TEXT),
    FieldType.NUMBER: (Kind.NUMBER, NUMBER),
    FieldType.BOOLEAN: (Kind.BOOLEAN, BOOLEAN),
    FieldType.DATE: (Kind.DATE, DATE),
    FieldType.OBJECT: (Kind.OBJECT, JSON),
    FieldType.ARRAY: (Kind.ARRAY, JSON),
    FieldType.GEO_POINT: (Kind.POINT, POINT),
    FieldType.POLYGON: (Kind.POLYGON, POLYGON),
    FieldType.FILE: (Kind.FILE, TEXT),
    FieldType.BYTES: (Kind.BYTES, JSON),
    FieldType.POINTER: (Kind.POINTER, TEXT),
}
_INTERNAL_KINDS: Mapping[str, Kind] = {
    TEXT: Kind.TEXT,
    NUMBER: Kind.NUMBER,
    BOOLEAN: Kind.BOOLEAN,
    DATE: Kind.DATE,
    JSON: Kind.ARRAY,
}
_PAIR = ("owningId", "relatedId")


def quoted(name: str) -> str:
    """A table's, column's or index's name as SQL takes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def column_type(field: Field) -> str | None:
    """The type of the column that a field gets; None for what is no column of its own (relations, the ACL)."""
    return _TYPES.get(field.type)


def plain_type(type_: str) -> str:
    """A column's type without its length: join tables have `character varying(120)`, which is text to us."""
    return TEXT if type_.startswith("character varying") else type_


def column_of(name: str, schema: ClassSchema, shape: TableShape) -> Column | None:
    """The column of a field; None if the class or the table has none, so that no row has a value."""
    if name in PERMISSION_COLUMNS.values():
        return Column(name, Kind.PERMISSIONS, quoted(name)) if name in shape.columns else None
    if name == "objectId" and name not in shape.columns and all(part in shape.columns for part in _PAIR):
        return Column(name, Kind.TEXT, f"({quoted(_PAIR[0])} || ':' || {quoted(_PAIR[1])})")
    field, type_ = schema.fields.get(name), shape.columns.get(name)
    if type_ is None:
        return None
    if field is not None:
        return _column(name, field.type, field.target, plain_type(type_))
    return _internal(name, plain_type(type_)) if name in INTERNAL_FIELDS else None


@lru_cache(maxsize=4096)
def _column(name: str, type_: FieldType, target: str | None, stored_as: str) -> Column | None:
    if type_ is FieldType.RELATION:
        return None
    kind, expected = _KINDS.get(type_, (Kind.UNKNOWN, ""))
    return Column(name, kind if expected == stored_as else Kind.UNKNOWN, quoted(name), target)


@lru_cache(maxsize=64)
def _internal(name: str, stored_as: str) -> Column:
    return Column(name, _INTERNAL_KINDS.get(stored_as, Kind.UNKNOWN), quoted(name))
