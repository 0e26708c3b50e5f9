"""Calling the user's functions: async ones in the loop, plain ones on a bounded number of threads."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import lru_cache
from typing import Any

from parsepy.cloud.threads import Threads, Work

log = logging.getLogger(__name__)

END_SECONDS = 1.0
"""A function that is given up is told to end so often, this long apart, until it does."""
END_TRIES = 10


class Calls:
    """Runs functions of cloud code. Threads are started when plain functions are called.

    `seconds` is how long a call may take (see `cloud.running`). A plain function that is given up is made to end where
    Python can; until then its thread is lost, and another takes its place.
    """

    def __init__(self, threads: int, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self._threads = Threads(threads)

    @property
    def is_worn(self) -> bool:
        """Whether half of the threads are lost to functions that do not end."""
        return 2 * self._threads.lost >= self._threads.most

    async def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result; raises what it raises."""
        if _is_async(function):
            return await function(*arguments)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        work = Work(copy_context(), function, arguments, lambda: _tell(loop, ended))
        self._threads.start(work)
        try:
            await ended
        except asyncio.CancelledError:
            self._give_up(work, loop)
            raise
        if work.error is not None:
            raise work.error
        return await work.result if inspect.isawaitable(work.result) else work.result

    def close(self) -> None:
        """Let go of the threads: what waits is dropped, what runs is left to end. A later call starts new ones."""
        self._threads.close()

    def _give_up(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        was_worn = self.is_worn
        self._threads.give_up(work)
        loop.call_later(END_SECONDS, self._end, work, loop, END_TRIES)
        if self.is_worn and not was_worn:
            log.warning("%d threads hang in plain functions of cloud code", self._threads.lost)

    def _end(self, work: Work, loop: asyncio.AbstractEventLoop, tries: int) -> None:
        if tries and work.end():
            loop.call_later(END_SECONDS, self._end, work, loop, tries - 1)


def _tell(loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
    """Called in the thread of a function that has ended; its loop may have ended before."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_set, ended)


def _set(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


@lru_cache(maxsize=1024)
def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
