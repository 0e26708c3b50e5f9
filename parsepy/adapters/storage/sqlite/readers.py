"""The connections that read: one for the loop, threads for what takes time, a crew for what takes long, one for each scan."""

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
from parsepy.adapters.storage.sqlite.connection import connect, is_interrupted, is_missing_table, translated
from parsepy.adapters.storage.sqlite.jobs import Perform
from parsepy.adapters.storage.sqlite_shared.crew import Crew, Share

THREADS = 4
"""Threads that read."""

LOOP_SECONDS = 0.0005
"""How long one read may hold the loop before it goes to a thread."""

QUICK_SECONDS = 0.1
"""How long a read that a crew could share may keep one of the threads."""

_STEPS_BETWEEN_LOOKS = 1_000
_STEPS_IN_A_THREAD = 10_000


class _TooLongError(Exception):
    """A read did not end in time."""


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


class _Reader:
    """A thread's connection; with a deadline its statements end with an error when it has passed."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path)
        self.deadline: float | None = None
        self.connection.set_progress_handler(self._is_too_long, _STEPS_IN_A_THREAD)

    def _is_too_long(self) -> bool:
        return self.deadline is not None and time.perf_counter() > self.deadline


class Readers:
    """Runs reads. A short one runs in the loop: a hand-over to a thread takes longer than itself.

    What turns out to take long leaves its thread to others and starts anew with a crew.
    """

    def __init__(self, path: Path, catalog: Catalog, quick_seconds: float = QUICK_SECONDS) -> None:
        self._path = path
        self._catalog = catalog
        self._quick_seconds = quick_seconds
        self._local = threading.local()
        self._own: list[_Reader] = []
        self._crew = Crew(path, catalog)
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
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, perform, None)

    async def shared(self, perform: Perform, share: Share) -> Any:
        """Run a read in a thread, or `share`, which finds out the same, with a crew if it takes long."""
        self._check()
        if self._quick_seconds > 0:
            try:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._pool, self._run, perform, self._quick_seconds)
            except _TooLongError:
                self._check()
        return await self._crew.run(share)

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

    def _run(self, perform: Perform, seconds: float | None) -> Any:
        reader = self._reader()
        reader.deadline = None if seconds is None else time.perf_counter() + seconds
        with translated(str):
            try:
                return perform(reader.connection, self._catalog)
            except sqlite3.OperationalError as exc:
                if is_interrupted(exc):
                    raise _TooLongError from exc
                if not is_missing_table(exc):
                    raise
            # Another process dropped the class, or made it anew, since its table was looked up.
            self._catalog.forget()
            reader.deadline = None
            return perform(reader.connection, self._catalog)

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            with translated(str):
                reader = self._local.reader = _Reader(self._path)
            self._own.append(reader)
        return reader

    async def close(self) -> None:
        """Let the reads that run end, then let go of the connections."""
        self._closed = True
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(self._crew.close)
        while self._scans:
            await asyncio.to_thread(self._scans.pop().close)
        for connection in (self._in_loop, *(reader.connection for reader in self._own)):
            connection.close()
        self._own.clear()
