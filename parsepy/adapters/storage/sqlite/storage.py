"""The store itself: opens the file, sends reads to the readers and writes to the writer."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from parsepy.adapters.storage.base import Object, Storage, StorageUnavailableError
from parsepy.adapters.storage.sqlite.calls import Read, SqliteCalls
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.connection import connect, create_file, translated
from parsepy.adapters.storage.sqlite.documents import encoded
from parsepy.adapters.storage.sqlite.jobs import Call, Change, Insert, Perform
from parsepy.adapters.storage.sqlite.readers import QUICK_SECONDS, Readers
from parsepy.adapters.storage.sqlite.reads import refusals
from parsepy.adapters.storage.sqlite.transaction import transaction
from parsepy.adapters.storage.sqlite.where import single_id
from parsepy.adapters.storage.sqlite.writer import Writer
from parsepy.adapters.storage.sqlite_shared.crew import Share
from parsepy.model import acl, match
from parsepy.model.ops import Ops
from parsepy.model.paths import Predicate
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where, permitted_id

TRANSACTION_SECONDS = 30.0
"""How long a transaction may stay open: all other writes wait for it."""

SWITCH_SECONDS = 0.0005
"""How long a thread that looks at rows may keep the interpreter from the loop."""


class SqliteStorage(SqliteCalls):
    """Objects as JSON documents in one SQLite file (WAL, `synchronous=FULL`): what was acknowledged survives a crash.

    One instance belongs to one event loop. Several processes may use the same file. Reads that take longer than
    `quick_seconds` are shared by several threads; with 0 all are, but for the shortest.
    """

    def __init__(
        self, path: Path, *, transaction_seconds: float = TRANSACTION_SECONDS, quick_seconds: float = QUICK_SECONDS
    ) -> None:
        self._path = path
        self._quick_seconds = quick_seconds
        self._transaction_seconds = transaction_seconds
        self._catalog = Catalog()
        self._parts: tuple[Readers, Writer] | None = None

    async def open(self) -> None:
        """Make the file if it is not there, for its owner alone. Raises StorageError."""
        if self._parts is not None:
            return
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        connection = await asyncio.to_thread(self._prepared)
        try:
            with translated(str):
                readers = Readers(self._path, self._catalog, self._quick_seconds)
        except BaseException:
            connection.close()
            raise
        self._parts = readers, Writer(connection, self._catalog)

    def _prepared(self) -> sqlite3.Connection:
        create_file(self._path)
        with translated(str):
            connection = connect(self._path)
            try:
                self._catalog.prepare(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    async def close(self) -> None:
        """Finish what was accepted and let go of the file."""
        if self._parts is None:
            return
        readers, writer = self._parts
        self._parts = None
        await writer.close()
        await readers.close()

    @property
    def _readers(self) -> Readers:
        return self._opened()[0]

    @property
    def _writer(self) -> Writer:
        return self._opened()[1]

    def _opened(self) -> tuple[Readers, Writer]:
        if self._parts is None:
            raise StorageUnavailableError("the database is closed")
        return self._parts

    async def _read(self, perform: Perform, *, short: bool = False, share: Share | None = None) -> Any:
        if short:
            return await self._readers.short(perform)
        return await (self._readers.long(perform) if share is None else self._readers.shared(perform, share))

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[Read]:
        async with self._readers.held() as held:
            yield held.read

    async def _write(self, perform: Perform) -> Any:
        return await self._writer.submit(Call(self._writer.future(), perform))

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError, InvalidValueError."""
        rows = [encoded(row) for row in objects]
        await self._writer.submit(Insert(self._writer.future(), schema, rows))

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched.

        Raises DuplicateValueError, InvalidValueError, InvalidQueryError.
        """
        object_id = None if upsert else single_id(where)
        holds = None if object_id is None else _beside_id(where)
        job = Change(self._writer.future(), schema, where, ops, upsert=upsert, object_id=object_id, holds=holds)
        found: Object | None = await self._writer.submit(job)
        return found

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A store whose calls take effect together when the block ends, or not at all when it raises.

        All other writes wait for its end. One that stays open too long is undone, and raises StorageUnavailableError.
        """
        return transaction(self._writer.dialogue(self._transaction_seconds))


def _beside_id(where: Where) -> Predicate | None:
    """What a row of the condition's id must meet beside it. Raises InvalidQueryError."""
    plain = permitted_id(where)
    if plain is None:
        with refusals():
            return match.compile_where(where)
    permits = plain[1]
    if not permits:
        return None
    return lambda row: all(acl.permits(row, node.action, node.keys) for node in permits)
