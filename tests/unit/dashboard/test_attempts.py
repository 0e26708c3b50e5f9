"""Too many wrong log-ins lock a name or an address out."""

from __future__ import annotations

import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.attempts import FIRST_LOCK, LIMITS, LONGEST_LOCK, REMEMBERED, Attempts, Caller
from tests.unit.dashboard.visiting import Clock

KEY = b"k" * 32
ANN = Caller("ann", "198.51.100.7")
NAME_LIMIT = LIMITS["name"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(KEY, now=clock, news=MemoryPubSub())


def fail(attempts: Attempts, caller: Caller, times: int) -> None:
    """Be wrong as often."""
    for _ in range(times):
        attempts.was_wrong(caller)


def test_a_few_wrong_logins_lock_nobody(attempts: Attempts) -> None:
    fail(attempts, ANN, NAME_LIMIT - 1)

    assert attempts.locked_seconds(ANN) == 0


def test_a_name_is_locked_for_every_address(attempts: Attempts) -> None:
    fail(attempts, ANN, NAME_LIMIT)

    assert attempts.locked_seconds(Caller("ann", "203.0.113.1")) == FIRST_LOCK


def test_other_names_are_not_locked_with_it(attempts: Attempts) -> None:
    fail(attempts, ANN, NAME_LIMIT)

    assert attempts.locked_seconds(Caller("bob", ANN.address)) == 0


def test_an_address_that_tries_many_names_is_locked(attempts: Attempts) -> None:
    for number in range(LIMITS["address"]):
        attempts.was_wrong(Caller(f"user {number}", ANN.address))

    assert attempts.locked_seconds(Caller("bob", ANN.address)) == FIRST_LOCK


def test_a_lock_ends(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, ANN, NAME_LIMIT)
    clock.now += FIRST_LOCK

    assert attempts.locked_seconds(ANN) == 0


def test_each_lock_is_longer_up_to_an_hour(attempts: Attempts, clock: Clock) -> None:
    seconds = []
    for _ in range(6):
        fail(attempts, ANN, NAME_LIMIT)
        seconds.append(attempts.locked_seconds(Caller("ann", "elsewhere")))
        clock.now += seconds[-1]

    assert seconds == [300, 600, 1200, 2400, LONGEST_LOCK, LONGEST_LOCK]


def test_a_right_login_clears_the_name(attempts: Attempts) -> None:
    fail(attempts, ANN, NAME_LIMIT - 1)
    attempts.was_right(ANN)
    fail(attempts, ANN, NAME_LIMIT - 1)

    assert attempts.locked_seconds(ANN) == 0


def test_a_right_login_does_not_clear_the_address(attempts: Attempts) -> None:
    for number in range(LIMITS["address"]):
        attempts.was_wrong(Caller(f"user {number}", ANN.address))
        attempts.was_right(ANN)

    assert attempts.locked_seconds(ANN) == FIRST_LOCK


def test_after_a_day_all_is_forgotten(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, ANN, NAME_LIMIT)
    clock.now += REMEMBERED + 1
    fail(attempts, ANN, NAME_LIMIT)

    assert attempts.locked_seconds(ANN) == FIRST_LOCK


def test_those_under_way_count_as_wrong(attempts: Attempts) -> None:
    fail(attempts, ANN, NAME_LIMIT - 1)
    with attempts.counting(ANN):
        while_under_way = attempts.locked_seconds(ANN)

    assert (while_under_way, attempts.locked_seconds(ANN)) == (FIRST_LOCK, 0)


def test_other_processes_know_of_it() -> None:
    clock, news = Clock(), MemoryPubSub()
    here, there = Attempts(KEY, now=clock, news=news), Attempts(KEY, now=clock, news=news)
    fail(here, ANN, NAME_LIMIT)

    assert there.locked_seconds(ANN) == FIRST_LOCK


def test_another_dashboard_on_the_same_channel_does_not() -> None:
    clock, news = Clock(), MemoryPubSub()
    here, there = Attempts(KEY, now=clock, news=news), Attempts(b"other" * 8, now=clock, news=news)
    fail(here, ANN, NAME_LIMIT)

    assert there.locked_seconds(ANN) == 0
