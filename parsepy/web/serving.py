"""Listening: takes a port, serves HTTP on it, and stops without cutting off what is under way."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

BACKLOG = 1024
NEXT_PORTS = 50
# Two waits of this length, first for the handlers and then for what they left open, stay below two seconds.
GRACE_SECONDS = 0.8
KEEP_ALIVE_SECONDS = 75.0
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


@asynccontextmanager
async def serving(handler: Handler, listener: socket.socket) -> AsyncIterator[None]:
    """Serve for as long as the block lasts; requests under way at its end are answered, new ones are not taken."""
    http = web.Server(
        handler,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_HEADER,
    )
    server = await asyncio.get_running_loop().create_server(http, sock=listener)
    try:
        yield
    finally:
        server.close()
        http.pre_shutdown()
        await http.shutdown(GRACE_SECONDS)
