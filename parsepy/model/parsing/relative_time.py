"""Times told relative to now: `in 2 days 3 hours`, `1 yr 2 wks ago`, `now`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

_SECONDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("yr", "yrs", "year", "years"), 31_536_000),
    **dict.fromkeys(("wk", "wks", "week", "weeks"), 604_800),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), 3_600),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), 1),
}


class RelativeTimeError(ValueError):
    """The text names no time; the message is the one that clients get."""


def moment(text: str, now: datetime) -> datetime:
    """The time that the text names. Raises RelativeTimeError."""
    words = text.lower().split()
    if text.lower() == "now":
        return now
    future, past = words[:1] == ["in"], words[-1:] == ["ago"]
    if not future and not past:
        raise RelativeTimeError("Time should either start with 'in' or end with 'ago'")
    if future and past:
        raise RelativeTimeError("Time cannot have both 'in' and 'ago'")
    seconds = _seconds(words[1:] if future else words[:-1])
    try:
        return now + timedelta(seconds=seconds if future else -seconds)
    except OverflowError as exc:
        raise RelativeTimeError("The time is out of range.") from exc


def _seconds(words: list[str]) -> int:
    if len(words) % 2:
        raise RelativeTimeError("Invalid time string. Dangling unit or number.")
    return sum(_count(words[at]) * _unit(words[at + 1]) for at in range(0, len(words), 2))


def _count(word: str) -> int:
    try:
        count = float(word) if len(word) <= 24 else None
    except ValueError:
        count = None
    if count is None or not count.is_integer():
        raise RelativeTimeError(f"'{word}' is not an integer.")
    return int(count)


def _unit(word: str) -> int:
    if word not in _SECONDS:
        raise RelativeTimeError(f"Invalid interval: '{word}'")
    return _SECONDS[word]
