"""A limit on the time of a call that costs nothing until the call waits for something."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LateError(Exception):
    """A call has taken longer than it may. Its own TimeoutErrors are another matter."""


async def within(seconds: float | None, call: Coroutine[Any, Any, T]) -> T:
    """What the call returns. Raises LateError if it takes longer, and whatever it raises itself.

    The call runs up to its first wait before a timer is set: nothing could interrupt it until then.
    """
    try:
        waits_for = call.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await _rest(call, waits_for)
    except TimeoutError as exc:
        if limit.expired():
            raise LateError from exc
        raise


@coroutine
def _rest(call: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """What is left of a call that has begun and waits."""
    while True:
        error: BaseException | None = None
        woken_with: Any = None
        try:
            woken_with = yield waits_for
        except BaseException as exc:  # noqa: BLE001 - it is for the call to deal with
            error = exc
        try:
            waits_for = call.send(woken_with) if error is None else call.throw(error)
        except StopIteration as end:
            result: T = end.value
            return result
