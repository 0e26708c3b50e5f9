"""Schema hooks: a change stream on the classes tells when another server has changed one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from parsepy.adapters.storage.base import StorageError, StorageUnavailableError

RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Pauses before a lost stream is taken up again where it ended."""

NEEDS_REPLICA_SET = 40573


class Watched(Protocol):
    """A collection whose changes can be watched."""

    async def watch(self, *, resume_after: Any = None) -> Any:
        """Open a change stream, right after the change that the token names."""


class _Watch:
    """One stream after the other; `token` names the last change that was told."""

    def __init__(self, collection: Watched, changed: Callable[[], None]) -> None:
        self._collection = collection
        self._changed = changed
        self.token: Any = None

    async def run(self) -> None:
        """Follow one stream until it ends: the collection was dropped or renamed, and its successor has to be watched."""
        async with await self._collection.watch(resume_after=self.token) as stream:
            self.token = stream.resume_token
            async for _ in stream:
                self.token = stream.resume_token
                self._changed()
        self.token = None
        self._changed()


async def watch_classes(
    collection: Watched, changed: Callable[[], None], pauses: Sequence[float] = RETRY_SECONDS
) -> NoReturn:
    """Call back after every change of the collection, until cancelled.

    Raises StorageUnavailableError when changes may have been missed, StorageError if the server has no change streams.
    """
    watch = _Watch(collection, changed)
    left: list[float] = []
    reached: Any = None
    while True:
        try:
            await watch.run()
        except ConnectionFailure as exc:
            if watch.token != reached:
                left, reached = list(pauses), watch.token
            if watch.token is None or not left:
                raise StorageUnavailableError("the watch for changed classes was lost") from exc
            await asyncio.sleep(left.pop(0))
        except PyMongoError as exc:
            raise _refusal(exc) from exc


def _refusal(exc: PyMongoError) -> StorageError:
    if isinstance(exc, OperationFailure) and exc.code == NEEDS_REPLICA_SET:
        return StorageError("databaseOptions.enableSchemaHooks needs MongoDB servers that form a replica set")
    return StorageUnavailableError("the watch for changed classes was lost")
