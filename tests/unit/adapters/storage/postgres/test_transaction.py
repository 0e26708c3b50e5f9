"""Transactions on one connection: their parts, their limits and what goes wrong in them."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, InvalidQueryError, Storage, StorageUnavailableError
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.ops import Set
from parsepy.model.schema import ClassSchema, Field, FieldType, SchemaChange
from parsepy.model.where import EVERYTHING, Compare, Query, Regex, by_id

from ..conftest import THINGS, thing

pytestmark = pytest.mark.oracle

OTHERS = ClassSchema("Others", THINGS.fields)


async def failing(store: Storage) -> None:
    """A transaction that makes a class and an object, and fails."""
    async with store.transaction() as inner:
        await inner.create_class(OTHERS)
        await inner.insert(OTHERS, [thing("a")])
        raise RuntimeError


async def test_a_part_is_undone_alone(store: PostgresStorage) -> None:
    async with store.transaction() as outer:
        await outer.insert(THINGS, [thing("a")])
        with pytest.raises(RuntimeError):
            await failing(outer)
        async with outer.transaction() as inner:
            await inner.insert(THINGS, [thing("c")])
        assert await outer.count(OTHERS, EVERYTHING) == 0

    assert [row["objectId"] for row in await store.find(THINGS, Query())] == ["a", "c"]


async def test_one_that_stays_open_too_long_is_undone(uri: str, store: PostgresStorage) -> None:
    brief = PostgresStorage(uri, transaction_seconds=0.1)
    await brief.open()

    async def dawdle() -> None:
        async with brief.transaction() as inner:
            await inner.insert(THINGS, [thing("a")])
            await asyncio.sleep(0.3)
            await inner.insert(THINGS, [thing("b")])

    with pytest.raises(StorageUnavailableError):
        await dawdle()

    assert await brief.find(THINGS, Query()) == []
    await brief.close()


async def test_calls_take_turns(store: PostgresStorage) -> None:
    async with store.transaction() as inner:
        await asyncio.gather(*(inner.insert(THINGS, [thing(f"id{at}")]) for at in range(20)))
        counts = await asyncio.gather(*(inner.count(THINGS, EVERYTHING) for _ in range(5)))

    assert counts == [20] * 5


async def test_a_refused_read_does_not_end_it(store: PostgresStorage) -> None:
    async with store.transaction() as inner:
        await inner.insert(THINGS, [thing("a", s="x")])
        with pytest.raises(InvalidQueryError):
            await inner.find(THINGS, Query(Regex("s", "(")))
        with pytest.raises(DuplicateValueError):
            await inner.insert(THINGS, [thing("a")])

    assert await store.find(THINGS, Query()) == [thing("a", s="x")]


async def test_a_class_that_grows_within_it_is_known_outside_only_afterwards(store: PostgresStorage) -> None:
    field = {"new": Field(FieldType.STRING)}
    grown = THINGS.applied(SchemaChange(add_fields=field))
    async with store.transaction() as inner:
        await inner.alter_class(THINGS, SchemaChange(add_fields=field))
        await inner.insert(grown, [thing("a", new="x")])

    assert await store.find(grown, Query()) == [thing("a", new="x")]


async def test_a_failed_one_leaves_no_tables_behind(store: PostgresStorage) -> None:
    with pytest.raises(RuntimeError):
        await failing(store)

    assert await store.find(OTHERS, Query()) == []
    await store.create_class(OTHERS)
    await store.insert(OTHERS, [thing("b")])
    assert await store.count(OTHERS, EVERYTHING) == 1


async def test_two_that_wait_for_each_other_do_not_wait_for_ever(store: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("a"), thing("b")])
    met = asyncio.Barrier(2)

    async def change(first: str, second: str) -> None:
        async with store.transaction() as inner:
            await inner.update(THINGS, by_id(first), {"s": Set(first)})
            await met.wait()
            await inner.update(THINGS, by_id(second), {"s": Set(first)})

    answers = await asyncio.gather(change("a", "b"), change("b", "a"), return_exceptions=True)

    assert sorted(str(type(answer).__name__) for answer in answers) == ["NoneType", "StorageUnavailableError"]
    winner = await store.get(THINGS, "a")
    assert winner is not None
    assert await store.count(THINGS, Compare("s", "$eq", winner["s"])) == 2


async def test_leaving_it_by_a_cancellation_undoes_it(store: PostgresStorage) -> None:
    inside = asyncio.Event()

    async def change() -> None:
        async with store.transaction() as inner:
            await inner.insert(THINGS, [thing("a")])
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.ensure_future(change())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await store.find(THINGS, Query()) == []
