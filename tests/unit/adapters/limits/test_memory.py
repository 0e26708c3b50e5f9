"""Windows of rate limits: when they begin and end, and how many are remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parsepy.adapters.limits.base import Window
from parsepy.adapters.limits.memory import MemoryLimits

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Time:
    """A time to be set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def after(self, seconds: float) -> datetime:
        self.now = START + timedelta(seconds=seconds)
        return self.now


async def test_a_window_begins_with_its_first_request_and_ends_after_its_length() -> None:
    time = Time()
    limits = MemoryLimits(time)
    ends = START + timedelta(seconds=10)

    assert await limits.take("a", "x", 10) == Window(1, ends)
    time.after(9.9)
    assert await limits.take("a", "x", 10) == Window(2, ends)
    time.after(10)
    assert await limits.take("a", "x", 10) == Window(1, START + timedelta(seconds=20))


async def test_limits_and_clients_are_counted_apart() -> None:
    limits = MemoryLimits(Time())

    taken = [await limits.take(limit, client, 10) for limit, client in (("a", "x"), ("a", "y"), ("b", "x"), ("a", "x"))]

    assert [window.used for window in taken] == [1, 1, 1, 2]


async def test_the_clients_whose_window_ends_first_are_forgotten_when_there_are_too_many() -> None:
    time = Time()
    limits = MemoryLimits(time, most=3)
    for number in range(5):
        time.after(number)
        await limits.take("a", f"x{number}", 100)

    used = {number: (await limits.take("a", f"x{number}", 100)).used for number in (4, 3, 2)}

    assert used == {4: 2, 3: 2, 2: 2}
    assert (await limits.take("a", "x0", 100)).used == 1


async def test_windows_that_have_ended_make_room() -> None:
    time = Time()
    limits = MemoryLimits(time, most=2)
    await limits.take("a", "x", 10)
    time.after(5)
    await limits.take("a", "y", 10)
    time.after(11)
    await limits.take("a", "z", 10)

    assert (await limits.take("a", "y", 10)).used == 2


async def test_a_flood_under_one_limit_leaves_the_others_alone() -> None:
    limits = MemoryLimits(Time(), most=2)
    await limits.take("quiet", "x", 10)
    for number in range(50):
        await limits.take("flooded", str(number), 10)

    assert (await limits.take("quiet", "x", 10)).used == 2


async def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    time = Time()
    limits = MemoryLimits(time)
    await limits.take("a", "x", 10)
    time.after(-3600)

    assert await limits.take("a", "x", 10) == Window(1, START + timedelta(seconds=-3590))
