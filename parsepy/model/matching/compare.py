"""Conditions on values: comparisons, lists, existence, patterns and whole arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from parsepy.model import regex
from parsepy.model.order import identity, order_key
from parsepy.model.paths import MISSING, Predicate, candidates_at, leaves
from parsepy.model.where import All, Compare, ContainedBy, Exists, In, Regex

Test = Callable[[Any], bool]
"""Whether one candidate value satisfies; missing values are tried as MISSING."""

_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$lt": operator.lt,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$gte": operator.ge,
}


def _compare(node: Compare) -> Predicate:
    match node.op:
        case "$eq":
            return _any_candidate(node.path, _equals(node.value))
        case "$ne":
            return _no_candidate(node.path, _equals(node.value))
        case _:
            return _any_candidate(node.path, _relates(node.op, node.value))


def _any_candidate(path: str, test: Test) -> Predicate:
    found = candidates_at(path)
    return lambda row: any(map(test, found(row)))


def _no_candidate(path: str, test: Test) -> Predicate:
    found = candidates_at(path)
    return lambda row: not any(map(test, found(row)))


def _equals(value: Any) -> Test:
    if value is None:
        return lambda candidate: candidate is None or candidate is MISSING
    if isinstance(value, bool):
        return lambda candidate: candidate is value
    if isinstance(value, str):
        return lambda candidate: bool(candidate == value)
    if isinstance(value, int | float):
        return lambda candidate: bool(candidate == value) and not isinstance(candidate, bool)
    expected, type_ = identity(value), type(value)
    return lambda candidate: isinstance(candidate, type_) and identity(candidate) == expected


def _relates(op: str, value: Any) -> Test:
    """Only values of the same kind relate; null relates to null and to nothing at all."""
    if value is None:
        return _equals(None) if op in {"$lte", "$gte"} else lambda candidate: False
    relation = _RELATIONS[op]
    if isinstance(value, str):
        return lambda candidate: isinstance(candidate, str) and relation(candidate, value)
    kind, *expected = order_key(value)

    def test(candidate: Any) -> bool:
        if candidate is MISSING:
            return False
        found, *payload = order_key(candidate)
        return bool(found == kind) and relation(payload, expected)

    return test


def _in(node: In) -> Predicate:
    if not node.values:
        return lambda row: node.negated
    test = _is_among(node.values)
    return _no_candidate(node.path, test) if node.negated else _any_candidate(node.path, test)


def _is_among(values: tuple[Any, ...]) -> Test:
    wanted = frozenset(identity(value) for value in values)
    absent = None in values
    return lambda candidate: absent if candidate is MISSING else identity(candidate) in wanted


def _exists(node: Exists) -> Predicate:
    found, expected = candidates_at(node.path), node.expected
    return lambda row: any(value is not MISSING for value in found(row)) is expected


def _regex(node: Regex) -> Predicate:
    return _any_candidate(node.path, _matches(node, "." not in node.path))


def _matches(node: Regex, column: bool) -> Test:
    matches = regex.matcher(node.pattern, node.options)

    def test(candidate: Any) -> bool:
        text = _text_of(candidate) if column and isinstance(candidate, dict) else candidate
        return isinstance(text, str) and matches(text)

    return test


def _text_of(value: dict[str, Any]) -> str | None:
    """The text that MongoDB stores for a file or pointer column."""
    match value.get("__type"):
        case "File":
            return str(value.get("name"))
        case "Pointer":
            return f"{value.get('className')}${value.get('objectId')}"
        case _:
            return None


def _all(node: All) -> Predicate:
    if not node.values:
        return lambda row: False
    found = candidates_at(node.path)
    tests = [_matches(value, False) if isinstance(value, Regex) else _equals(value) for value in node.values]

    def every(row: Mapping[str, Any]) -> bool:
        values = found(row)
        return all(any(map(test, values)) for test in tests)

    return every


def _contained_by(node: ContainedBy) -> Predicate:
    """What is no array holds nothing that could be outside of the list."""
    allowed = frozenset(identity(value) for value in node.values)
    path = node.path

    def contained(row: Mapping[str, Any]) -> bool:
        arrays = (value for value, _ in leaves(row, path) if isinstance(value, list))
        return all(identity(item) in allowed for array in arrays for item in array)

    return contained


BUILDERS: Mapping[type, Callable[[Any], Predicate]] = {
    Compare: _compare,
    In: _in,
    Exists: _exists,
    Regex: _regex,
    All: _all,
    ContainedBy: _contained_by,
}
