"""The change stream on classes is taken up again where it ended, or said to be lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from parsepy.adapters.storage.base import StorageError, StorageUnavailableError
from parsepy.adapters.storage.mongo.watch import NEEDS_REPLICA_SET, watch_classes

End = Exception | None


@dataclass
class Stream:
    """Changes by their tokens, then an error or a plain end."""

    tokens: Sequence[str]
    end: End
    resume_token: Any = "opened"

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(self, *raised: object) -> None:
        self.resume_token = None

    async def __aiter__(self) -> AsyncIterator[dict[str, str]]:
        for token in self.tokens:
            self.resume_token = token
            yield {"_id": token}
        if self.end is not None:
            raise self.end


@dataclass
class Classes:
    """A collection that gives one stream after the other; after the last it waits for ever."""

    streams: list[Stream | Exception]
    asked: list[Any] = field(default_factory=list)
    exhausted: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, *, resume_after: Any = None) -> Any:
        self.asked.append(resume_after)
        if not self.streams:
            self.exhausted.set()
            await asyncio.Event().wait()
        found = self.streams.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


async def told(classes: Classes, pauses: Sequence[float] = (0, 0)) -> int:
    """How many changes were told before nothing more came."""
    changes: list[None] = []
    task = asyncio.create_task(watch_classes(classes, lambda: changes.append(None), pauses))
    ended = asyncio.create_task(classes.exhausted.wait())
    await asyncio.wait([task, ended], return_when=asyncio.FIRST_COMPLETED)
    for waiting in (task, ended):
        waiting.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if not task.cancelled() and task.exception() is not None:
        raise task.exception()  # type: ignore[misc]  # it is one
    return len(changes)


async def test_every_change_is_told() -> None:
    assert await told(Classes([Stream(["1", "2"], AutoReconnect())])) == 2


async def test_a_lost_connection_is_taken_up_again_after_the_last_change() -> None:
    classes = Classes([Stream(["1", "2"], AutoReconnect()), AutoReconnect(), Stream(["3"], AutoReconnect())])

    assert await told(classes) == 3
    assert classes.asked == [None, "2", "2", "3"]


async def test_a_connection_lost_before_any_change_is_taken_up_where_it_was_opened() -> None:
    classes = Classes([Stream([], AutoReconnect())])

    assert await told(classes) == 0
    assert classes.asked == [None, "opened"]


async def test_a_collection_that_was_dropped_is_told_of_and_watched_anew() -> None:
    classes = Classes([Stream(["1"], None)])

    assert await told(classes) == 2
    assert classes.asked == [None, None]


@pytest.mark.parametrize(
    "streams",
    [
        [AutoReconnect()],
        [Stream(["1"], OperationFailure("history lost", 286))],
        [Stream(["1"], AutoReconnect()), AutoReconnect(), AutoReconnect()],
    ],
    ids=["nobody answers", "the history is gone", "nobody answers for too long"],
)
async def test_a_watch_that_may_have_missed_changes_is_lost(streams: list[Stream | Exception]) -> None:
    with pytest.raises(StorageUnavailableError):
        await told(Classes(streams))


async def test_servers_without_change_streams_are_named_as_the_reason() -> None:
    refusal: PyMongoError = OperationFailure("only on replica sets", NEEDS_REPLICA_SET)

    with pytest.raises(StorageError, match="replica set") as refused:
        await told(Classes([refusal]))

    assert not isinstance(refused.value, StorageUnavailableError)
