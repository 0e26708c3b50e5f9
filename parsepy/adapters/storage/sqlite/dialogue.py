"""An open transaction: a conversation between callers in the loop and the writer's thread."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.jobs import Call, Outcome, Perform, alone, failure, tell, undo


def statement(sql: str) -> Perform:
    """A call that runs one statement and answers nothing."""

    def perform(connection: sqlite3.Connection, catalog: Catalog) -> None:
        connection.execute(sql)

    return perform


@dataclass(frozen=True, slots=True, eq=False)
class _End:
    """The last thing said: whether the transaction's effects are to stay."""

    call: Call
    keep: bool


class Dialogue:
    """A transaction whose calls come one by one from the loop and run on the writer's connection.

    Once `seconds` are over it is undone, so that nobody waits longer for a transaction that was forgotten. Methods raise
    StorageUnavailableError when it is over.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.started: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._seconds = seconds
        self._said: queue.SimpleQueue[Call | _End] = queue.SimpleQueue()
        self._over = False
        self._guard = threading.Lock()

    def submit(self, perform: Perform, *, guarded: bool = True) -> asyncio.Future[Any]:
        """Run a call within the transaction."""
        call = Call(self._loop.create_future(), perform, guarded)
        self._say(call)
        return call.future

    def finish(self, *, keep: bool) -> asyncio.Future[Any]:
        """End the transaction, with its effects or without."""
        call = Call(self._loop.create_future(), statement("COMMIT" if keep else "ROLLBACK"), guarded=False)
        self._say(_End(call, keep))
        return call.future

    def _say(self, said: Call | _End) -> None:
        with self._guard:
            if self._over:
                raise StorageUnavailableError("the transaction is over")
            self._said.put(said)

    def serve(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        """Carry out what is said, in the writer's thread, until the end or the time limit."""
        try:
            if not self.started.cancelled() and self._begin(connection, catalog):
                self._listen(connection, catalog, time.monotonic() + self._seconds)
        finally:
            self._close()
            if connection.in_transaction:
                undo(connection, catalog)

    def _begin(self, connection: sqlite3.Connection, catalog: Catalog) -> bool:
        return self._ran(connection, catalog, Call(self.started, statement("BEGIN IMMEDIATE"), guarded=False))

    def _listen(self, connection: sqlite3.Connection, catalog: Catalog, deadline: float) -> None:
        while (said := self._next(deadline)) is not None:
            if isinstance(said, _End):
                self._close()
                if not said.keep:
                    catalog.forget()
                self._ran(connection, catalog, said.call)
                return
            if not self._ran(connection, catalog, said) and not connection.in_transaction:
                return

    def _next(self, deadline: float) -> Call | _End | None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return None
        try:
            return self._said.get(timeout=remaining)
        except queue.Empty:
            return None

    def _ran(self, connection: sqlite3.Connection, catalog: Catalog, call: Call) -> bool:
        try:
            outcome = alone(connection, catalog, call)
        except sqlite3.Error as exc:
            outcome = Outcome(call, error=failure(connection, catalog, exc))
        tell(self._loop, [outcome])
        return outcome.error is None

    def _close(self) -> None:
        """Refuse what is said from now on, and what came too late."""
        with self._guard:
            self._over = True
        while not self._said.empty():
            said = self._said.get()
            call = said.call if isinstance(said, _End) else said
            tell(self._loop, [Outcome(call, error=StorageUnavailableError("the transaction is over"))])
