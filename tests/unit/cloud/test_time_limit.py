"""A limited call runs as any other, and is given up when its time is over."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.cloud.time_limit import LateError, within


async def test_a_call_that_never_waits_gives_its_result() -> None:
    async def quick() -> int:
        return 7

    assert await within(0.001, quick()) == 7


async def test_a_call_that_waits_goes_on_where_it_was() -> None:
    async def slow() -> list[int]:
        found = [1]
        for number in (2, 3):
            await asyncio.sleep(0)
            found.append(number)
        return found

    assert await within(5, slow()) == [1, 2, 3]
    assert await within(None, slow()) == [1, 2, 3]


async def test_errors_come_through_before_and_after_a_wait() -> None:
    async def fails(waits: bool) -> None:
        if waits:
            await asyncio.sleep(0)
        raise KeyError("x")

    for waits in (False, True):
        with pytest.raises(KeyError):
            await within(5, fails(waits))


async def test_a_call_learns_that_its_time_is_over_and_may_tidy_up() -> None:
    tidied: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.append("done")

    with pytest.raises(LateError):
        await within(0.01, endless())
    assert tidied == ["done"]


async def test_a_cancelled_call_is_cancelled_and_not_late() -> None:
    async def endless() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(within(60, endless()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_limit_inside_of_the_call_is_its_own() -> None:
    async def gives_up() -> str:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return "gave up"
        return "never"

    assert await within(60, gives_up()) == "gave up"
