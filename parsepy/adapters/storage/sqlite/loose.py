"""Conditions on paths that may hold anything: SQL that lets through every match and keeps most other rows out."""

from __future__ import annotations

from typing import Any

from parsepy.adapters.storage.sqlite.columns import (
    Table,
    extracted,
    is_indexed,
    searched,
    segments_of,
    shown_at,
    type_at,
)
from parsepy.adapters.storage.sqlite.condition import UNKNOWN, Condition, json_text, some
from parsepy.adapters.storage.sqlite.statements import either
from parsepy.model.where import Compare, In

PERMISSION_PATHS = frozenset({"_rperm", "_wperm"})
"""Paths that are read out of the ACL."""

MOST_VALUES = 20
"""Lists of more values are left to the predicate."""

_OPERATORS = {"$lt": "<=", "$lte": "<=", "$gt": ">=", "$gte": ">="}


def compare(table: Table, node: Compare) -> Condition:
    """What SQL can tell about a comparison; for objects on the way it looks at the value, for arrays at nothing."""
    segments = segments_of(node.path)
    if segments is None or node.op == "$ne" or node.value is None or segments[0] in PERMISSION_PATHS:
        return UNKNOWN
    if node.op == "$eq":
        return _equals(table, node.path, node.value)
    if not _is_comparable(node.value):
        return _there(segments)
    return _extracted(segments, _OPERATORS[node.op], node.value)


def among(table: Table, node: In) -> Condition:
    """What SQL can tell about a list of values."""
    segments = segments_of(node.path)
    absent = any(value is None for value in node.values)
    if segments is None or absent or node.negated or segments[0] in PERMISSION_PATHS:
        return UNKNOWN
    if len(node.values) > MOST_VALUES:
        return _there(segments)
    return some([_equals(table, node.path, value) for value in node.values])


def _equals(table: Table, path: str, value: Any) -> Condition:
    segments = segments_of(path)
    if segments is None or value is None:
        return UNKNOWN
    if is_indexed(table.schema, path):
        text = json_text(value)
        return Condition(either(table.name, segments), (text,), exact=False, selective=True)
    telling = _telling_text(value)
    if telling is not None:
        return Condition(f"instr({shown_at(segments)}, ?)", (telling,), exact=False)
    return _extracted(segments, "=", value) if _is_comparable(value) else _there(segments)


def _extracted(segments: tuple[str, ...], operator: str, value: str | float) -> Condition:
    """Numbers and texts in SQLite's own order, which keeps each kind together."""
    bound = value.partition("\0")[0] if isinstance(value, str) else value
    text = json_text(bound)
    sql = f"{extracted(segments)} {operator} json_extract(?, '$') OR {searched(segments)}"
    return Condition(sql, (text,), exact=False)


def _is_comparable(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _there(segments: tuple[str, ...]) -> Condition:
    return Condition(f"{type_at(segments[:1])} IS NOT NULL", exact=False)


def _telling_text(value: Any) -> str | None:
    """A text that stands in the JSON of every column that holds the value anywhere."""
    match value:
        case str():
            return json_text(value)
        case {"__type": "Pointer", "objectId": str() as object_id}:
            return json_text({"objectId": object_id})[1:-1]
        case {"__type": "Date", "iso": str() as iso}:
            return json_text(iso)
        case _:
            return None
