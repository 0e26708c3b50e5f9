"""How a record becomes a line: text for people, JSON for programs and for the dashboard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import orjson

from parsepy.logs.levels import NAMES

LONGEST = 32 << 10
"""Characters of a message, and of a traceback, that a JSON line holds at most."""

Redact = Callable[[str], str]

_APP: ContextVar[str] = ContextVar("app of log lines", default="")


def speak_for(app_id: str) -> None:
    """Let what the current task logs from now on be of this app; of none if it is empty."""
    _APP.set(app_id)


@contextmanager
def speaking_for(app_id: str) -> Iterator[None]:
    """Let what is logged, and what is started, in the block be of this app."""
    before = _APP.set(app_id)
    try:
        yield
    finally:
        _APP.reset(before)


def app_spoken_for() -> str:
    """The app that the current task logs for; empty if it is none."""
    return _APP.get()


def unchanged(text: str) -> str:
    """The text of who has no secrets."""
    return text


class TextForm(logging.Formatter):
    """`12:03:22 error  text`, with the traceback below."""

    def __init__(self, redact: Redact = unchanged) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        text = f"{_clock(int(record.created))} {NAMES.get(record.levelno, 'debug'):<7} {record.getMessage()}"
        return self._redact(f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text)


@lru_cache(maxsize=8)
def _clock(second: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(second))


class JsonForm(logging.Formatter):
    """One JSON object a line: level, message, timestamp, the worker if there are several, app, and traceback as stack."""

    def __init__(self, worker: int | None = None, redact: Redact = unchanged) -> None:
        super().__init__()
        self._worker = worker
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        told: dict[str, object] = {
            "level": NAMES.get(record.levelno, "debug"),
            "message": self._redact(record.getMessage())[:LONGEST],
            "timestamp": timestamp(record.created),
        }
        if self._worker is not None:
            told["worker"] = self._worker
        if app_id := _APP.get():
            told["app"] = app_id
        if record.exc_info:
            told["stack"] = self._redact(self.formatException(record.exc_info))[-LONGEST:]
        return json_line(told)


def json_line(told: dict[str, object]) -> str:
    """The object on one line; text that no UTF-8 can hold is replaced."""
    try:
        return orjson.dumps(told).decode()
    except TypeError:
        return orjson.dumps({name: _storable(value) for name, value in told.items()}).decode()


def _storable(value: object) -> object:
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


def timestamp(seconds: float) -> str:
    """The moment as ISO text with milliseconds."""
    return f"{_second(int(seconds))}.{int(seconds * 1000) % 1000:03d}Z"


@lru_cache(maxsize=8)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
