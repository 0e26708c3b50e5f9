"""Workers that fare badly are relieved: another takes the seat, and what the old one has not begun goes to others."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Sequence
from typing import Protocol

from parsepy.cli.oversight import Bounds, State, Vitals
from parsepy.cli.worker import Worker
from parsepy.web.tally import Cell

log = logging.getLogger("parsepy")

LOOK_SECONDS = 0.25
ASLEEP_SECONDS = 2.0
"""Who looks so much later than planned was asleep together with the workers, and learns nothing from their silence."""
STUCK = frozenset({State.BLOCKED, State.SILENT})
RETRY_SECONDS = 5.0
"""A worker whose successor did not start is left alone for as long."""
YOUNG_SECONDS = 5.0
"""A worker that still moves is left alone for as long: one that cannot do with its memory would be replaced without end."""
NEVER = float("inf")


class Staff(Protocol):
    """Who keeps the workers."""

    @property
    def workers(self) -> Sequence[Worker]:
        """All that have not ended."""

    async def replace(self, number: int, subject: Worker | None = None) -> str:
        """Let a new worker take the seat of this one; gives what kept it from that."""


class Relief:
    """Watches all workers of one supervisor."""

    def __init__(self, staff: Staff, bounds: Bounds) -> None:
        self._staff = staff
        self._bounds = bounds
        self._vitals: dict[Worker, Vitals] = {}
        self._relieved: dict[Worker, float] = {}

    async def watch(self) -> None:
        """Look after the workers, for ever."""
        before = time.monotonic()
        async with asyncio.TaskGroup() as group:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                was_asleep = time.monotonic() - before > ASLEEP_SECONDS
                before = time.monotonic()
                self._look(group, was_asleep=was_asleep)

    def _look(self, group: asyncio.TaskGroup, *, was_asleep: bool) -> None:
        self._remember()
        for worker, vitals in self._vitals.items():
            if was_asleep:
                vitals.forget()
            elif (state := vitals.state()) is not State.WELL:
                self._attend_to(worker, state, group)

    def _remember(self) -> None:
        present = [worker for worker in self._staff.workers if worker.is_ready]
        self._vitals = {worker: self._vitals.get(worker) or self._new(worker) for worker in present}
        self._relieved = {worker: since for worker, since in self._relieved.items() if worker in self._vitals}

    def _new(self, worker: Worker) -> Vitals:
        return Vitals(worker.pid, worker.share, self._bounds, time.monotonic)

    def _attend_to(self, worker: Worker, state: State, group: asyncio.TaskGroup) -> None:
        if state is State.EXCESSIVE or (worker.is_retired and state in STUCK):
            log.error("Worker %d (pid %d) %s and is ended", worker.number, worker.pid, state.value)
            worker.kill()
        elif not worker.is_retired and self._is_time(worker, state):
            self._relieved[worker] = NEVER
            group.create_task(self._relieve(worker, state))

    def _is_time(self, worker: Worker, state: State) -> bool:
        if state not in STUCK and worker.lifetime < YOUNG_SECONDS:
            return False
        return time.monotonic() - self._relieved.get(worker, -NEVER) >= RETRY_SECONDS

    async def _relieve(self, worker: Worker, state: State) -> None:
        log.error("Worker %d (pid %d) %s: another takes its place", worker.number, worker.pid, state.value)
        if state is State.SILENT:
            log.error("Worker %d stands here:\n%s", worker.number, await worker.stack())
        if await self._staff.replace(worker.number, worker):
            log.error("No worker can take its place: worker %d stays for now", worker.number)
            self._relieved[worker] = time.monotonic()

    async def part_with(self, worker: Worker) -> None:
        """Let a worker go whose seat is taken: it finishes what it has begun, unless nothing moves in it any more."""
        if self._state(worker) is State.BLOCKED:
            await worker.give_up_connections()
        if self._state(worker) in STUCK:
            worker.kill()
        else:
            worker.retire()

    def _state(self, worker: Worker) -> State:
        vitals = self._vitals.get(worker)
        return State.WELL if vitals is None else vitals.state()

    def pass_on(self, giver: Worker, files: list[int]) -> None:
        """Give connections of one worker to others in turn, beginning with who has the fewest."""
        takers = self._takers(giver)
        for at in range(len(takers)):
            part = files[at :: len(takers)]
            if part and not any(taker.take(part) for taker in (*takers[at:], *takers[:at])):
                log.warning("Connections of worker %d are lost, nobody takes them: %d", giver.number, len(part))
        for file in files:
            os.close(file)

    def _takers(self, giver: Worker) -> list[Worker]:
        """Who could take connections; those that finish or are late only if there is nobody else."""
        others = [worker for worker in self._staff.workers if worker.is_ready and worker is not giver]
        tally = giver.share.tally
        good = [one for one in others if not one.is_retired and tally.serves(one.share.row)]
        return sorted(good or others, key=lambda one: tally.read(one.share.row, Cell.CONNECTIONS))
