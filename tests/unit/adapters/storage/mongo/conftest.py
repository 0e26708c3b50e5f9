"""A store on MongoDB or its stand-in, beside the driver itself to look at what is stored."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from parsepy.adapters.storage.mongo import MongoStorage
from tests.compat.servers import database_uri

Database = AsyncDatabase[dict[str, Any]]


@pytest.fixture
def uri(mongo_server: str) -> str:
    """The address of a database that nobody else uses."""
    return database_uri(mongo_server, f"parsepy_{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def database(uri: str) -> AsyncIterator[Database]:
    """That database, dropped at the end."""
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        found = client.get_default_database()
        yield found
        await client.drop_database(found.name)


@pytest.fixture
async def store(uri: str, database: Database) -> AsyncIterator[MongoStorage]:
    """An open, empty store."""
    store = MongoStorage(uri)
    await store.open()
    yield store
    await store.close()
