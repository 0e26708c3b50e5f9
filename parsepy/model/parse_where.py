"""From a client's `where` to the tree of conditions: limits, logical operators and key names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.parsing.constraint import Reading, constraint
from parsepy.model.schema import Field
from parsepy.model.where import EVERYTHING, NOTHING, Nor, Or, RelatedTo, Where, both

MAX_DEPTH = 100
"""How deep a `where` may be nested in all, whoever asks."""

_KEY = re.compile(r"[a-zA-Z][a-zA-Z0-9_.]*", re.ASCII)
_LOGICAL: Mapping[str, Callable[[tuple[Where, ...]], Where]] = {
    "$or": Or,
    "$and": lambda nodes: both(*nodes),
    "$nor": Nor,
}


@dataclass(frozen=True, slots=True)
class WhereLimits:
    """What a caller's `where` may ask: `query_depth` counts nested `$or`/`$and`/`$nor` (-1: no limit)."""

    query_depth: int = -1
    allow_regex: bool = True


NO_LIMITS = WhereLimits()


def parse_where(
    raw: Mapping[str, Any] | list[Any],
    *,
    now: datetime,
    limits: WhereLimits = NO_LIMITS,
    internal_fields: frozenset[str] = frozenset(),
    fields: Mapping[str, Field] | None = None,
) -> Where:
    """The conditions of a `where` in JSON form; an empty list has none. Raises ParseError with Parse Server's codes and texts.

    `now` is what `$relativeTime` counts from. `internal_fields` names the `_x` fields that the caller may ask about. With
    `fields`, the columns of the class, whole objects and arrays are refused as operands except on Array columns, and
    `$relativeTime` except on Date columns; the operands are not converted to the types of their columns.
    """
    if raw == []:
        return EVERYTHING
    if not isinstance(raw, Mapping):
        raise ParseError(ErrorCode.INVALID_JSON, "where parameter is not valid JSON")
    check_depth(raw, limits.query_depth)
    return _conditions(raw, Reading(now, limits.allow_regex, internal_fields, fields))


def check_depth(raw: Any, query_depth: int = -1) -> None:
    """Refuse a `where` that is nested too deep, before anything walks it recursively. Raises ParseError 102."""
    pending: list[tuple[Any, int, int]] = [(raw, 1, 0)]
    while pending:
        node, depth, logical = pending.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(MAX_DEPTH)
        if 0 <= query_depth < logical:
            raise _too_deep(query_depth)
        if isinstance(node, Mapping):
            pending.extend((item, depth + 1, logical + (key in _LOGICAL)) for key, item in node.items())
        elif isinstance(node, list | tuple):
            pending.extend((item, depth + 1, logical) for item in node)


def _too_deep(limit: int) -> ParseError:
    return ParseError(
        ErrorCode.INVALID_QUERY, f"Query condition nesting depth exceeds maximum allowed depth of {limit}"
    )


def _conditions(raw: Mapping[str, Any], reading: Reading) -> Where:
    if "$relatedTo" in raw and any(key in raw for key in _LOGICAL):
        raise _invalid_key("$relatedTo")
    nodes = [_condition(key, value, reading) for key, value in raw.items()]
    return both(*nodes) if nodes else EVERYTHING


def _condition(key: str, value: Any, reading: Reading) -> Where:
    if key in _LOGICAL:
        return _logical(key, value, reading)
    if key == "$relatedTo":
        return _related_to(value)
    if not _KEY.fullmatch(key) and key not in reading.internal_fields:
        raise _invalid_key(key)
    if key.partition(".")[0] == "ACL":
        raise ParseError(ErrorCode.INVALID_QUERY, "Cannot query on ACL.")
    return constraint(key, value, reading)


def _invalid_key(key: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid key name: {key}")


def _logical(key: str, value: Any, reading: Reading) -> Where:
    if key == "$nor" and (not isinstance(value, list) or not value):
        raise _bad_logical(key, " of at least 1 value")
    if not isinstance(value, list) or not all(isinstance(branch, Mapping) for branch in value):
        raise _bad_logical(key, " value")
    if not value:
        raise _bad_logical(key, " of at least 1 value")
    return _LOGICAL[key](tuple(_conditions(branch, reading) for branch in value))


def _bad_logical(key: str, what: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_QUERY, f"Bad {key} format - use an array{what}.")


def _related_to(value: Any) -> Where:
    """The members of a relation; what names no relation has none."""
    if not value and not isinstance(value, Mapping | list):
        raise _invalid_key("$relatedTo")
    owner = value.get("object") if isinstance(value, Mapping) else None
    key = value.get("key") if isinstance(value, Mapping) else None
    if not isinstance(owner, Mapping) or not isinstance(key, str) or not key:
        return NOTHING
    class_name, object_id = owner.get("className"), owner.get("objectId")
    if not isinstance(class_name, str) or not isinstance(object_id, str):
        return NOTHING
    return RelatedTo({"__type": "Pointer", "className": class_name, "objectId": object_id}, key)
