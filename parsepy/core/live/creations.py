"""New objects that are recorded: those that come while others are being stored share one transaction, and one count.

Only the transaction that has counted last may be committed next, so what shares it need not wait. New objects alone: a
transaction that changed objects for several callers could stand in the way of others that change the same ones.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidValueError,
    Storage,
    StorageError,
    StorageUnavailableError,
)
from parsepy.core.context import App
from parsepy.core.live import change_log, publishing
from parsepy.core.live.actions import Action
from parsepy.core.live.changes import Change, Stored

CACHE = "creations"

MOST_AT_ONCE = 64

MOST_ALONE = 4
"""Other writes that are recorded at once: each takes a connection, and they wait for each other anyway."""

_REFUSALS = (DuplicateValueError, InvalidValueError)


@dataclass(frozen=True, slots=True, eq=False)
class _Creation:
    """An object to be stored, and whoever waits for it."""

    action: Action
    stored: asyncio.Future[Stored]


class Creations:
    """What waits to be stored in one process; `turns` are those of the writes that have a transaction of their own."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(MOST_ALONE)
        self._waiting: list[_Creation] = []
        self._is_at_work = False

    async def add(self, app: App, action: Action) -> Stored:
        """Store a new object and enter it in the log. Raises StorageError."""
        creation = _Creation(action, asyncio.get_running_loop().create_future())
        self._waiting.append(creation)
        if not self._is_at_work:
            self._is_at_work = True
            app.background.start(self._work(app), "storing new objects", contextvars.Context())
        return await creation.stored

    async def _work(self, app: App) -> None:
        lot: list[_Creation] = []
        try:
            while self._waiting:
                lot, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await _store(app, lot)
        finally:
            self._is_at_work = False
            for creation in (*lot, *self._waiting):
                if not creation.stored.done():
                    creation.stored.set_exception(StorageUnavailableError("the server stops"))
            self._waiting = []


def of(app: App) -> Creations:
    """What waits in this process."""
    found: Creations = app.caches[CACHE]
    return found


async def _store(app: App, lot: Sequence[_Creation]) -> None:
    """Store all that are not refused; whoever waits is told."""
    refused: dict[_Creation, StorageError] = {}
    entered: list[Change] = []
    try:
        async with app.storage.transaction() as storage:
            await _insert(storage, lot, refused)
            accepted = [creation for creation in lot if creation not in refused]
            changes = [publishing.change_of(one.action.schema, _stored(one)) for one in accepted]
            if changes:
                entered = await change_log.counted(storage, changes, app.now())
    except StorageError as exc:
        _fail(dict.fromkeys(lot, exc))
        return
    _fail(refused)
    for creation, change in zip(accepted, entered, strict=True):
        if not creation.stored.done():
            creation.stored.set_result(replace(_stored(creation), cursor=change.cursor))


async def _insert(storage: Storage, lot: Sequence[_Creation], refused: dict[_Creation, StorageError]) -> None:
    by_class: defaultdict[int, list[_Creation]] = defaultdict(list)
    for creation in lot:
        by_class[id(creation.action.schema)].append(creation)
    for creations in by_class.values():
        try:
            await storage.insert(creations[0].action.schema, [creation.action.row or {} for creation in creations])
        except _REFUSALS:
            await _insert_alone(storage, creations, refused)


async def _insert_alone(storage: Storage, lot: Sequence[_Creation], refused: dict[_Creation, StorageError]) -> None:
    for creation in lot:
        try:
            await creation.action.carry_out(storage, None)
        except _REFUSALS as exc:
            refused[creation] = exc


def _stored(creation: _Creation) -> Stored:
    return Stored(None, creation.action.row)


def _fail(failures: dict[_Creation, StorageError]) -> None:
    for creation, error in failures.items():
        if not creation.stored.done():
            creation.stored.set_exception(error)
