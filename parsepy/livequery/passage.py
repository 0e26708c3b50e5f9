"""What one follower is sent while cloud code looks at each of his events: in order, and without keeping anybody else waiting."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from parsepy.core.background import Background
from parsepy.livequery.following import Outlet

log = logging.getLogger(__name__)

MOST_WAITING = 1_000
"""Messages of one follower that may wait for cloud code."""

Make = Callable[[], Awaitable[bytes | None]]
"""Makes a message, or finds that there is none to be sent."""


class Passage:
    """An outlet for messages of which some take time to be made. `lost` is sent once when too many wait: the next are dropped."""

    def __init__(self, outlet: Outlet, background: Background, *, lost: bytes) -> None:
        self._outlet = outlet
        self._background = background
        self._lost = lost
        self._waiting: deque[bytes | Make] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_full = False
        self._is_closed = False

    def send(self, message: bytes) -> None:
        """Send a message behind those that are being made."""
        if self._task is None:
            self._outlet.send(message)
        else:
            self._put(message)

    def make(self, make: Make) -> None:
        """Send what will be made, in its turn."""
        self._put(make)
        if self._task is None and not self._is_closed:
            self._task = self._background.start(self._work(), "events on their way through cloud code")

    async def drained(self) -> None:
        """Return when all that was to be made is made, and on its way."""
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._outlet.drained()

    def close(self) -> None:
        """Send nothing more, neither what waits nor what is being made."""
        self._is_closed = True
        self._waiting.clear()

    def _put(self, message: bytes | Make) -> None:
        if self._is_full or self._is_closed:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._is_full = True
            message = self._lost
        self._waiting.append(message)

    async def _work(self) -> None:
        try:
            while self._waiting:
                next_one = self._waiting.popleft()
                message = next_one if isinstance(next_one, bytes) else await _made(next_one)
                if message is not None and not self._is_closed:
                    self._outlet.send(message)
        finally:
            self._task = None
            self._is_full = False


async def _made(make: Make) -> bytes | None:
    try:
        return await make()
    except Exception:
        log.exception("an event of a live query could not be told")
        return None
