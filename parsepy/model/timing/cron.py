"""Cron expressions: the times that the clocks of a zone show. What they mean is that of the usual cron programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from parsepy.model.timing.base import EPOCH, TICK, since

NICKNAMES: Mapping[str, str] = MappingProxyType(
    {
        "@hourly": "0 * * * *",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *",
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
    }
)
FIELDS = ("minute", "hour", "day", "month", "day_of_week")
LONGEST_TEXT = 256
LEAP_YEARS = range(2024, 2033)
"""Every date of the calendar is in one of these years."""
MOST_REPEATED = 120
"""There are no more minutes that a zone's clocks show twice."""

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:\*|\d{1,2}(?:-\d{1,2})?|[a-z]{3}(?:-[a-z]{3})?)(?:/[1-9]\d?)?")
_DAY_PART = re.compile(r"(?:\*|(?P<first>[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?)(?:/(?P<step>[1-7]))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """The times of a cron expression in a zone, from `start` on. `cron` makes one.

    Of times that the zone's clocks skip the first is due an hour later. Of times that they show twice the first counts,
    unless the expression has `*` for the hour: then it is due in both hours, as in every other.
    """

    expression: str
    zone: str
    start: datetime
    triggers: tuple[CronTrigger, ...] = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The timing in words."""
        return f"cron {self.expression} {self.zone}{since(self.start)}"

    def after(self, moment: datetime) -> datetime | None:
        """The first time after the moment."""
        latest = max(moment.astimezone(UTC), self.start - TICK)
        found = [due for trigger in self.triggers if (due := self._after(trigger, latest)) is not None]
        return min(found, default=None)

    def _after(self, trigger: CronTrigger, moment: datetime) -> datetime | None:
        names_hours = not self.expression.split()[1].startswith("*")
        for _ in range(MOST_REPEATED):
            due: datetime | None = trigger.get_next_fire_time(None, moment + TICK)
            if due is None or not (due.fold and names_hours):
                return None if due is None else due.astimezone(UTC)
            moment = due.astimezone(UTC)
        return None


def cron(expression: str, zone: str = "UTC", *, start: datetime = EPOCH) -> Cron:
    """The times of a cron expression, which has five fields or is a nickname such as `@daily`.

    Raises ValueError, with a text for its author, for one that is none or never due, and for an unknown zone.
    """
    if len(expression) > LONGEST_TEXT:
        raise ValueError(f"a cron expression is at most {LONGEST_TEXT} characters long")
    place = _zone(zone)
    plain = NICKNAMES.get(expression.strip().lower(), expression)
    texts = plain.lower().split()
    if len(texts) != len(FIELDS):
        raise ValueError(f"{expression!r} is no cron expression: it has five fields, such as 0 3 * * *")
    for name, text in zip(FIELDS[:-1], texts, strict=False):
        if not all(map(_PART.fullmatch, text.split(","))):
            raise ValueError(f"{expression!r} is no cron expression: {text!r} cannot be the {name}")
    wanted = dict(zip(FIELDS, [*texts[:-1], _days(texts[-1], expression)], strict=True))
    try:
        possible = [one for one in _either(wanted, texts[-1]) if _is_ever_due(one)]
    except ValueError as exc:
        raise ValueError(f"{expression!r} is no cron expression: {exc}") from exc
    if not possible:
        raise ValueError(f"{expression!r} is never due: there is no such day")
    return Cron(" ".join(texts), zone, start, tuple(CronTrigger(**one, timezone=place) for one in possible))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as exc:
        raise ValueError(f"{name!r} is no time zone: it is a name such as Europe/Berlin") from exc


def _either(wanted: Mapping[str, str], day_of_week: str) -> list[dict[str, str]]:
    """The fields; twice where days of the month and of the week are both named, for then either is enough."""
    if wanted["day"].startswith("*") or day_of_week.startswith("*"):
        return [dict(wanted)]
    return [{**wanted, "day_of_week": "*"}, {**wanted, "day": "*"}]


def _is_ever_due(wanted: Mapping[str, str]) -> bool:
    years = f"{LEAP_YEARS.start}-{LEAP_YEARS.stop}"
    trigger = CronTrigger(**wanted, year=years, timezone=UTC)
    return trigger.get_next_fire_time(None, datetime(LEAP_YEARS.start, 1, 1, tzinfo=UTC)) is not None


def _days(text: str, expression: str) -> str:
    """Days of the week, in which Sunday is 0 and 7, as names."""
    chosen: set[int] = set()
    for part in text.split(","):
        found = _DAY_PART.fullmatch(part)
        if found is None:
            raise ValueError(f"{expression!r} is no cron expression: {part!r} cannot be the day of the week")
        first, last = _day(found["first"] or "0"), _day(found["last"] or found["first"] or "6")
        last = 6 if found["step"] and found["first"] and not found["last"] else last
        if first > last:
            raise ValueError(f"{expression!r} is no cron expression: {part!r} ends before it begins")
        chosen.update(day % 7 for day in range(first, last + 1, int(found["step"] or 1)))
    return ",".join(_DAYS[day] for day in sorted(chosen))


def _day(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text not in _DAYS:
        raise ValueError(f"{text!r} is no day of the week")
    return _DAYS.index(text)
