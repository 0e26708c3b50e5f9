"""A store whose calls belong to one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from parsepy.adapters.storage.base import Storage, StorageUnavailableError
from parsepy.adapters.storage.sqlite.calls import Read, SqliteCalls
from parsepy.adapters.storage.sqlite.dialogue import Dialogue, statement
from parsepy.adapters.storage.sqlite.jobs import Perform
from parsepy.adapters.storage.sqlite_shared.crew import Share


class SqliteTransaction(SqliteCalls):
    """The store as seen from within a transaction: it sees its own writes, others see none of them before the end."""

    def __init__(self, dialogue: Dialogue, depth: int = 0) -> None:
        self._dialogue = dialogue
        self._depth = depth

    async def _read(self, perform: Perform, *, short: bool = False, share: Share | None = None) -> Any:
        return await self._dialogue.submit(perform, guarded=False)

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[Read]:
        yield self._read

    async def _write(self, perform: Perform) -> Any:
        return await self._dialogue.submit(perform)

    async def open(self) -> None:
        """Nothing to do: the store is open."""

    async def close(self) -> None:
        """Nothing to do: the store stays open."""

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A part of this transaction that may be undone alone."""
        return self._part()

    @asynccontextmanager
    async def _part(self) -> AsyncIterator[Storage]:
        name = f"part{self._depth}"
        await self._say(f"SAVEPOINT {name}")
        try:
            yield SqliteTransaction(self._dialogue, self._depth + 1)
        except BaseException:
            await asyncio.shield(self._say(f"ROLLBACK TO {name}"))
            raise
        finally:
            await asyncio.shield(self._say(f"RELEASE {name}"))

    async def _say(self, sql: str) -> None:
        await self._dialogue.submit(statement(sql), guarded=False)


async def _undone(dialogue: Dialogue) -> None:
    """End without effects. What has begun is waited for, whatever else happens; what has not need not wait for its turn."""
    with suppress(StorageUnavailableError):
        ending = dialogue.finish(keep=False)
        if dialogue.started.done() and not dialogue.started.cancelled():
            await asyncio.shield(ending)
        else:
            ending.cancel()


@asynccontextmanager
async def transaction(dialogue: Dialogue) -> AsyncIterator[Storage]:
    """The block of a transaction; leaving it by an exception, a cancellation too, undoes everything."""
    try:
        await dialogue.started
        yield SqliteTransaction(dialogue)
    except BaseException:
        await _undone(dialogue)
        raise
    await asyncio.shield(dialogue.finish(keep=True))
