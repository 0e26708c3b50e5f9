"""Several threads that share one read, each on a connection of its own, all of them looking at one state of the database."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.connection import connect, is_missing_table, translated

MOST_HANDS = max(1, min(4, os.cpu_count() or 1))
"""Threads that share one read."""

_READS_AT_ONCE = 2
_MOST_TRIES = 20

Part = TypeVar("Part")
Result = TypeVar("Result")


class Hands:
    """The connections of one read, for as long as it lasts."""

    def __init__(self, connections: Sequence[sqlite3.Connection], helpers: ThreadPoolExecutor) -> None:
        self.first = connections[0]
        self._others = connections[1:]
        self._helpers = helpers

    def each(self, parts: Sequence[Part], work: Callable[[sqlite3.Connection, Part], Result]) -> list[Result]:
        """The results for all parts, in their order. Whoever is free takes the next one."""
        todo = deque(enumerate(parts))
        results: dict[int, Result] = {}

        def serve(connection: sqlite3.Connection) -> None:
            while todo:
                try:
                    at, part = todo.popleft()
                except IndexError:
                    return
                try:
                    results[at] = work(connection, part)
                except BaseException:
                    todo.clear()
                    raise

        helping = [self._helpers.submit(serve, other) for other in self._others]
        try:
            serve(self.first)
        finally:
            # Helpers that found no thread are not needed any more; the others are at their last parts.
            started = [helper for helper in helping if not helper.cancel()]
            _wait(started)
        for helper in started:
            helper.result()
        return [results[at] for at in range(len(parts))]


def _wait(started: Sequence[Future[None]]) -> None:
    for helper in started:
        helper.exception()


Share = Callable[[Hands, Catalog], Any]
"""A read that several threads share."""


class Crew:
    """Carries out reads that take long, a few at a time; those who come then wait in line."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self._path = path
        self._catalog = catalog
        self._leaders = ThreadPoolExecutor(_READS_AT_ONCE, thread_name_prefix="parsepy-long")
        self._helpers = ThreadPoolExecutor(MOST_HANDS, thread_name_prefix="parsepy-part")
        self._idle: list[sqlite3.Connection] = []

    async def run(self, share: Share) -> Any:
        """The result of a read. Raises StorageUnavailableError."""
        return await asyncio.get_running_loop().run_in_executor(self._leaders, self._run, share)

    def _run(self, share: Share) -> Any:
        with translated(str):
            try:
                return self._shared(share)
            except sqlite3.OperationalError as exc:
                if not is_missing_table(exc):
                    raise
            # Another process dropped the class, or made it anew, since its table was looked up.
            self._catalog.forget()
            return self._shared(share)

    def _shared(self, share: Share) -> Any:
        connections = [self._idle.pop() if self._idle else connect(self._path) for _ in range(MOST_HANDS)]
        try:
            with _one_state(connections) as together:
                return share(Hands(together, self._helpers), self._catalog)
        finally:
            self._idle += connections

    def close(self) -> None:
        """Let the reads that run end, then let go of the connections. Takes as long as that."""
        self._leaders.shutdown()
        self._helpers.shutdown()
        while self._idle:
            self._idle.pop().close()


@contextmanager
def _one_state(connections: Sequence[sqlite3.Connection]) -> Iterator[Sequence[sqlite3.Connection]]:
    """Those of the connections that could be brought to see the same state: all, unless others write without a pause."""
    together = connections
    try:
        if not any(_begun_together(connections) for _ in range(_MOST_TRIES)):
            _end(connections[1:])
            together = connections[:1]
        yield together
    finally:
        _end(connections)


def _begun_together(connections: Sequence[sqlite3.Connection]) -> bool:
    """Begin a read transaction on each; whether nothing was committed between the first of them and the last."""
    _end(connections)
    first, *others = connections
    before = [_version(other) for other in others]
    for connection in (first, *others):
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM _SCHEMA LIMIT 1").fetchone()
    return [_version(other) for other in others] == before


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes with every commit of another connection, as this one sees it."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _end(connections: Sequence[sqlite3.Connection]) -> None:
    for connection in connections:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
