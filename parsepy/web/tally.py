"""How many connections each worker holds: a few numbers in memory that all of them see."""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ABSENT = -1
"""Stands for a worker that does not serve."""
_SIZE = 4


class Tally:
    """One number for each worker, counted from 1; a worker that does not serve is absent.

    `file` is an open file (a descriptor) that workers inherit.
    """

    def __init__(self, file: int, count: int) -> None:
        self.file = file
        self.count = count
        self._memory = mmap.mmap(file, count * _SIZE)
        self._numbers = memoryview(self._memory).cast("i")

    @classmethod
    def new(cls, count: int) -> Tally:
        """A tally on which all are absent."""
        file, name = tempfile.mkstemp()
        Path(name).unlink()
        os.ftruncate(file, count * _SIZE)
        tally = cls(file, count)
        for number in range(1, count + 1):
            tally.write(number, ABSENT)
        return tally

    def close(self) -> None:
        """Let go of it here; others keep theirs."""
        self._numbers.release()
        self._memory.close()
        os.close(self.file)

    def write(self, number: int, connections: int) -> None:
        """Note what a worker holds now."""
        self._numbers[number - 1] = connections

    def least(self) -> int:
        """The fewest connections that a worker holds who serves; 0 if none does."""
        return min((held for held in self._numbers if held != ABSENT), default=0)


@dataclass(frozen=True)
class Share:
    """A worker's own number on the tally."""

    tally: Tally
    number: int

    def write(self, connections: int) -> None:
        """Note what this worker holds now."""
        self.tally.write(self.number, connections)
