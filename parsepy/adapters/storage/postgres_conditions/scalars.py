"""Conditions on columns of one plain type: texts, numbers, booleans, dates, pointers, files, points, bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parsepy.adapters.storage.base import InvalidQueryError
from parsepy.adapters.storage.postgres.columns import NULLS_COLUMN, Column, Kind, TableShape, quoted
from parsepy.adapters.storage.postgres.jsonb import json_argument, text_argument
from parsepy.adapters.storage.postgres_conditions.condition import HERE, NEVER, Condition, every, roughly, some
from parsepy.adapters.storage.postgres_conditions.places import Single, TextTest

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_CASTS = {
    Kind.TEXT: "text{}",
    Kind.NUMBER: "float8{}",
    Kind.BOOLEAN: "bool{}",
    # As text: what the driver would encode a date or a JSON value from depends on the connection's codecs.
    Kind.DATE: "text{0}::timestamptz{0}",
    Kind.POINTER: "text{}",
    Kind.FILE: "text{}",
    Kind.BYTES: "text{0}::jsonb{0}",
}
_ORDERED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE})


@dataclass(frozen=True, slots=True)
class OfColumn(Single):
    """A column that holds one value."""

    column: Column
    shape: TableShape

    def is_null(self) -> Condition:
        """See `Place`."""
        return Condition(f"{self.column.sql} IS NULL")

    def exists(self) -> Condition:
        """See `Place`."""
        return column_exists(self.column, self.shape)


@dataclass(frozen=True, slots=True)
class Scalar(OfColumn):
    """A column whose values PostgreSQL compares as MongoDB does."""

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        found = plain(self.column, value)
        if found is None:
            return NEVER
        return Condition(f"{self.column.sql} = {HERE}::{_CASTS[self.column.kind].format('')}", (found,))

    def among(self, values: Sequence[Any]) -> Condition:
        """See `Place`."""
        found = [fitting for value in values if (fitting := plain(self.column, value)) is not None]
        if not found:
            return NEVER
        return Condition(f"{self.column.sql} = ANY({HERE}::{_CASTS[self.column.kind].format('[]')})", (found,))

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        kind = self.column.kind
        if kind not in _ORDERED:
            is_comparable = isinstance(value, dict) and (value.get("__type") == "Bytes") is (kind is Kind.BYTES)
            return roughly(self.exists()) if is_comparable else NEVER
        if kind is Kind.TEXT and isinstance(value, str):
            return self._relates_text(operator, value)
        found = plain(self.column, value)
        if found is None:
            return roughly(self.exists()) if kind is Kind.DATE and _is_date(value) else NEVER
        return Condition(f"{self.column.sql} {operator} {HERE}::{_CASTS[kind].format('')}", (found,))

    def _relates_text(self, operator: str, value: str) -> Condition:
        """No stored text holds U+0000, so that what follows one only says that the bound is longer than its start."""
        start, nul, _ = value.partition("\0")
        text_argument(value)
        if nul:
            operator = "<=" if operator.startswith("<") else ">"
        return Condition(f"{self.shape.sorted_text(self.column.sql)} {operator} {HERE}::text", (start,))

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        match self.column:
            case Column(kind=Kind.TEXT):
                return test(self.column.sql)
            case Column(kind=Kind.FILE) if is_column:
                return test(self.column.sql)
            case Column(kind=Kind.POINTER, target=str() as target) if is_column:
                passed = test(f"({quoted_text(target + '$')} || {self.column.sql})")
                return every([Condition(f"{self.column.sql} IS NOT NULL"), passed])
            case Column(kind=Kind.POINTER) if is_column:
                return roughly(self.exists())
            case _:
                return NEVER


@dataclass(frozen=True, slots=True)
class Shape(OfColumn):
    """A column of points or polygons, asked as a value."""

    def equals(self, value: Any) -> Condition:
        """See `Place`."""
        expected = "GeoPoint" if self.column.kind is Kind.POINT else "Polygon"
        if not isinstance(value, dict) or value.get("__type") != expected:
            return NEVER
        if self.column.kind is Kind.POLYGON:
            return roughly(Condition(f"{self.column.sql} IS NOT NULL"))
        if value.keys() != {"__type", "latitude", "longitude"}:
            return NEVER
        latitude, longitude = coordinates(self.column)
        sql = f"{latitude} = {HERE}::float8 AND {longitude} = {HERE}::float8"
        return Condition(sql, (float(value["latitude"]), float(value["longitude"])))

    def relates(self, operator: str, value: Any) -> Condition:
        """See `Place`."""
        return roughly(Condition(f"{self.column.sql} IS NOT NULL")) if isinstance(value, dict) else NEVER

    def matches(self, test: TextTest, *, is_column: bool) -> Condition:
        """See `Place`."""
        return NEVER


def coordinates(column: Column) -> tuple[str, str]:
    """Latitude and longitude of a column of points, as SQL."""
    return f"({column.sql})[1]", f"({column.sql})[0]"


def column_exists(column: Column, shape: TableShape) -> Condition:
    """The row has the field, if only as null."""
    there = Condition(f"{column.sql} IS NOT NULL")
    if not shape.has_nulls:
        return there
    return some([there, Condition(f"{HERE}::text = ANY({quoted(NULLS_COLUMN)})", (column.name,))])


def quoted_text(text: str) -> str:
    """A text of the schema's as SQL; what clients send is always an argument."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def plain(column: Column, value: Any) -> Any:
    """What stands in the column for the value, as an argument; None if nothing can: it is of another type."""
    match column.kind:
        case Kind.TEXT:
            return text_argument(value) if isinstance(value, str) else None
        case Kind.NUMBER:
            return _number(value)
        case Kind.BOOLEAN:
            return value if isinstance(value, bool) else None
        case Kind.DATE:
            return value["iso"] if _is_date(value) and _is_moment(value["iso"]) else None
        case Kind.POINTER:
            named = _parts(value, ("__type", "className", "objectId"))
            return text_argument(named[2]) if named and named[:2] == ("Pointer", column.target) else None
        case Kind.FILE:
            named = _parts(value, ("__type", "name"))
            return text_argument(named[1]) if named and named[0] == "File" else None
        case _:
            return json_argument(value) if isinstance(value, dict) and value.get("__type") == "Bytes" else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError as exc:
        raise InvalidQueryError("the query has a number that is too large") from exc


def _is_date(value: Any) -> bool:
    return isinstance(value, dict) and value.get("__type") == "Date" and isinstance(value.get("iso"), str)


def _is_moment(text: str) -> bool:
    """Whether it is a date's canonical text; no stored date has another one."""
    if _ISO.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parts(value: Any, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The texts of an object that has exactly these fields."""
    if not isinstance(value, dict) or value.keys() != set(names):
        return None
    found = tuple(value[name] for name in names)
    return found if all(isinstance(part, str) for part in found) else None
