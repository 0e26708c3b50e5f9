"""What saving a `_JobSchedule` does: its cron expression is checked, and its runs are counted from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core import own_classes
from parsepy.core.context import App, Context
from parsepy.core.rules import ClassRules, Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.ops import Set
from parsepy.model.timing.base import TICK
from parsepy.model.timing.cron import cron
from parsepy.model.timing.intervals import Once
from parsepy.system.schedules import claims, news, plan
from parsepy.system.schedules.plan import Schedule


class ScheduleRules(ClassRules):
    """Schedules are counted from the moment they are made or changed; one for a single time also if that has passed."""

    reads_before = True

    async def seal(self, ctx: Context, write: Write) -> Write:
        """Refuse a cron expression or time zone that is none (162)."""
        known = {**(write.before or {}), **_set(write)}
        expression, zone = known.get("cron"), known.get("timeZone")
        if expression or zone:
            try:
                cron(str(expression or "@daily"), str(zone or "UTC"))
            except ValueError as exc:
                raise ParseError(ErrorCode.INVALID_VALUE, str(exc)) from exc
        return write

    async def completed(self, ctx: Context, write: Write, after: Object) -> Object:
        """Count from now on, unless the times are those from before."""
        before = _schedule(write.before) if write.before is not None else None
        schedule = _schedule(after)
        if before != schedule:
            await _replace(_store(ctx), before, schedule)
        await news.tell(ctx.app)
        return {}

    async def deleted(self, ctx: Context, before: Object) -> None:
        """It is not run any more."""
        await _replace(_store(ctx), _schedule(before), None)
        await news.tell(ctx.app)


async def _replace(app: App, before: Schedule | None, after: Schedule | None) -> None:
    if before is not None and (after is None or before.key != after.key):
        await claims.drop(app, before)
    if after is not None and (before is None or before.key != after.key):
        timing = after.timing
        await claims.restart(app, after, timing.at - TICK if isinstance(timing, Once) else app.now())


def _store(ctx: Context) -> App:
    """The app with the store of the call: in a transaction nothing else may be written, and its tables may vanish again."""
    if ctx.storage is ctx.app.storage:
        return ctx.app
    return replace(ctx.app, storage=ctx.storage, caches={**ctx.app.caches, own_classes.CACHE: set()})


def _set(write: Write) -> Mapping[str, Any]:
    return {name: op.value if isinstance(op, Set) else None for name, op in write.ops.items()}


def _schedule(row: Object) -> Schedule | None:
    """The schedule that a row describes, if it does: as in Parse Server any row may be stored."""
    try:
        return plan.of_row(row)
    except ValueError:
        return None
