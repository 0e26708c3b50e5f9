"""The total order and the equality of Parse values: those of BSON, the types first and then the values."""

from __future__ import annotations

import base64
from collections.abc import Hashable
from enum import IntEnum
from typing import Any


class Kind(IntEnum):
    """The classes of values that compare with each other, in the order in which they sort."""

    EMPTY_ARRAY = 0
    """Only as a sort key: what an array without elements sorts as."""
    NULL = 1
    NUMBER = 2
    STRING = 3
    OBJECT = 4
    ARRAY = 5
    BYTES = 6
    BOOLEAN = 7
    DATE = 8


OrderKey = tuple[Any, ...]
"""`(kind, payload)`: hashable, comparable with every other key; equal exactly if the values are."""

NULL_KEY: OrderKey = (int(Kind.NULL),)
_SCALARS: dict[type, int] = {
    int: int(Kind.NUMBER),
    float: int(Kind.NUMBER),
    str: int(Kind.STRING),
    bool: int(Kind.BOOLEAN),
}


def order_key(value: Any) -> OrderKey:
    """What stands for a value in comparisons, sorts and sets.

    Objects compare field by field in their own order (kind, name, value), so `{"a":1,"b":2}` is not `{"b":2,"a":1}`;
    pointers, files and points are objects like any other.
    """
    kind = _SCALARS.get(type(value))
    if kind is not None:
        return (kind, value)
    if value is None:
        return NULL_KEY
    if isinstance(value, list | tuple):
        return (int(Kind.ARRAY), tuple(order_key(item) for item in value))
    return _object_key(value)


def _object_key(value: dict[str, Any]) -> OrderKey:
    match value.get("__type"):
        case "Date" if isinstance(value.get("iso"), str):
            return (int(Kind.DATE), value["iso"])
        case "Bytes" if isinstance(value.get("base64"), str):
            return (int(Kind.BYTES), *_bytes_payload(value["base64"]))
        case _:
            return (int(Kind.OBJECT), tuple(_field_key(name, item) for name, item in value.items()))


def _field_key(name: str, value: Any) -> OrderKey:
    kind, *payload = order_key(value)
    return (kind, name, *payload)


def _bytes_payload(text: str) -> tuple[int, bytes]:
    raw = base64.b64decode(text)
    return len(raw), raw


def identity(value: Any) -> Hashable:
    """A hashable stand-in: two values are the same to the database exactly if their identities are equal."""
    return order_key(value)


def folded(value: Any) -> Any:
    """What a case-insensitive index takes a value for: texts without their case, accents kept."""
    return value.casefold() if isinstance(value, str) else value


def compare(a: Any, b: Any) -> int:
    """Negative, 0 or positive as a sorts before, with or after b."""
    first, second = order_key(a), order_key(b)
    return (first > second) - (first < second)


def equal(a: Any, b: Any) -> bool:
    """Whether the database takes the two for the same value: 1 is 1.0, true is not 1, the order of fields counts."""
    return order_key(a) == order_key(b)
