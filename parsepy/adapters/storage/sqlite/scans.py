"""Any number of rows in bounded memory: an answer in pieces, on one connection and of one state of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import Table
from parsepy.adapters.storage.sqlite.documents import all_decoded, decoded
from parsepy.adapters.storage.sqlite.order import order_expression
from parsepy.adapters.storage.sqlite.reads import (
    WINDOW,
    Search,
    compiled,
    matching,
    refusals,
    scored,
    snapshot,
)
from parsepy.model import match
from parsepy.model.where import Query

_WITHOUT_LIMIT = -1
_MOST = 2**62

Pieces = Generator[list[Object], None, None]
"""Lists of rows, none of them empty; closing it ends the read transaction."""


def begin(connection: sqlite3.Connection, table: Table, query: Query) -> Pieces:
    """The answer to a query in pieces. Raises InvalidQueryError."""
    search = compiled(table, query.where)
    return _pieces(connection, search, query)


def nothing() -> Pieces:
    """The answer of a class that is not there."""
    yield from ()


def _pieces(connection: sqlite3.Connection, search: Search, query: Query) -> Pieces:
    if query.limit == 0:
        return
    with refusals(), snapshot(connection):
        near = match.near_key(search.where)
        if near is None and not query.order and not search.condition.selective:
            lots = _lots(islice(matching(connection, search), query.skip, _end(query)))
        else:
            lots = _documents(connection, search, _numbers(connection, search, query))
        for lot in lots:
            yield scored(lot, search.where) if query.with_score else lot


def _end(query: Query) -> int | None:
    return None if query.limit is None else query.skip + query.limit


def _lots(rows: Iterable[Object]) -> Iterator[list[Object]]:
    remaining = iter(rows)
    while lot := list(islice(remaining, WINDOW)):
        yield lot


def _numbers(connection: sqlite3.Connection, search: Search, query: Query) -> Sequence[int]:
    """The rows of the answer in order, by their numbers: what is kept of each row while all are sorted."""
    near = match.near_key(search.where)
    order = None if near else order_expression(search.table, query.order, search.condition)
    if search.predicate is None and order is not None:
        limit = _WITHOUT_LIMIT if query.limit is None else min(query.limit, _MOST)
        sql = statements.select_numbers(search.table.name, search.condition.sql, order)
        rows = connection.execute(sql, (*search.condition.params, limit, min(query.skip, _MOST)))
        return [number for (number,) in rows]
    key = near or match.sort_key(query.order, search.where)
    sql = statements.select_numbered(search.table.name, search.condition.sql)
    holds = search.predicate
    keyed = []
    for number, document in connection.execute(sql, search.condition.params):
        row = decoded(document)
        if holds is None or holds(row):
            keyed.append((key(row), number))
    keyed.sort()
    return [number for _, number in keyed[query.skip : _end(query)]]


def _documents(connection: sqlite3.Connection, search: Search, numbers: Sequence[int]) -> Iterator[list[Object]]:
    sql = statements.select_by_number(search.table.name)
    for start in range(0, len(numbers), WINDOW):
        wanted = numbers[start : start + WINDOW]
        found = dict(connection.execute(sql, (str(list(wanted)),)).fetchall())
        joined = statements.SEPARATOR.join(found[number] for number in wanted if number in found)
        if lot := all_decoded(joined):
            yield lot
