"""The runs that this process took on, from the claim to its release."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from parsepy.adapters.storage.base import StorageError
from parsepy.cloud.hooks import Hook
from parsepy.core import functions
from parsepy.core.background import in_any_case
from parsepy.core.context import App, Call, Context
from parsepy.errors import ParseError
from parsepy.model.ops import Set
from parsepy.model.principal import MASTER
from parsepy.model.where import by_id
from parsepy.system import jobs
from parsepy.system.schedules import claims
from parsepy.system.schedules.claims import Claim
from parsepy.system.schedules.plan import SCHEDULE_CLASS, Schedule

BEAT = timedelta(seconds=5)
"""So often a sign of life is given for each run under way."""
AGAIN = timedelta(seconds=5)
"""Before the end of a run is noted once more, when the store failed."""

log = logging.getLogger(__name__)


class Phase(Enum):
    """How far a run is in this process."""

    EXPECTED = auto()
    BEGUN = auto()
    ENDED = auto()


@dataclass(slots=True)
class Run:
    """One run. `claim` is what its row must hold for as long as it is ours; `due` is when it was to begin."""

    schedule: Schedule
    claim: Claim
    due: datetime
    phase: Phase = Phase.EXPECTED
    beat_at: datetime | None = None


class Runs:
    """The runs under way in this process, by the keys of their schedules. `changed` is called when one has ended."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.under_way: dict[str, Run] = {}
        self._changed = changed

    def expect(self, run: Run) -> None:
        """It is about to be claimed, or was claimed."""
        self.under_way[run.claim.key] = run

    def drop(self, key: str) -> None:
        """Another process has it."""
        self.under_way.pop(key, None)

    async def attend(self, app: App, run: Run, found: Claim, *, is_shared: bool) -> timedelta | None:
        """Do what the run needs, whose row was found like this; when it is to be looked at again. Raises StorageError."""
        if found.sign[:2] != run.claim.sign[:2]:
            if run.phase is not Phase.BEGUN:
                self.drop(run.claim.key)
            return AGAIN
        match run.phase:
            case Phase.EXPECTED:
                return await self._begin(app, run, is_shared=is_shared)
            case Phase.BEGUN:
                return await self._beat(app, run) if is_shared else None
            case Phase.ENDED:
                return await self._release(app, run)

    async def bury(self, app: App, lost: Claim) -> None:
        """Note that a run ended with its process. It is not begun again: nobody knows how far it came."""
        log.error("a run of schedule %s was lost with %s: job %s", lost.key, lost.owner, lost.job_id)
        await jobs.note_loss(app, lost.job_id)
        await claims.end(app, lost)

    async def _begin(self, app: App, run: Run, *, is_shared: bool) -> timedelta | None:
        """Make the run's status and begin it, unless another process took it over. Every step may be repeated."""
        name, job_id = run.schedule.job, run.claim.job_id
        hook = app.cloud.job_named(name)
        if hook is None:
            self.drop(run.claim.key)
            return AGAIN
        await jobs.note_begin(app, job_id, name, source="schedule")
        await _note_run(app, run)
        if not await claims.begin(app, run.claim):
            self.drop(run.claim.key)
            return AGAIN
        log.info("job %s begins, due at %s", name, run.due.isoformat())
        run.phase, run.beat_at = Phase.BEGUN, app.now()
        app.background.start(self._carry_out(app, hook, run), f"job {name}")
        return BEAT if is_shared else None

    async def _carry_out(self, app: App, hook: Hook, run: Run) -> None:
        try:
            await _run(app, hook, run)
        finally:
            run.phase = Phase.ENDED
            try:
                await in_any_case(partial(self._release, app, run))
            except StorageError as exc:
                log.warning("the end of job %s is to be noted again: %s", run.schedule.job, exc)
            self._changed()

    async def _beat(self, app: App, run: Run) -> timedelta:
        now = app.now()
        passed = BEAT if run.beat_at is None else now - run.beat_at
        if passed < BEAT:
            return BEAT - passed
        run.beat_at = now
        await claims.live(app, run.claim)
        return BEAT

    async def _release(self, app: App, run: Run) -> timedelta | None:
        await claims.end(app, run.claim)
        if self.under_way.get(run.claim.key) is run:
            self.drop(run.claim.key)
        return timedelta()


async def _run(app: App, hook: Hook, run: Run) -> None:
    settings = app.settings
    url = (settings.public_server_url or settings.server_url).rstrip("/")
    ctx = Context(app, MASTER, app.storage, Call(server_url=url))
    try:
        params = functions.decoded(ctx, run.schedule.parameters())
    except (ValueError, ParseError) as exc:
        text = f"The schedule's params are no JSON object with good values: {exc}"
        await jobs.note_end(app, run.claim.job_id, jobs.FAILED, text)
        return
    await jobs.carry_out(ctx, hook, jobs.request_of(ctx, run.schedule.job, run.claim.job_id, params, due=run.due))


async def _note_run(app: App, run: Run) -> None:
    """Tell in the row of the schedule when it last ran, in milliseconds since 1970."""
    if run.schedule.row_id is None:
        return
    milliseconds = int(app.now().timestamp() * 1000)
    try:
        schema = await app.schemas.require(SCHEDULE_CLASS)
        await app.storage.update(schema, by_id(run.schedule.row_id), {"lastRun": Set(milliseconds)})
    except StorageError as exc:
        log.warning("when job %s last ran could not be stored: %s", run.schedule.job, exc)
