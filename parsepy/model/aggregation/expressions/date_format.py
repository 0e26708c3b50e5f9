"""Dates as texts and back, by the formats of `$dateToString` and `$dateFromString`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from parsepy.errors import ParseError
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.calendar import offset_minutes, week_of_year, zone_named
from parsepy.model.aggregation.values import type_name, utc
from parsepy.model.values import date_of

DEFAULT = "%Y-%m-%dT%H:%M:%S.%LZ"
"""How dates are written if nothing else is asked for."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _offset(moment: datetime) -> str:
    minutes = offset_minutes(moment)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


_WRITERS: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "m": lambda moment: f"{moment.month:02}",
    "d": lambda moment: f"{moment.day:02}",
    "H": lambda moment: f"{moment.hour:02}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "L": lambda moment: f"{moment.microsecond // 1000:03}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "w": lambda moment: str(moment.isoweekday() % 7 + 1),
    "u": lambda moment: str(moment.isoweekday()),
    "U": lambda moment: f"{week_of_year(moment):02}",
    "V": lambda moment: f"{moment.isocalendar().week:02}",
    "G": lambda moment: f"{moment.isocalendar().year:04}",
    "z": _offset,
    "Z": lambda moment: str(offset_minutes(moment)),
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "B": lambda moment: _MONTHS[moment.month - 1],
    "%": lambda moment: "%",
}
_READERS: Mapping[str, str] = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d{2})",
    "d": r"(?P<d>\d{2})",
    "H": r"(?P<H>\d{2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "L": r"(?P<L>\d{1,3})",
    "j": r"(?P<j>\d{3})",
    "G": r"(?P<G>\d{4})",
    "V": r"(?P<V>\d{2})",
    "u": r"(?P<u>[1-7])",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
    "Z": r"(?P<Z>[+-]\d{1,3})",
    "b": f"(?P<b>{'|'.join(month[:3] for month in _MONTHS)})",
    "B": f"(?P<B>{'|'.join(_MONTHS)})",
    "%": "%",
}


@lru_cache(maxsize=256)
def _pieces(form: str) -> tuple[tuple[str, str], ...]:
    """Plain text and the letter behind it, in turn."""
    found: list[tuple[str, str]] = []
    rest = form
    while "%" in rest:
        text, _, rest = rest.partition("%")
        letter, rest = rest[:1], rest[1:]
        if letter not in _WRITERS:
            raise refused(f"Invalid format character '%{letter}' in format string")
        found.append((text, letter))
    return (*found, (rest, ""))


def written(moment: datetime, form: Any) -> str:
    """The date, in its own time zone, in a format. Raises ParseError 102."""
    if not isinstance(form, str):
        raise refused(f"$dateToString requires that 'format' be a string, found: {type_name(form)}")
    return "".join(text + (_WRITERS[letter](moment) if letter else "") for text, letter in _pieces(form))


def read(value: Any, form: Any, where: tzinfo) -> datetime:
    """The date that a text in a format tells; without a format ISO text. Raises ParseError 102."""
    if not isinstance(value, str):
        raise refused(f"$dateFromString requires that 'dateString' be a string, found: {type_name(value)}")
    if isinstance(form, str):
        return _read_formatted(value, form, where)
    try:
        moment = date_of(value)
    except ParseError as exc:
        raise _unreadable(value) from exc
    if re.search(r"(?:Z|[+-]\d\d:?\d\d)\s*$", value, re.IGNORECASE | re.ASCII) and "T" in value.upper():
        return utc(moment)
    return utc(moment.replace(tzinfo=where))


def _unreadable(value: str) -> ParseError:
    return refused(f"Error parsing date string '{value[:64]}'")


@lru_cache(maxsize=256)
def _expected(form: str) -> re.Pattern[str]:
    parts = []
    for text, letter in _pieces(form):
        if letter and letter not in _READERS:
            raise refused(f"Invalid format character '%{letter}' in format string")
        parts.append(re.escape(text) + _READERS.get(letter, ""))
    try:
        return re.compile("".join(parts), re.ASCII | re.IGNORECASE)
    except re.error as exc:
        raise refused("$dateFromString takes every part of a date once") from exc


def _read_formatted(value: str, form: str, where: tzinfo) -> datetime:
    found = _expected(form).fullmatch(value)
    if found is None:
        raise _unreadable(value)
    parts = {name: text for name, text in found.groupdict().items() if text is not None}
    try:
        day = _day(parts)
        clock = day.replace(
            hour=int(parts.get("H", 0)),
            minute=int(parts.get("M", 0)),
            second=int(parts.get("S", 0)),
            microsecond=int(parts.get("L", "0").ljust(3, "0")) * 1000,
        )
        return utc(clock.replace(tzinfo=_zone(parts, where)))
    except (ValueError, OverflowError) as exc:
        raise _unreadable(value) from exc


def _day(parts: Mapping[str, str]) -> datetime:
    if "G" in parts:
        return datetime.fromisocalendar(int(parts["G"]), int(parts.get("V", 1)), int(parts.get("u", 1)))
    first = datetime(int(parts.get("Y", 1970)), 1, 1, tzinfo=UTC)
    if "j" in parts:
        return first + timedelta(days=int(parts["j"]) - 1)
    named = (parts.get("b") or parts.get("B") or "").title()
    month = next((at for at, name in enumerate(_MONTHS, 1) if named and name.startswith(named)), None)
    return first.replace(month=month or int(parts.get("m", 1)), day=int(parts.get("d", 1)))


def _zone(parts: Mapping[str, str], where: tzinfo) -> tzinfo:
    if "z" in parts:
        return zone_named(parts["z"].upper())
    if "Z" in parts:
        minutes = int(parts["Z"])
        return zone_named(f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}")
    return where
