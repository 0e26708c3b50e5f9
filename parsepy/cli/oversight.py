"""How a worker fares, as its supervisor can see from outside: whether it is to be replaced, and why."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from parsepy.settings import Settings
from parsepy.web.tally import Cell, Share

LARGEST_PART = 0.75
"""Of the computer's memory all workers together, unless `workerMemory` says otherwise."""
LEAST_MEMORY = 256 << 20
EXCESS = 1.5
"""A worker with so many times its memory is ended before another is there."""
BUSY_PART = 0.5
"""A watchdog that says nothing is kept from running by its own process if that has used so much of the time."""
SILENCES = 6
"""And after so many times the limit whatever its process does."""
_CGROUP = Path("/sys/fs/cgroup/memory.max")


class State(Enum):
    """How a worker is. SILENT is one whose loop and watchdog both stand: something keeps Python itself from running."""

    WELL = "is well"
    BLOCKED = "is blocked"
    SILENT = "is blocked outside of Python"
    HEAVY = "takes too much memory"
    EXCESSIVE = "takes far too much memory"
    WORN = "has lost its threads to functions that hang"


@dataclass(frozen=True)
class Bounds:
    """What is allowed: seconds without a turn of the loop, bytes of memory; 0 is no bound."""

    seconds: float
    memory: int

    @classmethod
    def of(cls, settings: Settings, workers: int) -> Bounds:
        """Those of the settings, or what suits this computer."""
        chosen = settings.worker_memory
        memory = chosen << 20 if chosen is not None else max(LEAST_MEMORY, int(_total() * LARGEST_PART / workers))
        return cls(settings.worker_blocked_seconds, memory)


class Vitals:
    """Watches one process; `now` tells seconds that go on evenly."""

    def __init__(self, pid: int, share: Share, bounds: Bounds, now: Callable[[], float]) -> None:
        self._pid = pid
        self._share = share
        self._bounds = bounds
        self._now = now
        self._looked = 0
        self._silent_since = now()
        self._used_before = 0.0

    def state(self) -> State:
        """How the worker is now."""
        memory = memory_of(self._pid) if self._bounds.memory else 0
        if memory > EXCESS * self._bounds.memory:
            return State.EXCESSIVE
        if self._bounds.seconds and self._is_silent():
            return State.SILENT
        if 0 < self._bounds.seconds <= self._read(Cell.HELD) / 1000:
            return State.BLOCKED
        if memory > self._bounds.memory:
            return State.HEAVY
        return State.WORN if self._read(Cell.WORN) else State.WELL

    def forget(self) -> None:
        """Count silence anew: nobody watched for a while."""
        self._looked = 0

    def _read(self, cell: Cell) -> int:
        return self._share.tally.read(self._share.row, cell)

    def _is_silent(self) -> bool:
        looked, now = self._read(Cell.LOOKED), self._now()
        if looked != self._looked or looked == 0:
            self._looked, self._silent_since, self._used_before = looked, now, cpu_seconds_of(self._pid)
            return False
        silent = now - self._silent_since
        used = cpu_seconds_of(self._pid) - self._used_before
        limit = self._bounds.seconds
        return silent >= limit and (used >= BUSY_PART * limit or silent >= SILENCES * limit)


def memory_of(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where that cannot be told."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds_of(pid: int) -> float:
    """Seconds for which processors have worked for a process; 0 where that cannot be told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _total() -> int:
    """Bytes of memory that this computer, or the container, has."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = _CGROUP.read_text("ascii").strip()
    except OSError:
        return total
    return min(total, int(allowed)) if allowed.isdigit() else total
