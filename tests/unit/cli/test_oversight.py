"""How a supervisor judges its workers from what it sees of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from parsepy.cli import oversight
from parsepy.cli.oversight import Bounds, State, Vitals, memory_of
from parsepy.settings import Settings
from parsepy.web.tally import Cell, Share, Tally

HERE = os.getpid()
NO_MEMORY_BOUND = Bounds(5, 0)


class Hours:
    """Seconds that go on when they are told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def share() -> Iterator[Share]:
    with closing(Tally.new(1)) as tally:
        share = Share(tally, 0)
        share.looked(0, is_worn=False)
        yield share


def test_a_loop_that_is_held_for_as_long_as_may_be_is_blocked(share: Share) -> None:
    vitals = Vitals(HERE, share, NO_MEMORY_BOUND, Hours())
    assert vitals.state() is State.WELL
    share.looked(4.9, is_worn=False)
    assert vitals.state() is State.WELL
    share.looked(5.0, is_worn=False)
    assert vitals.state() is State.BLOCKED


def test_without_a_bound_nothing_is_blocked(share: Share) -> None:
    share.looked(100, is_worn=False)

    assert Vitals(HERE, share, Bounds(0, 0), Hours()).state() is State.WELL


@pytest.mark.parametrize(
    ("part", "state"), [(2.0, State.WELL), (0.9, State.HEAVY), (0.5, State.EXCESSIVE)], ids=["less", "more", "far more"]
)
def test_memory_is_measured_at_the_process(share: Share, part: float, state: State) -> None:
    bounds = Bounds(5, int(memory_of(HERE) * part))

    assert Vitals(HERE, share, bounds, Hours()).state() is state


def test_a_worker_whose_threads_hang_is_worn(share: Share) -> None:
    share.looked(0, is_worn=True)

    assert Vitals(HERE, share, NO_MEMORY_BOUND, Hours()).state() is State.WORN


@pytest.mark.parametrize(
    ("used", "seconds", "state"),
    [(2.5, 5, State.SILENT), (2.4, 29, State.WELL), (0, 30, State.SILENT), (5, 4.9, State.WELL)],
    ids=["busy", "starved", "silent for long", "silent for a moment"],
)
def test_a_watchdog_that_cannot_speak_is_judged_by_what_its_process_does(
    share: Share, monkeypatch: pytest.MonkeyPatch, used: float, seconds: float, state: State
) -> None:
    spent = 7.0
    monkeypatch.setattr(oversight, "cpu_seconds_of", lambda pid: spent)
    hours = Hours()
    vitals = Vitals(HERE, share, NO_MEMORY_BOUND, hours)
    assert vitals.state() is State.WELL
    spent += used
    hours.seconds += seconds

    assert vitals.state() is state


def test_silence_while_nobody_watched_does_not_count(share: Share) -> None:
    hours = Hours()
    vitals = Vitals(HERE, share, NO_MEMORY_BOUND, hours)
    vitals.state()
    hours.seconds += 1000
    vitals.forget()

    assert vitals.state() is State.WELL


def test_a_worker_that_has_not_begun_to_look_is_not_silent() -> None:
    hours = Hours()
    with closing(Tally.new(1)) as tally:
        vitals = Vitals(HERE, Share(tally, 0), NO_MEMORY_BOUND, hours)
        vitals.state()
        hours.seconds += 1000

        assert vitals.state() is State.WELL
        assert tally.read(0, Cell.LOOKED) == 0


def test_the_workers_share_most_of_the_computers_memory_by_default() -> None:
    alone, four = Bounds.of(Settings(), 1), Bounds.of(Settings(), 4)

    assert alone.seconds == 5
    assert alone.memory >= four.memory >= 256 << 20
    assert Bounds.of(Settings(worker_memory=100), 4).memory == 100 << 20
    assert Bounds.of(Settings(worker_memory=0), 4).memory == 0


def test_a_process_that_is_gone_takes_nothing() -> None:
    assert memory_of(2**22 + 1) == 0
    assert oversight.cpu_seconds_of(2**22 + 1) == 0
    assert oversight.cpu_seconds_of(HERE) > 0
