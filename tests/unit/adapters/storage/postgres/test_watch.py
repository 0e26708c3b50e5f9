"""Notices of changed classes, on the channel that Parse Servers use among each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.schema import Field, FieldType, SchemaChange

from ..conftest import THINGS
from .conftest import until

pytestmark = pytest.mark.oracle

GROWTH = SchemaChange(add_fields={"new": Field(FieldType.STRING)})
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


class Watch:
    """A store's watch, and what it has told."""

    def __init__(self, store: PostgresStorage) -> None:
        self.told = asyncio.Event()
        self.task = asyncio.ensure_future(store.watch_classes(self.told.set))


@pytest.fixture
async def watch(store: PostgresStorage, direct: Connection) -> AsyncIterator[Watch]:
    watch = Watch(store)
    await until(lambda: direct.fetchval(LISTENING))
    yield watch
    watch.task.cancel()
    await asyncio.gather(watch.task, return_exceptions=True)


async def test_changes_of_others_are_told(watch: Watch, other: PostgresStorage) -> None:
    await other.alter_class(THINGS, GROWTH)

    assert await asyncio.wait_for(watch.told.wait(), 5)


@pytest.mark.parametrize("payload", ['{"senderId":"somebody"}', "", "no json", "[]"])
async def test_whatever_others_say_is_told(watch: Watch, direct: Connection, payload: str) -> None:
    await direct.execute("SELECT pg_notify('schema.change', $1)", payload)

    assert await asyncio.wait_for(watch.told.wait(), 5)


async def test_own_changes_are_not_told(watch: Watch, store: PostgresStorage) -> None:
    await store.alter_class(THINGS, GROWTH)
    await asyncio.sleep(0.1)

    assert not watch.told.is_set()


async def test_other_servers_hear_of_our_changes_once_they_are_there(
    store: PostgresStorage, direct: Connection
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    await direct.add_listener("schema.change", lambda *notice: heard.put_nowait(str(notice[-1])))
    async with store.transaction() as inner:
        await inner.alter_class(THINGS, GROWTH)
        await asyncio.sleep(0.05)
        assert heard.empty()

    payload = orjson.loads(await asyncio.wait_for(heard.get(), 5))
    assert list(payload) == ["senderId"]


async def test_a_lost_watch_is_told_of(watch: Watch, direct: Connection) -> None:
    await direct.execute(LISTENING.replace("count(*)", "pg_terminate_backend(pid)"))

    with pytest.raises(StorageUnavailableError):
        await asyncio.wait_for(watch.task, 5)
