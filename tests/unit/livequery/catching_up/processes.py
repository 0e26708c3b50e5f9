"""Processes that share a database and hear each other badly, and clients that come and go."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from parsepy import Cloud
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.app import door, running
from parsepy.livequery.connection import Connection
from parsepy.livequery.hub import Hub
from parsepy.livequery.server import LiveServer
from parsepy.settings import load
from tests.inprocess import KEYS, Client

URL = "http://127.0.0.1:1337/parse"
EVENTS = frozenset({"create", "enter", "update", "leave", "delete"})
PATIENCE = 30.0
Told = dict[str, Any]


class Hearsay(MemoryPubSub):
    """Loses so much of what is told of changes: processes that die, or cannot keep up."""

    def __init__(self, lost: float = 0.0, seed: int = 0) -> None:
        super().__init__()
        self.lost = lost
        self._random = random.Random(seed)

    def publish(self, channel: str, message: bytes) -> None:
        if not channel.endswith(("afterSave", "afterDelete")) or self._random.random() >= self.lost:
            super().publish(channel, message)


@dataclass
class Visitor:
    """A client's end of one connection: what it was sent, oldest first, but for the answer to `connect`."""

    connection: Connection | None = None
    received: list[Told] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, message: bytes) -> None:
        self.received.append(orjson.loads(message))
        self.news.set()

    async def drained(self) -> None:
        await asyncio.sleep(0)

    async def says(self, **message: Any) -> None:
        assert self.connection is not None
        await self.connection.handle(orjson.dumps(message).decode())

    async def follows(self, where: dict[str, Any], class_name: str = "Score", **more: Any) -> list[Told]:
        """Subscribe; what it was sent until then."""
        query = {"className": class_name, "where": where, **more.pop("query", {})}
        await self.says(op="subscribe", requestId=1, query=query, **more)
        return self.received

    async def until(self, count: int) -> list[Told]:
        """So many events, when they are there."""
        async with asyncio.timeout(PATIENCE):
            while len(self.events) < count:
                self.news.clear()
                await self.news.wait()
        return self.events

    @property
    def events(self) -> list[Told]:
        return [message for message in self.received if message["op"] in EVENTS]

    @property
    def cursor(self) -> str:
        """The place that the client would come back to."""
        return str(next(message["cursor"] for message in reversed(self.received) if "cursor" in message))

    def goes(self) -> None:
        assert self.connection is not None
        self.connection.close()


@dataclass(frozen=True)
class Process:
    """One process of an app: the app's client, and its hub."""

    client: Client
    hub: Hub

    async def visitor(self, token: str = "") -> Visitor:
        """A client that has connected."""
        visitor = Visitor()
        visitor.connection = Connection({"test": self.hub}, visitor, most_subscriptions=10)
        session = {"sessionToken": token} if token else {}
        await visitor.says(op="connect", applicationId="test", **session)
        visitor.received.clear()
        return visitor


@asynccontextmanager
async def process(
    uri: str, folder: Path, pubsub: MemoryPubSub | None = None, *, cloud: Cloud | None = None, **live: Any
) -> AsyncIterator[Process]:
    """A process of the app on that database, with a live query server."""
    options = {"databaseURI": uri, "filesFolder": str(folder / "files"), "liveQuery": {"classNames": [".*"], **live}}
    settings = load(file={**KEYS, **options}).apps[0]
    async with running(settings, cloud, pubsub) as app:
        server = LiveServer(app, URL)
        server.listen()
        app.background.start(server.run(), "the live query server")
        yield Process(Client(door([app])), server.hub)
