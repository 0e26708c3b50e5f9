"""One process owns the port, and keeps a number of workers serving on it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from contextlib import closing
from typing import Any, Protocol

from parsepy.adapters.pubsub.local import Relay
from parsepy.cli.greeting import greet
from parsepy.cli.oversight import Bounds
from parsepy.cli.plan import Plan
from parsepy.cli.relief import Relief
from parsepy.cli.worker import Worker
from parsepy.logs import logging_to
from parsepy.web.tally import Share, Tally

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
ROWS_PER_SEAT, MORE_ROWS = 3, 5
"""Rows of the tally: for those who serve, for their successors, and for those who are still finishing."""


class Deployment(Protocol):
    """Who decides what code the workers run."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What new workers are started with, besides the server's own arguments."""

    @property
    def work(self) -> Sequence[Coroutine[Any, Any, None]]:
        """What is to be run beside the workers."""

    async def begin(self) -> None:
        """Called before the first worker is started. What it raises ends the start."""

    def lost(self, worker: Worker) -> None:
        """Called when a worker has ended that was to serve on."""

    async def end(self) -> None:
        """Called when all workers have ended."""


class OwnCode:
    """The workers run what the settings name."""

    arguments: tuple[str, ...] = ()
    work: Sequence[Coroutine[Any, Any, None]] = ()

    async def begin(self) -> None:
        """Nothing is needed."""

    def lost(self, worker: Worker) -> None:
        """It will be replaced."""

    async def end(self) -> None:
        """Nothing was taken."""


Deploying = Callable[[Plan, Sequence[str], "Supervisor"], Deployment]


def run(plan: Plan, command: Sequence[str], deploying: Deploying | None = None) -> int:
    """Keep workers, each started by the command with its seat, until SIGTERM or SIGINT; gives the exit code.

    SIGHUP replaces them one after another: each new one reads settings and code anew.
    """
    tally = Tally.new(ROWS_PER_SEAT * (plan.process.cluster or 1) + MORE_ROWS)
    with closing(tally), logging_to(plan.process, apps=plan.apps), asyncio.Runner() as runner:
        return runner.run(Supervisor(plan, command, tally, deploying).run())


class Supervisor:
    """Starts workers, replaces those that end or fare badly, and carries messages and connections between them."""

    def __init__(self, plan: Plan, command: Sequence[str], tally: Tally, deploying: Deploying | None = None) -> None:
        self._plan = plan
        self._command = command
        self._count = plan.process.cluster or 1
        self._deployment = deploying(plan, command, self) if deploying else OwnCode()
        self._relief = Relief(self, Bounds.of(plan.process, self._count))
        self._relay = Relay()
        self._tally = tally
        self._workers: dict[Worker, None] = {}
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
        await self._deployment.begin()
        try:
            return await self._serve()
        finally:
            await self._deployment.end()

    async def _serve(self) -> int:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as self._tasks:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._stopping.set)
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)
            self._do(self._begin())
            await self._stopping.wait()
            for task in self._own:
                task.cancel()
            self._close_ports()
            await self._stop_workers()
        return self._code

    @property
    def workers(self) -> Sequence[Worker]:
        """All processes that were started and have not ended, the oldest first."""
        return tuple(self._workers)

    @property
    def relay(self) -> Relay:
        """Where the workers' messages pass."""
        return self._relay

    @property
    def serving(self) -> Sequence[Worker]:
        """Those that take requests, in the order of their seats."""
        return tuple(self._seats[number] for number in sorted(self._seats))

    async def renew(self, is_stale: Callable[[Worker], bool]) -> str:
        """Replace the stale ones one after another, each when its successor serves; no request is lost.

        Stops at the first new one that does not start, and gives its last words then; else an empty text.
        """
        while stale := next(filter(is_stale, self.serving), None):
            problem = await self.replace(stale.number, stale)
            if problem:
                return problem
        return ""

    async def replace(self, number: int, subject: Worker | None = None) -> str:
        """Let a new worker take the seat and the old one finish what it has begun; gives what kept the new one from it.

        Nothing is done if somebody else than `subject` has the seat.
        """
        async with self._replacing[number]:
            old = self._seats[number]
            if subject is not None and old is not subject:
                return ""
            new = await self._start(number)
            if not await new.until_ready():
                self._tell(new)
                return new.error or f"A worker ended {_told(new.code)} before it served."
            self._seats[number] = new
            log.info("Worker %d serves (pid %d) in place of pid %d", number, new.pid, old.pid)
            await self._relief.part_with(old)
        return ""

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._own = [task for task in self._own if not task.done()]
        self._own.append(self._tasks.create_task(work))

    async def _begin(self) -> None:
        """Start one worker alone, which makes what all need and tells mistakes once; then the others."""
        first = await self._until_serving(1)
        greet(self._plan)
        self._do(self._relief.watch())
        self._do(self._keep(1, first))
        for number in range(2, self._count + 1):
            self._do(self._keep(number))
        for work in self._deployment.work:
            self._do(work)

    async def _keep(self, number: int, worker: Worker | None = None) -> None:
        """See to it that somebody serves in this seat."""
        worker = worker or await self._until_serving(number)
        while True:
            self._seats[number] = worker
            await worker.ended.wait()
            async with self._replacing[number]:
                if self._seats[number] is worker:
                    log.error("Worker %d (pid %d) ended %s and is replaced", number, worker.pid, _told(worker.code))
                    self._deployment.lost(worker)
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
                is_told = self._count > 1 or self._seats
                log.log(logging.INFO if is_told else logging.DEBUG, "Worker %d serves (pid %d)", number, worker.pid)
                return worker
            self._fail(worker)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _start(self, number: int) -> Worker:
        worker = Worker(number, self._relay, Share(self._tally, await self._free_row()), self._deployment.arguments)
        self._workers[worker] = None
        alone, first = self._count == 1, not self._seats
        try:
            await worker.start(
                self._command,
                self._plan.listener,
                self._relief.pass_on,
                live=self._plan.live_listener,
                is_only=alone,
                is_first=first,
            )
        except OSError as exc:
            del self._workers[worker]
            worker.fail(f"A worker cannot be started: {exc.strerror}")
            return worker
        self._tasks.create_task(self._attend(worker))
        self._do(worker.relay_errors())
        return worker

    def _close_ports(self) -> None:
        self._plan.listener.close()
        if self._plan.live_listener is not None:
            self._plan.live_listener.close()

    async def _free_row(self) -> int:
        """A row of the tally that nobody has; if there is none, who has been finishing for longest must end."""
        while True:
            taken = {worker.share.row for worker in self._workers}
            free = set(range(self._tally.count)) - taken
            if free:
                return min(free)
            oldest = next(worker for worker in self._workers if worker.is_retired)
            oldest.kill()
            await oldest.ended.wait()

    async def _attend(self, worker: Worker) -> None:
        await worker.attend()
        del self._workers[worker]
        self._tally.clear(worker.share.row)

    def _fail(self, worker: Worker) -> None:
        """A worker did not start: tell why, once, and give up if there is no hope."""
        self._tell(worker)
        self._failures += 1
        serves = any(other.is_ready for other in self._workers)
        is_hopeless = not self._seats and (worker.code == MISTAKE or self._count == 1)
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
        if await self.renew(frozenset(self.workers).__contains__):
            log.error("A new worker did not start: the others stay as they are")

    async def _stop_workers(self) -> None:
        """End all workers, by force those that take too long."""
        for worker in self.workers:
            worker.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                for worker in self.workers:
                    await worker.ended.wait()
        except TimeoutError:
            for worker in self.workers:
                worker.kill()


def _told(code: int) -> str:
    if code >= 0:
        return f"with exit code {code}"
    return f"by signal {signal.Signals(-code).name}"
