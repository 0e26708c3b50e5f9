"""Takes connections from a socket on which several processes listen, so that each gets its share."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence

from parsepy.web.tally import ABSENT, Share

log = logging.getLogger(__name__)

POLITE_SECONDS = 0.002
"""For so long somebody with fewer connections may come first; longer each time that nobody came."""
MOST_POLITE = 10
"""Who let others go first so often in vain takes what is there: they may be stuck."""
BRIEF_SECONDS = 0.02
"""Where a connection ended so lately they are short, and will spread by themselves."""
SHORTAGE_SECONDS = 1.0
"""A process that can open no more sockets waits for as long."""

Factory = Callable[[], asyncio.Protocol]


class Acceptor:
    """Every process is woken by a new connection, and the quickest would take all: this one gives way to who has fewer."""

    def __init__(self, listener: socket.socket, factory: Factory, share: Share) -> None:
        self._listener = listener
        self._factory = factory
        self._share = share
        self._loop = asyncio.get_running_loop()
        self._held = 0
        self._in_vain = 0
        self._lost_at = float("-inf")
        self._waiting: asyncio.TimerHandle | None = None
        self._opening: dict[asyncio.Task[object], socket.socket] = {}
        self._given: set[socket.socket] = set()
        self._is_open = True

    def start(self) -> None:
        """Begin to take connections."""
        self._note()
        self._listen()

    def close(self) -> None:
        """Leave further connections to the others."""
        if self._is_open:
            self._is_open = False
            self._share.write(ABSENT)
            if self._waiting is not None:
                self._waiting.cancel()
            self._loop.remove_reader(self._listener)
            self._listener.close()

    def lost(self) -> None:
        """One of the connections has ended."""
        self._held -= 1
        self._lost_at = self._loop.time()
        self._note()

    def _note(self) -> None:
        if self._is_open:
            self._share.write(self._held)

    def _listen(self) -> None:
        self._waiting = None
        self._loop.add_reader(self._listener, self._readable)

    def _readable(self) -> None:
        """Take one connection, or wait; the loop calls again while there are more, and others may come in between."""
        if self._gives_way():
            self._in_vain += 1
            self._pause(POLITE_SECONDS * self._in_vain, self._take_one)
        elif not self._take():
            self._in_vain = 0

    def _gives_way(self) -> bool:
        if self._in_vain >= MOST_POLITE or self._loop.time() - self._lost_at < BRIEF_SECONDS:
            return False
        return self._held > self._share.tally.least()

    def _take_one(self) -> None:
        self._listen()
        if not self._take():
            self._in_vain = 0

    def _pause(self, seconds: float, then: Callable[[], None]) -> None:
        self._loop.remove_reader(self._listener)
        self._waiting = self._loop.call_later(seconds, then)

    def _take(self) -> bool:
        """Take one connection; False if there is none."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False
        except OSError as exc:
            log.warning("No connection can be taken: %s", exc.strerror)
            self._pause(SHORTAGE_SECONDS, self._listen)
            return False
        connection.setblocking(False)
        self.adopt(connection)
        return True

    def adopt(self, connection: socket.socket) -> None:
        """Serve a connection; also one that another process accepted and cannot serve, even after `close`."""
        self._held += 1
        self._note()
        opening = self._loop.create_task(self._open(connection))
        # The loop itself keeps no task alive.
        self._opening[opening] = connection
        opening.add_done_callback(self._opened)

    async def _open(self, connection: socket.socket) -> None:
        try:
            transport, _ = await self._loop.connect_accepted_socket(self._factory, connection)
        except OSError as exc:
            connection.close()
            self.lost()
            log.debug("A connection ended before it began: %s", exc)
        else:
            if connection in self._given:
                transport.abort()

    def _opened(self, task: asyncio.Task[object]) -> None:
        self._given.discard(self._opening.pop(task))

    @property
    def opening(self) -> list[socket.socket]:
        """Those that are accepted and may not be open yet."""
        return list(self._opening.values())

    def give(self, connections: Sequence[socket.socket]) -> None:
        """Let somebody else open some of those. Called by another thread."""
        self._given.update(connections)
