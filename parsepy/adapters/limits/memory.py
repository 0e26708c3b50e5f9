"""Windows in the memory of this process, and never more of them than a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from parsepy.adapters.limits.base import Window

MOST_CLIENTS = 20_000
"""How many clients one limit remembers at a time."""


class MemoryLimits:
    """Counts by the time that `now` tells. Beyond `most` clients of a limit, those whose window ends first are forgotten."""

    def __init__(self, now: Callable[[], datetime], *, most: int = MOST_CLIENTS) -> None:
        self._now = now
        self._most = most
        self._limits: dict[str, OrderedDict[str, Window]] = {}

    async def take(self, limit: str, client: str, seconds: float) -> Window:
        """As `Limits.take`."""
        now, length = self._now(), timedelta(seconds=seconds)
        windows = self._limits.setdefault(limit, OrderedDict())
        found = windows.get(client)
        # A window cannot end later than one that begins now, unless the clock was set back.
        if found is not None and now < found.ends <= now + length:
            window = windows[client] = Window(found.used + 1, found.ends)
            return window
        self._make_room(windows, now)
        window = windows[client] = Window(1, now + length)
        windows.move_to_end(client)
        return window

    def _make_room(self, windows: OrderedDict[str, Window], now: datetime) -> None:
        """All windows of a limit are equally long, so that they stand in the order of their ends."""
        while windows and (next(iter(windows.values())).ends <= now or len(windows) >= self._most):
            windows.popitem(last=False)
