"""Connections that are taken, lost, missing and idle."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import InvalidQueryError, StorageUnavailableError
from parsepy.adapters.storage.postgres.pool import MOST_STATEMENTS, Connection, Session
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.ops import Increment
from parsepy.model.where import EVERYTHING, Query, by_id
from parsepy.settings.database_options import DatabaseOptions

from ..conftest import THINGS, thing
from .conftest import until

pytestmark = pytest.mark.oracle

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
KILL = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


async def sleep(session: Session) -> None:
    await session.value("SELECT pg_sleep(0.4)")


async def test_no_more_connections_are_made_than_allowed(uri: str, store: PostgresStorage, direct: Connection) -> None:
    await store.close()
    small = PostgresStorage(f"{uri}?max=2")
    await small.open()
    await asyncio.gather(*(small.count(THINGS, EVERYTHING) for _ in range(20)))

    assert await direct.fetchval(OTHERS) <= 2
    await small.close()


async def test_who_waits_too_long_for_a_connection_is_told(uri: str, store: PostgresStorage) -> None:
    small = PostgresStorage(f"{uri}?max=1", wait_seconds=0.05)
    await small.open()
    taken = asyncio.ensure_future(small._run(sleep, writing=False))
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailableError):
        await small.get(THINGS, "a")
    await taken

    assert await small.get(THINGS, "a") is None
    await small.close()


async def test_reads_survive_the_loss_of_all_connections(store: PostgresStorage, direct: Connection) -> None:
    await store.insert(THINGS, [thing("a")])
    await asyncio.gather(*(store.get(THINGS, "a") for _ in range(5)))
    await direct.fetchval(KILL)

    answers = await asyncio.gather(*(store.get(THINGS, "a") for _ in range(5)))
    assert answers == [thing("a")] * 5


async def test_a_write_that_lost_its_connection_is_told_of_and_the_next_one_works(
    store: PostgresStorage, direct: Connection
) -> None:
    await store.insert(THINGS, [thing("a", n=0)])
    await direct.execute('BEGIN; SELECT 1 FROM "Thing" FOR UPDATE')
    waiting = asyncio.ensure_future(store.update(THINGS, by_id("a"), {"n": Increment(1)}))
    await until(lambda: direct.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
    await direct.fetchval(KILL)
    with pytest.raises(StorageUnavailableError):
        await waiting
    await direct.execute("ROLLBACK")

    assert await store.update(THINGS, by_id("a"), {"n": Increment(1)}) == thing("a", n=1)


async def test_a_call_that_was_given_up_leaves_its_connection_usable(uri: str, store: PostgresStorage) -> None:
    small = PostgresStorage(f"{uri}?max=1")
    await small.open()
    await small.insert(THINGS, [thing("a")])
    given_up = asyncio.ensure_future(small._run(sleep, writing=False))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)

    assert await small.get(THINGS, "a") == thing("a")
    assert await small.find(THINGS, Query()) == [thing("a")]
    await small.close()


async def test_idle_connections_are_closed(uri: str, store: PostgresStorage, direct: Connection) -> None:
    await store.close()
    idle = PostgresStorage(f"{uri}?idleTimeoutMillis=50")
    await idle.open()
    await asyncio.gather(*(idle.count(THINGS, EVERYTHING) for _ in range(4)))
    await until(lambda: direct.fetchval(f"SELECT ({OTHERS}) = 0"))

    assert await idle.count(THINGS, EVERYTHING) == 0
    await idle.close()


async def test_a_query_that_takes_too_long_is_stopped(uri: str, store: PostgresStorage) -> None:
    quick = PostgresStorage(f"{uri}?query_timeout=60000", options=DatabaseOptions(max_time_ms=50))
    await quick.open()
    with pytest.raises(InvalidQueryError):
        await quick._run(sleep, writing=False)

    assert await quick.find(THINGS, Query()) == []
    await quick.close()


async def test_old_statements_make_room_for_new_ones(store: PostgresStorage) -> None:
    async def work(session: Session) -> int:
        for at in range(MOST_STATEMENTS + 20):
            await session.value(f"SELECT {at}")
        return int(await session.value("SELECT count(*) FROM pg_prepared_statements"))

    assert await store._run(work, writing=False) <= MOST_STATEMENTS + 2


async def test_a_store_that_is_closed_says_so(store: PostgresStorage) -> None:
    await store.close()
    await store.close()

    with pytest.raises(StorageUnavailableError):
        await store.get(THINGS, "a")


async def test_a_server_that_is_not_there_is_told_of() -> None:
    nowhere = PostgresStorage("postgres://ann:secret@127.0.0.1:1/app")

    with pytest.raises(StorageUnavailableError) as refused:
        await nowhere.open()

    assert "secret" not in str(refused.value)
