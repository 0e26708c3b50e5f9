"""A PostgreSQL database for each test, and stores on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest

from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage

from ..conftest import THINGS, PostgresDatabases


@pytest.fixture
def uri(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of an empty database."""
    address = postgres_databases.take()
    yield address
    postgres_databases.give(address)


@pytest.fixture
async def store(uri: str) -> AsyncIterator[PostgresStorage]:
    """An open store that holds the class of things, empty."""
    store = PostgresStorage(uri)
    await store.open()
    await store.create_class(THINGS)
    yield store
    await store.close()


@pytest.fixture
async def other(uri: str, store: PostgresStorage) -> AsyncIterator[PostgresStorage]:
    """What another process would have: a second store on the same database."""
    other = PostgresStorage(uri)
    await other.open()
    await other.load_classes()
    yield other
    await other.close()


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 10) -> None:
    """Wait for what somebody else is about to do."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.fixture
async def direct(uri: str) -> AsyncIterator[Connection]:
    """A plain connection, for what the store does not do."""
    connection: Connection = await asyncpg.connect(uri)
    yield connection
    await connection.close()
