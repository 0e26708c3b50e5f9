"""Reads and the event loop: what takes long does not hold it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema, Index
from parsepy.model.where import EVERYTHING, Compare, In, Order, Permits, Query, Regex, Where, both, by_id

from .conftest import THINGS, thing

ROWS = 50_000
INDEXED = ClassSchema("Thing", THINGS.fields, indexes={"t": Index("t", {"t": 1})})


@pytest.fixture(scope="module")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loop") / "big.sqlite"

    async def fill() -> None:
        store = SqliteStorage(path)
        await store.open()
        await store.create_class(INDEXED)
        rows = [thing(f"t{n}", s=f"text {n} " * 5, t=str(n), n=n, o={"k": n}) for n in range(ROWS)]
        await store.insert(INDEXED, rows)
        await store.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def store(big_file: Path) -> AsyncIterator[SqliteStorage]:
    store = SqliteStorage(big_file)
    await store.open()
    yield store
    await store.close()


SCANS: list[Query] = [
    Query(Compare("s", "$eq", "nothing")),
    Query(Regex("s", "9 $"), order=(Order("o.k", descending=True),)),
    Query(Compare("o.k", "$gte", 0), order=(Order("o"),)),
    Query(EVERYTHING, order=(Order("n", descending=True),)),
]


@pytest.mark.slow
@pytest.mark.parametrize("query", SCANS, ids=["in SQL", "by predicate", "by key", "whole class"])
async def test_the_loop_goes_on_during_a_scan(store: SqliteStorage, query: Query) -> None:
    scan = asyncio.ensure_future(store.find(THINGS, query))
    started, ticks = time.perf_counter(), 0
    while not scan.done():
        await asyncio.sleep(0.0005)
        ticks += 1
    seconds = time.perf_counter() - started

    # A tick takes half a millisecond, another half until the interpreter is handed over; the rest is for a busy machine.
    assert ticks > seconds / 0.02


def turns_of_the_loop() -> tuple[asyncio.Task[None], list[int]]:
    """A task that counts how often the loop comes round."""
    turns = [0]

    async def count() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    return asyncio.ensure_future(count()), turns


SHORT: list[Query] = [
    Query(by_id("t78")),
    Query(both(by_id("t78"), Permits("read", frozenset({"*"}))), limit=1),
    Query(both(In("objectId", ("t78", "t99999999")), Permits("read", frozenset({"*"})))),
    Query(Compare("t", "$eq", "78"), limit=1),
]


@pytest.mark.parametrize("query", SHORT, ids=["id", "id and permission", "ids", "index"])
async def test_a_look_up_is_answered_in_the_loop_itself(store: SqliteStorage, query: Query) -> None:
    counting, turns = turns_of_the_loop()
    found = await store.find(INDEXED, query)
    counting.cancel()

    assert ([row["objectId"] for row in found], turns) == (["t78"], [0])


async def test_a_read_that_turns_out_long_goes_to_a_thread(store: SqliteStorage) -> None:
    connections: list[sqlite3.Connection] = []

    def perform(connection: sqlite3.Connection, catalog: Catalog) -> int:
        connections.append(connection)
        return int(connection.execute("SELECT count(*) FROM Thing WHERE doc LIKE '%text 1%9 text%'").fetchone()[0])

    assert await store._read(perform, short=True) == await store._read(perform)
    assert connections[0] is not connections[1]


@pytest.mark.parametrize("where", [EVERYTHING, Regex("s", "^text")], ids=["in SQL", "by predicate"])
async def test_a_large_answer_is_whole_and_in_order(store: SqliteStorage, where: Where) -> None:
    rows = await store.find(THINGS, Query(where))

    assert [row["n"] for row in rows] == list(range(ROWS))


async def test_more_than_one_text_can_hold_is_read_row_by_row(store: SqliteStorage) -> None:
    def perform(connection: sqlite3.Connection, catalog: Catalog) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000)

    for _ in range(10):
        await asyncio.gather(*(store._read(perform) for _ in range(8)))
    rows = await store.find(THINGS, Query(limit=3_000))

    assert [row["n"] for row in rows] == list(range(3_000))
