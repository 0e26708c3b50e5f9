"""Dotted paths into jsonb as SQL: through objects, arrays of objects and array positions as MongoDB walks them."""

# ruff: noqa: S608 - names are quoted or were checked, values are arguments
from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from parsepy.adapters.storage.postgres.columns import Column, Kind
from parsepy.model.paths import is_position

_SEGMENT = re.compile(r"[A-Za-z0-9_]*", re.ASCII)
_INSIDE_SCALARS = frozenset({"__type", "iso", "base64"})
_LONGEST_POSITION = 9
_MOST_SEGMENTS = 20

LeafTest = Callable[[str], str]
"""A condition on a jsonb expression that is NULL where nothing is."""


def is_walkable(segments: Sequence[str]) -> bool:
    """Whether SQL can follow the path at all: its names need no quoting, and it is not too long."""
    return len(segments) <= _MOST_SEGMENTS and all(_SEGMENT.fullmatch(segment) for segment in segments)


def is_plain(column: Column, segments: Sequence[str]) -> bool:
    """Whether `steps` lead to all values at the path: no segment may count elements of an array."""
    return not any(map(is_position, segments)) or _is_direct(column, segments)


def may_enter_scalars(segments: Sequence[str]) -> bool:
    """Whether the path may lead into a date or bytes, which are values without fields to MongoDB."""
    return not _INSIDE_SCALARS.isdisjoint(segments)


def steps(segments: Sequence[str]) -> str:
    """The path below a column in the words of jsonpath (lax: arrays on the way are searched, one level deep)."""
    return "$" + "".join(f'."{segment}"' for segment in segments)


def some_leaf(column: Column, segments: Sequence[str], test: LeafTest, *, of_whole: LeafTest | None = None) -> str:
    """A value at the path passes the test; `of_whole` is the one for an array that a position in the path named."""
    if not segments:
        return test(column.sql)
    if _is_direct(column, segments):
        return test(f"({column.sql} -> '{segments[0]}')")
    tables = [f"(SELECT {column.sql} AS v) AS l0"]
    tables += [
        f"LATERAL ({_step(f'l{at}.v', segment, is_last=at + 1 == len(segments))}) AS l{at + 1}"
        for at, segment in enumerate(segments)
    ]
    end = f"l{len(segments)}"
    tested = test(f"{end}.v")
    if of_whole is not None and is_position(segments[-1]):
        tested = f"CASE WHEN {end}.whole THEN {of_whole(f'{end}.v')} ELSE {tested} END"
    return f"EXISTS (SELECT FROM {', '.join(tables)} WHERE {tested})"


def _is_direct(column: Column, segments: Sequence[str]) -> bool:
    """Whether the path names a field of the object that the column holds."""
    return column.kind is Kind.OBJECT and len(segments) == 1


def _step(value: str, segment: str, *, is_last: bool) -> str:
    """The values one segment further; NULL is a value that is missing."""
    items = f"jsonb_path_query(coalesce({value}, 'null'), '$[*]') AS item"
    below = f"SELECT item -> '{segment}' AS v, FALSE AS whole FROM {items}"
    is_array = f"jsonb_typeof({value}) = 'array'"
    if not is_position(segment):
        return f"{below} WHERE ({is_array}) IS NOT TRUE OR jsonb_typeof(item) = 'object'"
    named = f"{below} WHERE ({is_array}) IS NOT TRUE OR (jsonb_typeof(item) = 'object' AND item ? '{segment}')"
    if len(segment) > _LONGEST_POSITION:
        return named
    counted = f"{value} -> {int(segment)}"
    whole = f"jsonb_typeof({counted}) = 'array'" if is_last else "FALSE"
    return f"SELECT {counted} AS v, {whole} AS whole WHERE {is_array} AND {counted} IS NOT NULL UNION ALL {named}"
