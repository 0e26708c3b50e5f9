"""Serves HTTP on a socket, and stops without cutting off what is under way."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiohttp import web

from parsepy.web.acceptor import Acceptor
from parsepy.web.handover import Connections, Handover
from parsepy.web.hatch import Hatch
from parsepy.web.tally import Share

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

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
HTTP: Mapping[str, Any] = {
    "access_log": None,
    "keepalive_timeout": KEEP_ALIVE_SECONDS,
    "max_line_size": LONGEST_LINE,
    "max_field_size": LONGEST_HEADER,
}


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


class Shared(Service):
    """What serves on a socket beside other processes."""

    def __init__(self, http: web.Server, door: Closable, handover: Handover) -> None:
        super().__init__(http, door)
        self.handover = handover


@asynccontextmanager
async def serving(
    handler: Handler, listener: socket.socket, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Service]:
    """Serve for as long as the block lasts; requests under way at its end are answered, new ones are not taken."""
    http = web.Server(handler, **HTTP)
    service = Service(http, await asyncio.get_running_loop().create_server(http, sock=listener, ssl=tls))
    try:
        yield service
    finally:
        await service.close()


@asynccontextmanager
async def sharing(handler: Handler, listener: socket.socket, share: Share, hatch: Hatch) -> AsyncIterator[Shared]:
    """Serve as `serving` does, beside other processes that listen on the same socket."""
    http = Connections(handler, **HTTP)
    acceptor = Acceptor(listener, http, share)
    http.ended = acceptor.lost
    handover = Handover(http, acceptor, hatch)
    shared = Shared(http, acceptor, handover)
    acceptor.start()
    try:
        yield shared
    finally:
        await shared.close()
        handover.close()
