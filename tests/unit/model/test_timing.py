"""When something is due: cron expressions on the clocks of a zone, intervals, single moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsepy.model.timing.base import EPOCH, TICK, Timing
from parsepy.model.timing.cron import cron
from parsepy.model.timing.intervals import Every, Once, Repeated, every

FRIDAY = datetime(2026, 11, 20, 10, 0, 0, 123000, tzinfo=UTC)
# The clocks of Berlin go from 02:00 to 03:00 at 01:00 UTC, and from 03:00 back to 02:00 at 01:00 UTC.
BEFORE_SPRING = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)


def times(timing: Timing, moment: datetime, count: int, form: str = "%a %H:%M") -> list[str]:
    """The next times that something is due."""
    found: list[str] = []
    due = timing.after(moment)
    while due is not None and len(found) < count:
        found.append(due.strftime(form))
        due = timing.after(due)
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 4 * * *", ["21 04:30", "22 04:30"]),
        ("*/20 10 * * *", ["20 10:20", "20 10:40"]),
        ("0 0 * * 0", ["22 00:00", "29 00:00"]),
        ("0 0 * * 7", ["22 00:00", "29 00:00"]),
        ("0 0 * * 5-7", ["21 00:00", "22 00:00"]),
        ("0 0 * * */2", ["21 00:00", "22 00:00"]),
        ("0 0 * * 4/2", ["21 00:00", "26 00:00"]),
        ("0 0 * * MON,Wed", ["23 00:00", "25 00:00"]),
        ("0 0 13 * 1", ["23 00:00", "30 00:00"]),
        ("0 12 29 feb *", ["29 12:00", "29 12:00"]),
        ("@hourly", ["20 11:00", "20 12:00"]),
        ("@weekly", ["22 00:00", "29 00:00"]),
    ],
)
def test_a_cron_expression_means_what_cron_programs_take_it_for(expression: str, expected: list[str]) -> None:
    assert times(cron(expression), FRIDAY, 2, "%d %H:%M") == expected


def test_days_of_the_month_and_of_the_week_are_each_enough() -> None:
    assert times(cron("0 0 1 * 5"), FRIDAY, 4, "%a %d") == ["Fri 27", "Tue 01", "Fri 04", "Fri 11"]
    assert times(cron("0 0 31 2 5"), FRIDAY, 2, "%a %d") == ["Fri 05", "Fri 12"]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "five fields"),
        ("* * * *", "five fields"),
        ("* * * * * *", "five fields"),
        ("60 * * * *", "maximum value"),
        ("*/0 * * * *", "cannot be the minute"),
        ("0 0 last * *", "cannot be the day"),
        ("0 0 * foo *", "Invalid month"),
        ("0 0 * * foo", "no day of the week"),
        ("0 0 * * 8", "cannot be the day of the week"),
        ("0 0 * * 6-1", "ends before it begins"),
        ("0 0 30 2 *", "there is no such day"),
        ("*," * 200 + "* * * * *", "at most 256"),
    ],
)
def test_what_is_no_cron_expression_is_refused_with_a_reason(expression: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cron(expression)


@pytest.mark.parametrize("zone", ["Nowhere", "", "Europe", "../etc/passwd", "/etc/passwd", "Europe/Berlin\0"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        cron("@daily", zone)


def test_cron_follows_the_clocks_of_its_zone() -> None:
    assert times(cron("0 3 * * *", "Europe/Berlin"), FRIDAY, 1) == ["Sat 02:00"]
    assert times(cron("0 3 * * *", "America/New_York"), FRIDAY, 1) == ["Sat 08:00"]
    assert times(cron("0 3 * * *", "Europe/Berlin"), datetime(2026, 7, 1, tzinfo=UTC), 1) == ["Wed 01:00"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 2 * * *", ["Sun 01:30", "Mon 00:30"]),
        ("*/20 2 * * *", ["Sun 01:00", "Mon 00:00"]),
        ("0,30 2,3 * * *", ["Sun 01:00", "Sun 01:30", "Mon 00:00"]),
        ("*/30 * * * *", ["Sun 00:00", "Sun 00:30", "Sun 01:00", "Sun 01:30"]),
    ],
)
def test_of_times_that_clocks_skip_the_first_is_due_an_hour_later(expression: str, expected: list[str]) -> None:
    assert times(cron(expression, "Europe/Berlin"), BEFORE_SPRING, len(expected)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 2 * * *", ["Sun 00:30", "Mon 01:30"]),
        ("*/30 2 * * *", ["Sun 00:00", "Sun 00:30", "Mon 01:00"]),
        ("15 2,3 * * *", ["Sun 00:15", "Sun 02:15", "Mon 01:15"]),
    ],
)
def test_a_named_hour_that_clocks_show_twice_counts_once(expression: str, expected: list[str]) -> None:
    assert times(cron(expression, "Europe/Berlin"), BEFORE_AUTUMN, len(expected)) == expected


def test_every_hour_is_every_hour_when_clocks_show_one_twice() -> None:
    expected = ["Sat 23:40", "Sun 00:40", "Sun 01:40", "Sun 02:40"]

    assert times(cron("40 * * * *", "Europe/Berlin"), BEFORE_AUTUMN, 4) == expected


def test_a_doubled_hour_that_has_passed_once_is_over() -> None:
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)

    assert times(cron("30 2 * * *", "Europe/Berlin"), between, 1) == ["Mon 01:30"]


def test_cron_begins_at_its_start() -> None:
    timing = cron("0 * * * *", start=datetime(2026, 11, 22, 5, tzinfo=UTC))

    assert times(timing, FRIDAY, 2) == ["Sun 05:00", "Sun 06:00"]


@given(st.integers(1, 400_000), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_intervals_are_counted_from_1970_to_the_millisecond(seconds: int, moment: datetime) -> None:
    interval = timedelta(seconds=seconds)
    aware = moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
    due = every(interval).after(aware)

    assert due is not None
    assert (due - EPOCH) % interval == timedelta()
    assert aware < due <= aware + interval


@pytest.mark.parametrize("interval", [timedelta(), timedelta(milliseconds=1500), timedelta(days=400), -timedelta(1)])
def test_an_interval_is_whole_seconds(interval: timedelta) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        every(interval)


def test_a_single_moment_comes_once() -> None:
    assert Once(FRIDAY).after(FRIDAY - TICK) == FRIDAY
    assert Once(FRIDAY).after(FRIDAY) is None


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Repeated(FRIDAY, timedelta(minutes=30)), ["Fri 10:00", "Fri 10:30", "Fri 11:00"]),
        (Repeated(FRIDAY, timedelta(hours=5), timedelta(hours=12)), ["Fri 12:00", "Fri 17:00", "Fri 22:00"]),
        (Repeated(FRIDAY, timedelta(hours=9), timedelta(hours=9)), ["Fri 18:00", "Sat 09:00", "Sat 18:00"]),
        (Repeated(FRIDAY, timedelta(days=1), timedelta(hours=9)), ["Sat 09:00", "Sun 09:00", "Mon 09:00"]),
        (Repeated(FRIDAY, timedelta(days=2), timedelta(hours=9)), ["Sat 09:00", "Mon 09:00", "Wed 09:00"]),
        (Repeated(FRIDAY, timedelta(days=1), timedelta(hours=9), frozenset({0, 2})), ["Mon 09:00", "Wed 09:00"]),
        (Repeated(FRIDAY, timedelta(hours=12), None, frozenset({6})), ["Sun 10:00", "Sun 22:00"]),
        (Repeated(FRIDAY, timedelta(days=7), None, frozenset({0})), []),
    ],
)
def test_repeated_times_keep_to_their_hours_and_days(timing: Timing, expected: list[str]) -> None:
    assert times(timing, FRIDAY - TICK, len(expected) or 1) == expected


def test_times_that_are_rounded_up_to_a_second_are_in_that_second() -> None:
    start = FRIDAY.replace(microsecond=999_600)

    assert Repeated(start, timedelta(minutes=1)).after(FRIDAY) == FRIDAY.replace(second=1, microsecond=0)


def test_timings_are_named_by_all_that_decides_their_times() -> None:
    texts = {
        Every(timedelta(minutes=5)).text,
        Repeated(FRIDAY, timedelta(minutes=5)).text,
        Repeated(FRIDAY, timedelta(minutes=5), timedelta()).text,
        Repeated(FRIDAY, timedelta(minutes=5), timedelta(), frozenset({0})).text,
        Once(FRIDAY).text,
        cron("@daily").text,
        cron("@daily", "Europe/Berlin").text,
        cron("@daily", start=FRIDAY).text,
    }

    assert len(texts) == 8
