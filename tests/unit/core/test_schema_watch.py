"""What runs beside the requests: reading classes in the background, and watching for changes by others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from parsepy.adapters.storage.base import StorageError, StorageUnavailableError
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.core.schemas import SchemaRegistry
from parsepy.core.schemas import watch as schema_watch
from parsepy.model.schema import ClassSchema, Field, FieldType, SchemaChange

NUMBER = Field(FieldType.NUMBER)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Shared(MemoryStorage):
    """A store that others change, that can be slow or gone, and whose watch can be lost."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.watches = 0
        self.failure: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.changed: Callable[[], None] | None = None
        self.lost: asyncio.Future[None] | None = None

    async def load_classes(self) -> list[ClassSchema]:
        self.reads += 1
        found = await super().load_classes()
        await self.answers.wait()
        if self.failure is not None:
            raise self.failure
        return found

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        self.watches += 1
        self.changed = changed
        self.lost = asyncio.get_running_loop().create_future()
        await self.lost

    async def lose(self, failure: Exception) -> None:
        assert self.lost is not None
        self.lost.set_exception(failure)
        await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def background(*work: asyncio.Task[None]) -> AsyncIterator[None]:
    await settle()
    try:
        yield
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


@pytest.fixture
async def storage() -> Shared:
    storage = Shared()
    await storage.open()
    return storage


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def registry(storage: Shared, clock: Clock) -> SchemaRegistry:
    registry = SchemaRegistry(storage, ttl=5, clock=clock)
    await registry.load()
    await registry.grow(registry.planned("Score"), {"a": NUMBER})
    return registry


async def add_column(storage: Shared, name: str) -> None:
    """What another server does."""
    await storage.alter_class(ClassSchema("Score", {}), SchemaChange(add_fields={name: NUMBER}))


async def columns(registry: SchemaRegistry) -> set[str]:
    return set((await registry.require("Score")).fields) & {"a", "b", "c"}


def refreshing(registry: SchemaRegistry) -> asyncio.Task[None]:
    return asyncio.ensure_future(schema_watch.refreshing(registry))


def watching(storage: Shared, registry: SchemaRegistry) -> asyncio.Task[None]:
    return asyncio.ensure_future(schema_watch.watching(storage, registry, first_pause=0.001))


async def test_classes_are_read_in_the_background_before_anybody_has_to_wait(
    registry: SchemaRegistry, storage: Shared, clock: Clock
) -> None:
    async with background(refreshing(registry)):
        await add_column(storage, "b")
        clock.now += 4.5
        storage.answers.clear()
        assert await columns(registry) == {"a"}
        storage.answers.set()
        await settle()

        assert await columns(registry) == {"a", "b"}


async def test_many_requests_at_the_end_of_the_time_to_live_cause_one_reading(
    registry: SchemaRegistry, storage: Shared, clock: Clock
) -> None:
    async with background(refreshing(registry)):
        clock.now += 6
        before = storage.reads
        await asyncio.gather(*(registry.find("Score") for _ in range(100)))

        assert storage.reads == before + 1


async def test_a_change_during_the_reading_is_not_lost(registry: SchemaRegistry, storage: Shared, clock: Clock) -> None:
    clock.now += 6
    storage.answers.clear()
    reading = asyncio.ensure_future(registry.find("Score"))
    await settle()
    await add_column(storage, "b")
    registry.expire()
    storage.answers.set()
    await reading

    assert await columns(registry) == {"a", "b"}


async def test_the_known_classes_stay_while_the_store_is_gone_and_are_read_once_it_is_back(
    registry: SchemaRegistry, storage: Shared, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await add_column(storage, "b")
    clock.now += 6
    storage.failure = StorageUnavailableError("gone")
    assert await columns(registry) == {"a"}
    reads = storage.reads
    assert await columns(registry) == {"a"}
    assert storage.reads == reads
    assert len(caplog.records) == 1

    storage.failure = None
    clock.now += 1.1
    assert await columns(registry) == {"a", "b"}


async def test_an_unknown_class_is_not_called_missing_while_the_store_is_gone(
    registry: SchemaRegistry, storage: Shared
) -> None:
    storage.failure = StorageUnavailableError("gone")

    with pytest.raises(StorageUnavailableError):
        await registry.find("Unknown")


async def test_any_failure_leaves_the_background_running(
    registry: SchemaRegistry, storage: Shared, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_watch, "FIRST_PAUSE", 0.001)
    task = refreshing(registry)
    async with background(task):
        storage.failure = ZeroDivisionError()
        clock.now += 4.5
        await registry.find("Score")
        await settle()
        storage.failure = None
        await asyncio.sleep(0.01)
        await add_column(storage, "b")
        clock.now += 4.5
        await registry.find("Score")
        await settle()

        assert await columns(registry) == {"a", "b"}


async def test_a_change_that_is_told_counts_with_the_next_request(registry: SchemaRegistry, storage: Shared) -> None:
    async with background(refreshing(registry), watching(storage, registry)):
        await add_column(storage, "b")
        assert storage.changed is not None
        storage.changed()

        assert await columns(registry) == {"a", "b"}


async def test_a_lost_watch_is_begun_anew_and_what_was_missed_is_read(
    registry: SchemaRegistry, storage: Shared, caplog: pytest.LogCaptureFixture
) -> None:
    async with background(watching(storage, registry)):
        await add_column(storage, "b")
        await storage.lose(StorageUnavailableError("cut off"))
        assert await columns(registry) == {"a", "b"}
        await asyncio.sleep(0.02)

        assert storage.watches == 2
        assert "cut off" in caplog.text


async def test_a_watch_that_the_store_cannot_keep_is_told_once(
    registry: SchemaRegistry, storage: Shared, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with background(watching(storage, registry)):
        for _ in range(3):
            await storage.lose(StorageError("needs a replica set"))
            await asyncio.sleep(0.03)

        assert storage.watches == 4
        assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_looking_for_unknown_names_takes_a_bounded_share_of_the_time(
    registry: SchemaRegistry, storage: Shared
) -> None:
    before = storage.reads
    for number in range(50):
        schema = await registry.require("Score")
        await registry.with_columns(schema, [f"unknown{number % 5}"])

    assert storage.reads == before + 5


async def test_what_changed_before_the_watch_was_there_is_read_a_moment_later(
    registry: SchemaRegistry, storage: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_watch, "GAP_SECONDS", 0.01)
    async with background(watching(storage, registry)):
        await add_column(storage, "b")
        assert await columns(registry) == {"a"}
        await asyncio.sleep(0.03)

        assert await columns(registry) == {"a", "b"}
