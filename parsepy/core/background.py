"""Work that goes on after its request was answered, and ends with the app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from typing import Any

log = logging.getLogger(__name__)


class Background:
    """The tasks of one app. What they raise is logged; `close` cancels those that still run and waits for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str, context: Context | None = None) -> asyncio.Task[None]:
        """Begin some work, in a context of its own if one is given; `name` is for the log."""
        task = asyncio.get_running_loop().create_task(_logged(work, name), name=name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Work that is cancelled before its first step has not begun; otherwise it is closed already.
        task.add_done_callback(lambda _: work.close())
        return task

    async def close(self) -> None:
        """Cancel what runs and wait until it has put its things in order."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def in_any_case(work: Callable[[], Awaitable[object]]) -> None:
    """Do something that may be done twice, also if the task is cancelled meanwhile: then it is begun once more."""
    try:
        await work()
    except asyncio.CancelledError:
        await work()
        raise


async def _logged(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except Exception:
        log.exception("%s failed", name)
