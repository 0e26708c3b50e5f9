"""What a shared read finds out: how many rows match, which of them come first, and which values a column has."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.looked_at import PERMISSIONS, columns_of
from parsepy.adapters.storage.sqlite import reads, statements
from parsepy.adapters.storage.sqlite.columns import Table, field_path
from parsepy.adapters.storage.sqlite.condition import ALWAYS
from parsepy.adapters.storage.sqlite.documents import all_decoded
from parsepy.adapters.storage.sqlite.order import is_index_order, order_columns
from parsepy.adapters.storage.sqlite.reads import WINDOW, Search, SortKey, refusals, scored
from parsepy.adapters.storage.sqlite_shared import lean
from parsepy.adapters.storage.sqlite_shared.crew import Hands
from parsepy.adapters.storage.sqlite_shared.lean import NUMBER, Span
from parsepy.adapters.storage.sqlite_shared.ranks import Ranked, page_of
from parsepy.model import match
from parsepy.model.order import identity
from parsepy.model.paths import MISSING, elements
from parsepy.model.where import Query

_PARTS = 16
"""Into so many parts a table is divided: more than there are threads, for some take longer than others."""

_MOST_RANKED = 1_000_000
"""A page that ends behind so many rows is sorted by SQLite alone: nobody could keep as many keys."""


def _spans(hands: Hands, table: Table) -> list[Span]:
    first, last = hands.first.execute(statements.select_ends(table.name)).fetchone()
    if first is None:
        return []
    size = (last - first) // _PARTS + 1
    return [Span(start, min(start + size - 1, last)) for start in range(first, last + 1, size)]


def count(hands: Hands, search: Search) -> int:
    """How many objects match."""
    document = _lean(search)
    condition = search.condition
    if condition == ALWAYS or condition.selective or document is None:
        return reads.count(hands.first, search)
    sql = statements.count_within(search.table.name, condition.sql)

    def within(connection: sqlite3.Connection, span: Span) -> int:
        if search.predicate is None:
            return int(connection.execute(sql, (span.first, span.last, *condition.params)).fetchone()[0])
        return sum(1 for _ in lean.matching(connection, search, document, span))

    with refusals():
        return sum(hands.each(_spans(hands, search.table), within))


def _lean(search: Search, query: Query | None = None) -> str | None:
    """What is read of each row; whole documents where it cannot be less."""
    return lean.expression(columns_of(search.where, query.order if query else ()))


def find(hands: Hands, search: Search, query: Query) -> list[Object]:
    """The objects of a page, in order."""
    if query.limit is None or search.condition.selective or query.skip + query.limit > _MOST_RANKED:
        return reads.find(hands.first, search, query)
    with refusals():
        near = match.near_key(search.where)
        columns = None if near or search.predicate else order_columns(search.table, query.order)
        if columns is not None:
            if search.condition == ALWAYS and is_index_order(search.table, query.order):
                return reads.find(hands.first, search, query)
            numbers = _by_columns(hands, search, query, columns)
        else:
            document = _lean(search, query)
            if document is None:
                return reads.find(hands.first, search, query)
            key = near or (match.sort_key(query.order, search.where) if query.order else None)
            numbers = _by_key(hands, search, query, (document, key))
        rows = _documents(hands.first, search.table, numbers)
    return scored(rows, search.where) if query.with_score else rows


def _by_columns(hands: Hands, search: Search, query: Query, columns: Sequence[tuple[str, bool]]) -> list[int]:
    """The numbers of the page's rows where SQLite can tell the order."""
    sql = statements.select_ranked_within(search.table.name, search.condition.sql, columns)
    end = query.skip + (query.limit or 0)

    def within(connection: sqlite3.Connection, span: Span) -> list[Ranked]:
        return list(connection.execute(sql, (span.first, span.last, *search.condition.params, end)))

    ranked = hands.each(_spans(hands, search.table), within)
    directions = [descending for _, descending in columns]
    return page_of(ranked, directions, query.skip, end)


def _by_key(hands: Hands, search: Search, query: Query, how: tuple[str, SortKey | None]) -> list[int]:
    """The numbers of the page's rows where the matcher or the sort key must look at each row."""
    document, key = how
    end = query.skip + (query.limit or 0)

    def within(connection: sqlite3.Connection, span: Span) -> list[tuple[Any, int]]:
        rows = lean.matching(connection, search, document, span)
        if key is None:
            return [(0, row[NUMBER]) for row in islice(rows, end)]
        return nsmallest(end, ((key(row), row[NUMBER]) for row in rows))

    found = hands.each(_spans(hands, search.table), within)
    return [number for _, number in nsmallest(end, (pair for pairs in found for pair in pairs))][query.skip :]


def _documents(connection: sqlite3.Connection, table: Table, numbers: Sequence[int]) -> list[Object]:
    rows: list[Object] = []
    for start in range(0, len(numbers), WINDOW):
        wanted = numbers[start : start + WINDOW]
        found = dict(connection.execute(statements.select_by_number(table.name), (str(wanted),)).fetchall())
        rows += all_decoded(statements.SEPARATOR.join(found[number] for number in wanted))
    return rows


def distinct(hands: Hands, search: Search, path: str) -> list[Any]:
    """The different values at a path, without null."""
    root = path.partition(".")[0]
    place = field_path(root)
    columns = columns_of(search.where)
    document = None if columns is None else lean.expression(columns | {root})
    if search.condition.selective or place is None or document is None or root in PERMISSIONS:
        return reads.distinct(hands.first, search, path)
    with refusals():
        if search.predicate is None:
            return _values(_different_texts(hands, search, f"(doc -> {place})"), path)
        return _different_values(hands, search, document, path)


def _different_texts(hands: Hands, search: Search, value: str) -> Iterator[bytes]:
    """The different JSON texts of an expression, in the order of their first rows."""

    def within(connection: sqlite3.Connection, span: Span) -> dict[bytes, None]:
        seen: dict[bytes, None] = {}
        for joined in lean.windows(connection, search, value, span):
            seen.update(dict.fromkeys(joined.split(statements.SEPARATOR)))
        return seen

    seen: dict[bytes, None] = {}
    for found in hands.each(_spans(hands, search.table), within):
        seen |= found
    return iter(seen)


def _values(texts: Iterator[bytes], path: str) -> list[Any]:
    """The different values in columns with these JSON texts."""
    root = path.partition(".")[0]
    different: dict[Hashable, Any] = {}
    while lot := list(islice(texts, WINDOW)):
        for value in orjson.loads(b"[%b]" % b",".join(lot)):
            _take_apart({root: value}, path, different)
    return list(different.values())


def _different_values(hands: Hands, search: Search, document: str, path: str) -> list[Any]:
    def within(connection: sqlite3.Connection, span: Span) -> dict[Hashable, Any]:
        different: dict[Hashable, Any] = {}
        for row in lean.matching(connection, search, document, span):
            _take_apart(row, path, different)
        return different

    different: dict[Hashable, Any] = {}
    for found in hands.each(_spans(hands, search.table), within):
        for known, value in found.items():
            different.setdefault(known, value)
    return list(different.values())


def _take_apart(row: Object, path: str, different: dict[Hashable, Any]) -> None:
    for value in elements(row, path):
        if value is not None and value is not MISSING:
            different.setdefault(identity(value), value)
