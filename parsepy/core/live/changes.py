"""A change of one object, as servers tell each other of it.

Channels and payloads are those of Parse Server: `<appId>afterSave` and `<appId>afterDelete` carry JSON with
`currentParseObject`, `originalParseObject` and `classLevelPermissions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.model.record import record
from parsepy.model.system_classes import NEVER_SHOWN_FIELDS

SAVED, DELETED = "afterSave", "afterDelete"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an object: rows in REST JSON as stored; no `before` for a new object, no `after` for a deleted one.

    `cursor` is its place in the log of changes, empty if the class has none.
    """

    class_name: str
    before: Object | None
    after: Object | None
    cursor: str = ""

    @property
    def target(self) -> str:
        """The id of the object."""
        return str((self.after or self.before or {}).get("objectId", ""))

    @property
    def channel(self) -> str:
        """The kind of channel that carries it."""
        return DELETED if self.after is None else SAVED

    def encoded(self, permissions: Mapping[str, Any] | None = None) -> bytes:
        """The payload."""
        current = self.before if self.after is None else self.after
        told: dict[str, Any] = {"currentParseObject": self._told(current)}
        if self.after is not None and self.before is not None:
            told["originalParseObject"] = self._told(self.before)
        if permissions is not None:
            told["classLevelPermissions"] = permissions
        if self.cursor:
            told["cursor"] = self.cursor
        return orjson.dumps(told)

    def _told(self, row: Object | None) -> Object:
        return {**(row or {}), "__type": "Object", "className": self.class_name}


@record(frozen=True, slots=True)
class Stored:
    """A write that was done: the rows before and after it, and its place in the log of changes if that has it.

    `is_told`: nothing is left to be published, be it that another will do it or that too little is known.
    """

    before: Object | None
    after: Object | None
    cursor: str = ""
    is_told: bool = False


def decoded(channel: str, payload: bytes) -> Change:
    """The change that a payload tells of. Raises ValueError for what is none. Parse Servers also send what nobody is shown."""
    told = orjson.loads(payload)
    if not isinstance(told, dict) or not isinstance(told.get("currentParseObject"), dict):
        raise ValueError("a change without currentParseObject")
    class_name = told["currentParseObject"].get("className")
    if not isinstance(class_name, str):
        raise ValueError("a change of no class")
    current = _row(class_name, told["currentParseObject"])
    original = told.get("originalParseObject")
    cursor = str(told.get("cursor") or "")
    if channel == DELETED:
        return Change(class_name, current, None, cursor)
    return Change(class_name, _row(class_name, original) if isinstance(original, dict) else None, current, cursor)


def _row(class_name: str, told: Mapping[str, Any]) -> Object:
    hidden = NEVER_SHOWN_FIELDS.get(class_name, frozenset())
    return {
        name: value
        for name, value in told.items()
        if name != "className" and name not in hidden and not name.startswith("_")
    }
