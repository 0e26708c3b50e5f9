"""Which classes have their changes kept: those that some client wants to catch up on, known to every process in time.

Saves of other classes must cost nothing, so a process goes by what it has read a moment ago. What it knows is never older
than `KNOWN_SECONDS`, and who switches a class on waits until nobody can still go by the older state.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

from parsepy.adapters.storage.base import DuplicateValueError, Object, Storage, StorageError
from parsepy.core.context import App
from parsepy.core.live import change_log
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.own_classes import RECORDED_CLASSES
from parsepy.model.where import Compare, Exists, Query, both, by_id

log = logging.getLogger(__name__)

CACHE = "recorded_classes"

KNOWN_SECONDS = 1.0
"""How old the knowledge of a process may be when it begins a write."""

SOON_SECONDS = 0.4
"""Knowledge of that age is renewed beside the write, so that the next ones need not wait."""

SETTLE_SECONDS = 1.25
"""After that time no process goes by what it knew before."""

USE_SECONDS = 30.0
"""So long it need not be stored again that a class is used."""


class Switches:
    """What this process knows. `seconds` is how long changes are kept, 0 for not at all.

    Where the data are not shared with other processes (`is_shared`), nothing ever needs to be read again.
    """

    def __init__(self, seconds: int, *, is_shared: bool, now: Callable[[], float] = time.monotonic) -> None:
        self.kept_for = timedelta(seconds=seconds)
        self.is_shared = is_shared
        self._now = now
        self._names: frozenset[str] = frozenset()
        self._read_at = -math.inf if is_shared and seconds else math.inf
        self._turn = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None
        self._used: dict[str, tuple[float, int]] = {}

    @property
    def valid_until(self) -> float:
        """How long this process may go by what it knows now."""
        return self._read_at + KNOWN_SECONDS

    def is_past(self, moment: float) -> bool:
        """Whether such a moment is over."""
        return self._now() > moment

    async def names(self, app: App, storage: Storage) -> frozenset[str]:
        """The classes whose changes are kept; asks the storage if that is not known well enough. Raises StorageError."""
        age = self._now() - self._read_at
        if age > KNOWN_SECONDS:
            await self._read(app, storage, KNOWN_SECONDS)
        elif age > SOON_SECONDS and self._renewal is None:
            self._renewal = app.background.start(self._renew(app), "reading which classes are recorded")
        return self._names

    def add(self, class_name: str) -> None:
        """Know of a class that was just switched on."""
        self._names |= {class_name}

    def since(self, class_name: str) -> int | None:
        """Where the record of a class begins, if this process has noted its use a moment ago."""
        noted_at, since = self._used.get(class_name, (-math.inf, 0))
        return since if self._now() - noted_at < min(USE_SECONDS, self.kept_for.total_seconds() / 2) else None

    def note_use(self, class_name: str, since: int) -> None:
        """The use of a class was stored, and where its record begins is known."""
        self._used[class_name] = (self._now(), since)

    async def _renew(self, app: App) -> None:
        try:
            await self._read(app, app.storage, SOON_SECONDS)
        except StorageError as exc:
            log.warning("it cannot be read which classes are recorded: %s", exc)
        finally:
            self._renewal = None

    async def _read(self, app: App, storage: Storage, most_age: float) -> None:
        async with self._turn:
            if self._now() - self._read_at <= most_age:
                return
            began = self._now()
            rows = await storage.find(RECORDED_CLASSES, Query(options=change_log.NEWEST))
            self._names = frozenset(row["objectId"] for row in rows)
            self._read_at = began
        limit = app.now() - self.kept_for
        if any(values.date_of(row["used"]) < limit for row in rows):
            app.background.start(forget(app), "forgetting recorded classes")


def of(app: App) -> Switches:
    """What this process knows."""
    found: Switches = app.caches[CACHE]
    return found


async def switch_on(app: App, class_name: str) -> int:
    """Have the changes of a class kept; the number behind which none is missing. Raises StorageError.

    The first time this takes a moment: every process must know before it counts.
    """
    switches = of(app)
    noted = switches.since(class_name)
    if noted is not None:
        return noted
    await change_log.prepare(app)
    schema = await ensured(app, RECORDED_CLASSES)
    row = await app.storage.update(schema, by_id(class_name), _used(app))
    if row is None:
        row = {"objectId": class_name, "createdAt": values.iso(app.now()), "updatedAt": values.iso(app.now())}
        with suppress(DuplicateValueError):
            await app.storage.insert(schema, [row | {"used": values.date_json(app.now())}])
    switches.add(class_name)
    if row.get("since") is None and switches.is_shared:
        await asyncio.sleep(SETTLE_SECONDS)
    since = await _since(app, class_name, row)
    switches.note_use(class_name, since)
    return since


async def _since(app: App, class_name: str, row: Object) -> int:
    """Where the record of the class begins, settled by whoever comes first."""
    if row.get("since") is not None:
        return int(row["since"])
    first = both(by_id(class_name), Exists("since", False))
    head = await change_log.head(app.storage)
    settled = await app.storage.update(RECORDED_CLASSES, first, {"since": Set(head)})
    if settled is None:
        rows = await app.storage.find(RECORDED_CLASSES, Query(by_id(class_name), options=change_log.NEWEST))
        return int(rows[0]["since"]) if rows else head
    return head


async def use(app: App, class_names: Collection[str]) -> None:
    """Note that somebody still wants the changes of these classes. Raises StorageError."""
    for name in class_names:
        await app.storage.update(RECORDED_CLASSES, by_id(name), _used(app))


async def forget(app: App) -> None:
    """Switch off what nobody has used for as long as changes are kept, and drop what is too old. Raises StorageError."""
    kept_for = of(app).kept_for
    limit = values.date_json(app.now() - kept_for)
    count = await app.storage.delete(RECORDED_CLASSES, Compare("used", "$lt", limit))
    if count:
        log.info("the changes of %d classes are no longer kept: nobody asked for them", count)
    await change_log.tidy(app, kept_for)


def _used(app: App) -> dict[str, Op]:
    return {"used": Set(values.date_json(app.now())), "updatedAt": Set(values.iso(app.now()))}
