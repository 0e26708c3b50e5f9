"""The log of changes that clients may catch up on: numbered without gaps, in the order in which they took effect.

Where transactions take turns a number is counted up in the transaction of the change itself, as its last step: whoever
wants the next number waits until that transaction is over, so numbers become visible in their order. Elsewhere a number is
claimed by storing its entry, and only once the one before it is there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

import orjson

from parsepy.adapters.storage.base import DuplicateValueError, Object, Storage, StorageError
from parsepy.core.context import App
from parsepy.core.live.changes import Change
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Increment
from parsepy.model.own_classes import CHANGE_LOGS, CHANGES, INTENTS
from parsepy.model.where import EVERYTHING, Compare, Order, Query, Where, both, by_id

MOST_ENTRIES = 100_000
"""So many are kept, however young they are."""

MOST_BYTES = 4 << 20
"""Of one entry: of a larger change only that there was one is kept."""

PAGE = 200
"""Entries that are read at once."""

TIDYING = 256
"""After so many new entries old ones are looked for."""

NEWEST = MappingProxyType({"readPreference": "PRIMARY"})
"""Copies that lag behind are no use here."""

_LOG_ID = "log"
_DIGITS = 16
_EPOCH_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at a number. Without a `change` it says only that there was one, of some object of the class."""

    number: int
    class_name: str
    change: Change | None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in one log, behind the entry of that number. Another `epoch` is another log."""

    epoch: str
    number: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}"


def position_of(cursor: str) -> Position | None:
    """The place that a cursor stands for; None for what is none."""
    epoch, dot, number = cursor.partition(".")
    if not (epoch and dot and number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        return None
    return Position(epoch, int(number))


async def prepare(app: App) -> None:
    """Make room for the log, if there is none yet. Not to be called inside of a transaction. Raises StorageError."""
    await ensured(app, CHANGES)
    if not app.storage.takes_turns:
        await ensured(app, INTENTS)
    logs = await ensured(app, CHANGE_LOGS)
    if await app.storage.get(logs, _LOG_ID) is not None:
        return
    row = {"epoch": app.new_id(_EPOCH_LENGTH), "last": await head(app.storage)}
    with contextlib.suppress(DuplicateValueError):
        await app.storage.insert(logs, [{"objectId": _LOG_ID, **_dates(app.now()), **row}])


async def epoch(storage: Storage) -> str:
    """Which log it is; empty if there is none."""
    rows = await storage.find(CHANGE_LOGS, Query(by_id(_LOG_ID), options=NEWEST))
    return str(rows[0]["epoch"]) if rows else ""


async def head(storage: Storage) -> int:
    """The number of the last entry; 0 if there was none yet."""
    last = Query(order=(Order("objectId", descending=True),), limit=1, options=NEWEST)
    rows = await storage.find(CHANGES, last)
    return int(rows[0]["objectId"]) if rows else 0


async def counted(storage: Storage, changes: Sequence[Change], now: datetime) -> list[Change]:
    """Enter changes as the last step of the transaction that they are part of; the changes with their cursors.

    Only for stores that take turns. A log that is gone gives no cursors.
    """
    log = await storage.update(CHANGE_LOGS, by_id(_LOG_ID), {"last": Increment(len(changes))})
    if log is None:
        return list(changes)
    first = int(log["last"]) - len(changes) + 1
    numbered = list(enumerate(changes, first))
    try:
        await storage.insert(CHANGES, [_row(number, change, now) for number, change in numbered])
    except DuplicateValueError as exc:
        raise StorageError(f"the log of changes has an entry {first} already") from exc
    return [replace(change, cursor=str(Position(log["epoch"], number))) for number, change in numbered]


async def claimed(storage: Storage, number: int, change: Change, now: datetime, ticket: str) -> bool:
    """Enter a change at a number whose predecessor is there; False if another has that number. `ticket` tells it again."""
    try:
        await storage.insert(CHANGES, [_row(number, change, now) | {"ticket": ticket}])
    except DuplicateValueError:
        return False
    return True


async def has_ticket(storage: Storage, ticket: str) -> bool:
    """Whether the change of that ticket was entered. Looks at all entries."""
    return bool(await storage.find(CHANGES, Query(Compare("ticket", "$eq", ticket), limit=1, options=NEWEST)))


async def page(
    storage: Storage, after: Position, *, until: int | None = None, class_name: str | None = None
) -> list[Entry]:
    """At most `PAGE` entries behind a place, up to a number, in order; those of one class if one is named."""
    where: Where = Compare("objectId", "$gt", _id(after.number))
    if until is not None:
        where = both(where, Compare("objectId", "$lte", _id(until)))
    if class_name is not None:
        where = both(where, Compare("className", "$eq", class_name))
    rows = await storage.find(CHANGES, Query(where, order=(Order("objectId"),), limit=PAGE, options=NEWEST))
    return [_entry(after.epoch, row) for row in rows]


async def keeps(storage: Storage, number: int) -> bool:
    """Whether nothing behind the number has been forgotten."""
    first = Query(Compare("objectId", "$gte", _id(number)), order=(Order("objectId"),), limit=1, options=NEWEST)
    rows = await storage.find(CHANGES, first)
    return int(rows[0]["objectId"]) <= number + 1 if rows else number == 0


async def tidy(app: App, kept_for: timedelta) -> None:
    """Forget entries that are too old or too many; the last one always stays. Raises StorageError."""
    last = await head(app.storage)
    await _forget(app.storage, last - MOST_ENTRIES)
    limit = values.iso(app.now() - kept_for)
    oldest = Query(EVERYTHING, order=(Order("objectId"),), limit=PAGE, fields=frozenset({"objectId", "createdAt"}))
    while True:
        rows = await app.storage.find(CHANGES, oldest)
        expired = [int(row["objectId"]) for row in rows if row["createdAt"] < limit]
        await _forget(app.storage, min(max(expired, default=0), last - 1))
        if len(expired) < PAGE:
            return


async def _forget(storage: Storage, up_to: int) -> None:
    if up_to > 0:
        await storage.delete(CHANGES, Compare("objectId", "$lte", _id(up_to)))


def is_tidying_due(cursors: Iterable[str]) -> bool:
    """Whether one of the changes that were just entered has a round number."""
    places = map(position_of, cursors)
    return any(place is not None and place.number % TIDYING == 0 for place in places)


def _id(number: int) -> str:
    return f"{number:0{_DIGITS}d}"


def _dates(now: datetime) -> Object:
    return {"createdAt": values.iso(now), "updatedAt": values.iso(now)}


def _row(number: int, change: Change, now: datetime) -> Object:
    states = orjson.dumps([change.before, change.after]).decode()
    if not change.target or len(states) > MOST_BYTES:
        states = ""
    subject = {"className": change.class_name, "target": change.target}
    return {"objectId": _id(number), **_dates(now), **subject, "data": states}


def _entry(epoch_: str, row: Object) -> Entry:
    number, class_name = int(row["objectId"]), str(row["className"])
    if not row.get("data"):
        return Entry(number, class_name, None)
    before, after = orjson.loads(row["data"])
    return Entry(number, class_name, Change(class_name, before, after, str(Position(epoch_, number))))
