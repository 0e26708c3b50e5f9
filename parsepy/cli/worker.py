"""One worker process as its supervisor sees it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Sequence

from parsepy.adapters.pubsub.link import Frame, Kind, Link
from parsepy.adapters.pubsub.local import Relay
from parsepy.cli.seat import Seat
from parsepy.web.tally import Tally

MOST_ERROR_BYTES = 64 << 10
LAST_WORDS_SECONDS = 0.5


class Worker:
    """A process that was started. What it writes to its error output until it is ready tells why it never was."""

    def __init__(self, number: int, relay: Relay) -> None:
        self.number = number
        self.is_ready = False
        self.ended = asyncio.Event()
        self._relay = relay
        self._link = Link(self._received, lambda: relay.remove(self))
        self._errors = b""
        self._has_told_all = asyncio.Event()
        self._is_decided = asyncio.Event()
        self._ready_at = 0.0

    async def start(self, command: Sequence[str], listener: socket.socket, tally: Tally) -> None:
        """Start the process. It leads a session of its own: signals of the terminal are for the supervisor."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            seat = Seat(self.number, listener, theirs, tally)
            self._process = await asyncio.create_subprocess_exec(
                *command,
                "--worker",
                seat.argument,
                pass_fds=seat.inherited,
                stdin=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        await self._link.open(ours)
        self._relay.add(self, self._link)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def error(self) -> str:
        """What it wrote before it ended without ever being ready."""
        return self._errors.decode(errors="replace")

    @property
    def code(self) -> int:
        """What it ended with, once it has: an exit code, or a signal's number below zero."""
        return self._process.returncode or 0

    @property
    def lifetime(self) -> float:
        """Seconds for which it has served."""
        return time.monotonic() - self._ready_at

    async def attend(self) -> None:
        """Stay with it until it ends."""
        await self._process.wait()
        with contextlib.suppress(TimeoutError):
            # A program that it started may hold the other end of the pipe open.
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._has_told_all.wait()
        self._link.close()
        self.ended.set()
        self._is_decided.set()

    async def relay_errors(self) -> None:
        """Pass on what it writes to its error output; what it writes before it is ready is kept."""
        stream = self._process.stderr
        while stream is not None and (chunk := await stream.read(4096)):
            if self.is_ready:
                _write(chunk)
            else:
                self._errors = (self._errors + chunk)[-MOST_ERROR_BYTES:]
        self._has_told_all.set()

    async def until_ready(self) -> bool:
        """Wait until it serves; False if it ended instead."""
        await self._is_decided.wait()
        return self.is_ready

    def retire(self) -> None:
        """Let it finish what its clients began, without hurry."""
        self._signal(signal.SIGHUP)

    def stop(self) -> None:
        """Let it answer the requests under way and end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def _received(self, frame: Frame) -> None:
        if frame.kind is not Kind.READY:
            self._relay.received(self, frame)
            return
        self.is_ready = True
        self._ready_at = time.monotonic()
        self._is_decided.set()
        _write(self._errors)
        self._errors = b""


def _write(errors: bytes) -> None:
    if errors:
        sys.stderr.buffer.write(errors)
        sys.stderr.buffer.flush()
