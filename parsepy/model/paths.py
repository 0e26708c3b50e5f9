"""Reading values out of objects by dotted paths, through objects, arrays and array positions as MongoDB does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

from parsepy.model import acl


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING
"""What stands at a path where there is nothing; null is a value."""

DATE_TEXTS: Final = frozenset({"createdAt", "updatedAt"})
"""The fields that hold their date as bare ISO text; readers give a Date value."""

_PERMISSIONS: Final = {"_rperm": "read", "_wperm": "write"}
_SCALAR_COLUMNS: Final = frozenset({"Pointer", "File", "GeoPoint", "Polygon", "Date", "Bytes"})
_SCALARS: Final = frozenset({"Date", "Bytes"})

Predicate = Callable[[Mapping[str, Any]], bool]
"""Whether an object, as stored, meets a condition."""

Leaf = tuple[Any, bool]
"""A value at the end of a path, and whether an array there stands for itself only (the path ended in its position)."""


def root_value(row: Mapping[str, Any], name: str) -> Any:
    """The value of a column, or MISSING; dates of `createdAt` as Date values, `_rperm`/`_wperm` read from the ACL."""
    value = row.get(name, MISSING)
    if name in DATE_TEXTS:
        return {"__type": "Date", "iso": value} if isinstance(value, str) else value
    if name in _PERMISSIONS:
        granted = acl.granted(row.get("ACL"), _PERMISSIONS[name])
        return MISSING if granted is None else sorted(granted)
    return value


def read_path(row: Mapping[str, Any], path: str) -> Any:
    """The one value at a path, or MISSING; numbers count positions in arrays, arrays are not searched."""
    root, dot, rest = path.partition(".")
    value = root_value(row, root)
    if not dot:
        return value
    if _is_scalar(value, _SCALAR_COLUMNS):
        return MISSING
    for segment in rest.split("."):
        value = _step(value, segment)
    return value


def _step(value: Any, segment: str) -> Any:
    if isinstance(value, list):
        return _item(value, segment)
    if isinstance(value, dict) and not _is_scalar(value, _SCALARS):
        return value.get(segment, MISSING)
    return MISSING


def _item(items: list[Any], segment: str) -> Any:
    if not is_position(segment) or len(segment) > 9:
        return MISSING
    position = int(segment)
    return items[position] if position < len(items) else MISSING


def is_position(segment: str) -> bool:
    """Whether a segment of a path may count elements of an array."""
    return segment.isascii() and segment.isdigit()


def _is_scalar(value: Any, types: frozenset[str]) -> bool:
    if not isinstance(value, dict):
        return False
    named = value.get("__type")
    return isinstance(named, str) and named in types


def leaves(row: Mapping[str, Any], path: str) -> list[Leaf]:
    """Every value at a path: arrays of objects on the way are searched, objects without the field give MISSING."""
    root, dot, rest = path.partition(".")
    value = root_value(row, root)
    if not dot:
        return [(value, False)]
    if _is_scalar(value, _SCALAR_COLUMNS):
        return [(MISSING, False)]
    return list(_walk(value, rest.split("."), 0))


def _walk(value: Any, segments: list[str], at: int) -> Iterator[Leaf]:
    if at == len(segments):
        yield value, False
    elif isinstance(value, list):
        yield from _walk_array(value, segments, at)
    elif isinstance(value, dict) and not _is_scalar(value, _SCALARS) and segments[at] in value:
        yield from _walk(value[segments[at]], segments, at + 1)
    else:
        yield MISSING, False


def _walk_array(items: list[Any], segments: list[str], at: int) -> Iterator[Leaf]:
    numbered = is_position(segments[at])
    if numbered:
        item = _item(items, segments[at])
        if item is not MISSING and at + 1 == len(segments):
            yield item, True
        elif item is not MISSING:
            yield from _walk(item, segments, at + 1)
    for item in items:
        if isinstance(item, dict) and (not numbered or segments[at] in item):
            yield from _walk(item, segments, at)


def candidates(row: Mapping[str, Any], path: str) -> list[Any]:
    """The values that a condition on the path is tried on: what stands there, and the elements if it is an array."""
    return with_elements(leaves(row, path))


def elements(row: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a path with arrays taken apart: what sorts and distinct values look at."""
    return taken_apart(leaves(row, path))


def with_elements(ends: Iterable[Leaf]) -> list[Any]:
    """The values, each array after its elements."""
    found: list[Any] = []
    for value, whole in ends:
        if isinstance(value, list) and not whole:
            found.extend(value)
        found.append(value)
    return found


def taken_apart(ends: Iterable[Leaf]) -> list[Any]:
    """The values, the elements in place of each array."""
    found: list[Any] = []
    for value, whole in ends:
        if isinstance(value, list) and not whole:
            found.extend(value)
        else:
            found.append(value)
    return found


Candidates = Callable[[Mapping[str, Any]], list[Any]]


def candidates_at(path: str) -> Candidates:
    """`candidates` for a fixed path, with a short way for plain columns."""
    if "." in path or path in DATE_TEXTS or path in _PERMISSIONS:
        return lambda row: candidates(row, path)

    def plain(row: Mapping[str, Any]) -> list[Any]:
        value = row.get(path, MISSING)
        return [*value, value] if isinstance(value, list) else [value]

    return plain
