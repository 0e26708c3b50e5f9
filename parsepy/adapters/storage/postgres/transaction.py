"""A store whose calls belong to one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from parsepy.adapters.storage.base import Object, Storage, StorageUnavailableError
from parsepy.adapters.storage.postgres import reads
from parsepy.adapters.storage.postgres.calls import Alter, PostgresCalls, T, Work
from parsepy.adapters.storage.postgres.errors import DRIVER, Translation
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres_tables import changes
from parsepy.adapters.storage.postgres_tables.catalog import Catalog
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Query

_MARK = "SAVEPOINT call"
_NEXT_MARK = f"RELEASE SAVEPOINT call; {_MARK}"
_BACK = "ROLLBACK TO SAVEPOINT call"


class Dialogue:
    """One transaction on one session, whose calls take turns. After `seconds` it is undone, whoever is in it.

    A savepoint stands behind the last call that succeeded: one that fails is undone alone.
    """

    def __init__(self, session: Session, catalog: Catalog, sender: str) -> None:
        self.session = session
        self.catalog = catalog
        self.sender = sender
        self.changed: set[str] = set()
        self.is_over = False
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Begin."""
        await self.session.run(f"BEGIN; {_MARK}")

    def expire(self) -> None:
        """Undo the transaction because its time is over."""
        self.is_over = True
        self.session.connection.terminate()

    async def run(self, work: Work[T]) -> T:
        """Do work within the transaction. Raises StorageUnavailableError when it is over."""
        async with self._turn:
            if self.is_over:
                raise StorageUnavailableError("the transaction is over")
            try:
                found = await work(self.session)
            except BaseException:
                await asyncio.shield(self._undo_call())
                raise
            await self.session.run(_NEXT_MARK)
            return found

    async def _undo_call(self) -> None:
        with suppress(*DRIVER, OSError):
            await self.session.run(_BACK)

    async def say(self, sql: str) -> None:
        """Run a statement of the transaction itself."""
        async with self._turn:
            await self.session.run(sql)

    async def end(self, *, keep: bool) -> None:
        """End the transaction, with its effects or without. Raises StorageUnavailableError if its time is over."""
        async with self._turn:
            if self.is_over:
                raise StorageUnavailableError("the transaction is over")
            self.is_over = True
            if keep and self.changed:
                await changes.notify(self.session, self.sender)
            await self.session.run("COMMIT" if keep else "ROLLBACK")


class PostgresTransaction(PostgresCalls):
    """The store as seen from within a transaction: it sees its own writes, others see none of them before the end."""

    def __init__(self, dialogue: Dialogue, depth: int = 0) -> None:
        super().__init__(dialogue.catalog)
        self._dialogue = dialogue
        self._depth = depth

    async def open(self) -> None:
        """Nothing to do: the store is open."""

    async def close(self) -> None:
        """Nothing to do: the store stays open."""

    async def watch_classes(self, changed: Any) -> None:
        """Others change nothing that this transaction would see."""
        await asyncio.Event().wait()

    async def _run(self, work: Work[T], *, writing: bool) -> T:
        with Translation(self._catalog.field_of, writing=writing):
            return await self._dialogue.run(work)

    async def _change_classes(self, alter: Alter, class_names: Sequence[str]) -> None:
        async def work(session: Session) -> None:
            await changes.lock(session)
            inner = self._catalog.fork()
            await alter(session, inner)
            self._catalog.adopt(inner, class_names)

        await self._run(work, writing=True)
        self._dialogue.changed.update(class_names)

    async def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces; other calls may come in between."""
        table = await self._run(lambda session: self._catalog.table(session, schema), writing=False)
        if table is None:
            return
        with Translation(self._catalog.field_of, writing=False):
            pieces = reads.scanned(self._dialogue.session, reads.planned(table, query))
        try:
            while (piece := await self._run(lambda session: anext(pieces, None), writing=False)) is not None:
                yield piece
        finally:
            await pieces.aclose()

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A part of this transaction that may be undone alone."""
        return self._part()

    @asynccontextmanager
    async def _part(self) -> AsyncIterator[Storage]:
        name = f"part{self._depth}"
        known = self._catalog.fork()
        await self._say(f"RELEASE SAVEPOINT call; SAVEPOINT {name}; {_MARK}")
        try:
            yield PostgresTransaction(self._dialogue, self._depth + 1)
        except BaseException:
            self._catalog.adopt(known, self._dialogue.changed)
            await asyncio.shield(self._say(f"ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}; {_MARK}"))
            raise
        await self._say(f"RELEASE SAVEPOINT {name}; {_MARK}")

    async def _say(self, sql: str) -> None:
        with Translation(self._catalog.field_of, writing=True):
            await self._dialogue.say(sql)


@asynccontextmanager
async def transaction(dialogue: Dialogue, seconds: float) -> AsyncIterator[Storage]:
    """The block of a transaction; leaving it by an exception, a cancellation too, undoes everything."""
    loop = asyncio.get_running_loop()
    with Translation(dialogue.catalog.field_of, writing=True):
        await dialogue.begin()
    alarm = loop.call_later(seconds, dialogue.expire)
    try:
        yield PostgresTransaction(dialogue)
    except BaseException:
        with suppress(StorageUnavailableError, *DRIVER, OSError):
            await asyncio.shield(dialogue.end(keep=False))
        raise
    else:
        with Translation(dialogue.catalog.field_of, writing=True):
            await asyncio.shield(dialogue.end(keep=True))
    finally:
        alarm.cancel()
