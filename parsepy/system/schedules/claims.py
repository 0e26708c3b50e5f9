"""Who runs what: one row for each schedule, which a process must change before it may begin a run.

A run is *claimed*, then it *runs*, then the schedule is *idle* again. Each step changes the row only if it is still as it
was read: whoever comes second changes nothing. So no run is begun twice, whatever clocks tell, and a claim that its
process did not come to use is taken over by another.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.core.context import App
from parsepy.core.own_classes import ensured
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.own_classes import RUNS
from parsepy.model.where import Compare, Exists, In, Or, Query, Where, both, by_id
from parsepy.system.schedules.plan import Schedule

log = logging.getLogger(__name__)


class State(StrEnum):
    """How far the last run of a schedule is."""

    IDLE = "idle"
    CLAIMED = "claimed"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Claim:
    """The last run of a schedule. `due` is up to when nothing is to be run any more; `seen` is the owner's sign of life."""

    key: str
    due: datetime
    state: State = State.IDLE
    owner: str = ""
    job_id: str = ""
    seen: datetime | None = None
    used: datetime | None = None

    @property
    def sign(self) -> tuple[str, str, datetime | None]:
        """What changes as long as the owner lives."""
        return self.owner, self.job_id, self.seen


async def read(app: App) -> dict[str, Claim]:
    """All there are, by the keys of their schedules. Raises StorageError."""
    rows = await app.storage.find(RUNS, Query())
    return {row["objectId"]: _claim(row) for row in rows}


async def remember(app: App, schedule: Schedule, due: datetime) -> Claim:
    """Count runs of the schedule from `due` on, unless they are counted already. Raises StorageError."""
    runs = await ensured(app, RUNS)
    now = values.iso(app.now())
    row = {
        "objectId": schedule.key,
        "createdAt": now,
        "updatedAt": now,
        "schedule": schedule.text,
        "due": values.date_json(due),
        "state": str(State.IDLE),
    }
    try:
        await app.storage.insert(runs, [row])
    except DuplicateValueError:
        log.debug("another process was faster to note schedule %s", schedule.key)
    return Claim(schedule.key, due)


async def restart(app: App, schedule: Schedule, due: datetime) -> None:
    """Count runs of the schedule from `due` on, but none again that was run. Raises StorageError."""
    await remember(app, schedule, due)
    changes = Or((Compare("due", "$lt", values.date_json(due)), Exists("jobId", False)))
    await _change(app, both(by_id(schedule.key), _is(State.IDLE), changes), due=due)


async def take(app: App, wanted: Claim, seen: Claim) -> Claim | None:
    """Claim a run if the schedule is as it was seen; None if another was faster. Raises StorageError."""
    where = both(by_id(seen.key), _is(State.IDLE), Compare("due", "$eq", values.date_json(seen.due)))
    return await _change(
        app, where, due=wanted.due, state=State.CLAIMED, owner=wanted.owner, job_id=wanted.job_id, seen=app.now()
    )


async def take_over(app: App, lost: Claim, owner: str) -> Claim | None:
    """Claim what a lost process claimed and did not begin; None if another was faster. Raises StorageError."""
    return await _change(app, both(_of(lost), _is(State.CLAIMED)), owner=owner, seen=app.now())


async def begin(app: App, taken: Claim) -> bool:
    """Mark a claimed run as under way: from now on nobody takes it over. False if somebody did. Raises StorageError."""
    return await _change(app, _of(taken), state=State.RUNNING, seen=app.now()) is not None


async def live(app: App, running: Claim) -> None:
    """Give a sign of life. Raises StorageError."""
    await _change(app, _of(running), seen=app.now())


async def end(app: App, ended: Claim) -> None:
    """The run is over; nothing happens if it was taken for lost meanwhile. Raises StorageError."""
    await _change(app, _of(ended), state=State.IDLE)


async def use(app: App, keys: Collection[str]) -> None:
    """Note that these schedules are known. Raises StorageError."""
    for key in keys:
        await _change(app, by_id(key))


async def drop(app: App, schedule: Schedule) -> None:
    """The schedule is no more; a run under way goes on. Raises StorageError."""
    await app.storage.delete(RUNS, both(by_id(schedule.key), _is(State.IDLE)))


async def forget(app: App, known: Collection[str], unused_since: datetime) -> None:
    """Delete what no process has known for long. Raises StorageError."""
    old = Compare("updatedAt", "$lt", values.date_json(unused_since))
    count = await app.storage.delete(RUNS, both(old, In("objectId", tuple(known), negated=True)))
    if count:
        log.info("%d schedules that nobody knows any more are forgotten", count)


async def _change(app: App, where: Where, **fields: Any) -> Claim | None:
    names = {"job_id": "jobId"}
    ops: dict[str, Op] = {"updatedAt": Set(values.iso(app.now()))}
    for name, value in fields.items():
        stored = values.date_json(value) if isinstance(value, datetime) else str(value)
        ops[names.get(name, name)] = Set(stored)
    row = await app.storage.update(await ensured(app, RUNS), where, ops)
    return None if row is None else _claim(row)


def _of(claim: Claim) -> Where:
    """The row, as long as it holds this very run of this owner."""
    return both(by_id(claim.key), Compare("owner", "$eq", claim.owner), Compare("jobId", "$eq", claim.job_id))


def _is(state: State) -> Where:
    return Compare("state", "$eq", str(state))


def _claim(row: Object) -> Claim:
    seen = row.get("seen")
    claim = Claim(row["objectId"], values.date_of(row["due"]), State(row["state"]))
    return replace(
        claim,
        owner=row.get("owner") or "",
        job_id=row.get("jobId") or "",
        seen=None if seen is None else values.date_of(seen),
        used=values.date_of(row["updatedAt"]),
    )
