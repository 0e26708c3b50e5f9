"""Calls that take effect together: a context whose store and known classes are those of one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from parsepy.adapters.pubsub.base import Callback, PubSub
from parsepy.core.context import Context


class HeldNews:
    """Keeps what is published inside a transaction until it is true."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub
        self._held: list[tuple[str, bytes]] = []

    async def open(self) -> None:
        """Nothing is needed."""

    async def close(self) -> None:
        """Nothing was taken."""

    def publish(self, channel: str, message: bytes) -> None:
        """Keep the message."""
        self._held.append((channel, message))

    def subscribe(self, channel: str, callback: Callback) -> None:
        """Hear what the app's own port carries."""
        self._pubsub.subscribe(channel, callback)

    async def settled(self) -> None:
        """Nobody hears it yet."""

    async def release(self) -> None:
        """Publish all that was kept."""
        for channel, message in self._held:
            self._pubsub.publish(channel, message)
        if self._held:
            await self._pubsub.settled()


@asynccontextmanager
async def transaction(ctx: Context) -> AsyncIterator[Context]:
    """The same call inside a transaction: all that is done with it is kept when the block ends, nothing if it raises.

    Classes and columns that are made inside become known to others with the commit, and so does all that is published.
    """
    news = HeldNews(ctx.app.pubsub)
    async with ctx.app.storage.transaction() as storage:
        schemas = ctx.app.schemas.fork(storage)
        yield replace(ctx, storage=storage, app=replace(ctx.app, schemas=schemas, pubsub=news))
    await ctx.app.schemas.adopt(schemas)
    await news.release()
