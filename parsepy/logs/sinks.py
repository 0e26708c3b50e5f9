"""Where lines go: a stream, or a folder with one file a day."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from parsepy.logs.files import file_of, log_files, outdated
from parsepy.logs.forms import JsonForm, json_line, timestamp
from parsepy.settings import Retention

FLUSH_SECONDS = 0.05
WRITTEN_AT_ONCE = 4096
"""Bytes that a pipe takes in one piece: lines of several processes do not mix within that."""
FULL = 64 << 20
"""Bytes after which a day goes on in a further file."""

Today = Callable[[], str]


def this_day() -> str:
    """The date here, as names of files carry it."""
    return time.strftime("%Y-%m-%d")


class Sink(logging.Handler, ABC):
    """Takes lines and records and writes them together, a moment later; warnings, and what comes from threads, at once.

    `only_refused`: of the lines about requests it wants those that were refused. `is_json` tells the form of its lines.
    """

    def __init__(self, level: int, form: logging.Formatter, *, only_refused: bool = False) -> None:
        super().__init__(level)
        self.setFormatter(form)
        self.is_json = isinstance(form, JsonForm)
        self.only_refused = only_refused
        self._waiting: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._thread = 0

    def line(self, text: str) -> None:
        """Write a line that is formed already. Call it from the event loop only."""
        self._waiting.append(text)
        if self._timer is None:
            self._thread = threading.get_ident()
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; a warning or worse at once, with the lines that waited before it."""
        text = self.format(record)
        if record.levelno < logging.WARNING and self._is_in_event_loop():
            self.line(text)
            return
        self._waiting.append(text)
        self.flush()

    def _is_in_event_loop(self) -> bool:
        # Asking for the loop costs a system call; where lines wait for their timer, the thread tells it.
        if self._timer is not None:
            return threading.get_ident() == self._thread
        return asyncio._get_running_loop() is not None

    def flush(self) -> None:
        """Write what waits."""
        with contextlib.nullcontext() if self.lock is None else self.lock:
            self._timer = None
            lines, self._waiting = self._waiting, []
            for piece in _pieces(lines):
                self._write(piece)

    def close(self) -> None:
        """Write what waits and close."""
        self.flush()
        super().close()

    @abstractmethod
    def _write(self, text: str) -> None: ...


def _pieces(lines: list[str]) -> Iterator[str]:
    """The lines in as few pieces as can be written whole."""
    piece, size = "", 0
    for line in lines:
        length = len(line.encode(errors="surrogatepass")) + 1
        if piece and size + length > WRITTEN_AT_ONCE:
            yield piece
            piece, size = "", 0
        piece, size = f"{piece}{line}\n", size + length
    if piece:
        yield piece


class Console(Sink):
    """Lines on a stream."""

    def __init__(self, stream: TextIO, level: int, form: logging.Formatter) -> None:
        super().__init__(level, form)
        self._stream = stream

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class DailyFile(Sink):
    """Lines in one file a day, `parse-server.info.2026-01-31`, and more when it is full; old ones go as `keep` says.

    Several processes may write to the same folder. Lines that the disk does not take are counted, and the next that it
    takes follow the count; `told` is told when it begins.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        level: int,
        form: logging.Formatter,
        *,
        keep: Retention | None,
        only_refused: bool = False,
        full: int = FULL,
        told: Callable[[str], object] | None = None,
        today: Today = this_day,
    ) -> None:
        super().__init__(level, form, only_refused=only_refused)
        self._folder, self._name, self._keep, self._today, self._full = folder, name, keep, today, full
        self._day = ""
        self._file: int | None = None
        self._told = told
        self._lost = 0

    def close(self) -> None:
        """Write what waits and close the file."""
        super().close()
        self._shut()

    def _write(self, text: str) -> None:
        try:
            self._append(text.encode(errors="backslashreplace"))
        except OSError as exc:
            # Whoever logs a line must not fail for it.
            if not self._lost and self._told:
                self._told(f"{self._folder / self._name}: the log cannot be written: {exc.strerror}\n")
            self._lost += text.count("\n")
            self._shut()

    def _append(self, piece: bytes) -> None:
        day = self._today()
        if self._file is None or day != self._day or os.fstat(self._file).st_size >= self._full:
            self._open(day)
        file = self._file
        if file is None:
            return
        if self._lost:
            _write_whole(file, self._loss().encode())
            self._lost = 0
        _write_whole(file, piece)

    def _loss(self) -> str:
        text = f"{self._lost} lines of the log could not be written"
        if not self.is_json:
            return f"{text}\n"
        return json_line({"level": "warn", "message": text, "timestamp": timestamp(time.time())}) + "\n"

    def _open(self, day: str) -> None:
        self._shut()
        self._folder.mkdir(parents=True, exist_ok=True)
        of_day = [file for file in log_files(self._folder, self._name) if file.day == day]
        number = of_day[-1].number if of_day else 0
        if of_day and of_day[-1].path.stat().st_size >= self._full:
            number += 1
        path = file_of(self._folder, self._name, day, number)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._day = day
        for old in outdated(log_files(self._folder, self._name), self._keep):
            old.path.unlink(missing_ok=True)

    def _shut(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)


def _write_whole(file: int, piece: bytes) -> None:
    """Write all of it. Raises OSError, also if the disk takes only a part."""
    if os.write(file, piece) < len(piece):
        raise OSError("the disk is full")
