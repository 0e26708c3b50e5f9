"""What all servers do about an attempt follows from what each has said."""

from __future__ import annotations

import pytest

from parsepy.system.releases.rollout import PREPARING, SWITCHING, Rollout
from parsepy.system.releases.servers import (
    FORGET_SECONDS,
    LIVE_SECONDS,
    PREPARED,
    SERVING,
    STUCK,
    Pulses,
    Server,
)
from parsepy.system.releases.verdict import Next, Verdict, verdict

OPEN = Rollout("old", "new", "ticket", PREPARING)
GONE_OVER = Rollout("old", "new", "ticket", SWITCHING)


def at(step: str, server: str = "a", ticket: str = "ticket") -> Server:
    """A server that is so far with the attempt."""
    return Server(server, f"host-{server}", ticket=ticket, step=step, problems=("no",) if step == STUCK else ())


@pytest.mark.parametrize(
    ("now", "servers", "expected"),
    [
        (OPEN, [at(PREPARED), at(PREPARED, "b")], Next.SWITCH),
        (OPEN, [at(PREPARED), at(SERVING, "b")], Next.SWITCH),
        (OPEN, [at(PREPARED), at("", "b", ticket="")], Next.WAIT),
        (OPEN, [at(PREPARED), at(PREPARED, "b", ticket="one before")], Next.WAIT),
        (OPEN, [at(PREPARED), at(STUCK, "b")], Next.FAILED),
        (OPEN, [], Next.WAIT),
        (GONE_OVER, [at(SERVING), at(PREPARED, "b")], Next.WAIT),
        (GONE_OVER, [at(SERVING), at(SERVING, "b")], Next.DONE),
        (GONE_OVER, [at(SERVING), at(STUCK, "b")], Next.FAILED),
        (GONE_OVER, [at(SERVING), at(PREPARED, "dead")], Next.DONE),
        (GONE_OVER, [at(SERVING), at(STUCK, "dead")], Next.FAILED),
    ],
)
def test_an_attempt_goes_on_when_all_who_live_are_ready(now: Rollout, servers: list[Server], expected: Next) -> None:
    assert verdict(now, servers, {"a", "b"}, overdue=False).next is expected


def test_why_a_server_is_stuck_is_told_with_its_name() -> None:
    assert verdict(OPEN, [at(STUCK, "b")], {"b"}, overdue=False) == Verdict(Next.FAILED, ("host-b: no",))


def test_an_overdue_attempt_has_failed_and_names_who_was_waited_for() -> None:
    found = verdict(OPEN, [at(PREPARED), at("", "b", ticket="")], {"a", "b"}, overdue=True)

    assert found == Verdict(Next.FAILED, ("not ready in time: host-b",))


def test_who_shows_nothing_is_dead_after_a_while_by_the_own_watch() -> None:
    seconds = [0.0]
    pulses = Pulses(lambda: seconds[0])
    for now, beat in ((0.0, 1), (LIVE_SECONDS - 1, 2), (2 * LIVE_SECONDS - 2, 2)):
        seconds[0] = now
        pulses.see([Server("a", "a", beat=beat), Server("silent", "b", beat=7)])

    assert pulses.live == {"a"}
    assert pulses.gone == frozenset()


def test_who_is_dead_for_long_is_gone_and_who_is_off_the_list_is_forgotten() -> None:
    seconds = [0.0]
    pulses = Pulses(lambda: seconds[0])
    pulses.see([Server("silent", "b"), Server("left", "c")])
    seconds[0] = FORGET_SECONDS + 1
    pulses.see([Server("silent", "b")])

    assert pulses.gone == {"silent"}
