"""The indexes that are made beside those that clients ask for: pages of sorted lists are read from them."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.schema import ClassSchema, Index, SchemaChange
from parsepy.model.where import Compare, Order, Query

from ..conftest import THINGS, thing

SORTED = ("s", "n", "b", "d", "p", "updatedAt")
INDEXED = ClassSchema("Sorted", THINGS.fields, indexes={f"{path}_1": Index(f"{path}_1", {path: 1}) for path in SORTED})
NAMES = "SELECT indexname::text FROM pg_indexes WHERE tablename = 'Sorted'"
MOMENT = "2026-01-01T00:00:00.000Z"


@pytest.fixture
async def filled(store: PostgresStorage, direct: Connection) -> PostgresStorage:
    """A store with many things that are alike, whose statistics are known."""
    await store.create_class(INDEXED)
    rows = [thing(f"t{n:05}", n=n % 3, s=f"s{n % 3}", b=n % 2 == 0, createdAt=MOMENT) for n in range(6000)]
    await store.insert(INDEXED, rows)
    await direct.execute('VACUUM ANALYZE "Sorted"')
    return store


@pytest.mark.parametrize("path", ["s", "n", "b", "updatedAt"])
@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
async def test_a_page_is_found_in_an_index_alone(filled: PostgresStorage, path: str, descending: bool) -> None:
    query = Query(order=(Order(path, descending),), limit=100, skip=1000)
    (plan,) = await filled.explain(INDEXED, query)
    rows = await filled.find(INDEXED, query)
    everything = await filled.find(INDEXED, Query(order=(Order(path, descending),)))

    assert "Index Only Scan" in str(plan)
    assert "Incremental Sort" not in str(plan)
    assert [row["objectId"] for row in rows] == [row["objectId"] for row in everything[1000:1100]]


async def test_clients_do_not_see_the_indexes_of_the_server(filled: PostgresStorage) -> None:
    assert set(await filled.indexes(INDEXED)) - {"_id_"} == set(INDEXED.indexes)


async def test_an_index_that_is_dropped_takes_those_beside_it_along(
    filled: PostgresStorage, direct: Connection
) -> None:
    await filled.alter_class(INDEXED, SchemaChange(drop_indexes=frozenset({"n_1"})))
    names = {name for (name,) in await direct.fetch(NAMES)}

    assert "parsepy_down:s_1:Sorted" in names
    assert not {name for name in names if "n_1" in name}


async def test_a_database_without_the_indexes_of_the_server_works_as_well(
    filled: PostgresStorage, direct: Connection, uri: str
) -> None:
    for (name,) in await direct.fetch(NAMES):
        if name.startswith("parsepy_down"):
            await direct.execute(f'DROP INDEX "{name}"')
    other = PostgresStorage(uri)
    await other.open()
    (schema,) = [schema for schema in await other.load_classes() if schema.name == "Sorted"]
    rows = await other.find(schema, Query(order=(Order("n", True),), limit=2, skip=1))
    names = set(await other.indexes(schema))
    await other.close()

    assert [row["objectId"] for row in rows] == ["t00005", "t00008"]
    assert "n_1" in names


async def test_lists_leave_connections_to_those_who_read_one_object(
    filled: PostgresStorage, direct: Connection
) -> None:
    await direct.execute('BEGIN; LOCK TABLE "Sorted" IN ACCESS EXCLUSIVE MODE')
    counts = [asyncio.ensure_future(filled.count(INDEXED, Compare("n", "$gte", 0))) for _ in range(20)]
    await asyncio.sleep(0)
    await filled.ping()
    waiting = [count.done() for count in counts]
    await direct.execute("ROLLBACK")

    assert not any(waiting)
    assert await asyncio.gather(*counts) == [6000] * 20
