"""The log of a server in one place: its workers send their lines to the supervisor, which keeps the latest for who asks."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from parsepy import logs
from parsepy.adapters.pubsub.base import PubSub
from parsepy.logs.forms import Redact, unchanged
from parsepy.system.releases.log_tail import ASK, LINES, TOLD

MOST_KEPT = 2000
MOST_TOLD = 500
LATEST = 100
"""So many lines for who asks for the first time."""
LONGEST_MESSAGE = 4000
SEND_SECONDS = 0.05

Line = Mapping[str, Any]


class Relay(Protocol):
    """The supervisor's end of the links to its workers."""

    def tap(self, channel: str, heard: Callable[[object, bytes], None]) -> None:
        """Hear what workers say on a channel, which then goes no further."""

    def tell(self, key: object, channel: str, message: bytes) -> None:
        """Say something to one worker."""


class Lines(logging.Handler):
    """Makes a line of every record: `{"at", "level", "message", "worker"}`; the supervisor is no worker: null."""

    def __init__(self, take: Callable[[Line], None], worker: int | None = None, *, redact: Redact = unchanged) -> None:
        super().__init__()
        self._take = take
        self._redact = redact
        self._worker = worker

    def emit(self, record: logging.LogRecord) -> None:
        """Called from any thread."""
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
        self._take(
            {
                "at": logs.timestamp(record.created),
                "level": logs.NAMES.get(record.levelno, "debug"),
                "message": self._redact(message)[-LONGEST_MESSAGE:],
                "worker": self._worker,
            }
        )


@contextmanager
def listening(handler: logging.Handler) -> Iterator[None]:
    """Let a handler have what the server and its cloud code log, also where nothing of it is written anywhere."""
    ours = logging.getLogger("parsepy")
    apart = [logger for logger in map(logging.getLogger, logs.OURS) if not logger.propagate]
    loggers = [logging.getLogger(), *apart]
    before = ours.level
    ours.setLevel(min(before, logging.INFO) or logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        ours.setLevel(before)


@contextmanager
def feeding(pubsub: PubSub, worker: int, redact: Redact = unchanged) -> Iterator[None]:
    """Send the lines of this worker to its supervisor, for as long as the block lasts; `redact` takes secrets out."""
    feed = _Feed(pubsub, asyncio.get_running_loop())
    with listening(Lines(feed.take, worker, redact=redact)):
        yield
    feed.send()


class _Feed:
    """Lines on their way, sent together a moment later."""

    def __init__(self, pubsub: PubSub, loop: asyncio.AbstractEventLoop) -> None:
        self._pubsub = pubsub
        self._loop = loop
        self._waiting: deque[Line] = deque(maxlen=MOST_KEPT)
        self._is_due = False

    def take(self, line: Line) -> None:
        """Called from any thread."""
        self._waiting.append(line)
        if not self._is_due and not self._loop.is_closed():
            self._is_due = True
            self._loop.call_soon_threadsafe(self._loop.call_later, SEND_SECONDS, self.send)

    def send(self) -> None:
        """Send what waits."""
        self._is_due = False
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if waiting:
            self._pubsub.publish(LINES, orjson.dumps(waiting))


@dataclass(eq=False)
class _Asker:
    """A worker that waits for lines after the cursor."""

    worker: object
    number: int
    after: int
    timer: asyncio.TimerHandle | None = None


class LogKeeper:
    """The supervisor's side. A cursor is good for one run of the supervisor: `run` names it."""

    def __init__(self, relay: Relay, run: str) -> None:
        self._relay = relay
        self._run = run
        self._kept: deque[Line] = deque(maxlen=MOST_KEPT)
        self._count = 0
        self._askers: list[_Asker] = []
        relay.tap(LINES, lambda _worker, message: self.add(orjson.loads(message)))
        relay.tap(ASK, self._asked)

    def add(self, lines: list[Line]) -> None:
        """Keep new lines, and tell them to those who wait."""
        self._kept.extend(lines)
        self._count += len(lines)
        askers, self._askers = self._askers, []
        for asker in askers:
            if asker.timer is not None:
                asker.timer.cancel()
            self._tell(asker)

    def _asked(self, worker: object, message: bytes) -> None:
        ask: dict[str, Any] = orjson.loads(message)
        asker = _Asker(worker, ask["ask"], self._position(ask["after"]))
        if asker.after < self._count or ask["wait"] <= 0:
            self._tell(asker)
            return
        asker.timer = asyncio.get_running_loop().call_later(ask["wait"], self._give_up, asker)
        self._askers.append(asker)

    def _position(self, cursor: str) -> int:
        """How many lines whoever holds the cursor has seen."""
        run, _, seen = cursor.rpartition("-")
        if run == self._run and seen.isascii() and seen.isdecimal():
            return min(int(seen), self._count)
        # After a new start all is new; who never asked gets the latest.
        return 0 if cursor else max(self._count - LATEST, 0)

    def _give_up(self, asker: _Asker) -> None:
        self._askers.remove(asker)
        self._tell(asker)

    def _tell(self, asker: _Asker) -> None:
        first = self._count - len(self._kept)
        start = max(asker.after, first)
        told = list(self._kept)[start - first :][:MOST_TOLD]
        answer = {"ask": asker.number, "results": told, "next": f"{self._run}-{start + len(told)}"}
        self._relay.tell(asker.worker, TOLD, orjson.dumps(answer))
