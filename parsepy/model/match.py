"""What a query means, written down: conditions and orders compiled to functions of one stored object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.model import acl
from parsepy.model.matching import compare, geo, text
from parsepy.model.order import NULL_KEY, Kind, OrderKey, order_key
from parsepy.model.paths import MISSING, Predicate, leaves
from parsepy.model.where import And, Near, Nor, Or, Order, Permits, Text, Where

SCORE = "$score"
"""The path that sorts by text score, the best first whatever the direction."""

SortKey = Callable[[Mapping[str, Any]], Any]


def compile_where(where: Where) -> Predicate:
    """A function that tells whether an object matches.

    Sub-queries and relations must be resolved before (ValueError). Raises ParseError 102 for a malformed pattern; so may
    the function, for a pattern that takes too long.
    """
    match where:
        case And(nodes):
            return _every([compile_where(node) for node in nodes])
        case Or(nodes):
            return _some([compile_where(node) for node in nodes])
        case Nor(nodes):
            matched = _some([compile_where(node) for node in nodes])
            return lambda row: not matched(row)
        case Permits(action, keys):
            return lambda row: acl.permits(row, action, keys)
    builder = _BUILDERS.get(type(where))
    if builder is None:
        raise ValueError(f"{type(where).__name__} was not resolved")
    return builder(where)


_BUILDERS: Mapping[type, Callable[[Any], Predicate]] = {
    **compare.BUILDERS,
    **geo.BUILDERS,
    **text.BUILDERS,
}


def _every(tests: list[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def _some(tests: list[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: any(test(row) for test in tests)


def sort_key(orders: tuple[Order, ...], where: Where | None = None) -> SortKey:
    """A key for `sorted`: each path in turn, arrays by their least (descending: greatest) element.

    Missing values are null; an empty array comes before null. `$score` needs `where`, for its text condition.
    """
    parts = [_part(order, where) for order in orders]
    return lambda row: tuple(part(row) for part in parts)


@dataclass(frozen=True, slots=True)
class _Descending:
    """A key that sorts the other way round."""

    key: Any

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.key < self.key)


def _part(order: Order, where: Where | None) -> SortKey:
    if order.path == SCORE:
        score = score_of(where)
        return lambda row: _Descending(score(row))
    path = order.path
    if order.descending:
        return lambda row: _Descending(max(_keys_at(row, path), default=NULL_KEY))
    return lambda row: min(_keys_at(row, path), default=NULL_KEY)


def _keys_at(row: Mapping[str, Any], path: str) -> list[OrderKey]:
    keys: list[OrderKey] = []
    for value, whole in leaves(row, path):
        if isinstance(value, list) and not whole:
            keys.extend(order_key(item) for item in value)
            keys.extend([(int(Kind.EMPTY_ARRAY),)] if not value else [])
        else:
            keys.append(NULL_KEY if value is MISSING else order_key(value))
    return keys


def score_of(where: Where | None) -> Callable[[Mapping[str, Any]], float]:
    """A function that gives an object's text score under the conditions; 0 without a text condition."""
    match where:
        case And(nodes):
            scores = [score_of(node) for node in nodes]
            return lambda row: sum(score(row) for score in scores)
        case Text():
            return text.score(where)
        case _:
            return lambda row: 0.0


def near_key(where: Where) -> Callable[[Mapping[str, Any]], float] | None:
    """A key that sorts by distance, if the conditions hold a `Near` that all matches meet; it replaces every order."""
    match where:
        case And(nodes):
            return next((key for key in map(near_key, nodes) if key is not None), None)
        case Near():
            return geo.distance_from(where)
        case _:
            return None
