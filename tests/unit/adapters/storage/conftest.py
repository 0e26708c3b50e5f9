"""The stores that the contract suite runs on, and the class of things that its tests store."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from pymongo import MongoClient

from parsepy.adapters.storage.base import Object, Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.mongo import MongoStorage
from parsepy.adapters.storage.postgres.columns import quoted
from parsepy.adapters.storage.postgres.jsonb import in_stored_order
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema, Field, FieldType
from tests.compat.servers import database_uri, fresh_database

from . import stand_in

_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_CHECKS)
settings.register_profile("thorough", max_examples=5000, deadline=None, suppress_health_check=_CHECKS)
if settings.get_current_profile_name() != "thorough":
    settings.load_profile("quick")


@contextmanager
def _mongo(request: pytest.FixtureRequest, folder: Path) -> Iterator[Storage]:
    address: str = request.getfixturevalue("mongo_server")
    name = f"parsepy_{uuid.uuid4().hex[:12]}"
    yield MongoStorage(database_uri(address, name))
    with MongoClient[dict[str, Any]](address) as client:
        client.drop_database(name)


class PostgresDatabases:
    """Empty databases of one server, used again and again: emptying one takes a tenth of the time of making one."""

    def __init__(self, address: str, loop: asyncio.Runner) -> None:
        self._address = address
        self._loop = loop
        self._made = AsyncExitStack()
        self._free: list[str] = []

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        return self._loop.run(self._made.enter_async_context(fresh_database("postgres", self._address)))

    def give(self, uri: str) -> None:
        self._loop.run(self._empty(uri))
        self._free.append(uri)

    async def _empty(self, uri: str) -> None:
        connection = await asyncpg.connect(uri)
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = ", ".join(quoted(name) for (name,) in rows if name != "spatial_ref_sys")
        await connection.execute(f"DROP TABLE IF EXISTS {tables}" if tables else "")
        await connection.close()

    def close(self) -> None:
        self._loop.run(self._made.aclose())


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Iterator[PostgresDatabases]:
    with asyncio.Runner() as loop:
        databases = PostgresDatabases(postgres_server, loop)
        yield databases
        databases.close()


@contextmanager
def _postgres(request: pytest.FixtureRequest, folder: Path) -> Iterator[Storage]:
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    uri = databases.take()
    yield PostgresStorage(uri)
    databases.give(uri)


Opener = Callable[[pytest.FixtureRequest, Path], AbstractContextManager[Storage]]

OPENERS: Mapping[str, Opener] = {
    "memory": lambda request, folder: nullcontext(MemoryStorage()),
    "sqlite": lambda request, folder: nullcontext(SqliteStorage(folder / "store.db")),
    "shared": lambda request, folder: nullcontext(SqliteStorage(folder / "store.db", quick_seconds=0)),
    "mongo": _mongo,
    "postgres": _postgres,
}
"""A new store joins the suite by a line here: a store that is not open yet, and what is to be done after it was closed.

Those that need a server are marked in `STORES`. An opener is called outside of a running event loop.
"""

STORES = [
    "memory",
    "sqlite",
    "shared",
    pytest.param("mongo", marks=pytest.mark.oracle),
    pytest.param("postgres", marks=pytest.mark.oracle),
]
"""The parameters of fixtures that open stores."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what the stand-in for MongoDB lacks, and leave out what is not so on MongoDB."""
    mongo = [item for item in items if stand_in.is_on_mongo(item)]
    left_out = [item for item in mongo if stand_in.is_otherwise(item)]
    for item in mongo:
        if stand_in.is_lacked(item):
            item.add_marker(pytest.mark.real_mongo)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


_BASE = {
    "objectId": Field(FieldType.STRING),
    "createdAt": Field(FieldType.DATE),
    "updatedAt": Field(FieldType.DATE),
    "ACL": Field(FieldType.ACL),
}
_TYPES = {
    "s": FieldType.STRING,
    "t": FieldType.STRING,
    "n": FieldType.NUMBER,
    "b": FieldType.BOOLEAN,
    "d": FieldType.DATE,
    "o": FieldType.OBJECT,
    "a": FieldType.ARRAY,
    "f": FieldType.FILE,
    "g": FieldType.GEO_POINT,
    "poly": FieldType.POLYGON,
    "y": FieldType.BYTES,
}
THINGS = ClassSchema(
    "Thing", _BASE | {name: Field(type_) for name, type_ in _TYPES.items()} | {"p": Field(FieldType.POINTER, "Team")}
)


@pytest.fixture(params=STORES)
def closed_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty store that is not open."""
    with OPENERS[request.param](request, tmp_path) as store:
        yield store


@pytest.fixture
async def storage(closed_store: Storage) -> AsyncIterator[Storage]:
    """An open, empty store."""
    await closed_store.open()
    yield closed_store
    await closed_store.close()


@pytest.fixture
async def thing_store(storage: Storage) -> Storage:
    """A store that holds the class of things, empty."""
    await storage.create_class(THINGS)
    return storage


def forgets_order(store: Storage) -> bool:
    """Whether the store cannot keep the order of the fields of nested objects: jsonb sorts them."""
    return isinstance(store, PostgresStorage)


def as_kept(store: Storage, row: Object) -> Object:
    """An object as the store gives it back: the same, but perhaps for the order of nested fields."""
    if not forgets_order(store):
        return row
    documents = {FieldType.OBJECT, FieldType.ARRAY}
    types = {name: field.type for name, field in THINGS.fields.items()}
    return {name: in_stored_order(value) if types.get(name) in documents else value for name, value in row.items()}


def thing(name: str, **fields: Any) -> Object:
    """An object as stored, with its times."""
    moment = "2026-01-02T03:04:05.678Z"
    return {"objectId": name, "createdAt": moment, "updatedAt": moment, **fields}
