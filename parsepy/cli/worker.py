"""One worker process as its supervisor sees it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence

from parsepy.adapters.pubsub.link import Frame, Kind, Link
from parsepy.adapters.pubsub.local import Relay
from parsepy.cli.seat import Seat
from parsepy.web.hatch import Hatch
from parsepy.web.tally import Cell, Share, Wish

MOST_ERROR_BYTES = 64 << 10
LAST_WORDS_SECONDS = 0.5
START_SECONDS = 60.0
"""Who does not serve after so long is taken for stuck, and ended."""
DUMP_SIGNAL = signal.SIGQUIT
"""Lets a worker write to its error output where it stands; works also when no Python code can run there."""
DUMP_SECONDS = 1.0
GIVE_SECONDS = 1.5
TAKE_SECONDS = 0.2


class Worker:
    """A process that was started. What it writes to its error output until it is ready tells why it never was.

    `arguments` are those it is started with besides the server's own.
    """

    def __init__(self, number: int, relay: Relay, share: Share, arguments: tuple[str, ...] = ()) -> None:
        self.number = number
        self.arguments = arguments
        self.share = share
        self.is_ready = False
        self.is_retired = False
        self.ended = asyncio.Event()
        self._relay = relay
        self._link = Link(self._received, lambda: relay.remove(self))
        self._hatch: Hatch | None = None
        self._process: Process | None = None
        self._errors = b""
        self._dump: bytearray | None = None
        self._has_told_all = asyncio.Event()
        self._is_decided = asyncio.Event()
        self._ready_at = 0.0

    async def start(
        self,
        command: Sequence[str],
        listener: socket.socket,
        gives: Callable[[Worker, list[int]], None],
        *,
        live: socket.socket | None = None,
        is_only: bool,
        is_first: bool,
    ) -> None:
        """Start the process, which leads a session of its own: signals of the terminal are for the supervisor.

        `gives` is called with connections that it cannot serve. What is behind it is told to it (see `Seat`).
        Raises OSError if there can be no further process.
        """
        ours, theirs = socket.socketpair()
        near, far = socket.socketpair()
        ours.setblocking(False)
        self._hatch = hatch = Hatch(near)
        with theirs, far:
            group = self._relay.group
            seat = Seat(self.number, self.share, listener, theirs, far, live, group, is_only, is_first)
            self._process = await asyncio.create_subprocess_exec(
                *command,
                *self.arguments,
                "--worker",
                seat.argument,
                pass_fds=seat.inherited,
                stdin=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        hatch.listen(lambda files: gives(self, files))
        await self._link.open(ours)
        self._relay.add(self, self._link)

    def fail(self, reason: str) -> None:
        """It could not even be started."""
        self._errors = f"{reason}\n".encode()
        self._end()

    @property
    def pid(self) -> int:
        """The id of its process."""
        return 0 if self._process is None else self._process.pid

    @property
    def error(self) -> str:
        """What it wrote before it ended without ever being ready."""
        return self._errors.decode(errors="replace")

    @property
    def code(self) -> int:
        """What it ended with, once it has: an exit code, or a signal's number below zero."""
        return 1 if self._process is None else self._process.returncode or 0

    @property
    def lifetime(self) -> float:
        """Seconds for which it has served."""
        return time.monotonic() - self._ready_at

    async def attend(self) -> None:
        """Stay with it until it ends."""
        if self._process is not None:
            await self._process.wait()
        with contextlib.suppress(TimeoutError):
            # A program that it started may hold the other end of the pipe open.
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._has_told_all.wait()
        self._end()

    async def relay_errors(self) -> None:
        """Pass on what it writes to its error output; what it writes before it is ready is kept."""
        stream = self._process.stderr if self._process is not None else None
        while stream is not None and (chunk := await stream.read(4096)):
            if self._dump is not None:
                self._dump += chunk
            elif self.is_ready:
                _write(chunk)
            else:
                self._errors = (self._errors + chunk)[-MOST_ERROR_BYTES:]
        self._has_told_all.set()

    async def until_ready(self) -> bool:
        """Wait until it serves; False if it ended instead, by force when it takes too long."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._is_decided.wait()
        except TimeoutError:
            self._errors += f"A worker did not serve within {START_SECONDS:g} seconds.\n".encode()
            self.kill()
            await self._is_decided.wait()
        return self.is_ready

    def retire(self) -> None:
        """Let it finish what its clients began, without hurry."""
        self.is_retired = True
        self._signal(signal.SIGHUP)

    def stop(self) -> None:
        """Let it answer the requests under way and end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now."""
        self._signal(signal.SIGKILL)

    async def give_up_connections(self) -> None:
        """Let its watchdog give all connections away on which no request is under way; returns when that is done."""
        share = self.share
        share.tally.write(share.row, Cell.WISH, Wish.GIVE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVE_SECONDS):
                while share.tally.read(share.row, Cell.WISH) != Wish.GIVEN and not self.ended.is_set():  # noqa: ASYNC110 - set by another process
                    await asyncio.sleep(0.02)

    def take(self, files: Sequence[int]) -> bool:
        """Give it connections of another worker; False if it does not take them."""
        return self._hatch is not None and self._hatch.send(files, seconds=TAKE_SECONDS)

    async def stack(self) -> str:
        """Where its Python code stands, innermost call first; empty if it cannot tell."""
        self._dump = bytearray()
        self._signal(DUMP_SIGNAL)
        await asyncio.sleep(DUMP_SECONDS)
        told, self._dump = self._dump.decode(errors="replace"), None
        return told

    def _end(self) -> None:
        self._link.close()
        if self._hatch is not None:
            self._hatch.close()
        self.ended.set()
        self._is_decided.set()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
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
