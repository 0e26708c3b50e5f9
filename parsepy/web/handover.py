"""Connections change hands: those that a stuck worker holds, and has not begun to answer, go to one that answers.

The sockets themselves are passed on, with all that clients have sent and the worker has not read.
"""

from __future__ import annotations

import asyncio
import os
import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Protocol

from aiohttp import web

from parsepy.web.hatch import Hatch

SEND_SECONDS = 1.0
UNREAD_SECONDS = 0.02
"""What the loop had read before its socket was taken away has reached the connection by then."""


class Connection(web.RequestHandler):
    """A client's connection that knows whether a request is under way."""

    _is_partial = False

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        is_between = not self._messages and not self._request_in_progress and not _is_done(self._waiter)
        count = self._request_count
        super().data_received(data)
        if is_between:
            self._is_partial = self._request_count == count

    @property
    def is_idle(self) -> bool:
        """Whether all that was read from it is answered, so that somebody else can go on."""
        if self.transport is None or self._close or self._force_close or self._is_partial:
            return False
        waits_for_next = self._waiter is not None and not self._waiter.done()
        return waits_for_next or self._request_count == 0


def _is_done(waiter: asyncio.Future[None] | None) -> bool:
    return waiter is not None and waiter.done()


class Connections(web.Server):
    """The connections of one worker; `ended` is called for each that ends."""

    ended: Callable[[], None]

    def __call__(self) -> Connection:
        """What serves a new connection."""
        return Connection(self, loop=self._loop, **self._kwargs)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Called by a connection."""
        super().connection_lost(handler, exc)
        self.ended()

    @property
    def idle(self) -> Iterator[Connection]:
        """Those that somebody else could go on with."""
        return (one for one in self.connections if isinstance(one, Connection) and one.is_idle)


class Opening(Protocol):
    """Who opens the connections that have come."""

    @property
    def opening(self) -> Sequence[socket.socket]:
        """Those that are accepted and may not be open yet."""

    def give(self, connections: Sequence[socket.socket]) -> None:
        """Leave some of those to somebody else. Called by another thread."""

    def adopt(self, connection: socket.socket) -> None:
        """Serve a connection that another worker accepted."""


class Handover:
    """Gives the idle connections of this worker away while its loop is stuck, and takes those of others."""

    def __init__(self, connections: Connections, door: Opening, hatch: Hatch) -> None:
        self._connections = connections
        self._door = door
        self._hatch = hatch
        self._loop = asyncio.get_running_loop()
        # Stands in for sockets that were given away, until the loop turns again and finds them closed.
        self._dead = socket.socket()
        hatch.listen(self._adopt)

    def close(self) -> None:
        """Take no more."""
        self._hatch.close()
        self._dead.close()

    def _adopt(self, files: list[int]) -> None:
        for file in files:
            connection = socket.socket(fileno=file)
            connection.setblocking(False)
            self._door.adopt(connection)

    def give(self) -> int:
        """Give them away, from a thread that is not the loop's; how many there were."""
        poll = _poll_of(self._loop)
        if poll is None:
            return 0
        with poll:
            idle = [(one, self._taken(poll, file)) for one in self._connections.idle if (file := _file_of(one)) >= 0]
            known = {_file_of(one) for one in self._connections.connections}
            opening = [one for one in self._door.opening if one.fileno() not in known]
            self._door.give(opening)
            unopened = [(one, self._taken(poll, one.fileno())) for one in opening]
        time.sleep(UNREAD_SECONDS)
        # Where the loop turned at that very moment a part may have been read, and nobody can go on with the rest.
        still = set(self._door.opening)
        good = [file for one, file in idle if one.is_idle] + [file for one, file in unopened if one in still]
        self._hatch.send(good, seconds=SEND_SECONDS)
        for _, file in (*idle, *unopened):
            os.close(file)
        self._loop.call_soon_threadsafe(_forget, [one for one, _ in idle])
        return len(good)

    def _taken(self, poll: select.epoll, file: int) -> int:
        """The socket behind the file, of which the loop hears no more."""
        own = os.dup(file)
        with suppress(OSError):
            # Otherwise its events would come here for as long as it is open anywhere.
            poll.unregister(file)
        os.dup2(self._dead.fileno(), file, inheritable=False)
        return own


def _file_of(connection: web.RequestHandler) -> int:
    transport = connection.transport
    return -1 if transport is None else int(transport.get_extra_info("socket").fileno())


def _forget(connections: Sequence[Connection]) -> None:
    for connection in connections:
        if connection.transport is not None:
            connection.transport.abort()


def _poll_of(loop: asyncio.AbstractEventLoop) -> select.epoll | None:
    """Another handle of what the loop waits with; None where it is not known."""
    backend = getattr(loop, "_get_backend_id", None)
    if backend is None or not hasattr(select, "epoll"):
        return None
    return select.epoll.fromfd(os.dup(backend()))
