"""The time: what an app reads it from, and what it waits by."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, and waiting until it is later. Tests have one that they move themselves."""

    def now(self) -> datetime:
        """The time, in UTC and aware of it."""

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock; at once, but after others' turn, for none."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The time, in UTC and aware of it."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""
        await asyncio.sleep(seconds)
