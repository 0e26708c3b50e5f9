"""Recording where transactions do not take turns: an intent is stored ahead of the write and removed when all is entered.

The intent of an object keeps others from writing it, so that its changes are entered in the order in which they happen. One
that is left behind by a process that died is settled by whoever comes across it: the object itself tells whether the write
took place.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    Object,
    Storage,
    StorageUnavailableError,
)
from parsepy.core.context import App
from parsepy.core.live import change_log, publishing
from parsepy.core.live.actions import Action
from parsepy.core.live.change_log import Position
from parsepy.core.live.changes import Change, Stored
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.own_classes import INTENTS
from parsepy.model.schema import ClassSchema
from parsepy.model.where import EVERYTHING, Compare, Query, Where, both, by_id

CACHE = "intents"

LEASE_SECONDS = 5.0
"""An intent that nobody has touched for so long was left behind."""

MOST_WAIT_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1
MOST_INTENTS = 1_000
"""So many are looked at in one sweep."""

_REFUSALS = (DuplicateValueError, InvalidValueError, InvalidQueryError)
_CREATE, _DONE = "create", "done"


class Intents:
    """What one process knows of intents: when it first saw those of others, and the log and number of its last entry."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[tuple[str, str, str], float] = {}
        self._turn = asyncio.Lock()
        self._last = 0
        self._epoch = ""

    async def write(self, app: App, action: Action) -> Stored | None:
        """Write and enter the change. Raises StorageError; an outcome that is unknown is settled later."""
        intent = _row(app, action.schema.name, action.target, kind=action.kind)
        await self._take(app, intent)
        began = self._now()
        try:
            stored = await self._carried_out(app, action, intent)
        except _REFUSALS:
            await _drop(app, intent)
            raise
        if stored is None:
            await _drop(app, intent)
            return None
        change = publishing.change_of(action.schema, stored)
        if self._now() - began > LEASE_SECONDS / 2 and await _was_settled(app, intent, change):
            return replace(stored, is_told=True)
        entered = await self._enter(app, change, intent["ticket"])
        await _drop(app, intent)
        return replace(stored, cursor=entered.cursor)

    async def _carried_out(self, app: App, action: Action, intent: Object) -> Stored | None:
        before = await action.look(app.storage)
        if before is None and action.kind != _CREATE:
            return None
        if before is not None:
            known = publishing.change_of(action.schema, Stored(before, None))
            await _change(app.storage, _of(intent), data=_encoded(known))
        return await action.carry_out(app.storage, before)

    async def note(self, app: App, storage: Storage, schema: ClassSchema, stored: Stored) -> str:
        """Store what a transaction has done as a part of it; the id of the intent, to be finished after the commit."""
        change = publishing.change_of(schema, stored)
        intent = _row(app, schema.name, change.target, kind=_DONE, data=_encoded(change))
        found = await storage.find(INTENTS, Query(by_id(intent["objectId"])))
        if found:
            first = _decoded(found[0]).before
            await _change(storage, by_id(intent["objectId"]), data=_encoded(replace(change, before=first)))
            return str(intent["objectId"])
        try:
            await storage.insert(INTENTS, [intent])
        except DuplicateValueError as exc:
            raise StorageUnavailableError("others are changing the object") from exc
        return str(intent["objectId"])

    async def wait_for(self, app: App, class_name: str, target: str) -> None:
        """Return when nobody else is writing the object. Raises StorageUnavailableError after a long time."""
        await self._until_gone(app, by_id(_id(class_name, target)))

    async def quiet(self, app: App, class_name: str) -> None:
        """Return when all changes of the class are entered whose effects could be seen when this was called."""
        await self._until_gone(app, Compare("className", "$eq", class_name))

    async def finish(self, app: App, intent_id: str) -> Change | None:
        """Enter what a transaction that is committed has done; None if another did, or there is nothing to tell."""
        rows = await app.storage.find(INTENTS, Query(by_id(intent_id), options=change_log.NEWEST))
        return await self._settle(app, rows[0]) if rows else None

    async def enter_gap(self, app: App, gap: Change) -> None:
        """Enter that changes are missing. Raises StorageError."""
        await self._enter(app, gap, app.new_id(16))

    async def sweep(self, app: App) -> None:
        """Settle what was left behind. To be called again and again. Raises StorageError."""
        rows = await app.storage.find(INTENTS, Query(EVERYTHING, limit=MOST_INTENTS, options=change_log.NEWEST))
        known = {_sign(row) for row in rows}
        self._seen = {sign: at for sign, at in self._seen.items() if sign in known}
        for row in rows:
            await self._look_after(app, row)

    async def _take(self, app: App, intent: Object) -> None:
        """Store the intent, once nobody else has one for the object."""
        started = self._now()
        while True:
            try:
                await app.storage.insert(INTENTS, [intent])
            except DuplicateValueError as exc:
                if self._now() - started > MOST_WAIT_SECONDS:
                    raise StorageUnavailableError("others keep changing the object") from exc
            else:
                return
            await self._until_gone(app, by_id(intent["objectId"]))

    async def _until_gone(self, app: App, where: Where) -> None:
        """Wait for the intents that are there now, and settle those that were left behind."""
        started, pause = self._now(), FIRST_PAUSE
        query = Query(where, options=change_log.NEWEST)
        awaited = {row["ticket"] for row in await app.storage.find(INTENTS, query)}
        while awaited:
            rows = [row for row in await app.storage.find(INTENTS, query) if row["ticket"] in awaited]
            awaited = {row["ticket"] for row in rows}
            for row in rows:
                await self._look_after(app, row)
            if awaited and self._now() - started > MOST_WAIT_SECONDS:
                raise StorageUnavailableError("a change of an object does not come to its end")
            if awaited:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _look_after(self, app: App, intent: Object) -> None:
        first = self._seen.setdefault(_sign(intent), self._now())
        if self._now() - first >= LEASE_SECONDS:
            await self._settle(app, intent)

    async def _settle(self, app: App, intent: Object) -> Change | None:
        """Finish the intent of another, unless a third does: enter what was done, if anything was."""
        taken = both(_of(intent), Compare("keeper", "$eq", intent["keeper"]))
        mine = await _change(app.storage, taken, keeper=app.new_id(10))
        if mine is None:
            return None
        entered: Change | None = None
        if not await change_log.has_ticket(app.storage, mine["ticket"]):
            change = await _outcome(app, mine)
            entered = await self._enter(app, change, mine["ticket"]) if change is not None else None
        await _drop(app, mine)
        return entered

    async def _enter(self, app: App, change: Change, ticket: str) -> Change:
        async with self._turn:
            self._epoch = self._epoch or await change_log.epoch(app.storage)
            number = self._last or await change_log.head(app.storage)
            while not await change_log.claimed(app.storage, number + 1, change, app.now(), ticket):
                number = await change_log.head(app.storage)
            self._last = number + 1
        return replace(change, cursor=str(Position(self._epoch, number + 1)))


def of(app: App) -> Intents:
    """What this process knows."""
    found: Intents = app.caches[CACHE]
    return found


async def _outcome(app: App, intent: Object) -> Change | None:
    """The change that was done, as far as the object tells; None if it was not done, or undoes itself."""
    if intent["kind"] == _DONE:
        change = _decoded(intent)
        return change if change.before is not None or change.after is not None else None
    schema = await app.schemas.find(intent["className"])
    if schema is None or (intent["kind"] != _CREATE and not intent["data"]):
        # What the object was is stored before it is written: the write had not begun.
        return None
    rows = await app.storage.find(schema, Query(by_id(intent["target"]), options=change_log.NEWEST))
    now = publishing.change_of(schema, Stored(None, rows[0] if rows else None))
    before = _decoded(intent).before
    return None if now.after == before else replace(now, before=before)


def _row(app: App, class_name: str, target: str, *, kind: str, data: str = "") -> Object:
    now = values.iso(app.now())
    named = {"className": class_name, "target": target, "kind": kind, "data": data}
    return {
        "objectId": _id(class_name, target),
        "createdAt": now,
        "updatedAt": now,
        **named,
        "ticket": app.new_id(16),
        "keeper": "",
    }


def _id(class_name: str, target: str) -> str:
    return f"{class_name}:{target}"


def _of(intent: Object) -> Where:
    return both(by_id(intent["objectId"]), Compare("ticket", "$eq", intent["ticket"]))


def _sign(intent: Object) -> tuple[str, str, str]:
    return intent["objectId"], intent["ticket"], intent["keeper"]


async def _change(storage: Storage, where: Where, **fields: Any) -> Object | None:
    ops: dict[str, Op] = {name: Set(value) for name, value in fields.items()}
    return await storage.update(INTENTS, where, ops)


async def _was_settled(app: App, intent: Object, change: Change) -> bool:
    """Note that the write took place; whether another has taken the intent over meanwhile and has entered the change."""
    mine = both(_of(intent), Compare("keeper", "$eq", ""))
    if await _change(app.storage, mine, kind=_DONE, data=_encoded(change)) is not None:
        return False
    return await change_log.has_ticket(app.storage, intent["ticket"])


async def _drop(app: App, intent: Object) -> None:
    await app.storage.delete(INTENTS, _of(intent))


def _encoded(change: Change) -> str:
    return orjson.dumps([change.before, change.after]).decode()


def _decoded(intent: Object) -> Change:
    before, after = orjson.loads(intent["data"]) if intent.get("data") else (None, None)
    return Change(intent["className"], before, after)
