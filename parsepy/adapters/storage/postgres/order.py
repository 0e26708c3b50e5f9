"""Sort orders and distinct values as SQL, where the columns' types make them the ones that MongoDB has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.postgres.columns import SEQUENCE_COLUMN, Column, Kind, TableShape, column_of, quoted
from parsepy.adapters.storage.postgres_conditions import geo
from parsepy.adapters.storage.postgres_conditions.compare import Table, place_of
from parsepy.adapters.storage.postgres_conditions.condition import numbered
from parsepy.adapters.storage.postgres_conditions.places import Nowhere
from parsepy.adapters.storage.postgres_conditions.scalars import coordinates
from parsepy.model.match import SCORE
from parsepy.model.schema import ClassSchema
from parsepy.model.where import And, Near, Order, Query, Where

_TEXTS = frozenset({Kind.TEXT, Kind.POINTER, Kind.FILE})
_PLAIN = _TEXTS | {Kind.NUMBER, Kind.BOOLEAN, Kind.DATE}
_NEVER_NULL = frozenset({"objectId", "createdAt", "updatedAt"})
_MOST = 100


@dataclass(frozen=True, slots=True)
class Ordering:
    """What stands behind ORDER BY, and the values of its parameters."""

    sql: str
    args: tuple[Any, ...] = ()


def compile_order(query: Query, schema: ClassSchema, shape: TableShape, *, first: int = 1) -> Ordering | None:
    """How to sort, with parameters from `$first`; None: only the model's sort key can tell.

    A `Near` of all matches replaces the query's order. Rows that sort alike keep the order of their creation.
    """
    table = Table(schema, shape)
    near = _near(query.where)
    if near is not None:
        return _by_distance(table, near, first)
    terms: list[str] = []
    for order in query.order:
        found = _terms(table, order)
        if found is None or len(terms) > _MOST:
            return None
        terms += found
        if order.path == "objectId" and found:
            # No two rows are alike from here on.
            return Ordering(", ".join(terms))
    return Ordering(", ".join([*terms, *_creation(shape, terms)]))


def distinct_column(path: str, schema: ClassSchema, shape: TableShape) -> Column | None:
    """The column whose different values are the answer, NULL left out; None if rows must be taken apart in Python."""
    column = column_of(path, schema, shape)
    return column if column is not None and column.kind in _PLAIN else None


def _near(where: Where) -> Near | None:
    """The condition whose distances sort, as `model.match.near_key` finds it."""
    match where:
        case And(nodes):
            return next((found for node in nodes if (found := _near(node)) is not None), None)
        case Near():
            return where
        case _:
            return None


def _by_distance(table: Table, near: Near, first: int) -> Ordering | None:
    column = table.column(near.path)
    if column is None or column.kind is not Kind.POINT:
        return None
    measured = geo.distance(column, (near.latitude, near.longitude))
    return Ordering(", ".join([numbered(measured.sql, first), *_creation(table.shape, ())]), measured.args)


def _creation(shape: TableShape, terms: Sequence[str]) -> list[str]:
    """What keeps rows that sort alike in the order of their creation; nothing in tables that were not made here.

    An update moves a row, so its place in the table tells nothing; and without an index a big table would be sorted.
    """
    if SEQUENCE_COLUMN not in shape.columns:
        return []
    created, sequence = quoted("createdAt"), quoted(SEQUENCE_COLUMN)
    is_told = "createdAt" not in shape.columns or any(term.partition(" ")[0] == created for term in terms)
    return [sequence] if is_told else [created, sequence]


def _terms(table: Table, order: Order) -> list[str] | None:
    """The columns behind one key; none if all rows are alike, None if only Python can tell."""
    if order.path == SCORE:
        return None
    column = table.column(order.path)
    if column is None:
        return [] if isinstance(place_of(table, order.path), Nowhere) else None
    if column.kind is Kind.POINT:
        return [_directed(part, order.descending) for part in coordinates(column)]
    if column.kind not in _PLAIN or (column.kind is Kind.POINTER and column.target is None):
        return None
    text = table.shape.sorted_text(column.sql) if column.kind in _TEXTS else column.sql
    if column.name in _NEVER_NULL:
        # Plain, because indexes keep null last unless they were told otherwise.
        return [f"{text} DESC" if order.descending else text]
    return [_directed(text, order.descending)]


def _directed(sql: str, descending: bool) -> str:
    return f"{sql} DESC NULLS LAST" if descending else f"{sql} NULLS FIRST"
