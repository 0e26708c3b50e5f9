"""Processes that record changes on a store in memory, on which things go wrong when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar

from parsepy.adapters.clock import SystemClock
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.adapters.storage.base import NO_OPTIONS, Object, Options, Storage, StorageUnavailableError
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.core import own_classes
from parsepy.core.context import App, Context
from parsepy.core.live import change_log, creations, intents, switches
from parsepy.core.live.change_log import Entry, Position
from parsepy.core.live.interest import Interest
from parsepy.core.schemas import SchemaRegistry
from parsepy.model.ops import Ops
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Query, Where
from parsepy.system import tokens
from tests.unit.core.contexts import MASTER, context


@dataclass
class Watch:
    """Seconds that the test moves."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


async def _nothing() -> None:
    """Nothing happens."""


class Mortal(MemoryStorage):
    """Counts its calls. Some can fail, as when a connection is lost, and behind one of them something else can happen."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._lost_before = self._lost_behind = self._resting = ""
        self._rest = _nothing

    def fails(self, *, before: str = "", behind: str = "") -> None:
        """Fail at that call from now on, before it is carried out or just behind it; without a name at none."""
        self._lost_before, self._lost_behind = before, behind

    def rests(self, call: str, rest: Callable[[], Coroutine[object, object, None]]) -> None:
        """Let something happen behind the next call of that name."""
        self._resting, self._rest = call, rest

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Storage]:
        async with super()._transaction() as tables:
            inner = type(self)()
            inner.__dict__.update(self.__dict__, _writing=asyncio.Lock(), _tables=tables.__dict__["_tables"])
            yield inner
            tables.__dict__["_tables"] = inner._tables

    def _begins(self, call: str) -> None:
        self.calls.append(call)
        if call == self._lost_before:
            raise StorageUnavailableError("gone")

    async def _ends(self, call: str) -> None:
        if call == self._resting:
            self._resting = ""
            await self._rest()
        if call == self._lost_behind:
            raise StorageUnavailableError("gone")

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        self._begins(call := f"insert {schema.name}")
        await super().insert(schema, objects)
        await self._ends(call)

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        self._begins(f"find {schema.name}")
        return await super().find(schema, query)

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        self._begins(call := f"{'update' if ops else 'look at'} {schema.name}")
        found = await super().update(schema, where, ops, upsert=upsert)
        await self._ends(call)
        return found

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        self._begins(call := f"delete {schema.name}")
        count = await super().delete(schema, where)
        await self._ends(call)
        return count

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        self._begins(f"count {schema.name}")
        return await super().count(schema, where, options)


class Impatient(Mortal):
    """A store whose transactions do not wait for each other."""

    takes_turns: ClassVar[bool] = False


@dataclass
class Recorder:
    """One process."""

    ctx: Context
    storage: Mortal
    watch: Watch = field(default_factory=Watch)

    @property
    def app(self) -> App:
        return self.ctx.app

    @property
    def intents(self) -> intents.Intents:
        return intents.of(self.app)

    async def entries(self) -> list[Entry]:
        """The whole log."""
        return await change_log.page(self.storage, Position("", 0))

    async def told(self) -> list[tuple[object, object]]:
        """What was recorded: points before and after each change, None for no object."""
        changes = [entry.change for entry in await self.entries()]
        states = [(change.before, change.after) for change in changes if change is not None]
        return [tuple(row and row.get("points") for row in pair) for pair in states]  # type: ignore[misc]  # pairs stay pairs


async def recorder(storage: Mortal, *, is_shared: bool = False) -> Recorder:
    """A process on the store; several may have the same one. Its watch stands still."""
    watch, schemas, pubsub = Watch(), SchemaRegistry(storage), MemoryPubSub()
    await schemas.load()
    caches = {
        own_classes.CACHE: set[str](),
        switches.CACHE: switches.Switches(3600, is_shared=is_shared, now=watch),
        creations.CACHE: creations.Creations(),
        intents.CACHE: intents.Intents(now=watch),
    }
    live = Interest(pubsub, "test", None, is_always=True)
    plain = await context(MASTER)
    app = replace(plain.app, storage=storage, schemas=schemas, pubsub=pubsub, caches=caches, live=live)
    app = replace(app, new_id=tokens.new_object_id, clock=SystemClock())
    return Recorder(Context(app, MASTER, storage), storage, watch)


async def recording(storage: Mortal) -> Recorder:
    """A process that records the changes of the class `Score`."""
    made = await recorder(storage)
    await switches.switch_on(made.app, "Score")
    return made
