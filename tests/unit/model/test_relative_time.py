"""Relative times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parsepy.model.parsing.relative_time import RelativeTimeError, moment

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

TOLD: list[tuple[str, timedelta]] = [
    ("now", timedelta()),
    ("in 2 days 3 hours", timedelta(days=2, hours=3)),
    ("1 yr 2 wks ago", -timedelta(days=365 + 14)),
    (" In  1 DAYS ", timedelta(days=1)),
    ("in 5 min 1 sec", timedelta(minutes=5, seconds=1)),
    ("-5 secs ago", timedelta(seconds=5)),
    ("in", timedelta()),
    ("in 1.0 week", timedelta(weeks=1)),
    ("3 d ago", -timedelta(days=3)),
]


@pytest.mark.parametrize(("text", "offset"), TOLD)
def test_a_time_is_told_from_now(text: str, offset: timedelta) -> None:
    assert moment(text, NOW) == NOW + offset


REFUSED = [
    ("12 days", "Time should either start with 'in' or end with 'ago'"),
    ("", "Time should either start with 'in' or end with 'ago'"),
    ("in 1 day ago", "Time cannot have both 'in' and 'ago'"),
    ("in x", "Invalid time string. Dangling unit or number."),
    ("in 1.5 days", "'1.5' is not an integer."),
    ("in x days", "'x' is not an integer."),
    ("in nan days", "'nan' is not an integer."),
    ("in inf days", "'inf' is not an integer."),
    ("in 1 foo", "Invalid interval: 'foo'"),
    ("in 99999999 years", "The time is out of range."),
    ("9999 years ago", "The time is out of range."),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_tells_no_time_is_refused(text: str, message: str) -> None:
    with pytest.raises(RelativeTimeError) as refused:
        moment(text, NOW)

    assert str(refused.value) == message
