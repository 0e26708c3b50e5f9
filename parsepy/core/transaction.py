"""Calls that take effect together: a context whose store and known classes are those of one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

from parsepy.adapters.pubsub.base import Callback, PubSub
from parsepy.adapters.storage.base import Storage
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError

SPOILED = "The transaction was undone because a part of it failed."


class Part(Protocol):
    """Something that belongs to a transaction and is to be done at its end."""

    async def before_commit(self, storage: Storage) -> None:
        """Add the last writes of the transaction; what is raised undoes it."""

    async def committed(self) -> None:
        """The transaction has taken effect. Must not raise StorageError."""


class HeldNews:
    """Keeps what is published inside a transaction until it is true; `is_spoiled` says that it never will be.

    `parts` are those that have something to do at the end of the transaction.
    """

    def __init__(self, pubsub: PubSub) -> None:
        self.is_spoiled = False
        self.parts: list[Part] = []
        self._pubsub = pubsub
        self._held: list[tuple[str, bytes]] = []

    @property
    def group(self) -> str:
        """That of the app's own port."""
        return self._pubsub.group

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
    Raises ParseError 142, and keeps nothing, if a part has failed (see `joined`).
    """
    news = HeldNews(ctx.app.pubsub)
    async with ctx.app.storage.transaction() as storage:
        schemas = ctx.app.schemas.fork(storage)
        yield replace(ctx, storage=storage, app=replace(ctx.app, schemas=schemas, pubsub=news))
        if news.is_spoiled:
            raise ParseError(ErrorCode.VALIDATION_ERROR, SPOILED)
        for part in news.parts:
            await part.before_commit(storage)
    await ctx.app.schemas.adopt(schemas)
    for part in news.parts:
        await part.committed()
    await news.release()


@asynccontextmanager
async def joined(ctx: Context) -> AsyncIterator[Context]:
    """The same call as a part of the transaction that it is in, else in one of its own.

    A part that raises spoils the whole, even if the error is caught there: what it has done cannot be undone alone.
    """
    news = ctx.app.pubsub
    if not isinstance(news, HeldNews):
        async with transaction(ctx) as inside:
            yield inside
        return
    try:
        yield ctx
    except BaseException:
        news.is_spoiled = True
        raise


def is_inside(ctx: Context) -> bool:
    """Whether the call takes part in a transaction."""
    return isinstance(ctx.app.pubsub, HeldNews)
