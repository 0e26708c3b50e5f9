"""The way by which connections go from one process to another."""

from __future__ import annotations

import asyncio
import logging
import os
import select
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
"""Sockets in one message; the system takes four times as many."""


class Hatch:
    """One end of a stream between supervisor and worker over which sockets go."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        end.setblocking(False)

    def send(self, files: Sequence[int], *, seconds: float = 0.0) -> bool:
        """Pass sockets on, from any thread; they stay open here. False if the other end is gone or takes nothing so soon."""
        return all(self._send(files[at : at + MOST_AT_ONCE], seconds) for at in range(0, len(files), MOST_AT_ONCE))

    def _send(self, files: Sequence[int], seconds: float) -> bool:
        try:
            ready = select.poll()
            ready.register(self.end, select.POLLOUT)
            if not ready.poll(seconds * 1000):
                return False
            socket.send_fds(self.end, [b"c"], list(files))
        except (OSError, ValueError) as exc:
            log.debug("Connections could not be passed on: %s", exc)
            return False
        return True

    def received(self) -> list[int]:
        """The sockets that have come; none if the other end is gone."""
        try:
            said, files, _, _ = socket.recv_fds(self.end, 1, MOST_AT_ONCE)
        except BlockingIOError:
            return []
        except OSError:
            said, files = b"", []
        if not said:
            self.close()
        for file in files:
            os.set_inheritable(file, False)
        return files

    def listen(self, came: Callable[[list[int]], None]) -> None:
        """Hand over what comes, in the running event loop."""
        asyncio.get_running_loop().add_reader(self.end, lambda: came(self.received()))

    def close(self) -> None:
        """Let go of it; must be called in the event loop that listens."""
        if self.end.fileno() >= 0:
            with suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(self.end)
            self.end.close()
