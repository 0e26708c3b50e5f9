"""The server of a test over HTTP, for clients that are programs or SDKs of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parsepy.testing.server import TestServer
from parsepy.web.http import HttpServer
from parsepy.web.listening import listen, port_of
from parsepy.web.serving import serving


@asynccontextmanager
async def listening(server: TestServer) -> AsyncIterator[str]:
    """Serve on a free port of this computer for as long as the block lasts; gives the URL with the mount path."""
    listener = listen("127.0.0.1", 0)
    async with serving(HttpServer(server.door).handle, listener):
        yield f"http://127.0.0.1:{port_of(listener)}{server.door.mount}"
