"""Threads of plain functions: who takes too long is ended where Python can, and the others never wait for him."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from parsepy.cloud import calls
from parsepy.cloud.calls import Calls
from parsepy.cloud.threads import CallEnded
from tests.waiting import until


@pytest.fixture
async def two(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Calls]:
    """Calls on two threads."""
    monkeypatch.setattr(calls, "END_SECONDS", 0.01)
    made = Calls(2)
    yield made
    made.close()


async def given_up(made: Calls, function: Callable[..., Any], *arguments: Any) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(made.call(function, *arguments), 0.02)


def names() -> int:
    return sum(thread.name == "cloud" for thread in threading.enumerate())


async def test_a_function_that_loops_for_ever_is_ended_and_tidies_up(two: Calls) -> None:
    ended = threading.Event()

    def loops() -> None:
        try:
            while True:
                time.sleep(0.001)
        finally:
            ended.set()

    await given_up(two, loops)
    await until(ended.is_set)
    assert await two.call(lambda: "next") == "next"


async def test_catching_every_exception_does_not_keep_a_function_running(two: Calls) -> None:
    caught: list[str] = []

    def stubborn() -> None:
        while len(caught) < 3:
            try:
                time.sleep(0.001)
            except Exception:  # noqa: BLE001 - what such code does
                caught.append("an exception")
            except CallEnded:
                caught.append("the end")

    await given_up(two, stubborn)
    await until(lambda: len(caught) == 3)
    assert caught == ["the end"] * 3


async def test_threads_lost_to_functions_that_hang_are_replaced_and_told(two: Calls) -> None:
    hold = threading.Event()
    await given_up(two, hold.wait)
    assert two.is_worn
    assert await two.call(threading.Barrier(1).wait, 5) == 0
    hold.set()
    await until(lambda: not two.is_worn)


async def test_there_are_never_more_threads_than_may_be(two: Calls) -> None:
    before, most = names(), 0

    def count() -> None:
        nonlocal most
        most = max(most, names())
        time.sleep(0.005)

    await asyncio.gather(*(two.call(count) for _ in range(20)))
    assert most - before <= 2


async def test_a_call_that_is_given_up_while_it_waits_never_runs(two: Calls) -> None:
    hold, ran = threading.Event(), threading.Event()
    busy = [asyncio.ensure_future(two.call(hold.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    await given_up(two, ran.set)
    hold.set()

    assert await asyncio.gather(*busy) == [True, True]
    assert not ran.is_set()
    assert not two.is_worn


async def test_a_call_in_time_is_never_ended_after_it(two: Calls) -> None:
    for _ in range(200):
        with pytest.raises((TimeoutError, KeyError)):
            await asyncio.wait_for(two.call({}.__getitem__, "x"), 0.0005)
    assert await asyncio.gather(*(two.call(lambda: "well") for _ in range(20))) == ["well"] * 20
