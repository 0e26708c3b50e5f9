"""The log: where its lines go, in which form, and for how long files are kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import orjson

from parsepy.settings import Retention, Settings

NOTHING = logging.CRITICAL + 1
"""A level that no record reaches."""

LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "verbose": 15,
    "debug": logging.DEBUG,
    "silly": 5,
    "silent": logging.CRITICAL + 10,
}
NAMES = {
    logging.CRITICAL: "error",
    logging.ERROR: "error",
    logging.WARNING: "warn",
    logging.INFO: "info",
    15: "verbose",
}
FLUSH_SECONDS = 0.05
WRITTEN_AT_ONCE = 4096
"""Bytes that a pipe takes in one piece: lines of several processes do not mix within that."""
DAY_SECONDS = 86400
OURS = ("parsepy", "aiohttp", "asyncio")


Today = Callable[[], str]


def this_day() -> str:
    """The date here, as names of files carry it."""
    return time.strftime("%Y-%m-%d")


class Sink(logging.Handler, ABC):
    """Takes lines and records and writes them together, a moment later; warnings, and what comes from threads, at once."""

    def __init__(self, level: int, form: logging.Formatter) -> None:
        super().__init__(level)
        self.setFormatter(form)
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
    """Lines in one file a day, `parse-server.info.2026-01-31`; old files are removed as `keep` says."""

    def __init__(
        self,
        folder: Path,
        name: str,
        level: int,
        form: logging.Formatter,
        *,
        keep: Retention | None,
        today: Today = this_day,
    ) -> None:
        super().__init__(level, form)
        self._folder, self._name, self._keep, self._today = folder, name, keep, today
        self._day = ""
        self._file: TextIO | None = None

    def close(self) -> None:
        """Write what waits and close the file."""
        super().close()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, text: str) -> None:
        day = self._today()
        if self._file is None or day != self._day:
            self._open(day)
        if self._file is not None:
            self._file.write(text)
            self._file.flush()

    def _open(self, day: str) -> None:
        if self._file is not None:
            self._file.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = (self._folder / f"{self._name}.{day}").open("a", encoding="utf-8")
        self._day = day
        for old in self._outdated():
            old.unlink(missing_ok=True)

    def _outdated(self) -> list[Path]:
        files = sorted(self._folder.glob(f"{self._name}.????-??-??"))
        if self._keep is None:
            return []
        if self._keep.files is not None:
            return files[: -self._keep.files]
        oldest = time.strftime("%Y-%m-%d", time.localtime(time.time() - (self._keep.days or 0) * DAY_SECONDS))
        return [file for file in files if file.name.rpartition(".")[2] < oldest]


class TextForm(logging.Formatter):
    """`12:03:22 error  text`, with the traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        text = f"{_clock(int(record.created))} {NAMES.get(record.levelno, 'debug'):<7} {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


@lru_cache(maxsize=8)
def _clock(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


class JsonForm(logging.Formatter):
    """One JSON object a line: level, message, timestamp, the worker if there are several, and the traceback as stack."""

    def __init__(self, worker: int | None = None) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        told: dict[str, object] = {
            "level": NAMES.get(record.levelno, "debug"),
            "message": record.getMessage(),
            "timestamp": timestamp(record.created),
        }
        if self._worker is not None:
            told["worker"] = self._worker
        if record.exc_info:
            told["stack"] = self.formatException(record.exc_info)
        return orjson.dumps(told).decode()


def timestamp(seconds: float) -> str:
    """The moment as ISO text with milliseconds."""
    return f"{_second(int(seconds))}.{int(seconds * 1000) % 1000:03d}Z"


@lru_cache(maxsize=8)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def level_of(settings: Settings) -> int:
    """The lowest level that is logged."""
    if settings.log_level:
        return LEVELS[settings.log_level]
    return LEVELS["verbose"] if settings.verbose else LEVELS["info"]


def _threshold(name: str, level: int) -> int:
    """Below this a logger does not even make a record."""
    return min(level, logging.WARNING) if name == "parsepy" else logging.WARNING


@contextlib.contextmanager
def _short_records() -> Iterator[None]:
    """Leave out of records what no form here shows: a third of their cost (see "Optimization" in Python's logging)."""
    needless = {"_srcfile": None, "logThreads": False, "logProcesses": False, "logMultiprocessing": False}
    before = {name: getattr(logging, name) for name in needless}
    for name, value in needless.items():
        setattr(logging, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(logging, name, value)


@contextlib.contextmanager
def logging_to(settings: Settings, stream: TextIO = sys.stdout, *, worker: int | None = None) -> Iterator[list[Sink]]:
    """Send the log where the settings say, as long as the block lasts; gives the sinks that take request lines.

    `worker` is the number of this process among several that write to the same places.
    """
    level = level_of(settings)
    form = JsonForm(worker) if settings.json_logs else TextForm()
    sinks: list[Sink] = [] if settings.silent else [Console(stream, level, form)]
    errors: list[Sink] = []
    if settings.logs_folder is not None:
        folder, keep = Path(settings.logs_folder), settings.max_log_files
        sinks.append(DailyFile(folder, "parse-server.info", level, form, keep=keep))
        errors.append(DailyFile(folder, "parse-server.err", logging.ERROR, form, keep=keep))
    loggers = [logging.getLogger(name) for name in OURS]
    for logger in loggers:
        logger.setLevel(_threshold(logger.name, level) if sinks or errors else NOTHING)
        logger.handlers = [*sinks, *errors]
        logger.propagate = False
    try:
        with _short_records():
            yield sinks
    finally:
        for logger in loggers:
            logger.handlers = []
            logger.propagate = True
        for sink in (*sinks, *errors):
            sink.close()
