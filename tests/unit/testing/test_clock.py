"""The fake clock: whom it wakes, in which order, and what it waits for before time goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from parsepy.testing.clock import FakeClock

START = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Tasks that are cancelled at the end."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def noted(clock: FakeClock, seconds: float, told: list[tuple[str, float]], name: str) -> None:
    await clock.sleep(seconds)
    told.append((name, (clock.now() - START).total_seconds()))


async def test_time_stands_still_until_it_is_moved(clock: FakeClock) -> None:
    before = clock.now()
    await asyncio.sleep(0.01)

    assert before == clock.now() == START
    await clock.advance(timedelta(hours=3))
    assert clock.now() == START + timedelta(hours=3)


def test_it_begins_now_and_keeps_whole_milliseconds() -> None:
    earliest = datetime.now(UTC) - timedelta(milliseconds=1)

    assert earliest <= FakeClock().now() <= datetime.now(UTC)
    assert FakeClock().now().microsecond % 1000 == 0


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 1), datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=2)))], ids=["naive", "zone"]
)
def test_it_tells_the_time_in_utc(start: datetime) -> None:
    assert FakeClock(start).now() == START
    assert FakeClock(start).now().tzinfo is UTC


async def test_sleepers_wake_in_the_order_of_their_times_at_their_times(clock: FakeClock) -> None:
    told: list[tuple[str, float]] = []
    async with running(noted(clock, 3, told, "c"), noted(clock, 1, told, "a"), noted(clock, 1, told, "b")):
        await clock.advance(10 * SECOND)

    assert told == [("a", 1), ("b", 1), ("c", 3)]


async def test_who_sleeps_longer_sleeps_on(clock: FakeClock) -> None:
    told: list[tuple[str, float]] = []
    async with running(noted(clock, 3, told, "a")):
        await clock.advance(2.9 * SECOND)
        assert told == []
        assert clock.next_due == START + 3 * SECOND
        await clock.advance(0.1 * SECOND)

    assert told == [("a", 3)]
    assert clock.next_due is None


async def test_somebody_who_sleeps_again_is_woken_again_in_one_move(clock: FakeClock) -> None:
    told: list[float] = []

    async def every_second() -> None:
        while True:
            await clock.sleep(1)
            told.append((clock.now() - START).total_seconds())

    async with running(every_second()):
        await clock.advance(3.5 * SECOND)

    assert told == [1, 2, 3]


async def test_a_sleep_of_nothing_needs_no_move(clock: FakeClock) -> None:
    await clock.sleep(0)
    await clock.sleep(-1)

    assert clock.next_due is None


async def test_who_was_cancelled_is_not_woken(clock: FakeClock) -> None:
    told: list[tuple[str, float]] = []
    async with running(noted(clock, 1, told, "a"), noted(clock, 2, told, "b")) as tasks:
        await clock.advance(0 * SECOND)
        tasks[0].cancel()
        await clock.advance(5 * SECOND)

    assert told == [("b", 2)]


async def on_a_thread() -> None:
    await asyncio.to_thread(time.sleep, 0.05)


async def in_real_time() -> None:
    await asyncio.sleep(0.05)


async def through_a_socket() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(4))
        await asyncio.sleep(0.02)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"ping")
        await reader.read()
        writer.close()
        await writer.wait_closed()


async def in_tasks_of_its_own() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(on_a_thread())
        group.create_task(in_real_time())


@pytest.mark.parametrize("work", [on_a_thread, in_real_time, through_a_socket, in_tasks_of_its_own])
async def test_time_waits_for_the_work_of_those_it_woke(clock: FakeClock, work: Callable[[], Awaitable[None]]) -> None:
    told: list[tuple[str, float]] = []

    async def first() -> None:
        await clock.sleep(1)
        await work()
        await noted(clock, 1, told, "then")

    async with running(first(), noted(clock, 5, told, "last")):
        await clock.advance(10 * SECOND)

    assert told == [("then", 2), ("last", 5)]


async def test_time_waits_for_those_that_the_woken_give_a_sign(clock: FakeClock) -> None:
    sign, told = asyncio.Event(), list[tuple[str, float]]()

    async def wakes() -> None:
        await clock.sleep(1)
        sign.set()

    async def is_told() -> None:
        await sign.wait()
        await on_a_thread()
        await noted(clock, 1, told, "then")

    async with running(wakes(), is_told()):
        await clock.advance(10 * SECOND)

    assert told == [("then", 2)]


async def test_time_waits_for_what_was_begun_just_before_the_move(clock: FakeClock) -> None:
    told: list[tuple[str, float]] = []

    async def begun() -> None:
        await on_a_thread()
        await noted(clock, 1, told, "begun")

    async with running(begun()):
        await clock.advance(10 * SECOND)

    assert told == [("begun", 1)]


async def test_who_waits_for_the_clock_or_for_a_sign_is_not_waited_for() -> None:
    """As a scheduler waits: until the next run is due or somebody changes the schedules."""
    clock, changed, runs = FakeClock(START, patience=3600), asyncio.Event(), 0

    async def schedule() -> None:
        nonlocal runs
        while True:
            waits = [asyncio.ensure_future(clock.sleep(60)), asyncio.ensure_future(changed.wait())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            runs += 1

    async with running(schedule()):
        await clock.advance(timedelta(hours=1))

    assert runs == 60


async def awaits_a_task(work: Coroutine[Any, Any, None]) -> None:
    await asyncio.create_task(work)


async def gathers(work: Coroutine[Any, Any, None]) -> None:
    await asyncio.gather(work, asyncio.sleep(0))


async def groups(work: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work)


@pytest.mark.parametrize("waits", [awaits_a_task, gathers, groups])
async def test_who_waits_for_sleepers_is_not_waited_for(
    waits: Callable[[Coroutine[Any, Any, None]], Coroutine[Any, Any, None]],
) -> None:
    clock, told = FakeClock(START, patience=3600), list[tuple[str, float]]()

    async with running(waits(noted(clock, 5, told, "a"))):
        await clock.advance(10 * SECOND)

    assert told == [("a", 5)]


async def test_work_that_gets_nowhere_is_given_up() -> None:
    clock, never = FakeClock(START, patience=0.02), asyncio.get_running_loop().create_future()

    async def stuck() -> None:
        await clock.sleep(1)
        await never

    async with running(stuck()):
        await clock.advance(10 * SECOND)

    assert clock.now() == START + 10 * SECOND


async def test_time_does_not_go_back(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="does not go back"):
        await clock.advance(-SECOND)


async def test_only_one_moves_the_clock(clock: FakeClock) -> None:
    refused: list[str] = []

    async def meddles() -> None:
        await clock.sleep(1)
        try:
            await clock.advance(SECOND)
        except RuntimeError as exc:
            refused.append(str(exc))

    async with running(meddles()):
        await clock.advance(2 * SECOND)

    assert refused == ["the clock is being moved already"]


async def test_it_can_be_moved_to_a_time(clock: FakeClock) -> None:
    await clock.advance_to(datetime(2026, 3, 2, 4))

    assert clock.now() == datetime(2026, 3, 2, 4, tzinfo=UTC)
