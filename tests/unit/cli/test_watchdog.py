"""The watchdog of a worker: what it tells of a loop that is held, and when others get its connections."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from parsepy.cli.watchdog import Watchdog
from parsepy.web.tally import Cell, Share, Tally, Wish
from tests.waiting import until


@pytest.fixture
def tally() -> Iterator[Tally]:
    with closing(Tally.new(2)) as tally:
        yield tally


class Giving:
    """Counts how often connections are given away."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return 3


def never() -> bool:
    return False


def holds_the_loop(seconds: float) -> None:
    time.sleep(seconds)


async def test_the_function_that_holds_the_loop_is_told_once_and_how_long_it_took(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parsepy.cli.watchdog.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("parsepy.cli.watchdog.TELL_SECONDS", 0.1)
    with caplog.at_level(logging.WARNING), Watchdog(is_worn=never).watching():
        holds_the_loop(0.5)
        await until(lambda: len(caplog.messages) == 2)

    first, second = caplog.messages
    assert "test_watchdog.py" in first
    assert "in holds_the_loop holds the event loop" in first
    assert "The event loop is free again after 0." in second


async def test_a_loop_that_turns_is_not_held(tally: Tally) -> None:
    share = Share(tally, 0)
    watchdog = Watchdog(share, is_worn=lambda: True)
    with watchdog.watching():
        for _ in range(3):
            watchdog._turn()
            watchdog.look(10)

    assert tally.read(0, Cell.HELD) == 0
    assert tally.read(0, Cell.WORN) == 1
    assert tally.read(0, Cell.LOOKED) > 0
    assert not tally.is_late(0)


async def test_a_watchdog_is_known_before_its_first_look(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsepy.cli.watchdog.LOOK_SECONDS", 3600)
    with Watchdog(Share(tally, 0), is_worn=never).watching():
        assert tally.read(0, Cell.LOOKED) > 0


async def test_connections_are_given_away_once_when_others_serve(tally: Tally) -> None:
    giving = Giving()
    watchdog = Watchdog(Share(tally, 0), giving, is_worn=never)
    with watchdog.watching():
        watchdog.look(0)
        watchdog.look(30)
        assert giving.times == 0
        tally.write(1, Cell.CONNECTIONS, 0)
        watchdog.look(0.2)
        watchdog.look(0.2)

        assert giving.times == 1
        assert tally.read(0, Cell.HELD) >= 30_000


async def test_connections_are_given_away_when_the_supervisor_asks_and_that_is_told(tally: Tally) -> None:
    giving = Giving()
    watchdog = Watchdog(Share(tally, 0), giving, is_worn=never)
    with watchdog.watching():
        watchdog.look(0)
        tally.write(0, Cell.WISH, Wish.GIVE)
        watchdog.look(30)

    assert giving.times == 1
    assert tally.read(0, Cell.WISH) == Wish.GIVEN
