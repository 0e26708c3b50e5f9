"""Reads log files again: the first or last lines of a span of time, without reading whole files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

import orjson

from parsepy.logs.files import LogFile, log_files
from parsepy.logs.forms import timestamp

BLOCK = 64 << 10
LONGEST_LINE = 1 << 20
"""Bytes of a line; longer ones are passed over."""
MOST_READ = 32 << 20
"""Bytes that one search reads at most; it answers with what it found so far."""
MOST_FOUND = 8 << 20
MOST_SECONDS = 3.0
LATE = timedelta(minutes=1)
"""How far a line may stand from its place: workers write their lines a moment after they made them."""

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which lines are wanted: of `name`'s files, from `since` to `until`, at most `size`, the newest ones or the oldest.

    Lines that belong to another app than `app_id` are not.
    """

    name: str
    since: datetime
    until: datetime
    size: int
    newest_first: bool = True
    app_id: str = ""


@dataclass(slots=True)
class Budget:
    """What a search may still read and find, in bytes, and until when."""

    read: int = MOST_READ
    found: int = MOST_FOUND
    deadline: float = field(default_factory=lambda: monotonic() + MOST_SECONDS)

    @property
    def is_spent(self) -> bool:
        """Whether the search has to end."""
        return self.read <= 0 or self.found <= 0 or monotonic() > self.deadline


def search(folder: Path, span: Span, budget: Budget | None = None) -> list[Line]:
    """The lines, in the order of their time; what was found when the budget is spent.

    It reads files: call it in a thread. Raises OSError.
    """
    found: list[Line] = []
    budget = budget or Budget()
    for file in _files(folder, span):
        if budget.is_spent or len(found) >= span.size:
            break
        try:
            with file.path.open("rb") as opened:
                _collect(opened, span, found, budget)
        except FileNotFoundError:
            # It was too old to be kept any longer.
            continue
    found.sort(key=_time, reverse=span.newest_first)
    return found


def _files(folder: Path, span: Span) -> list[LogFile]:
    """The files that may hold lines of the span, where to look first in front."""
    first, last = _local_day(span.since), _local_day(span.until + timedelta(days=1))
    files = [file for file in log_files(folder, span.name) if first <= file.day <= last]
    return files[::-1] if span.newest_first else files


def _local_day(moment: datetime) -> str:
    try:
        return f"{moment.astimezone():%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return f"{moment:%Y-%m-%d}"


def _collect(file: BinaryIO, span: Span, found: list[Line], budget: Budget) -> None:
    """Add the file's lines of the span, as long as more are wanted and may be read."""
    since, until = _text(span.since), _text(span.until)
    lines = _backwards(file, _end(file, span.until), budget) if span.newest_first else _forwards(file, span, budget)
    beyond = _text(span.since - LATE) if span.newest_first else _text(span.until + LATE)
    for raw in lines:
        line = _parsed(raw)
        if line is None:
            continue
        time = _time(line)
        if (time < beyond) if span.newest_first else (time > beyond):
            return
        if since <= time <= until and line.get("app", span.app_id) == span.app_id:
            budget.found -= len(raw)
            found.append(line)
            if len(found) >= span.size or budget.found <= 0:
                return


def _parsed(raw: bytes) -> Line | None:
    """The line, if it is one: the last may be written just now, and older versions wrote plain text."""
    if not raw.startswith(b"{"):
        return None
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return line if isinstance(line.get("timestamp"), str) else None


def _time(line: Line) -> str:
    time: str = line["timestamp"]
    return time


def _text(moment: datetime) -> str:
    return timestamp(moment.timestamp())


def _end(file: BinaryIO, until: datetime) -> int:
    """Where to begin to read backwards: behind the last line that may be of the time."""
    size = file.seek(0, os.SEEK_END)
    return _place(file, size, _text(until + LATE))


def _place(file: BinaryIO, size: int, time: str) -> int:
    """Where lines begin that are not older than the time, to within a block."""
    low, high = 0, size
    while high - low > BLOCK:
        middle = (low + high) // 2
        if _time_at(file, middle) < time:
            low = middle
        else:
            high = middle
    return high


def _time_at(file: BinaryIO, place: int) -> str:
    """The time of the first whole line after the place; empty if there is none near."""
    file.seek(place)
    for raw in file.read(BLOCK).split(b"\n")[1:]:
        line = _parsed(raw)
        if line is not None:
            return _time(line)
    return ""


def _forwards(file: BinaryIO, span: Span, budget: Budget) -> Iterator[bytes]:
    size = file.seek(0, os.SEEK_END)
    start = max(_place(file, size, _text(span.since - LATE)) - 2 * BLOCK, 0)
    file.seek(start)
    if start:
        file.readline(LONGEST_LINE)
    while not budget.is_spent and (raw := file.readline(LONGEST_LINE)):
        budget.read -= len(raw)
        yield raw


def _backwards(file: BinaryIO, end: int, budget: Budget) -> Iterator[bytes]:
    """The lines before the end, the last first."""
    rest = b""
    while end > 0 and not budget.is_spent:
        start = max(end - BLOCK, 0)
        file.seek(start)
        block = file.read(end - start)
        budget.read -= len(block)
        first, *lines = (block + rest).split(b"\n")
        yield from reversed(lines)
        rest, end = first if len(first) <= LONGEST_LINE else b"", start
    if end == 0:
        yield rest
