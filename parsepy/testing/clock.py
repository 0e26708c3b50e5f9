"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from parsepy.testing import suspended

TURNS = 20
"""How often everybody has a turn before they are asked where they wait."""
PAUSE_SECONDS = 0.002
PATIENCE_SECONDS = 2.0
"""A task that stands at the same place for so long, in real time, is not waited for."""

_Tasks = Mapping[asyncio.Task[Any], suspended.Place | None]


@dataclass(order=True)
class _Sleeper:
    due: datetime
    number: int
    woken: asyncio.Future[None] = field(compare=False)


class FakeClock:
    """Tells the same time until `advance` moves it; who sleeps on it is woken then, in order.

    It begins at `start` (UTC if it names no zone), by default at the present time, in whole milliseconds as Parse keeps
    them.
    """

    def __init__(self, start: datetime | None = None, *, patience: float = PATIENCE_SECONDS) -> None:
        begin = start or datetime.now(UTC)
        begin = begin.replace(tzinfo=UTC) if begin.tzinfo is None else begin.astimezone(UTC)
        self._now = begin.replace(microsecond=begin.microsecond // 1000 * 1000)
        self._sleepers: list[_Sleeper] = []
        self._numbers = count()
        self._patience = patience
        self._is_moving = False

    def now(self) -> datetime:
        """The time, in UTC and aware of it."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock was moved so far; at once, but after others' turn, for none."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, _Sleeper(self._now + timedelta(seconds=seconds), next(self._numbers), woken))
        await woken

    @property
    def next_due(self) -> datetime | None:
        """When the first of the sleepers is to wake; None if nobody sleeps."""
        while self._sleepers and self._sleepers[0].woken.done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0].due if self._sleepers else None

    async def advance(self, by: timedelta) -> None:
        """Move on, stopping wherever somebody is to wake until what he does has settled.

        Settled: he and all that he set off have ended, sleep again, or wait for others. Work on a thread or a socket is
        awaited, in real time. Raises ValueError for a move back, RuntimeError from within another `advance`.
        """
        await self.advance_to(self._now + by)

    async def advance_to(self, moment: datetime) -> None:
        """As `advance`, to a time (UTC if it names no zone)."""
        end = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if end < self._now:
            raise ValueError("time does not go back")
        if self._is_moving:
            raise RuntimeError("the clock is being moved already")
        self._is_moving = True
        try:
            await self._moved_to(end)
        finally:
            self._is_moving = False

    async def _moved_to(self, end: datetime) -> None:
        resting = {task: suspended.place(task) for task in asyncio.all_tasks() if not suspended.is_new(task)}
        await self._settle(resting)
        while (due := self.next_due) is not None and due <= end:
            self._now = max(due, self._now)
            while self.next_due == due:
                heapq.heappop(self._sleepers).woken.set_result(None)
            await self._settle(resting)
        self._now = end

    async def _settle(self, resting: dict[asyncio.Task[Any], suspended.Place | None]) -> None:
        """Let everybody go on until nobody can; `resting` holds where those stand that need not be waited for."""
        loop = asyncio.get_running_loop()
        seen: _Tasks = {}
        moved_at = loop.time()
        while True:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            busy = self._busy(resting)
            if not busy:
                return
            if busy != seen:
                seen, moved_at = busy, loop.time()
            elif loop.time() - moved_at > self._patience:
                resting.update(busy)
                return
            await asyncio.sleep(PAUSE_SECONDS)

    def _busy(self, resting: _Tasks) -> _Tasks:
        """Who is on his way, and where."""
        current = asyncio.current_task()
        places = {task: suspended.place(task) for task in asyncio.all_tasks() if task is not current}
        return {
            task: place
            for task, place in places.items()
            if place is not None
            and resting.get(task) != place
            and not suspended.stands_in(task, FakeClock.sleep.__code__)
            and not suspended.waits_for_a_sign(task)
        }
