"""Replaces in a transcript what differs from run to run, and nothing else.

| what | where it is recognised | stands as |
|---|---|---|
| host and port of the server | everywhere | `<server>` (with scheme), `<host>` |
| the scenario's own name tag | everywhere | removed: `Score_1a2b3c4d` becomes `Score` |
| object ids | 10 letters or digits as `objectId`, ending a Location, in a status-id header; then everywhere | `<id1>` |
| session tokens | `r:` and 32 hex digits, everywhere | `<token1>` |
| ids of live clients | a UUID under a `clientId` key; then everywhere | `<client1>` |
| generated usernames | 25 letters or digits under a `username` key; then everywhere | `<username1>` |
| file-name prefixes | 32 hex digits before `_`, everywhere | `<prefix1>_` |
| dates within 10 minutes of the run | everywhere | `<now>` |
| ends of windows of rate limits | under `x-ratelimit-reset` and `retry-after`, to ten minutes | `<now+3600s>`, `<3600s>` |
| dates at a fixed distance from the run | under an `expiresAt` key | `<now+31536000s>`, to the minute |

The same value has the same placeholder throughout a scenario; numbers go by first appearance, keys in sorted order.
Ids, tokens, names and prefixes of the same run are told apart; two dates of the run are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from yarl import URL

from tests.compat.differential.answers import Record

OBJECT_ID = re.compile(r"[A-Za-z0-9]{10}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
GENERATED_NAME = re.compile(r"[A-Za-z0-9]{25}")
TOKEN = re.compile(r"r:[0-9a-f]{32}")
FILE_PREFIX = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?=_)")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
STATUS_ID_HEADERS = ("x-parse-job-status-id", "x-parse-push-status-id")
WINDOW_HEADERS = ("retry-after", "x-ratelimit-reset")
WINDOW_ROUNDING = 600
NOW_WINDOW = timedelta(minutes=10)
ROUNDING = 60


@dataclass(frozen=True)
class Run:
    """What is known of the run a transcript comes from."""

    base: str
    tag: str
    now: datetime


@dataclass(frozen=True)
class Placeholders:
    """The placeholders given so far, by value."""

    given: dict[str, str] = field(default_factory=dict)

    def give(self, kind: str, value: str) -> str:
        """The placeholder of a value, a new one if it has none."""
        if value not in self.given:
            number = sum(1 for known in self.given.values() if known.startswith(f"<{kind}")) + 1
            self.given[value] = f"<{kind}{number}>"
        return self.given[value]


def normalise(transcript: Sequence[Record], run: Run) -> list[Record]:
    """The transcript with placeholders."""
    places = Placeholders()
    for kind, value in _learnable(list(transcript), ""):
        places.give(kind, value)
    return [_walk(record, "", _replacer(run, places)) for record in transcript]


def _learnable(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of what is recognised by the key it stands under."""
    match value:
        case dict():
            for inner in sorted(value):
                yield from _learnable(value[inner], inner)
        case list():
            for item in value:
                yield from _learnable(item, key)
        case str():
            yield from _named(value, key)


def _named(value: str, key: str) -> Iterator[tuple[str, str]]:
    if (key == "objectId" or key in STATUS_ID_HEADERS) and OBJECT_ID.fullmatch(value):
        yield "id", value
    elif key == "location" and OBJECT_ID.fullmatch(value.rpartition("/")[2]):
        yield "id", value.rpartition("/")[2]
    elif key == "clientId" and UUID.fullmatch(value):
        yield "client", value
    elif key == "username" and GENERATED_NAME.fullmatch(value):
        yield "username", value


def _walk(value: Any, key: str, replace: Callable[[str, str], str]) -> Any:
    """The value with every string in it, keys too, replaced. Keys in sorted order, for the numbering."""
    match value:
        case dict():
            is_date = value.get("__type") == "Date"
            below = {inner: key if is_date else inner for inner in sorted(value)}
            return {replace(inner, ""): _walk(value[inner], place, replace) for inner, place in below.items()}
        case list():
            return [_walk(item, key, replace) for item in value]
        case str():
            return replace(value, key)
    return value


def _replacer(run: Run, places: Placeholders) -> Callable[[str, str], str]:
    url = URL(run.base)
    origin, host = str(url.origin()), f"{url.host}:{url.port}"
    learned = re.compile("|".join(map(re.escape, places.given)) or r"\Z.")

    def replace(text: str, key: str) -> str:
        if key in WINDOW_HEADERS and text.isdecimal():
            return _window_end(int(text), key, run.now)
        text = text.replace(origin, "<server>").replace(host, "<host>").replace(run.tag, "")
        text = TOKEN.sub(lambda found: places.give("token", found[0]), text)
        text = FILE_PREFIX.sub(lambda found: places.give("prefix", found[0]), text)
        text = DATE.sub(lambda found: _date(found[0], key, run.now), text)
        return learned.sub(lambda found: places.given[found[0]], text)

    return replace


def _window_end(seconds: int, key: str, now: datetime) -> str:
    if key == "retry-after":
        return f"<{_rounded(seconds)}s>"
    return f"<now+{_rounded(seconds - now.timestamp())}s>"


def _rounded(seconds: float) -> int:
    return round(seconds / WINDOW_ROUNDING) * WINDOW_ROUNDING


def _date(text: str, key: str, now: datetime) -> str:
    try:
        distance = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) - now
    except ValueError:
        return text
    if abs(distance) <= NOW_WINDOW:
        return "<now>"
    if key != "expiresAt":
        return text
    return f"<now+{round(distance.total_seconds() / ROUNDING) * ROUNDING}s>"
