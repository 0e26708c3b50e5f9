"""Inserts that wait at the same time share a statement, and yet each caller has his own answer."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, InvalidValueError, Object, StorageUnavailableError
from parsepy.adapters.storage.postgres.inserts import Inserts
from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.where import EVERYTHING, Query

from ..conftest import THINGS, thing

OTHERS = ClassSchema("Others", THINGS.fields)


@pytest.mark.oracle
async def test_fifty_creates_cost_one_statement(store: PostgresStorage, direct: Connection) -> None:
    await asyncio.gather(*(store.insert(THINGS, [thing(f"id{at:02}", n=at)]) for at in range(50)))

    assert await direct.fetchval('SELECT count(DISTINCT xmin::text) FROM "Thing"') == 1
    assert [row["n"] for row in await store.find(THINGS, Query())] == list(range(50))


@pytest.mark.oracle
async def test_a_thousand_objects_of_one_call_cost_one_statement(store: PostgresStorage, direct: Connection) -> None:
    await store.insert(THINGS, [thing(f"id{at}", s="x" * 100) for at in range(1000)])

    assert await direct.fetchval('SELECT count(DISTINCT xmin::text) FROM "Thing"') == 1
    assert await store.count(THINGS, EVERYTHING) == 1000


@pytest.mark.oracle
async def test_a_refused_object_fails_only_its_own_caller(store: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("taken")])
    lots = [[thing("a")], [thing("b"), thing("taken")], [thing("c", s="\0")], [thing("d")], [thing("e", n="x")]]

    answers = await asyncio.gather(*(store.insert(THINGS, lot) for lot in lots), return_exceptions=True)

    assert [type(answer) for answer in answers] == [
        type(None),
        DuplicateValueError,
        InvalidValueError,
        type(None),
        InvalidValueError,
    ]
    assert {row["objectId"] for row in await store.find(THINGS, Query())} == {"taken", "a", "d"}


@pytest.mark.oracle
async def test_inserts_of_several_classes_do_not_wait_for_each_other(store: PostgresStorage) -> None:
    await store.create_class(OTHERS)
    await asyncio.gather(store.insert(THINGS, [thing("a")]), store.insert(OTHERS, [thing("b")]))

    assert [row["objectId"] for row in await store.find(OTHERS, Query())] == ["b"]


@pytest.mark.oracle
async def test_a_field_that_the_table_lacks_is_made_when_it_is_first_stored(
    store: PostgresStorage, direct: Connection
) -> None:
    await direct.execute('ALTER TABLE "Thing" DROP COLUMN n')
    await store.load_classes()
    rows = [thing("a", n=1), thing("b", s="x")]
    await asyncio.gather(*(store.insert(THINGS, [row]) for row in rows))

    assert await store.find(THINGS, Query()) == rows


class Slow:
    """Stores nothing, when it is let, and remembers what it was given."""

    def __init__(self, refused: type[Exception] | None = None) -> None:
        self.lots: list[list[str]] = []
        self.may_end = asyncio.Event()
        self._refused = refused

    async def store(self, schema: ClassSchema, objects: list[Object]) -> None:
        self.lots.append([row["objectId"] for row in objects])
        await self.may_end.wait()
        if self._refused is not None and len(objects) > 1:
            raise self._refused


async def test_those_who_come_while_statements_run_are_gathered() -> None:
    slow = Slow()
    inserts = Inserts(slow.store)  # type: ignore[arg-type]  # lists are sequences
    under_way = []
    for name in "abcdef":
        under_way.append(asyncio.ensure_future(inserts.add(THINGS, [thing(name)])))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    slow.may_end.set()
    await asyncio.gather(*under_way)

    assert slow.lots == [["a"], ["b"], ["c", "d", "e", "f"]]


async def test_callers_with_other_schemas_wait_for_the_next_statement() -> None:
    slow = Slow()
    slow.may_end.set()
    inserts = Inserts(slow.store)  # type: ignore[arg-type]  # lists are sequences
    grown = THINGS.applied(SchemaChange())
    await asyncio.gather(inserts.add(THINGS, [thing("a")]), inserts.add(grown, [thing("b")]))

    assert slow.lots == [["a"], ["b"]]


async def test_inserts_of_an_unknown_outcome_are_not_tried_again() -> None:
    slow = Slow(StorageUnavailableError)
    slow.may_end.set()
    inserts = Inserts(slow.store)  # type: ignore[arg-type]  # lists are sequences
    calls = (inserts.add(THINGS, [thing(name)]) for name in "ab")
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(answer) for answer in answers] == [StorageUnavailableError] * 2
    assert slow.lots == [["a", "b"]]


async def test_a_caller_who_goes_away_is_not_served() -> None:
    slow = Slow()
    slow.may_end.set()
    inserts = Inserts(slow.store)  # type: ignore[arg-type]  # lists are sequences
    gone = asyncio.ensure_future(inserts.add(THINGS, [thing("a")]))
    await asyncio.sleep(0)
    gone.cancel()
    await inserts.add(THINGS, [thing("b")])
    await inserts.close()

    assert slow.lots in ([["b"]], [["a", "b"]])
