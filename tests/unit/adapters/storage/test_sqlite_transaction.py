"""Transactions: one at a time, wholly or not at all, never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, Object, Storage, StorageError, StorageUnavailableError
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.ops import Increment, Set
from parsepy.model.schema import ClassSchema, Field, FieldType, SchemaChange
from parsepy.model.where import EVERYTHING, Query, by_id

from .conftest import THINGS, thing


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    store = SqliteStorage(tmp_path / "transactions.sqlite", transaction_seconds=0.5)
    await store.open()
    await store.create_class(THINGS)
    yield store
    await store.close()


async def twice(store: Storage, row: Object) -> None:
    """A transaction that fails after its first write."""
    async with store.transaction() as inner:
        await inner.insert(THINGS, [row])
        await inner.insert(THINGS, [row])


async def test_others_see_nothing_before_the_end_and_their_writes_wait(store: SqliteStorage) -> None:
    async with store.transaction() as inner:
        await inner.insert(THINGS, [thing("a", n=1)])
        waiting = asyncio.ensure_future(store.update(THINGS, by_id("a"), {"n": Increment(1)}))
        await asyncio.sleep(0.05)
        assert (await store.get(THINGS, "a"), waiting.done()) == (None, False)

    assert await waiting == thing("a", n=2)


async def test_a_refused_write_leaves_the_transaction_usable(store: SqliteStorage) -> None:
    async with store.transaction() as inner:
        await inner.insert(THINGS, [thing("a")])
        with pytest.raises(DuplicateValueError):
            await inner.insert(THINGS, [thing("b"), thing("a")])
        await inner.insert(THINGS, [thing("c")])

    assert [row["objectId"] for row in await store.find(THINGS, Query())] == ["a", "c"]


async def test_a_part_is_undone_alone(store: SqliteStorage) -> None:
    async with store.transaction() as outer:
        await outer.insert(THINGS, [thing("a")])
        with pytest.raises(DuplicateValueError):
            await twice(outer, thing("b"))
        async with outer.transaction() as part:
            await part.insert(THINGS, [thing("c")])

    assert [row["objectId"] for row in await store.find(THINGS, Query())] == ["a", "c"]


async def test_classes_made_in_an_undone_transaction_are_gone(store: SqliteStorage) -> None:
    new = ClassSchema("New", THINGS.fields)

    async def grow() -> None:
        async with store.transaction() as inner:
            await inner.create_class(new)
            await inner.alter_class(THINGS, SchemaChange(add_fields={"x": Field(FieldType.STRING)}))
            await inner.insert(new, [thing("a")])
            await twice(inner, thing("b"))

    with pytest.raises(DuplicateValueError):
        await grow()

    assert await store.load_classes() == [THINGS]
    assert await store.get(new, "a") is None
    with pytest.raises(StorageError):
        await store.insert(new, [thing("a")])


async def test_a_cancelled_transaction_is_undone_and_lets_others_write(store: SqliteStorage) -> None:
    started = asyncio.Event()

    async def stuck() -> None:
        async with store.transaction() as inner:
            await inner.insert(THINGS, [thing("a")])
            started.set()
            await asyncio.sleep(60)

    task = asyncio.ensure_future(stuck())
    await started.wait()
    task.cancel()
    await asyncio.wait([task])
    await asyncio.wait_for(store.insert(THINGS, [thing("b")]), 0.4)

    assert await store.find(THINGS, Query()) == [thing("b")]


async def test_transactions_cancelled_before_they_begin_block_nobody(store: SqliteStorage) -> None:
    async def use() -> None:
        async with store.transaction() as inner:
            await inner.insert(THINGS, [thing("never")])

    async with store.transaction() as first:
        await first.insert(THINGS, [thing("a")])
        waiting = [asyncio.ensure_future(use()) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    await asyncio.wait_for(store.insert(THINGS, [thing("b")]), 0.4)

    assert [row["objectId"] for row in await store.find(THINGS, Query())] == ["a", "b"]


async def test_a_transaction_that_takes_too_long_is_undone(store: SqliteStorage) -> None:
    async def wait_for_itself() -> None:
        async with store.transaction() as inner:
            await inner.insert(THINGS, [thing("a")])
            await store.insert(THINGS, [thing("b")])
            await inner.update(THINGS, by_id("a"), {"n": Set(1)})

    with pytest.raises(StorageUnavailableError):
        await wait_for_itself()

    assert await store.find(THINGS, Query()) == [thing("b")]


async def test_transactions_follow_each_other(store: SqliteStorage) -> None:
    await store.insert(THINGS, [thing("a", n=0)])

    async def add() -> None:
        async with store.transaction() as inner:
            row = await inner.get(THINGS, "a")
            assert row is not None
            await inner.update(THINGS, by_id("a"), {"n": Set(row["n"] + 1)})

    await asyncio.gather(*(add() for _ in range(20)))

    assert await store.get(THINGS, "a") == thing("a", n=20)


async def test_closing_waits_for_the_open_transaction(store: SqliteStorage) -> None:
    async with store.transaction() as inner:
        await inner.insert(THINGS, [thing("a")])
        closing = asyncio.ensure_future(store.close())
        await asyncio.sleep(0.02)
        await inner.insert(THINGS, [thing("b")])
    await closing
    await store.open()

    assert await store.count(THINGS, EVERYTHING) == 2
