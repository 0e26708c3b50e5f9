"""Deploying while clients follow queries: their sockets are closed kindly, and who comes back has missed nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from tests.integration.deploying import Site, site, versioned

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GOING_AWAY = 1001
PATIENCE = 60.0
LIVE: dict[str, Any] = {
    "startLiveQueryServer": True,
    "liveQuery": {"classNames": ["Score"]},
    "allowClientClassCreation": True,
}


class Follower:
    """A client that keeps its cursor, and what it was told of scores."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.cursor = ""
        self.numbers: list[Any] = []

    async def follow(self, cursor: str) -> None:
        """Follow all scores, from the cursor on."""
        query = {"className": "Score", "where": {}}
        await self._socket.send_json({"op": "subscribe", "requestId": 1, "query": query, "resume": cursor})
        while (await self.hear())["op"] != "subscribed":
            pass

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            told: dict[str, Any] = orjson.loads(await self._socket.receive_str())
        self.cursor = told.get("cursor", self.cursor)
        if "object" in told:
            self.numbers.append(told["object"]["n"])
        return told

    async def until(self, number: int) -> None:
        """Listen until the score of that number is told."""
        while number not in self.numbers:
            await self.hear()

    async def until_closed(self) -> int | None:
        """Listen until the server closes the socket; its reason."""
        async with asyncio.timeout(PATIENCE):
            while (message := await self._socket.receive()).type is aiohttp.WSMsgType.TEXT:
                told = orjson.loads(message.data)
                self.cursor = told.get("cursor", self.cursor)
        return self._socket.close_code


@asynccontextmanager
async def follower(on: Site) -> AsyncIterator[Follower]:
    """A connected client."""
    async with on.session.ws_connect(on.server.url) as socket:
        await socket.send_json({"op": "connect", "applicationId": "test"})
        client = Follower(socket)
        assert (await client.hear())["op"] == "connected"
        yield client


async def save(on: Site, number: int) -> None:
    """One more score."""
    status, made = await on.ask(
        "POST", "/classes/Score", orjson.dumps({"n": number}), **{"Content-Type": "application/json"}
    )
    assert status == 201, made


async def test_followers_are_sent_to_the_new_workers_and_resume_there(tmp_path: Path) -> None:
    async with site(f"sqlite:///{tmp_path}/data.db", tmp_path / "a", **LIVE) as one:
        assert (await one.deploy(versioned(1)))["state"] == "active"
        async with follower(one) as before:
            await before.follow("")
            await save(one, 1)
            await before.until(1)
            deployed, reason = await asyncio.gather(one.deploy(versioned(2)), before.until_closed())
        await save(one, 2)
        async with follower(one) as after:
            await after.follow(before.cursor)
            await after.until(2)
            await save(one, 3)
            await after.until(3)

    assert deployed["state"] == "active"
    assert reason == GOING_AWAY
    assert (before.numbers, after.numbers) == ([1], [2, 3])
