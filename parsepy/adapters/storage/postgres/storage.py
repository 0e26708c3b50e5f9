"""The store itself: connects, and does each call on a session of its pool."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any

from parsepy.adapters.storage.base import NO_OPTIONS, Object, Options, Storage, StorageUnavailableError
from parsepy.adapters.storage.postgres import reads
from parsepy.adapters.storage.postgres.address import parse_address
from parsepy.adapters.storage.postgres.calls import Alter, PostgresCalls, T, Work
from parsepy.adapters.storage.postgres.errors import LOST, STALE, Translation, is_collision, is_lost, unreachable
from parsepy.adapters.storage.postgres.inserts import Inserts
from parsepy.adapters.storage.postgres.pool import WAIT_SECONDS, Connection, Pool, Session, connect
from parsepy.adapters.storage.postgres.transaction import Dialogue, transaction
from parsepy.adapters.storage.postgres.watch import watch
from parsepy.adapters.storage.postgres_tables import changes
from parsepy.adapters.storage.postgres_tables.catalog import Catalog
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Query, Where, permitted_id
from parsepy.settings.database_options import DatabaseOptions

TRANSACTION_SECONDS = 30.0
"""How long a transaction may stay open: rows that it has changed are locked, and its connection is taken."""

MOST_TRIES = 6
"""How often a change of classes is tried that collides with one by a Parse Server."""
PAUSE = 0.02

CLOSING_SECONDS = 10.0
"""How long the end waits for what runs."""


async def _nobody() -> None:
    """There is nobody to tell."""


KEPT_FREE = 2
"""Connections that lists and counts leave to others."""


class PostgresStorage(PostgresCalls):
    """Objects in a PostgreSQL database, in the tables of Parse Server: both may use one at the same time.

    One instance belongs to one event loop. `altered` is awaited after every change of the tables: workers beside this one
    must look at them again, for what they are to be given is not all in the classes.
    """

    def __init__(
        self,
        uri: str,
        *,
        options: DatabaseOptions = DatabaseOptions(),
        transaction_seconds: float = TRANSACTION_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
        altered: Callable[[], Awaitable[None]] = _nobody,
    ) -> None:
        super().__init__(Catalog())
        self._altered = altered
        self._address = parse_address(uri)
        times = [options.max_time_ms / 1000 if options.max_time_ms else None, self._address.query_seconds]
        self._seconds = min((seconds for seconds in times if seconds), default=None)
        self._transaction_seconds = transaction_seconds
        self._wait_seconds = wait_seconds
        self._sender = str(uuid.uuid4())
        self._pool: Pool | None = None
        self._trimming: asyncio.Task[None] | None = None
        self._reading = Translation(self._catalog.field_of, writing=False)
        self._changing = Translation(self._catalog.field_of, writing=True)
        self._inserts = Inserts(super().insert)
        # Lists may take long: some connections are always left to those who read one object, or write.
        self._lists = asyncio.Semaphore(max(1, self._address.pool_size - KEPT_FREE))

    async def open(self) -> None:
        """Connect, and make the catalogue and the functions if they are not there. Raises StorageError."""
        if self._pool is not None:
            return
        self._pool = Pool(self._connection, self._address.pool_size, wait_seconds=self._wait_seconds)
        try:
            await self._run(self._greet, writing=False)
        except BaseException:
            await self.close()
            raise
        if self._address.idle_seconds is not None:
            self._trimming = asyncio.get_running_loop().create_task(self._pool.trim(self._address.idle_seconds))

    async def _connection(self) -> Connection:
        try:
            return await connect(self._address, self._seconds)
        except LOST as exc:
            raise unreachable(self._address.place, exc) from exc

    async def _greet(self, session: Session) -> None:
        await self._catalog.greet(session)
        if not await changes.is_prepared(session):
            async with session.connection.transaction():
                await changes.lock(session)
                await changes.prepare(session)

    async def close(self) -> None:
        """Finish what was accepted and let go of all connections."""
        if self._pool is None:
            return
        await self._inserts.close()
        pool, self._pool = self._pool, None
        if self._trimming is not None:
            self._trimming.cancel()
            self._trimming = None
        await pool.close(CLOSING_SECONDS)

    def _opened(self) -> Pool:
        if self._pool is None:
            raise StorageUnavailableError("the database is closed")
        return self._pool

    async def _run(self, work: Work[T], *, writing: bool) -> T:
        with self._changing if writing else self._reading:
            pool = self._opened()
            try:
                return await _worked(pool, work, fresh=False)
            except LOST as exc:
                if writing or not is_lost(exc):
                    raise
            # Nothing was changed, and where one connection was lost the others may be dead too.
            return await _worked(pool, work, fresh=True)

    async def _change_classes(self, alter: Alter, class_names: Sequence[str]) -> None:
        async def work(session: Session) -> Catalog:
            async with session.connection.transaction():
                await changes.lock(session)
                inner = self._catalog.fork()
                await alter(session, inner)
                await changes.notify(session, self._sender)
            return inner

        for attempt in itertools.count(1):
            try:
                inner = await self._run(work, writing=True)
                break
            except BaseException as exc:
                self._catalog.forget(class_names)
                if attempt == MOST_TRIES or not is_collision(exc.__cause__):
                    raise
            await asyncio.sleep(attempt * PAUSE)
        self._catalog.adopt(inner, class_names)
        await self._altered()

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order. Raises InvalidQueryError."""
        if permitted_id(query.where) is not None:
            return await super().find(schema, query)
        await self._take_list_turn()
        try:
            return await super().find(schema, query)
        finally:
            self._lists.release()

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly. Raises InvalidQueryError."""
        await self._take_list_turn()
        try:
            return await super().count(schema, where, options)
        finally:
            self._lists.release()

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out, in order of first appearance."""
        await self._take_list_turn()
        try:
            return await super().distinct(schema, path, where, options)
        finally:
            self._lists.release()

    async def _take_list_turn(self) -> None:
        """Wait until lists may take one more connection, but not for ever. Raises StorageUnavailableError."""
        if not self._lists.locked():
            await self._lists.acquire()
            return
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._lists.acquire()
        except TimeoutError as exc:
            raise StorageUnavailableError("all connections to the database are taken") from exc

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError, InvalidValueError."""
        if objects:
            await self._inserts.add(schema, objects)

    async def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces; a connection is taken until the end."""
        async with self._leased(schema) as session:
            table = await self._catalog.table(session, schema)
            if table is None:
                return
            async with aclosing(reads.scanned(session, reads.planned(table, query))) as pieces:
                async for piece in pieces:
                    yield piece

    @asynccontextmanager
    async def _leased(self, schema: ClassSchema) -> AsyncIterator[Session]:
        with self._reading:
            pool = self._opened()
            session = await pool.take()
            try:
                yield session
            except STALE:
                self._catalog.forget([schema.name])
                raise
            finally:
                pool.give(session)

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        """Call back soon after another process may have changed classes; runs until it is cancelled.

        Raises StorageUnavailableError when the watch is lost.
        """
        with self._reading:
            await watch(await self._connection(), self._sender, changed)

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A store whose calls take effect together when the block ends, or not at all when it raises.

        Whoever writes the same rows waits for its end. One that stays open too long is undone, and raises
        StorageUnavailableError.
        """
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Storage]:
        pool = self._opened()
        with self._changing:
            session = await pool.take()
        dialogue = Dialogue(session, self._catalog.fork(), self._sender)
        try:
            async with transaction(dialogue, self._transaction_seconds) as inner:
                yield inner
            self._catalog.adopt(dialogue.catalog, dialogue.changed)
            if dialogue.changed:
                await self._altered()
        finally:
            pool.give(session)


async def _worked(pool: Pool, work: Work[T], *, fresh: bool) -> T:
    session = await pool.take(fresh=fresh)
    try:
        return await work(session)
    except (*LOST, asyncio.CancelledError) as exc:
        if is_lost(exc) or isinstance(exc, asyncio.CancelledError):
            # What it was asked may still be under way: nobody else may get its answer.
            session.connection.terminate()
        raise
    finally:
        pool.give(session)
