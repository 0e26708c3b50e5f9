"""Writing on the one connection that writes, inside a transaction that the caller has begun and will end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import Table
from parsepy.adapters.storage.sqlite.documents import Row, decoded, encoded
from parsepy.adapters.storage.sqlite.reads import Search, compiled, matching, refusals
from parsepy.adapters.storage.sqlite.uniqueness import check, indexes_across_arrays
from parsepy.model import apply_ops
from parsepy.model.ops import Ops
from parsepy.model.where import Where

ROWS_AT_ONCE = 64
"""Most rows of one statement of values: each number of rows is a statement of its own, which SQLite prepares once."""

INSERTED_AT_ONCE = 1_024
"""Most new rows of one statement: more than `ROWS_AT_ONCE` come as one JSON text, whatever their number."""

_LONGEST_JSON = 64 << 20

_DELETED_AT_ONCE = 500


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Several statements that take effect together or not at all, within the transaction."""
    connection.execute("SAVEPOINT job")
    try:
        yield
    except BaseException:
        # A failure of the disk ends the whole transaction, the savepoint with it.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
        raise
    connection.execute("RELEASE job")


def insert(connection: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    """New rows; if one is refused, those of earlier statements stay: `is_one_statement` tells whether there are any."""
    if _is_bulk(rows):
        connection.execute(statements.insert_listed(table.name), (orjson.dumps(rows).decode(),))
    else:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            lot = rows[start : start + ROWS_AT_ONCE]
            connection.execute(statements.insert(table.name, len(lot)), [value for row in lot for value in row])
    indexes = indexes_across_arrays(table)
    if indexes:
        check(connection, table, indexes, [decoded(document) for *_, document in rows])


def is_one_statement(table: Table, rows: Sequence[Row]) -> bool:
    """Whether the insert of the rows is wholly done or not at all by itself."""
    return (0 < len(rows) <= ROWS_AT_ONCE or _is_bulk(rows)) and not indexes_across_arrays(table)


def _is_bulk(rows: Sequence[Row]) -> bool:
    """Whether the rows go as one JSON text. SQLite would end an id in it at a NUL character."""
    if not ROWS_AT_ONCE < len(rows) <= INSERTED_AT_ONCE:
        return False
    return sum(len(row[3]) for row in rows) < _LONGEST_JSON and not any("\0" in row[0] for row in rows)


def update(connection: sqlite3.Connection, table: Table | None, where: Where, ops: Ops) -> Object | None:
    """Change the oldest match; how it is then, or None."""
    if table is None:
        return None
    with refusals():
        found = _first(connection, compiled(table, where))
        if found is None:
            return None
        number, row = found
        apply_ops.apply(row, ops)
    connection.execute(statements.update(table.name), (*encoded(row), number))
    indexes = indexes_across_arrays(table)
    if indexes:
        check(connection, table, indexes, [row])
    return row


def upsert(connection: sqlite3.Connection, table: Table, where: Where, ops: Ops) -> Object:
    """Insert the object that an update without a match makes."""
    with refusals():
        row: Object = apply_ops.upserted(where, ops)
    insert(connection, table, [encoded(row)])
    return row


def _first(connection: sqlite3.Connection, search: Search) -> tuple[int, Object] | None:
    if search.predicate is None:
        sql = statements.select_first(search.table.name, search.condition.sql)
        found = connection.execute(sql, search.condition.params).fetchone()
        return None if found is None else (found[0], decoded(found[1]))
    with closing(matching(connection, search)) as rows:
        row = next(rows, None)
    return None if row is None else (_number(connection, search.table, row["objectId"]), row)


def _number(connection: sqlite3.Connection, table: Table, object_id: str) -> int:
    return int(connection.execute(statements.select_first(table.name, "id = ?"), (object_id,)).fetchone()[0])


def delete(connection: sqlite3.Connection, search: Search) -> int:
    """Delete every match; how many there were."""
    table = search.table.name
    with refusals():
        if search.predicate is None:
            return connection.execute(statements.delete(table, search.condition.sql), search.condition.params).rowcount
        with closing(matching(connection, search)) as rows:
            ids = [row["objectId"] for row in rows]
    with savepoint(connection):
        remaining = iter(ids)
        while lot := list(islice(remaining, _DELETED_AT_ONCE)):
            marks = ", ".join("?" * len(lot))
            connection.execute(statements.delete(table, f"id IN ({marks})"), lot)
    return len(ids)


def select_by_id(connection: sqlite3.Connection, table: Table, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Number and document of each object that is there, by id: one step of the database for all of them."""
    sql = statements.select_identified(table.name)
    numbers, found, joined = connection.execute(sql, (orjson.dumps(ids).decode(),)).fetchone()
    if joined is None:
        return {}
    documents: list[bytes] = joined.split(statements.SEPARATOR)
    rows: list[Any] = list(zip(orjson.loads(numbers), documents, strict=True))
    return dict(zip(orjson.loads(found), rows, strict=True))


def replace(connection: sqlite3.Connection, table: Table, rows: Sequence[tuple[int, Row]]) -> None:
    """New documents in rows that keep their ids; none of them twice."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        lot = rows[start : start + ROWS_AT_ONCE]
        params = [value for number, (_, *rest) in lot for value in (number, *rest)]
        connection.execute(statements.update_many(table.name, len(lot)), params)
