"""SQL texts for names and for paths into the documents: the one place that makes SQL out of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from parsepy.model.schema import ClassSchema, FieldType

_PLAIN_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class Kind(Enum):
    """What values a column can hold beside null: exactly one kind, because the class's schema says so."""

    ID = "id"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    POINTER = "pointer"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a class: `(seq, id, rperm, wperm, doc)`; `name` is quoted."""

    name: str
    schema: ClassSchema

    @property
    def title(self) -> str:
        """The name without its quotes, for the names of indexes."""
        return self.name[1:-1]


@dataclass(frozen=True, slots=True)
class Column:
    """A field whose values SQLite compares and sorts as MongoDB does.

    `value` is the SQL expression of the plain value (NULL for null and missing) that indexes are made on, `json` that of
    the value's JSON text; `target` is the one class that a pointer column leads to, if it is known.
    """

    kind: Kind
    value: str
    json: str = ""
    target: str | None = None


_KINDS = {
    FieldType.STRING: (Kind.TEXT, ""),
    FieldType.NUMBER: (Kind.NUMBER, ""),
    FieldType.BOOLEAN: (Kind.BOOLEAN, ""),
    FieldType.DATE: (Kind.DATE, "iso"),
    FieldType.POINTER: (Kind.POINTER, "objectId"),
    FieldType.FILE: (Kind.FILE, "name"),
}
_BARE_DATES = frozenset({"createdAt", "updatedAt"})
_ID = Column(Kind.ID, "id")


def quoted_name(name: str) -> str:
    """A table's or index's name as SQL takes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def column_of(table: Table, path: str) -> Column | None:
    """The column at a path; None for what may hold arrays, objects or values of several types."""
    if path == "objectId":
        return _ID
    if path in _BARE_DATES:
        return _bare_date(path)
    field = table.schema.fields.get(path)
    return None if field is None else _column(path, field.type, field.target)


@lru_cache(maxsize=4096)
def _column(name: str, type_: FieldType, target: str | None) -> Column | None:
    found = _KINDS.get(type_)
    if found is None or not _PLAIN_SEGMENT.fullmatch(name):
        return None
    kind, part = found
    return Column(
        kind,
        f"json_extract(doc, {_path(name, part) if part else _path(name)})",
        json=f"(doc -> {_path(name)})",
        target=target,
    )


@lru_cache(maxsize=16)
def _bare_date(name: str) -> Column:
    return Column(Kind.DATE, f"json_extract(doc, {_path(name)})", json=f"(doc -> {_path(name)})")


def _path(*segments: str) -> str:
    return "'$" + "".join(f'."{segment}"' for segment in segments) + "'"


@lru_cache(maxsize=4096)
def segments_of(path: str) -> tuple[str, ...] | None:
    """The names along a dotted path; None if one of them counts array elements or has characters that SQLite may misread."""
    segments = tuple(path.split("."))
    return segments if all(_PLAIN_SEGMENT.fullmatch(segment) for segment in segments) else None


def extracted(segments: tuple[str, ...]) -> str:
    """The value at a path as SQL; objects and arrays come as JSON text."""
    return f"json_extract(doc, {_path(*segments)})"


def json_at(segments: tuple[str, ...]) -> str:
    """The JSON text of the value at a path as SQL, NULL for null and missing: what indexes on untyped paths hold."""
    return f"nullif(doc -> {_path(*segments)}, 'null')"


def shown_at(segments: tuple[str, ...]) -> str:
    """The JSON text of the column that a path leads into, as SQL."""
    return f"(doc -> {_path(segments[0])})"


def type_at(segments: tuple[str, ...]) -> str:
    """The JSON type at a path as SQL; NULL if nothing is there."""
    return f"json_type(doc, {_path(*segments)})"


def elements_at(segments: tuple[str, ...]) -> str:
    """The elements of the array at a path, as an SQL table."""
    return f"json_each(doc, {_path(*segments)})"


def searched(segments: tuple[str, ...]) -> str:
    """Whether an array stands on the path or at its end, as SQL: such rows are searched and not simply read."""
    ends = range(1, len(segments) + 1)
    return " OR ".join(f"{type_at(segments[:end])} = 'array'" for end in ends)


def field_path(name: str) -> str | None:
    """The path of a top-level field as an SQL literal; None for a name that SQLite may misread."""
    segments = segments_of(name)
    return _path(*segments) if segments and len(segments) == 1 else None


def type_of(schema: ClassSchema, path: str) -> FieldType | None:
    """The type of the column; None for dotted paths and unknown columns."""
    field = schema.fields.get(path)
    return field.type if field else None


def is_indexed(schema: ClassSchema, path: str) -> bool:
    """Whether an index leads to values at the path."""
    return path == "objectId" or any(
        next(iter(index.keys), None) == path and not index.case_insensitive for index in schema.indexes.values()
    )


def folded_expression(expression: str) -> str:
    """A text without the difference between capitals and small letters, as SQL."""
    return f"parsepy_fold({expression})"
