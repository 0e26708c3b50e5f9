"""The parsed form of `where`: a tree of conditions on field paths, and the query that carries it to a store.

Values inside nodes are Parse values in REST encoding (`{"__type": "Date", "iso": ...}`, pointers, numbers, strings ...),
already normalised by `parsepy.model.values.normalised`. Paths are field names or dotted paths below an Object or Array
field. The meaning of every node is that of MongoDB; `parsepy.model.match` is its written-down form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from parsepy.model.record import record

CompareOp = Literal["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]


@record(frozen=True, slots=True)
class Compare:
    """`path op value`. `$eq`/`$ne` with None also speak of missing fields; on arrays any element may satisfy (`$ne`: none may)."""

    path: str
    op: CompareOp
    value: Any


@record(frozen=True, slots=True)
class In:
    """The value, or an element of the array, is one of `values` (`negated`: none is, missing fields pass)."""

    path: str
    values: tuple[Any, ...]
    negated: bool = False


@record(frozen=True, slots=True)
class Exists:
    """The field is there (null counts as there)."""

    path: str
    expected: bool


@record(frozen=True, slots=True)
class Regex:
    """The string, or a string in the array, matches a PCRE pattern; `options` is a subset of `imsxu`."""

    path: str
    pattern: str
    options: str = ""


@record(frozen=True, slots=True)
class All:
    """The array holds every one of `values`; strings may be given as `Regex` nodes (with an empty path)."""

    path: str
    values: tuple[Any, ...]


@record(frozen=True, slots=True)
class ContainedBy:
    """Every element of the array is one of `values`."""

    path: str
    values: tuple[Any, ...]


@record(frozen=True, slots=True)
class Near:
    """Orders by distance from (latitude, longitude) and drops what is farther than `max_radians` or has no point."""

    path: str
    latitude: float
    longitude: float
    max_radians: float | None = None


@record(frozen=True, slots=True)
class WithinBox:
    """The point lies in the box between south-west and north-east, both (latitude, longitude)."""

    path: str
    south_west: tuple[float, float]
    north_east: tuple[float, float]


@record(frozen=True, slots=True)
class WithinPolygon:
    """The point lies in the polygon of (latitude, longitude) corners."""

    path: str
    corners: tuple[tuple[float, float], ...]


@record(frozen=True, slots=True)
class WithinSphere:
    """The point lies at most `radians` from (latitude, longitude)."""

    path: str
    latitude: float
    longitude: float
    radians: float


@record(frozen=True, slots=True)
class Intersects:
    """The stored polygon contains the point."""

    path: str
    latitude: float
    longitude: float


@record(frozen=True, slots=True)
class Text:
    """Full text search for `term` in the field."""

    path: str
    term: str
    language: str | None = None
    case_sensitive: bool = False
    diacritic_sensitive: bool = False


@record(frozen=True, slots=True)
class Permits:
    """The object's ACL lets one of `keys` do `action` (no ACL: everybody)."""

    action: Literal["read", "write"]
    keys: frozenset[str]


@record(frozen=True, slots=True)
class InQuery:
    """The pointer leads to a result of the sub-query (`$inQuery`, `$notInQuery`). Resolved before a store sees it."""

    path: str
    query: Mapping[str, Any]
    negated: bool = False


@record(frozen=True, slots=True)
class Select:
    """The value is among the `key` values of the sub-query (`$select`, `$dontSelect`). Resolved before a store sees it."""

    path: str
    query: Mapping[str, Any]
    key: str
    negated: bool = False


@record(frozen=True, slots=True)
class RelatedTo:
    """The object belongs to relation `key` of the owner (a pointer). Resolved before a store sees it."""

    owner: Mapping[str, Any]
    key: str


@record(frozen=True, slots=True)
class And:
    """All hold; `And(())` holds always."""

    nodes: tuple[Where, ...]


@record(frozen=True, slots=True)
class Or:
    """At least one holds; `Or(())` never holds."""

    nodes: tuple[Where, ...]


@record(frozen=True, slots=True)
class Nor:
    """None holds."""

    nodes: tuple[Where, ...]


Where = (
    And
    | Or
    | Nor
    | Compare
    | In
    | Exists
    | Regex
    | All
    | ContainedBy
    | Near
    | WithinBox
    | WithinPolygon
    | WithinSphere
    | Intersects
    | Text
    | Permits
    | InQuery
    | Select
    | RelatedTo
)

EVERYTHING = And(())
NOTHING = Or(())


def both(first: Where, *others: Where) -> Where:
    """All of them, flattened, without needless nodes."""
    nodes: list[Where] = []
    for node in (first, *others):
        nodes.extend(node.nodes if isinstance(node, And) else (node,))
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def by_id(object_id: str) -> Where:
    """The one object with this id."""
    return Compare("objectId", "$eq", object_id)


def permitted_id(where: Where) -> tuple[str, tuple[Permits, ...]] | None:
    """The objectId and permissions that are all the condition asks for, as when one object is read or changed."""
    match where:
        case Compare("objectId", "$eq", str() as value):
            return value, ()
        case And((Compare("objectId", "$eq", str() as value), *others)):
            permits = tuple(node for node in others if isinstance(node, Permits))
            return (value, permits) if len(permits) == len(others) else None
        case _:
            return None


@record(frozen=True, slots=True)
class Order:
    """One sort key. Missing and null come first ascending, then the types in BSON order; `$score` sorts by text score."""

    path: str
    descending: bool = False


@record(frozen=True, slots=True)
class Query:
    """What a store is asked: conditions, order, window. `limit` None is without bound, 0 is no rows.

    `fields` names the top-level fields that are wanted (None: all); a store may return more. `with_score` adds the text
    score as `score`. Options are `hint`, `comment`, `readPreference` and, to explain a query, `explain`: a store without
    them ignores them.
    """

    where: Where = EVERYTHING
    order: tuple[Order, ...] = ()
    limit: int | None = None
    skip: int = 0
    fields: frozenset[str] | None = None
    with_score: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
