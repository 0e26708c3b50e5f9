"""What a command tells its user: results on one stream, progress on the other."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(frozen=True)
class Console:
    """Where a command writes; what servers say is cleared of what would steer a terminal."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def result(self, text: str) -> None:
        """What the user asked for: a line that programs may read."""
        self.out.write(f"{_plain(text)}\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """What happens meanwhile."""
        self.err.write(f"{_plain(text)}\n")
        self.err.flush()

    def progress(self, done: int, of: int) -> None:
        """How much was sent; people see it, log files do not."""
        if not self.err.isatty():
            return
        end = "\n" if done >= of else ""
        self.err.write(f"\rsent {kib(done)} of {kib(of)}{end}")
        self.err.flush()


def kib(size: int) -> str:
    """A size for people."""
    return f"{size} bytes" if size < 1024 else f"{size / 1024:,.0f} KiB"


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
