"""Which event a change of an object is to somebody who follows a condition."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.model.order import identity
from parsepy.model.paths import MISSING, read_path
from parsepy.model.record import record


class Event(StrEnum):
    """What followers are told."""

    CREATE = "create"
    ENTER = "enter"
    UPDATE = "update"
    LEAVE = "leave"
    DELETE = "delete"


@record(frozen=True, slots=True)
class Sight:
    """One state of an object for one follower: the row, whether it meets his condition, whether he may read it."""

    row: Object | None
    matches: bool = False
    readable: bool = False

    @property
    def counts(self) -> bool:
        """Whether the object is among his results in this state."""
        return self.matches and self.readable


@record(frozen=True, slots=True)
class Told:
    """An event with the states that go with it; `original` only where the follower may read it."""

    event: Event
    object: Object
    original: Object | None = None


def told(before: Sight, after: Sight) -> Told | None:
    """What the follower is told of a change from one state to the other; None for nothing.

    Who loses the right to read an object learns that it left, and not what it became; who gains it, not what it was.
    """
    original = before.row if before.readable else None
    if after.row is None:
        return Told(Event.DELETE, before.row) if before.counts and before.row is not None else None
    if not after.counts:
        if not before.counts or before.row is None:
            return None
        return Told(Event.LEAVE, after.row if after.readable else before.row, original)
    if before.counts:
        return Told(Event.UPDATE, after.row, original)
    return Told(Event.CREATE if before.row is None else Event.ENTER, after.row, original)


def differs(told: Told, before: Object | None, watched: frozenset[str] | None) -> bool:
    """Whether one of the watched fields changed; those who enter or leave are told in any case."""
    if watched is None or told.event not in {Event.CREATE, Event.UPDATE}:
        return True
    row = before or {}
    return any(_changed(read_path(row, path), read_path(told.object, path)) for path in watched)


def _changed(before: Any, after: Any) -> bool:
    if before is MISSING or after is MISSING:
        return before is not after
    return identity(before) != identity(after)
