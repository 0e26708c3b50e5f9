"""Dates in time zones: their parts, and steps by calendar units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.values import is_nothing, type_name, utc

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*", re.ASCII)
_MONTHS = 12

LENGTHS: Mapping[str, timedelta] = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
    "millisecond": timedelta(milliseconds=1),
}
"""Units that always last as long, but for days around a change of the clocks."""

MONTHS_OF: Mapping[str, int] = {"year": 12, "quarter": 3, "month": 1}
"""Units that are made of months."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOCAL_UNITS = frozenset({"week", "day"})


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo:
    """A time zone by its Olson name or its offset (`+02:00`). Raises ParseError 102."""
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        span = timedelta(hours=hours, minutes=minutes)
        if span < timedelta(days=1):
            return timezone(-span if offset[1] == "-" else span)
    if name in {"UTC", "GMT", "Z"}:
        return UTC
    if not _NAME.fullmatch(name):
        raise refused(f"unrecognized time zone identifier: '{name[:64]}'")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise refused(f"unrecognized time zone identifier: '{name[:64]}'") from exc


def zone(value: Any) -> tzinfo:
    """The time zone that an argument names; UTC if there is none. Raises ParseError 102."""
    if is_nothing(value):
        return UTC
    if not isinstance(value, str):
        raise refused(f"timezone must evaluate to a string, found {type_name(value)}")
    return zone_named(value)


def date(name: str, value: Any) -> datetime:
    """The date. Raises ParseError 102 for anything else."""
    if not isinstance(value, datetime):
        raise refused(f"{name} requires a date, found: {type_name(value)}")
    return value


def local(moment: datetime, where: tzinfo) -> datetime:
    """The date of a document with the clock of a time zone. Raises ParseError 102 at the ends of time."""
    if where is UTC:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.replace(tzinfo=UTC).astimezone(where)
    except (OverflowError, ValueError) as exc:
        raise out_of_range() from exc


def out_of_range() -> Exception:
    """The refusal of a date before the year 1 or after 9999."""
    return refused("a date of the aggregation is out of range")


def unit(name: str, value: Any) -> str:
    """A unit of time. Raises ParseError 102."""
    if value not in LENGTHS and value not in MONTHS_OF:
        raise refused(f"{name} parameter 'unit' must be a unit of time, found {value}")
    return str(value)


def weekday(name: str, value: Any) -> int:
    """The day that weeks begin with, 0 for Monday; by itself Sunday. Raises ParseError 102."""
    if is_nothing(value):
        return 6
    text = value.lower() if isinstance(value, str) else ""
    found = [at for at, day in enumerate(_WEEKDAYS) if len(text) >= 3 and text in {day, day[:3]}]
    if not found:
        raise refused(f"{name} parameter 'startOfWeek' value cannot be recognized as a day of a week: {value}")
    return found[0]


def advanced(moment: datetime, step: str, amount: int, where: tzinfo) -> datetime:
    """The date so many units later; months end with their last day. Raises ParseError 102 for dates out of range."""
    try:
        if step in MONTHS_OF:
            return utc(_months_later(local(moment, where), amount * MONTHS_OF[step]))
        if step in _LOCAL_UNITS:
            return utc(local(moment, where) + amount * LENGTHS[step])
        return moment + amount * LENGTHS[step]
    except (OverflowError, ValueError) as exc:
        raise out_of_range() from exc


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * _MONTHS + moment.month - 1 + months, _MONTHS)
    day = min(moment.day, _days_in(year, month + 1))
    return moment.replace(year=year, month=month + 1, day=day)


def _days_in(year: int, month: int) -> int:
    following = datetime(year + month // _MONTHS, month % _MONTHS + 1, 1, tzinfo=UTC)
    return (following - datetime(year, month, 1, tzinfo=UTC)).days


def truncated(moment: datetime, step: str, size: int, *, where: tzinfo, first_day: int) -> datetime:
    """The beginning of the unit, or of the group of `size` units counted from 2000, that the date is in."""
    try:
        clock = local(moment, where).replace(tzinfo=None)
        if step in MONTHS_OF:
            months = size * MONTHS_OF[step]
            count = ((clock.year - 2000) * _MONTHS + clock.month - 1) // months * months
            year, month = divmod(2000 * _MONTHS + count, _MONTHS)
            start = datetime(year, month + 1, 1)
        else:
            start = _start_of(clock, step, size, first_day)
        if step not in LENGTHS or LENGTHS[step] >= timedelta(days=1):
            return utc(start.replace(tzinfo=where))
        return moment - (clock - start)
    except (OverflowError, ValueError) as exc:
        raise out_of_range() from exc


def _start_of(clock: datetime, step: str, size: int, first_day: int) -> datetime:
    reference = datetime(2000, 1, 1)
    if step == "week":
        reference += timedelta(days=(first_day - reference.weekday()) % 7)
    length = LENGTHS[step] * size
    return reference + (clock - reference) // length * length


def difference(start: datetime, end: datetime, step: str, *, where: tzinfo, first_day: int) -> int:
    """How many borders of units lie between two dates."""
    a, b = (local(moment, where).replace(tzinfo=None) for moment in (start, end))
    if step in MONTHS_OF:
        return _months(b) // MONTHS_OF[step] - _months(a) // MONTHS_OF[step]
    if step == "day":
        return b.toordinal() - a.toordinal()
    if step == "week":
        return (b.toordinal() - 1 - first_day) // 7 - (a.toordinal() - 1 - first_day) // 7
    length = LENGTHS[step]
    origin = datetime(1, 1, 1)
    if step == "hour":
        return (b - origin) // length - (a - origin) // length
    return (end - origin) // length - (start - origin) // length


def _months(moment: datetime) -> int:
    return moment.year * _MONTHS + moment.month - 1


def offset_minutes(moment: datetime) -> int:
    """How far the clock of the date is ahead of UTC."""
    return int((moment.utcoffset() or timedelta()) / timedelta(minutes=1))


def week_of_year(moment: datetime) -> int:
    """The week that begins with a Sunday; 0 before the first Sunday of the year."""
    return (moment.timetuple().tm_yday + 6 - (moment.weekday() + 1) % 7) // 7


Part = Callable[[datetime], int]

PARTS: Mapping[str, Part] = {
    "$year": lambda moment: moment.year,
    "$month": lambda moment: moment.month,
    "$dayOfMonth": lambda moment: moment.day,
    "$hour": lambda moment: moment.hour,
    "$minute": lambda moment: moment.minute,
    "$second": lambda moment: moment.second,
    "$millisecond": lambda moment: moment.microsecond // 1000,
    "$dayOfYear": lambda moment: moment.timetuple().tm_yday,
    "$dayOfWeek": lambda moment: moment.isoweekday() % 7 + 1,
    "$week": week_of_year,
    "$isoDayOfWeek": lambda moment: moment.isoweekday(),
    "$isoWeek": lambda moment: moment.isocalendar().week,
    "$isoWeekYear": lambda moment: moment.isocalendar().year,
}
"""What the operators of that name tell of a date in its time zone."""
