"""Values of MongoDB documents in Python: their types, order and truth; dates are naive datetimes of UTC."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from parsepy.model.paths import MISSING as MISSING

Document = dict[str, Any]
"""One document, or a part of one. Documents are never changed, only copied with changes."""

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1


class Kind(IntEnum):
    """The classes of values that compare with each other, in the order in which they sort."""

    MISSING = 0
    NULL = 1
    NUMBER = 2
    STRING = 3
    OBJECT = 4
    ARRAY = 5
    BYTES = 6
    BOOLEAN = 8
    DATE = 9
    REGEX = 11


Key = tuple[Any, ...]
"""Stands for a value: hashable, comparable with every other key, equal exactly if the values are."""

NULL_KEY: Key = (int(Kind.NULL),)
MISSING_KEY: Key = (int(Kind.MISSING),)


def _float_key(value: float) -> Key:
    return (int(Kind.NUMBER), 0, 0) if math.isnan(value) else (int(Kind.NUMBER), 1, value)


_KEYS: Mapping[type, Callable[[Any], Key]] = {
    str: lambda value: (int(Kind.STRING), value),
    int: lambda value: (int(Kind.NUMBER), 1, value),
    float: _float_key,
    bool: lambda value: (int(Kind.BOOLEAN), value),
    type(None): lambda value: NULL_KEY,
    type(MISSING): lambda value: MISSING_KEY,
    list: lambda value: (int(Kind.ARRAY), tuple(map(key, value))),
    dict: lambda value: (int(Kind.OBJECT), tuple(_field_key(name, part) for name, part in value.items())),
    datetime: lambda value: (int(Kind.DATE), value),
    bytes: lambda value: (int(Kind.BYTES), len(value), value),
    re.Pattern: lambda value: (int(Kind.REGEX), value.pattern),
}


def key(value: Any) -> Key:
    """What stands for a value in comparisons, sorts, groups and sets: BSON's order, the types first."""
    found = _KEYS.get(type(value))
    return found(value) if found else (99, str(type(value)), str(value))


def _field_key(name: str, value: Any) -> Key:
    kind, *payload = key(value)
    return (kind, name, *payload)


def kind(value: Any) -> int:
    """The Kind of a value, as a number."""
    return int(key(value)[0]) if not isinstance(value, dict | list) else int(_CONTAINERS[type(value)])


_CONTAINERS: Mapping[type, Kind] = {dict: Kind.OBJECT, list: Kind.ARRAY}


def compare(a: Any, b: Any) -> int:
    """-1, 0 or 1 as a sorts before, with or after b."""
    first, second = key(a), key(b)
    return (first > second) - (first < second)


def equal(a: Any, b: Any) -> bool:
    """Whether both are the same value: 1 is 1.0, null is not missing."""
    return key(a) == key(b)


def identity(value: Any) -> Hashable:
    """A hashable stand-in for a value."""
    return key(value)


def truthy(value: Any) -> bool:
    """Whether an expression counts as true: all but false, null, missing and zero."""
    return not (value is None or value is MISSING or value is False or (is_number(value) and value == 0))


def is_nothing(value: Any) -> bool:
    """Whether it is null or missing."""
    return value is None or value is MISSING


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: Any) -> bool:
    """Whether it is a number without fraction."""
    return is_number(value) and math.isfinite(value) and value == int(value)


_TYPE_NAMES: Mapping[type, str] = {
    float: "double",
    str: "string",
    dict: "object",
    list: "array",
    bytes: "binData",
    bool: "bool",
    datetime: "date",
    type(None): "null",
    type(MISSING): "missing",
    re.Pattern: "regex",
}


def type_name(value: Any) -> str:
    """The name of a value's BSON type; whole numbers are `int` or `long` by their size."""
    if type(value) is int:
        return "int" if INT_MIN <= value <= INT_MAX else "long"
    return _TYPE_NAMES.get(type(value), "unknown")


def utc(moment: datetime) -> datetime:
    """The moment as documents hold it: naive, in UTC, cut to milliseconds."""
    naive = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    return naive.replace(microsecond=naive.microsecond // 1000 * 1000)


def whole(value: float) -> int | float:
    """An integer that stays one only as long as 64 bits hold it."""
    return value if LONG_MIN <= value <= LONG_MAX else float(value)


def number_text(value: float) -> str:
    """A number as MongoDB writes it: whole ones without a point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
