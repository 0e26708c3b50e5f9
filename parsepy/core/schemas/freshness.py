"""How old the known classes are, and when the store has to be asked for them again."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cachetools import TTLCache

EARLY = 0.8
"""From this part of the time to live on, the classes are read anew in the background."""
RETRY_SECONDS = 1.0
"""After a failed reading what is known is used for this long before the store is asked again."""
MISS_SECONDS = 1.0
"""For this long a name that the store did not have is not looked for again."""
MOST_MISSES = 1000
SHARE = 3
"""Looking for unknown names takes at most one part in so many of the time; a new class waits for it."""
LONGEST_PAUSE = 1.0

Name = tuple[str, str]
"""A class and a column in it; an empty column means the class itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of all classes: its number, when it began, and how many changes were known then."""

    number: int
    at: float
    changes: int


class Freshness:
    """Keeps the time for a registry of classes. `ttl` in seconds; without one only expiry makes the classes old.

    `begun` and `done` are the numbers of the last reading that began and of the last that is known; `wanted` is set when
    a reading in the background is due.
    """

    def __init__(self, ttl: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ttl = math.inf if ttl is None else ttl
        self._early = self._ttl * EARLY
        self._read_at = -math.inf
        self._took = 0.0
        self._retry_at = -math.inf
        self._changes = 0
        self._missed: TTLCache[Name, None] = TTLCache(MOST_MISSES, MISS_SECONDS, timer=clock)
        self.begun = 0
        self.done = 0
        self.wanted = asyncio.Event()

    def begin(self) -> Reading:
        """A reading begins now."""
        self.begun += 1
        return Reading(self.begun, self._clock(), self._changes)

    def end(self, reading: Reading) -> bool:
        """A reading is over; False if it may not be used because classes changed meanwhile."""
        if reading.changes != self._changes:
            return False
        self.done, self._read_at = reading.number, reading.at
        self._took = self._clock() - reading.at
        return True

    def fail(self) -> bool:
        """A reading failed: what is known has to do for a while. False if that was known."""
        is_news = self._clock() >= self._retry_at
        self._retry_at = self._clock() + RETRY_SECONDS
        return is_news

    def change(self) -> None:
        """A class was changed here: a reading under way may not know it."""
        self._changes += 1

    def expire(self) -> None:
        """Another process changed classes: what is known may not be used any more."""
        self._changes += 1
        self._read_at = self._retry_at = -math.inf
        self._missed.clear()
        self.wanted.set()

    def is_due(self) -> bool:
        """Whether the classes should be read anew, now or in the background."""
        now = self._clock()
        return now - self._read_at >= self._early and now >= self._retry_at

    def is_over(self) -> bool:
        """Whether what is known is too old to be used."""
        return self._clock() - self._read_at >= self._ttl

    def unknown(self, names: Iterable[Name]) -> list[Name]:
        """Those of the names that were not looked for a moment ago."""
        return [name for name in names if name not in self._missed]

    def miss(self, names: Iterable[Name]) -> None:
        """The names were looked for."""
        for name in names:
            self._missed[name] = None

    def pause(self) -> float:
        """Seconds to wait before the store is asked for unknown names, so that nobody can keep it busy with that."""
        return min(self._read_at + SHARE * self._took - self._clock(), LONGEST_PAUSE)
