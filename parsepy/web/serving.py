"""Listening: takes a port, serves HTTP on it, and stops without cutting off what is under way."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web

from parsepy.web.acceptor import Acceptor
from parsepy.web.tally import Share

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

BACKLOG = 1024
NEXT_PORTS = 50
# Two waits of this length, first for the handlers and then for what they left open, stay below two seconds.
GRACE_SECONDS = 0.8
KEEP_ALIVE_SECONDS = 75.0
LINGER_SECONDS = 5.0
"""A server whose place is taken by another waits for as long for connections without requests."""
LINGER_STEPS = 100
RETIRED_GRACE_SECONDS = 25.0
"""And for as long again for requests under way."""
# Node allows 16 KiB for a whole head; queries in the URL are long.
LONGEST_LINE = 32 << 10
LONGEST_HEADER = 16 << 10


class PortBusyError(OSError):
    """Somebody else listens on the port, or it may not be taken; the text tells the user what to do."""


def listen(host: str, port: int, *, is_chosen: bool = True) -> socket.socket:
    """A listening socket. A busy port that nobody chose gives way to the next free one. Raises PortBusyError."""
    for candidate in (port,) if is_chosen or port == 0 else range(port, min(port + NEXT_PORTS, 65536)):
        try:
            return _bound(host, candidate)
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                raise PortBusyError(f"Cannot listen on {host} port {candidate}: {exc.strerror}.") from exc
    text = f"Port {port} is in use. Stop the program that listens there, or choose another port with --port."
    raise PortBusyError(text)


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    return int(listener.getsockname()[1])


class Closable(Protocol):
    """What takes connections until it is closed."""

    def close(self) -> None: ...


class Service:
    """What serves on a socket."""

    def __init__(self, http: web.Server, door: Closable) -> None:
        self._http = http
        self._door = door
        self._grace = GRACE_SECONDS

    async def retire(self) -> None:
        """Leave new connections to other processes on the same socket, and let those that are open end by themselves."""
        self._door.close()
        self._grace = RETIRED_GRACE_SECONDS
        for _ in range(LINGER_STEPS):
            if not self._http.connections:
                return
            await asyncio.sleep(LINGER_SECONDS / LINGER_STEPS)

    async def close(self) -> None:
        """Take no more requests and answer those under way."""
        self._door.close()
        self._http.pre_shutdown()
        await self._http.shutdown(self._grace)


class _Counted(web.Server):
    """Tells of every connection that ends."""

    ended: Callable[[], None]

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self.ended()


@asynccontextmanager
async def serving(handler: Handler, listener: socket.socket, share: Share | None = None) -> AsyncIterator[Service]:
    """Serve for as long as the block lasts; requests under way at its end are answered, new ones are not taken.

    With a `share` other processes listen on the same socket.
    """
    http = (web.Server if share is None else _Counted)(
        handler,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_HEADER,
    )
    service = Service(http, await _door(http, listener, share))
    try:
        yield service
    finally:
        await service.close()


async def _door(http: web.Server, listener: socket.socket, share: Share | None) -> Closable:
    if share is None or not isinstance(http, _Counted):
        return await asyncio.get_running_loop().create_server(http, sock=listener)
    acceptor = Acceptor(listener, http, share)
    http.ended = acceptor.lost
    acceptor.start()
    return acceptor
