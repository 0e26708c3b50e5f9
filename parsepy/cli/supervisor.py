"""`--cluster`: one process owns the port and keeps a number of workers serving on it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from contextlib import closing
from typing import Any

from parsepy.adapters.pubsub.local import Relay
from parsepy.cli.greeting import greet
from parsepy.cli.plan import Plan
from parsepy.cli.worker import Worker
from parsepy.logs import logging_to
from parsepy.web.self_check import check_server_url
from parsepy.web.tally import ABSENT, Tally

log = logging.getLogger("parsepy")

MISTAKE = 2
"""What a worker ends with when its settings or its cloud code are wrong: another try would not help."""
MOST_FAILURES = 5
"""So many workers in a row that do not start, while none serves, end the supervisor."""
STOP_SECONDS = 4.0
"""A worker needs two at most; who takes longer is killed."""
BRIEF_SECONDS = 2.0
"""A worker that ends sooner after its start is replaced with a pause."""
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STANDARD_STREAMS = (0, 1, 2)


def run(plan: Plan, command: Sequence[str]) -> int:
    """Keep workers, each started by the command with its seat, until SIGTERM or SIGINT; gives the exit code.

    SIGHUP replaces them one after another: each new one reads settings and code anew.
    """
    tally = Tally.new(plan.process.cluster or 1)
    with closing(tally), logging_to(plan.process), asyncio.Runner() as runner:
        return runner.run(Supervisor(plan, command, tally).run())


class Supervisor:
    """Starts workers, replaces those that end, and carries messages between them."""

    def __init__(self, plan: Plan, command: Sequence[str], tally: Tally) -> None:
        self._plan = plan
        self._command = command
        self._relay = Relay()
        self._tally = tally
        self._workers: set[Worker] = set()
        self._seats: dict[int, Worker] = {}
        self._replacing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stopping = asyncio.Event()
        self._failures = 0
        self._brief_lives = 0
        self._told = ""
        self._code = 0
        self._terminals = [stream for stream in STANDARD_STREAMS if os.isatty(stream)]
        self._own: list[asyncio.Task[None]] = []

    async def run(self) -> int:
        """Serve until told to stop, or until no worker can be started."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as self._tasks:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._stopping.set)
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)
            self._do(self._begin())
            await self._stopping.wait()
            for task in self._own:
                task.cancel()
            self._plan.listener.close()
            await self._stop_workers()
        return self._code

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._own = [task for task in self._own if not task.done()]
        self._own.append(self._tasks.create_task(work))

    async def _begin(self) -> None:
        """Start one worker alone, which makes what all need and tells mistakes once; then the others."""
        first = await self._until_serving(1)
        greet(self._plan)
        for settings in self._plan.apps:
            self._do(check_server_url(settings))
        self._do(self._keep(1, first))
        for number in range(2, self._tally.count + 1):
            self._do(self._keep(number))

    async def _keep(self, number: int, worker: Worker | None = None) -> None:
        """See to it that somebody serves in this seat."""
        worker = worker or await self._until_serving(number)
        while True:
            self._seats[number] = worker
            await worker.ended.wait()
            async with self._replacing[number]:
                if self._seats[number] is worker:
                    log.error("Worker %d (pid %d) ended %s and is replaced", number, worker.pid, _told(worker.code))
                    await self._pause_after(worker)
                    worker = await self._until_serving(number)
                else:
                    worker = self._seats[number]

    async def _until_serving(self, number: int) -> Worker:
        """A new worker in that seat that serves, however many tries it takes."""
        pause = FIRST_PAUSE
        while True:
            worker = await self._start(number)
            if await worker.until_ready():
                self._failures = 0
                log.info("Worker %d serves (pid %d)", number, worker.pid)
                return worker
            self._fail(worker)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _start(self, number: int) -> Worker:
        worker = Worker(number, self._relay)
        await worker.start(self._command, self._plan.listener, self._tally)
        self._workers.add(worker)
        self._tasks.create_task(self._attend(worker))
        self._do(worker.relay_errors())
        return worker

    async def _attend(self, worker: Worker) -> None:
        await worker.attend()
        self._workers.discard(worker)
        if self._seats.get(worker.number) is worker:
            self._tally.write(worker.number, ABSENT)

    def _fail(self, worker: Worker) -> None:
        """A worker did not start: tell why, once, and give up if there is no hope."""
        self._tell(worker)
        self._failures += 1
        serves = any(other.is_ready for other in self._workers)
        is_hopeless = worker.code == MISTAKE and not self._seats
        if not serves and (is_hopeless or self._failures >= MOST_FAILURES):
            self._code = max(worker.code, 1)
            self._stopping.set()

    def _tell(self, worker: Worker) -> None:
        error = worker.error or f"A worker ended {_told(worker.code)} before it served.\n"
        if error != self._told:
            self._told = error
            sys.stderr.write(error)
            sys.stderr.flush()

    async def _pause_after(self, worker: Worker) -> None:
        """Nothing, unless workers end as soon as they have started."""
        if worker.lifetime > BRIEF_SECONDS:
            self._brief_lives = 0
            return
        await asyncio.sleep(min(FIRST_PAUSE * 2**self._brief_lives, LONGEST_PAUSE))
        self._brief_lives = min(self._brief_lives + 1, 10)

    def _hang_up(self) -> None:
        """Replace the workers; if the signal came because the terminal was closed, end."""
        if self._terminals and not any(map(os.isatty, self._terminals)):
            self._stopping.set()
        else:
            self._do(self._replace_all())

    async def _replace_all(self) -> None:
        log.info("All workers are replaced, one after another")
        for number in sorted(self._seats):
            async with self._replacing[number]:
                new = await self._start(number)
                if not await new.until_ready():
                    self._tell(new)
                    log.error("A new worker did not start: the others stay as they are")
                    return
                old, self._seats[number] = self._seats[number], new
                log.info("Worker %d serves (pid %d) in place of pid %d", number, new.pid, old.pid)
                old.retire()

    async def _stop_workers(self) -> None:
        """End all workers, by force those that take too long."""
        for worker in self._workers:
            worker.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                for worker in tuple(self._workers):
                    await worker.ended.wait()
        except TimeoutError:
            for worker in self._workers:
                worker.kill()


def _told(code: int) -> str:
    if code >= 0:
        return f"with exit code {code}"
    return f"by signal {signal.Signals(-code).name}"
