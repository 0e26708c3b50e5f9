"""A client of live queries on a socket of its own, for tests that start servers as processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

ANSWER_SECONDS = 30.0
Told = dict[str, Any]


class LiveClient:
    """What it was told since the last look, oldest first."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.events: list[Told] = []

    async def follow(self, class_name: str, where: Told | None = None, *, token: str = "", number: int = 1) -> None:
        """Subscribe; returns when that is done."""
        session = {"sessionToken": token} if token else {}
        query = {"className": class_name, "where": where or {}}
        await self._socket.send_json({"op": "subscribe", "requestId": number, "query": query, **session})
        await self.until(lambda told: told["op"] in {"subscribed", "error"})
        assert self.events.pop()["op"] == "subscribed"

    async def until(self, is_wanted: Callable[[Told], bool]) -> Told:
        """Listen until it is told what is wanted."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                self.events.append(orjson.loads(await self._socket.receive_str()))
                if is_wanted(self.events[-1]):
                    return self.events[-1]

    async def until_told(self, field: str, value: object) -> list[tuple[str, Any]]:
        """Listen until an event's object has the value; gives the events and what their objects have there."""
        await self.until(lambda told: "object" in told and told["object"].get(field) == value)
        told = [(event["op"], event["object"].get(field)) for event in self.events]
        self.events.clear()
        return told


@asynccontextmanager
async def live_client(url: str, *, token: str = "", app_id: str = "test") -> AsyncIterator[LiveClient]:
    """A connected client; `url` is where the sockets are served, as HTTP."""
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        client = LiveClient(socket)
        identity = {"sessionToken": token} if token else {}
        await socket.send_json({"op": "connect", "applicationId": app_id, **identity})
        await client.until(lambda told: told["op"] == "connected")
        client.events.clear()
        yield client
