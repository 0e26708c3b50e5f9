"""What an object must hold to meet a condition at all: a cheap test that leaves out most conditions at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from parsepy.model.order import identity
from parsepy.model.paths import MISSING, candidates_at
from parsepy.model.record import record
from parsepy.model.where import (
    All,
    And,
    Compare,
    Exists,
    In,
    Intersects,
    Near,
    Or,
    Regex,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
)

MOST_KEYS = 1000
"""A condition with more alternatives than this is not worth so many entries of an index."""

_OF_A_PRESENT_FIELD = (Regex, Text, Near, WithinBox, WithinPolygon, WithinSphere, Intersects)


@record(frozen=True, slots=True)
class Holds:
    """The value, or one in the array, at the path has this identity (see `order.identity`)."""

    path: str
    value: Hashable


@record(frozen=True, slots=True)
class Has:
    """There is something in the field."""

    field: str


Key = Holds | Has


def necessary(where: Where) -> frozenset[Key] | None:
    """Keys of which every object that matches has at least one; None if nothing so simple can be said.

    No keys at all mean that nothing ever matches.
    """
    match where:
        case And(nodes):
            found = [keys for keys in map(necessary, nodes) if keys is not None]
            return min(found, key=_cost, default=None)
        case Or(nodes):
            return _any_of(nodes)
        case _:
            return _of_leaf(where)


def _any_of(nodes: tuple[Where, ...]) -> frozenset[Key] | None:
    keys: set[Key] = set()
    for node in nodes:
        found = necessary(node)
        if found is None:
            return None
        keys |= found
    return frozenset(keys) if len(keys) <= MOST_KEYS else None


def _of_leaf(where: Where) -> frozenset[Key] | None:
    match where:
        case Compare(path, "$eq", value) if value is not None:
            return frozenset({Holds(path, identity(value))})
        case Compare(path, "$lt" | "$lte" | "$gt" | "$gte", value) if value is not None:
            return frozenset({Has(_field(path))})
        case In(path, values, negated=False) if None not in values and len(values) <= MOST_KEYS:
            return frozenset(Holds(path, identity(value)) for value in values)
        case All(path, values):
            return _of_all(path, values)
        case Exists(path, expected=True):
            return frozenset({Has(_field(path))})
        case _ if isinstance(where, _OF_A_PRESENT_FIELD):
            return frozenset({Has(_field(where.path))})
        case _:
            return None


def _of_all(path: str, values: tuple[Any, ...]) -> frozenset[Key] | None:
    if not values:
        return frozenset()
    plain = next((value for value in values if value is not None and not isinstance(value, Regex)), None)
    if plain is not None:
        return frozenset({Holds(path, identity(plain))})
    return None if None in values else frozenset({Has(_field(path))})


def _cost(keys: frozenset[Key]) -> tuple[bool, int]:
    """How little the keys leave out: values first, then fewer of them."""
    return any(isinstance(key, Has) for key in keys), len(keys)


def _field(path: str) -> str:
    return path.partition(".")[0]


def held(row: Mapping[str, Any], path: str) -> set[Hashable]:
    """The identities for which the object has the key `Holds(path, identity)`."""
    return {identity(value) for value in candidates_at(path)(row) if value is not MISSING and value is not None}


def has(row: Mapping[str, Any], field: str) -> bool:
    """Whether the object has the key `Has(field)`; columns that are made of others count as there."""
    return field in row or field.startswith("_")
