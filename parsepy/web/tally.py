"""What each worker tells of itself: a few numbers in memory that all workers and their supervisor see."""

from __future__ import annotations

import mmap
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

ABSENT = -1
"""Stands in place of the connections of a worker that does not serve."""
LATE_SECONDS = 0.5
"""A worker whose loop has not turned for so long is not waited for, and gets nothing."""
_SIZE = 8

Clock = Callable[[], float]
"""Seconds that go on evenly, the same for all processes of a computer."""


class Cell(IntEnum):
    """What a row holds: connections, when the loop turned and its watchdog looked (milliseconds), for how long the loop
    has been held, whether too many plain functions hang, and how far the giving of connections is (see `Wish`).
    """

    CONNECTIONS = 0
    TURNED = 1
    LOOKED = 2
    HELD = 3
    WORN = 4
    WISH = 5


class Wish(IntEnum):
    """How far a stuck worker is with giving its connections to others: not asked, asked by the supervisor, done."""

    NONE = 0
    GIVE = 1
    GIVEN = 2


_CLEAN = (ABSENT, 0, 0, 0, 0, Wish.NONE)


class Tally:
    """A row for each worker, counted from 0; a row that nobody has is absent.

    `file` is an open file (a descriptor) that workers inherit.
    """

    def __init__(self, file: int, count: int, clock: Clock = time.monotonic) -> None:
        self.file = file
        self.count = count
        self._clock = clock
        self._memory = mmap.mmap(file, count * len(Cell) * _SIZE)
        self._cells = memoryview(self._memory).cast("q")

    @classmethod
    def new(cls, count: int, clock: Clock = time.monotonic) -> Tally:
        """A tally on which all are absent."""
        file, name = tempfile.mkstemp()
        Path(name).unlink()
        os.ftruncate(file, count * len(Cell) * _SIZE)
        tally = cls(file, count, clock)
        for row in range(count):
            tally.clear(row)
        return tally

    def close(self) -> None:
        """Let go of it here; others keep theirs."""
        self._cells.release()
        self._memory.close()
        os.close(self.file)

    def clear(self, row: int) -> None:
        """Forget who had the row."""
        for cell in Cell:
            self.write(row, cell, _CLEAN[cell])

    def write(self, row: int, cell: Cell, number: int) -> None:
        """Note a number."""
        self._cells[row * len(Cell) + cell] = number

    def read(self, row: int, cell: Cell) -> int:
        """The number that was noted."""
        return self._cells[row * len(Cell) + cell]

    def now(self) -> int:
        """This moment in milliseconds, as rows tell it."""
        return int(self._clock() * 1000)

    def is_late(self, row: int) -> bool:
        """Whether a worker's loop turned once and does not any more."""
        turned = self.read(row, Cell.TURNED)
        return 0 < turned < self.now() - int(LATE_SECONDS * 1000)

    def serves(self, row: int) -> bool:
        """Whether the row's worker takes connections and is not late."""
        return self.read(row, Cell.CONNECTIONS) != ABSENT and not self.is_late(row)

    def least(self) -> int:
        """The fewest connections that a worker holds who serves; 0 if none does."""
        held = [(number, row) for row, number in enumerate(self._cells[:: len(Cell)].tolist()) if number != ABSENT]
        return next((number for number, row in sorted(held) if not self.is_late(row)), 0)


@dataclass(frozen=True)
class Share:
    """A worker's own row."""

    tally: Tally
    row: int

    def write(self, connections: int) -> None:
        """Note how many connections this worker holds now."""
        self.tally.write(self.row, Cell.CONNECTIONS, connections)

    def turned(self) -> None:
        """Note that the loop turns."""
        self.tally.write(self.row, Cell.TURNED, self.tally.now())

    def looked(self, held: float, *, is_worn: bool) -> None:
        """Note what the watchdog sees: for how many seconds the loop has been held, whether too many functions hang."""
        self.tally.write(self.row, Cell.HELD, int(held * 1000))
        self.tally.write(self.row, Cell.WORN, int(is_worn))
        self.tally.write(self.row, Cell.LOOKED, self.tally.now())

    def is_to_give(self) -> bool:
        """Whether connections should be given away now: others serve, or the supervisor has somebody for them."""
        return self.tally.read(self.row, Cell.WISH) == Wish.GIVE or self.others_serve()

    def given(self) -> None:
        """Note that they are, if the supervisor asked for it."""
        if self.tally.read(self.row, Cell.WISH) == Wish.GIVE:
            self.tally.write(self.row, Cell.WISH, Wish.GIVEN)

    def others_serve(self) -> bool:
        """Whether there is somebody else to take connections."""
        return any(self.tally.serves(row) for row in range(self.tally.count) if row != self.row)
