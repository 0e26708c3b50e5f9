"""The scheduler of one process: it sleeps until something is due, and begins the runs that no other process took on."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from parsepy.adapters.storage.base import Object, StorageError
from parsepy.core.context import App
from parsepy.model.where import Query
from parsepy.system.schedules import claims, plan
from parsepy.system.schedules.claims import Claim, State
from parsepy.system.schedules.plan import SCHEDULE_CLASS, Schedule
from parsepy.system.schedules.runs import Run, Runs

REREAD = timedelta(seconds=60)
"""So often the rows are read again where other servers may change them without telling."""
LOOK = timedelta(seconds=10)
"""So often a run of another process is looked at, as long as it is under way."""
LOST_AFTER = timedelta(seconds=20)
"""A process that gave no sign of life for so long, as this one saw it, is taken for dead."""
PAUSE = timedelta(seconds=5)
"""Before the next attempt when the store failed, or another process was faster."""
USE = timedelta(days=1)
"""So often it is noted that a schedule is known still."""
KEEP = timedelta(days=30)
"""What no process has known for so long is forgotten."""
MOST_ROWS = 1000
RETIRED_SECONDS = 25.0
"""For so long a process whose place is taken by another waits for its runs, as it does for its requests."""
RETIRED_STEPS = 500

AT_ONCE = timedelta()

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Known:
    """The schedules as they were last read, and since when each run of another process shows no new sign of life."""

    rows: Mapping[str, Schedule] = field(default_factory=dict)
    read_at: datetime | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    signs: dict[str, tuple[tuple[str, str, datetime | None], datetime]] = field(default_factory=dict)
    tidied_at: datetime | None = None


class Scheduler:
    """Begins the scheduled runs of one app, in this process or not at all: see `claims`.

    `use` says for which app, again when its cloud code was loaded anew. Without other processes (`is_shared` is false)
    nothing is read again and nobody is watched.
    """

    def __init__(self, *, is_shared: bool = True) -> None:
        self.owner = f"{platform.node()}/{os.getpid()}/{secrets.token_hex(4)}"
        self._is_shared = is_shared
        self._woken = asyncio.Event()
        self._known = Known()
        self._app: App | None = None
        self._runs = Runs(self.wake)
        self._is_retired = False

    def use(self, app: App) -> None:
        """Begin the jobs of this app from now on."""
        self._app = app
        self.hear()

    def hear(self) -> None:
        """A schedule was made, changed or removed: look at them all."""
        self._known.read_at = None
        self.wake()

    async def retire(self) -> None:
        """Begin no further runs; returns when those under way have ended, or after 25 seconds."""
        self._is_retired = True
        for _ in range(RETIRED_STEPS):
            if not self._runs.under_way:
                return
            await asyncio.sleep(RETIRED_SECONDS / RETIRED_STEPS)

    def wake(self) -> None:
        """Look at once at what is due."""
        self._woken.set()

    async def run(self) -> None:
        """Begin what is due again and again, until this is cancelled."""
        while True:
            self._woken.clear()
            await self._rest(await self._next_turn())

    async def _next_turn(self) -> timedelta | None:
        """Take a turn; a failure is told, and another attempt made later."""
        try:
            return await self.turn()
        except StorageError as exc:
            log.warning("the schedules wait for the database: %s", exc)
        except Exception:
            log.exception("the schedules could not be looked at")
        return PAUSE

    async def _rest(self, pause: timedelta | None) -> None:
        """Wait so long, or until somebody wakes it; without a time only for that."""
        async with asyncio.TaskGroup() as group:
            alarm = None if pause is None else group.create_task(self._ring(pause.total_seconds()))
            await self._woken.wait()
            if alarm is not None:
                alarm.cancel()

    async def _ring(self, seconds: float) -> None:
        await self._of().clock.sleep(seconds)
        self.wake()

    async def turn(self) -> timedelta | None:
        """Begin what is due now; after what time to look again (None: not before something changes).

        Raises StorageError.
        """
        app = self._of()
        known = await self._schedules(app)
        if not known and not self._runs.under_way:
            return REREAD if self._is_shared else None
        found = await claims.read(app)
        for key in known.keys() - found.keys():
            found[key] = await claims.remember(app, known[key], app.now())
        await self._tidy(app, known, found)
        self._watch(found.values(), app.now())
        waits = [await self._attend(app, known.get(key), claim) for key, claim in found.items()]
        if self._is_shared:
            waits.append(REREAD)
        return min((wait for wait in waits if wait is not None), default=None)

    async def _attend(self, app: App, schedule: Schedule | None, claim: Claim) -> timedelta | None:
        """Do what one schedule wants now; when it wants to be looked at again."""
        own = self._runs.under_way.get(claim.key)
        if own is not None:
            return await self._runs.attend(app, own, claim, is_shared=self._is_shared)
        if self._is_retired:
            return None
        if claim.state is State.IDLE:
            return None if schedule is None else await self._start(app, schedule, claim)
        if not self._is_lost(claim, app.now()):
            return LOOK
        if claim.state is State.RUNNING:
            await self._runs.bury(app, claim)
            return AT_ONCE
        if schedule is None:
            return None
        taken = await claims.take_over(app, claim, self.owner)
        return PAUSE if taken is None else await self._begin(app, schedule, taken, taken.due)

    async def _start(self, app: App, schedule: Schedule, claim: Claim) -> timedelta | None:
        """Claim the run that is due, if one is: a single one for all that were missed."""
        now, due = app.now(), schedule.timing.after(claim.due)
        if due is None or due > now:
            return None if due is None else due - now
        if not await self._is_current(app, schedule):
            self.hear()
            return AT_ONCE
        following = schedule.timing.after(due)
        done_until = due if following is None or following > now else now
        job_id = app.new_id(app.settings.object_id_size)
        wanted = replace(claim, due=done_until, owner=self.owner, job_id=job_id)
        # Noted first: the claim may succeed though its answer is lost.
        self._runs.expect(Run(schedule, wanted, due))
        taken = await claims.take(app, wanted, claim)
        if taken is None:
            self._runs.drop(claim.key)
            return PAUSE
        return await self._begin(app, schedule, taken, due)

    async def _begin(self, app: App, schedule: Schedule, taken: Claim, due: datetime) -> timedelta | None:
        run = Run(schedule, taken, due)
        self._runs.expect(run)
        return await self._runs.attend(app, run, taken, is_shared=self._is_shared)

    async def _is_current(self, app: App, schedule: Schedule) -> bool:
        """Whether the schedule is still as it was read: another server may have changed or removed its row."""
        if schedule.row_id is None or not self._is_shared:
            return True
        row = await app.storage.get(await app.schemas.require(SCHEDULE_CLASS), schedule.row_id)
        try:
            return row is not None and plan.of_row(row).key == schedule.key
        except ValueError:
            return False

    async def _schedules(self, app: App) -> dict[str, Schedule]:
        """Those whose jobs this process knows, by their keys."""
        known, now = self._known, app.now()
        if known.read_at is None or (self._is_shared and now - known.read_at >= REREAD):
            # Noted before: who tells of a change meanwhile has them read once more.
            known.read_at = now
            try:
                known.rows = await self._read_rows(app)
            except StorageError:
                known.read_at = None
                raise
        return {found.key: found for found in plan.of_code(app.cloud)} | dict(known.rows)

    async def _read_rows(self, app: App) -> dict[str, Schedule]:
        schema = await app.schemas.find(SCHEDULE_CLASS) or app.schemas.planned(SCHEDULE_CLASS)
        rows = await app.storage.find(schema, Query(limit=MOST_ROWS))
        refused: dict[str, str] = {}
        found = [self._read_row(app, row, refused) for row in rows]
        for row_id, reason in refused.items() - self._known.refused.items():
            log.warning("the schedule %s is not run: %s", row_id, reason)
        self._known.refused = refused
        return {schedule.key: schedule for schedule in found if schedule is not None}

    @staticmethod
    def _read_row(app: App, row: Object, refused: dict[str, str]) -> Schedule | None:
        try:
            schedule = plan.of_row(row)
        except ValueError as exc:
            refused[row["objectId"]] = str(exc)
            return None
        if app.cloud.job_named(schedule.job) is None:
            refused[row["objectId"]] = f"no job is called {schedule.job}"
            return None
        return schedule

    async def _tidy(self, app: App, known: Mapping[str, Schedule], found: Mapping[str, Claim]) -> None:
        """Once a day: note what is known, forget what nobody knows."""
        now = app.now()
        if self._known.tidied_at is not None and now - self._known.tidied_at < USE:
            return
        self._known.tidied_at = now
        await claims.use(app, [key for key in known if (used := found[key].used) is not None and now - used > USE])
        await claims.forget(app, known.keys(), now - KEEP)

    def _watch(self, found: Iterable[Claim], now: datetime) -> None:
        """Keep in mind since when each run that is under way elsewhere shows no new sign of life."""
        before, self._known.signs = self._known.signs, {}
        for claim in found:
            if claim.state is not State.IDLE:
                sign, since = before.get(claim.key, (None, now))
                self._known.signs[claim.key] = (claim.sign, since if sign == claim.sign else now)

    def _is_lost(self, claim: Claim, now: datetime) -> bool:
        """By this process's own clock alone: those of others may be wrong."""
        return now - self._known.signs[claim.key][1] >= LOST_AFTER

    def _of(self) -> App:
        if self._app is None:
            raise RuntimeError("the scheduler has no app yet")
        return self._app
