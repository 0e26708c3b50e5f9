"""A live query server in the test's own process, fed by hand, and clients that keep what they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from parsepy.core.live.changes import Change
from parsepy.livequery.connection import Connection
from parsepy.livequery.hub import Hub
from tests.inprocess import Client, started

DATES = {"createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z"}


@dataclass
class Listener:
    """A client's end: what it was sent, oldest first."""

    connection: Connection | None = None
    received: list[dict[str, Any]] = field(default_factory=list)

    def send(self, message: bytes) -> None:
        self.received.append(orjson.loads(message))

    async def drained(self) -> None:
        await asyncio.sleep(0)

    async def says(self, **message: Any) -> dict[str, Any]:
        """Send a message; the answer."""
        assert self.connection is not None
        await self.connection.handle(orjson.dumps(message).decode())
        return self.received[-1]

    async def follows(self, where: dict[str, Any], number: int = 1, **more: Any) -> dict[str, Any]:
        """Subscribe to the class `Score`; the answer."""
        query = {"className": "Score", "where": where, **more.pop("query", {})}
        return await self.says(op="subscribe", requestId=number, query=query, **more)

    @property
    def events(self) -> list[str]:
        """The events that it was told, in order."""
        return [m["op"] for m in self.received if m["op"] in {"create", "enter", "update", "leave", "delete"}]


@dataclass
class Live:
    """The hub of an app, and the app's client."""

    hub: Hub
    client: Client

    async def listener(self, token: str = "") -> Listener:
        """A connected client, with the rights of the token's owner."""
        listener = Listener()
        listener.connection = Connection({"test": self.hub}, listener, most_subscriptions=10)
        session = {"sessionToken": token} if token else {}
        await listener.says(op="connect", applicationId="test", **session)
        return listener

    async def changes(
        self, before: dict[str, Any] | None, after: dict[str, Any] | None, class_name: str = "Score"
    ) -> None:
        """Tell of a change of an object."""
        await self.hub.tell(Change(class_name, row(before), row(after)))


def row(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    """A stored object."""
    return None if fields is None else {"objectId": "s1", **DATES, **fields}


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    async with started(folder=tmp_path) as client:
        await client.create("Score", points=1)
        yield Live(Hub(client.app, "http://127.0.0.1:1337/parse"), client)
