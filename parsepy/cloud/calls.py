"""Calling the user's functions: async ones in the loop, plain ones on a bounded number of threads."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Any

log = logging.getLogger(__name__)


class Calls:
    """Runs functions of cloud code. Threads are started when the first plain function is called.

    `seconds` is how long a call may take (see `cloud.running`). A plain function that is given up keeps its thread, which
    nobody can stop: when half of the threads are lost to such functions, new ones take their place.
    """

    def __init__(self, threads: int, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._lost = 0

    async def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The function's result; raises what it raises."""
        if _is_async(function):
            return await function(*arguments)
        loop = asyncio.get_running_loop()
        run = copy_context().run
        call = loop.run_in_executor(self._executor(), run, _outcome, function, arguments)
        try:
            result, error = await call
        except asyncio.CancelledError:
            self._give_up()
            raise
        if error is not None:
            raise error
        return await result if inspect.isawaitable(result) else result

    def close(self) -> None:
        """Let go of the threads: what waits is dropped, what runs is left to end. A later call starts new ones."""
        pool, self._pool = self._pool, None
        self._lost = 0
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _give_up(self) -> None:
        self._lost += 1
        if 2 * self._lost >= self._threads:
            log.warning("%d threads hang in plain functions of cloud code: others take their place", self._lost)
            self.close()

    def _executor(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="cloud")
        return self._pool


@lru_cache(maxsize=1024)
def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """Result and error as values: a future cannot carry a StopIteration."""
    try:
        return function(*arguments), None
    except BaseException as exc:  # noqa: BLE001 (raised again where it is awaited)
        return None, exc
