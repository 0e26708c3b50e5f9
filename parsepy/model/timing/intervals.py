"""Single moments and times at intervals, all of them in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.interval import IntervalTrigger

from parsepy.model.timing.base import EPOCH, TICK, since
from parsepy.model.values import iso

DAY = timedelta(days=1)
LEAST = timedelta(seconds=1)
MOST = timedelta(days=366)
MOST_STEPS = 400
"""After so many times on other days none is looked for any more."""


@dataclass(frozen=True, slots=True)
class Once:
    """A single moment."""

    at: datetime

    @property
    def text(self) -> str:
        """The timing in words."""
        return f"once at {iso(self.at)}"

    def after(self, moment: datetime) -> datetime | None:
        """The moment itself, if it comes after this one."""
        return self.at if self.at > moment else None


@dataclass(frozen=True, slots=True)
class Every:
    """Times at equal distances since 1970: the same for all who reckon them. `every` makes one that is checked."""

    interval: timedelta

    @property
    def text(self) -> str:
        """The timing in words."""
        return f"every {self.interval.total_seconds():g} s"

    def after(self, moment: datetime) -> datetime | None:
        """The first time after the moment."""
        return first_at(EPOCH, self.interval, moment + TICK)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Times at equal distances from `start` on, on some days of the week (0 is Monday).

    With `time_of_day` the first is at that time, and intervals shorter than a day begin anew with it every day.
    """

    start: datetime
    interval: timedelta
    time_of_day: timedelta | None = None
    days: frozenset[int] = frozenset(range(7))

    @property
    def text(self) -> str:
        """The timing in words."""
        at = "" if self.time_of_day is None else f" after {EPOCH + self.time_of_day:%H:%M:%S}"
        days = "" if len(self.days) == 7 else f" on days {', '.join(str(day + 1) for day in sorted(self.days))}"
        return f"every {self.interval.total_seconds():g} s{at}{days}{since(self.start)}"

    def after(self, moment: datetime) -> datetime | None:
        """The first time after the moment."""
        earliest = max(moment.astimezone(UTC) + TICK, self.start)
        for _ in range(MOST_STEPS):
            due = self._first(earliest)
            if due.weekday() in self.days:
                return due
            earliest = midnight(due) + DAY
        return None

    def _first(self, earliest: datetime) -> datetime:
        """The first time from then on, on any day."""
        if self.time_of_day is None:
            return first_at(self.start, self.interval, earliest)
        if self.interval >= DAY:
            begin = next(begin for begin in self._beginnings(self.start, self.time_of_day) if begin >= self.start)
            return first_at(begin, self.interval, earliest)
        today, tomorrow = self._beginnings(earliest, self.time_of_day)
        due = first_at(today, self.interval, earliest)
        return due if due < midnight(tomorrow) else tomorrow

    @staticmethod
    def _beginnings(moment: datetime, time_of_day: timedelta) -> Iterator[datetime]:
        """When it begins on the day of the moment, and on the next."""
        yield midnight(moment) + time_of_day
        yield midnight(moment) + DAY + time_of_day


def every(interval: timedelta) -> Every:
    """Times at equal distances since 1970. Raises ValueError unless the distance is whole seconds, at least one."""
    if not LEAST <= interval <= MOST or interval % LEAST:
        raise ValueError("an interval is a number of whole seconds, from one second to 366 days")
    return Every(interval)


def first_at(start: datetime, interval: timedelta, moment: datetime) -> datetime:
    """The first of the times from `start` on that is not before the moment."""
    trigger = IntervalTrigger(seconds=int(interval.total_seconds()), start_date=start, timezone=UTC)
    due: datetime = trigger.get_next_fire_time(None, moment.astimezone(UTC))
    return due + timedelta(microseconds=round(due.microsecond, -3) - due.microsecond)


def midnight(moment: datetime) -> datetime:
    """When the day of a moment began."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
