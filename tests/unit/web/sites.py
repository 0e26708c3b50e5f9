"""A server on a free port of this computer, for tests that speak HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from parsepy.api.gates import Door
from parsepy.web.access_log import AccessLog
from parsepy.web.http import HttpServer
from parsepy.web.listening import listen, port_of
from parsepy.web.serving import serving
from tests.unit.api.doors import door


@asynccontextmanager
async def site(way_in: Door | None = None, log: AccessLog | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a server that serves the door."""
    listener = listen("127.0.0.1", 0)
    server = HttpServer(way_in or await door(), access_log=log)
    url = f"http://127.0.0.1:{port_of(listener)}"
    async with serving(server.handle, listener), aiohttp.ClientSession(url) as client:
        yield client
