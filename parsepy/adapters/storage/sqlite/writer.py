"""The one thread that writes: it takes all jobs that wait and commits them together."""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.dialogue import Dialogue
from parsepy.adapters.storage.sqlite.jobs import Job, Outcome, commit, tell, undo

MOST_JOBS = 1_024
"""Jobs of one transaction; those behind them wait for the next."""

log = logging.getLogger(__name__)


class Writer:
    """Owns the connection that writes. Jobs are handed over once in a turn of the loop, answers come back likewise."""

    def __init__(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[Job | Dialogue] | None] = queue.SimpleQueue()
        self._waiting: list[Job | Dialogue] = []
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="parsepy-writer", daemon=True)
        self._thread.start()

    def future(self) -> asyncio.Future[Any]:
        """What a job's caller waits for."""
        return self._loop.create_future()

    def submit(self, job: Job) -> asyncio.Future[Any]:
        """Have a job done; the future is done when its effects are on disk. Raises StorageUnavailableError."""
        self._accept(job)
        return job.future

    def dialogue(self, seconds: float) -> Dialogue:
        """Open a transaction; it begins when its `started` is done. Raises StorageUnavailableError."""
        dialogue = Dialogue(self._loop, seconds)
        self._accept(dialogue)
        return dialogue

    def _accept(self, task: Job | Dialogue) -> None:
        if self._closed:
            raise StorageUnavailableError("the database is closed")
        if not self._waiting:
            self._loop.call_soon(self._hand_over)
        self._waiting.append(task)

    def _hand_over(self) -> None:
        if self._waiting:
            self._queue.put(self._waiting)
            self._waiting = []

    async def close(self) -> None:
        """Finish what was accepted, then let go of the connection."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        for tasks in self._taken():
            remaining = iter(tasks)
            while lot := list(islice(remaining, MOST_JOBS)):
                self._work(lot)
        self._connection.close()

    def _taken(self) -> Iterator[list[Job | Dialogue]]:
        """Everything that waits, each time."""
        while (tasks := self._queue.get()) is not None:
            while not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    yield tasks
                    return
                tasks.extend(more)
            yield tasks

    def _work(self, tasks: list[Job | Dialogue]) -> None:
        jobs: list[Job] = []
        for task in tasks:
            if isinstance(task, Dialogue):
                self._commit(jobs)
                jobs = []
                with self._surviving():
                    task.serve(self._connection, self._catalog)
            else:
                jobs.append(task)
        self._commit(jobs)

    def _commit(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        outcomes = [Outcome(job, error=StorageUnavailableError("the write failed")) for job in jobs]
        with self._surviving():
            outcomes = commit(self._connection, self._catalog, jobs)
        tell(self._loop, outcomes)

    @contextmanager
    def _surviving(self) -> Iterator[None]:
        """Whatever goes wrong with one lot, the thread must be there for the next."""
        try:
            yield
        except Exception:
            log.exception("the writer of the database met an unexpected error")
            with suppress(sqlite3.Error):
                undo(self._connection, self._catalog)
