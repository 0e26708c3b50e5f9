"""What this server logged lately: the supervisor keeps it for all workers, and any of them may ask."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from parsepy.adapters.pubsub.base import PubSub
from parsepy.core.context import App

CACHE = "log_tail"
LINES = "parsepy.log.lines"
"""Channel to the supervisor: new lines of a worker, a JSON list of `{"at", "level", "message", "worker"}`."""
ASK = "parsepy.log.ask"
"""Channel to the supervisor: `{"ask": number, "after": cursor, "wait": seconds}`."""
TOLD = "parsepy.log.told"
"""Channel to the worker that asked: `{"ask": number, "results": [line, …], "next": cursor}`."""
PATIENCE_SECONDS = 2.0
"""The supervisor answers sooner than so long after what was to be waited for."""


class LogTail:
    """The questions of one process that wait for an answer."""

    def __init__(self) -> None:
        self._pubsub: PubSub | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0

    async def ask(self, pubsub: PubSub, after: str, wait: float) -> dict[str, Any]:
        """The supervisor's answer; an empty one if there is no supervisor."""
        if self._pubsub is not pubsub:
            pubsub.subscribe(TOLD, self._told)
            self._pubsub = pubsub
        self._asked += 1
        number = self._asked
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        pubsub.publish(ASK, orjson.dumps({"ask": number, "after": after, "wait": wait}))
        try:
            async with asyncio.timeout(wait + PATIENCE_SECONDS):
                found: dict[str, Any] = await answer
                return found
        except TimeoutError:
            return {"results": [], "next": after}
        finally:
            del self._waiting[number]

    def _told(self, message: bytes) -> None:
        answer: dict[str, Any] = orjson.loads(message)
        waiting = self._waiting.get(answer.pop("ask"))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)


async def lines(app: App, after: str, wait: float) -> dict[str, Any]:
    """The lines after a cursor, or the latest: `{"results": [{at, level, message, worker}], "next": cursor}`.

    If there are none, those that come within `wait` seconds.
    """
    tail: LogTail = app.caches[CACHE]
    return await tail.ask(app.pubsub, after, wait)
