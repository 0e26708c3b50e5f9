"""The connections that read: a few threads for whatever takes time, one connection for the loop, one for each scan."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.connection import connect, is_missing_table, translated
from parsepy.adapters.storage.sqlite.jobs import Perform

THREADS = 4
"""Threads that read."""

LOOP_SECONDS = 0.0005
"""How long one read may hold the loop before it goes to a thread."""

_STEPS_BETWEEN_LOOKS = 1_000


class Held:
    """A thread with a connection of its own, for reads that belong together."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self._path = path
        self._catalog = catalog
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parsepy-scan")

    async def read(self, perform: Perform) -> Any:
        """The next read. Raises StorageUnavailableError, after `close` too."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, perform)
        except RuntimeError as exc:
            raise StorageUnavailableError("the database is closed") from exc

    def _run(self, perform: Perform) -> Any:
        with translated(str):
            if self._connection is None:
                self._connection = connect(self._path)
            try:
                return perform(self._connection, self._catalog)
            except sqlite3.OperationalError as exc:
                if not is_missing_table(exc) or self._connection.in_transaction:
                    raise
            self._catalog.forget()
            return perform(self._connection, self._catalog)

    def close(self) -> None:
        """Let the read that runs end, then let go of the connection. Takes as long as that."""
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()


class Readers:
    """Runs reads. A short one runs in the loop: a hand-over to a thread takes longer than itself."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self._path = path
        self._catalog = catalog
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="parsepy-reader")
        self._scans: set[Held] = set()
        self._deadline = 0.0
        self._closed = False
        self._in_loop = connect(path, busy_seconds=0)
        self._in_loop.set_progress_handler(self._is_too_long, _STEPS_BETWEEN_LOOKS)

    def _is_too_long(self) -> bool:
        return time.perf_counter() > self._deadline

    async def short(self, perform: Perform) -> Any:
        """Run a read of a few steps in the loop; if it turns out to take longer, or the file is busy, in a thread."""
        self._check()
        self._deadline = time.perf_counter() + LOOP_SECONDS
        try:
            return perform(self._in_loop, self._catalog)
        except sqlite3.Error:
            return await self.long(perform)

    async def long(self, perform: Perform) -> Any:
        """Run a read in a thread. Raises StorageUnavailableError."""
        self._check()
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, perform)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Held]:
        """A thread of one's own for some time. Raises StorageUnavailableError."""
        self._check()
        held = Held(self._path, self._catalog)
        self._scans.add(held)
        try:
            yield held
        finally:
            if held in self._scans:
                self._scans.discard(held)
                await asyncio.shield(asyncio.to_thread(held.close))

    def _check(self) -> None:
        if self._closed:
            raise StorageUnavailableError("the database is closed")

    def _run(self, perform: Perform) -> Any:
        with translated(str):
            connection = self._own_connection()
            try:
                return perform(connection, self._catalog)
            except sqlite3.OperationalError as exc:
                if not is_missing_table(exc):
                    raise
            # Another process dropped the class, or made it anew, since its table was looked up.
            self._catalog.forget()
            return perform(connection, self._catalog)

    def _own_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
            self._connections.append(connection)
        return connection

    async def close(self) -> None:
        """Let the reads that run end, then let go of the connections."""
        self._closed = True
        await asyncio.to_thread(self._pool.shutdown)
        while self._scans:
            await asyncio.to_thread(self._scans.pop().close)
        for connection in (self._in_loop, *self._connections):
            connection.close()
        self._connections.clear()
