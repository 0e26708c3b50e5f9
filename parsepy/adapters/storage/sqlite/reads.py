"""Reading on one connection: what SQL answers alone, and what the compiled predicate and sort key must finish."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from parsepy.adapters.storage.base import InvalidQueryError, InvalidValueError, Object, StorageError
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import Kind, Table, column_of
from parsepy.adapters.storage.sqlite.condition import Condition
from parsepy.adapters.storage.sqlite.documents import all_decoded, decoded, parts
from parsepy.adapters.storage.sqlite.order import is_index_order, order_expression
from parsepy.adapters.storage.sqlite.where import compile_condition
from parsepy.errors import ParseError
from parsepy.model import apply_ops, match
from parsepy.model.order import identity
from parsepy.model.paths import DATE_TEXTS, MISSING, Predicate, elements
from parsepy.model.values import number
from parsepy.model.where import Query, Where

WINDOW = 256
"""Rows that a scan hands from SQLite to the predicate at once."""

_SORTED_AT_ONCE = 256
_WITHOUT_LIMIT = -1
_MOST = 2**62

SortKey = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Search:
    """A condition on a table, compiled: `predicate` is None if SQL alone is exact."""

    table: Table
    where: Where
    condition: Condition
    predicate: Predicate | None


def compiled(table: Table, where: Where) -> Search:
    """A condition ready to run. Raises InvalidQueryError."""
    with refusals():
        condition = compile_condition(table, where)
        return Search(table, where, condition, None if condition.exact else match.compile_where(where))


REFUSALS = (ParseError, UnicodeEncodeError)
"""What the model raises, and what texts raise that cannot be written in UTF-8."""


def refusal(error: Exception) -> StorageError:
    """One of REFUSALS as the port's error."""
    match error:
        case apply_ops.InvalidOperationError():
            return InvalidValueError(error.message)
        case ParseError():
            return InvalidQueryError(error.message)
        case _:
            return InvalidQueryError("the query has values that cannot be stored")


@contextmanager
def refusals() -> Iterator[None]:
    """Turns REFUSALS into the port's errors."""
    try:
        yield
    except REFUSALS as exc:
        raise refusal(exc) from exc


def get(connection: sqlite3.Connection, table: Table, object_id: str) -> Object | None:
    """One object by id."""
    try:
        found = connection.execute(statements.select_document(table.name), (object_id,)).fetchone()
    except UnicodeEncodeError:
        return None
    return None if found is None else decoded(found[0])


def find(connection: sqlite3.Connection, search: Search, query: Query) -> list[Object]:
    """The objects that match, in order, within the query's window."""
    if query.limit == 0:
        return []
    with refusals():
        near = match.near_key(search.where)
        order = None if near else order_expression(search.table, query.order, search.condition)
        if search.predicate is None and order is not None:
            rows = _selected(connection, search, order, query)
        else:
            rows = _judged(connection, search, query, order)
        return scored(rows, search.where) if query.with_score else rows


def leads_to_page(search: Search, query: Query) -> bool:
    """Whether the rows come in the order from an index, so that those behind the page need not be looked at."""
    return bool(query.order) and not search.condition.selective and is_index_order(search.table, query.order)


def _judged(connection: sqlite3.Connection, search: Search, query: Query, order: str | None) -> list[Object]:
    """The rows of a page where the predicate must look at them, or the sort key; `order` None: the key sorts."""
    if order is not None and query.limit is not None and leads_to_page(search, query):
        sql = statements.select_documents(search.table.name, search.condition.sql, order)
        with closing(connection.execute(sql, (*search.condition.params, _WITHOUT_LIMIT, 0))) as documents:
            return list(_windowed(filter(search.predicate, (decoded(document) for (document,) in documents)), query))
    near = match.near_key(search.where)
    key = near or (match.sort_key(query.order, search.where) if query.order else None)
    with closing(matching(connection, search)) as found:
        return list(_windowed(_sorted(found, key, query), query))


def _selected(connection: sqlite3.Connection, search: Search, order: str, query: Query) -> list[Object]:
    limit = _WITHOUT_LIMIT if query.limit is None else min(query.limit, _MOST)
    params = (*search.condition.params, limit, min(query.skip, _MOST))
    table, where = search.table.name, search.condition.sql
    try:
        joined = connection.execute(statements.select_joined(table, where, order), params).fetchone()[0]
    except sqlite3.DataError:
        # The documents together are longer than the longest text SQLite can make.
        rows = connection.execute(statements.select_documents(table, where, order), params)
        return [decoded(document) for (document,) in rows]
    return all_decoded(joined)


def matching(connection: sqlite3.Connection, search: Search) -> Generator[Object, None, None]:
    """Every match in the order of creation. Rows reach the predicate in small lots, between which other threads may run."""
    holds = search.predicate
    with closing(_let_through(connection, search)) as rows:
        for row in rows:
            if holds is None or holds(row):
                yield row


def _let_through(connection: sqlite3.Connection, search: Search) -> Generator[Object, None, None]:
    condition = search.condition
    if condition.selective:
        sql = statements.select_joined(search.table.name, condition.sql, "+seq")
        joined = connection.execute(sql, (*condition.params, _WITHOUT_LIMIT, 0)).fetchone()[0]
        for part in parts(joined):
            yield from part
        return
    sql = statements.select_window(search.table.name, condition.sql)
    last = -1
    with snapshot(connection):
        while last is not None:
            last, joined = connection.execute(sql, (last, *condition.params, WINDOW)).fetchone()
            for part in parts(joined):
                yield from part


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for several statements."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        # A scan may outlive its connection: closing that ended the transaction.
        with suppress(sqlite3.ProgrammingError):
            connection.execute("ROLLBACK")


def _sorted(rows: Iterator[Object], key: SortKey | None, query: Query) -> Iterable[Object]:
    """Sorted in small lots, or only as far as needed, so that other threads get their turn."""
    if key is None:
        return rows
    if query.limit is not None and query.skip + query.limit <= _SORTED_AT_ONCE:
        return heapq.nsmallest(query.skip + query.limit, rows, key=key)
    lots: list[list[Object]] = []
    while lot := list(islice(rows, _SORTED_AT_ONCE)):
        lots.append(sorted(lot, key=key))
    return heapq.merge(*lots, key=key)


def _windowed(rows: Iterable[Object], query: Query) -> Iterator[Object]:
    end = None if query.limit is None else query.skip + query.limit
    return islice(rows, query.skip, end)


def scored(rows: list[Object], where: Where) -> list[Object]:
    """Rows with their text scores."""
    score = match.score_of(where)
    return [{**row, "score": number(score(row))} for row in rows]


def count(connection: sqlite3.Connection, search: Search) -> int:
    """How many objects match."""
    with refusals():
        if search.predicate is not None:
            with closing(matching(connection, search)) as rows:
                return sum(1 for _ in rows)
        sql = statements.count(search.table.name, search.condition.sql)
        return int(connection.execute(sql, search.condition.params).fetchone()[0])


def distinct(connection: sqlite3.Connection, search: Search, path: str) -> list[Any]:
    """The different values at a path, without null."""
    column = column_of(search.table, path)
    with refusals():
        if search.predicate is None and column is not None and column.kind is not Kind.ID:
            where = f"({search.condition.sql}) AND {column.value} IS NOT NULL"
            sql = statements.distinct(search.table.name, column.json, where)
            found = all_decoded(connection.execute(sql, search.condition.params).fetchone()[0])
            values = [{"__type": "Date", "iso": text} for text in found] if path in DATE_TEXTS else found
        else:
            with closing(matching(connection, search)) as rows:
                values = [
                    value for row in rows for value in elements(row, path) if value is not None and value is not MISSING
                ]
    different: dict[Hashable, Any] = {}
    for value in values:
        different.setdefault(identity(value), value)
    return list(different.values())


def explain(connection: sqlite3.Connection, search: Search, query: Query) -> list[Mapping[str, Any]]:
    """SQLite's plan, and a last step if rows or their order are decided outside of it."""
    order = order_expression(search.table, query.order, search.condition)
    if match.near_key(search.where) is not None:
        order = None
    sql = statements.select_documents(search.table.name, search.condition.sql, order or "seq")
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (*search.condition.params, -1, 0)).fetchall()
    steps: list[Mapping[str, Any]] = [
        {"id": step, "parent": parent, "detail": detail.decode()} for step, parent, _, detail in rows
    ]
    if search.predicate is not None:
        steps.append({"id": -1, "parent": 0, "detail": "FILTER BY PREDICATE"})
    if order is None:
        steps.append({"id": -2, "parent": 0, "detail": "SORT BY KEY"})
    return steps
