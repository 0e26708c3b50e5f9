"""Reads and the event loop: what takes long does not hold it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.sqlite import SqliteStorage
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.model.where import EVERYTHING, Compare, Order, Query, Regex, Where, by_id

from .conftest import THINGS, thing

ROWS = 50_000


@pytest.fixture(scope="module")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loop") / "big.sqlite"

    async def fill() -> None:
        store = SqliteStorage(path)
        await store.open()
        await store.create_class(THINGS)
        await store.insert(THINGS, [thing(f"t{n}", s=f"text {n} " * 5, n=n, o={"k": n}) for n in range(ROWS)])
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


async def test_a_read_by_id_is_answered_in_the_loop_itself(store: SqliteStorage) -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count_turns())
    found = [await store.get(THINGS, "t77"), *await store.find(THINGS, Query(by_id("t78")))]
    counting.cancel()

    assert ([row and row["objectId"] for row in found], turns) == (["t77", "t78"], 0)


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
