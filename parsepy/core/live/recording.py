"""Writing objects so that their changes are kept with them, where somebody wants to catch up on the class.

All that changes an object for a caller goes through `insert`, `update` and `delete`. For other classes they are the calls of
the store and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from parsepy.adapters.storage.base import Object, Storage, StorageError
from parsepy.core.context import App, Context
from parsepy.core.live import change_log, creations, intents, publishing, switches
from parsepy.core.live.actions import Action
from parsepy.core.live.changes import Change, Stored
from parsepy.core.transaction import HeldNews
from parsepy.model.ops import Op
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where

log = logging.getLogger(__name__)


async def insert(ctx: Context, schema: ClassSchema, row: Object) -> Stored:
    """Store a new object. Raises DuplicateValueError, InvalidValueError."""
    stored = await _written(ctx, Action(schema, "create", row["objectId"], row=row))
    return stored or Stored(None, row)


async def update(
    ctx: Context, schema: ClassSchema, where: Where, ops: Mapping[str, Op], *, target: str, before: Object | None
) -> Stored | None:
    """Change the object `target`, which `where` finds as far as it may be changed; None if it does not.

    `before` is the object as it was read, if it was. Raises DuplicateValueError, InvalidValueError.
    """
    return await _written(ctx, Action(schema, "update", target, where, ops, before=before))


async def delete(ctx: Context, schema: ClassSchema, where: Where, before: Object) -> Stored | None:
    """Delete the object, which was just read, if `where` still finds it."""
    return await _written(ctx, Action(schema, "delete", before["objectId"], where, before=before))


async def _written(ctx: Context, action: Action) -> Stored | None:
    if ctx.app.live is None:
        return await action.carry_out(ctx.storage, action.before)
    known = switches.of(ctx.app)
    if action.schema.name in await known.names(ctx.app, _reader(ctx)):
        return await _recorded(ctx, action)
    until = known.valid_until
    stored = await action.carry_out(ctx.storage, action.before)
    news = ctx.app.pubsub
    if isinstance(news, HeldNews):
        _part(ctx, news).unrecorded.add(action.schema.name)
    elif stored is not None and known.is_past(until):
        await _note_gaps(ctx.app, {action.schema.name})
    return stored


def _reader(ctx: Context) -> Storage:
    """Where the newest state can be read: what others commit is not seen in a transaction that does not take turns."""
    return ctx.storage if ctx.storage.takes_turns else ctx.app.storage


async def _recorded(ctx: Context, action: Action) -> Stored | None:
    news = ctx.app.pubsub
    if isinstance(news, HeldNews):
        return await _part(ctx, news).write(ctx.storage, action)
    if not ctx.storage.takes_turns:
        return await intents.of(ctx.app).write(ctx.app, action)
    if action.kind == "create":
        stored = await creations.of(ctx.app).add(ctx.app, action)
        _tidy(ctx.app, [stored.cursor])
        return stored
    return await _recorded_alone(ctx, action)


async def _recorded_alone(ctx: Context, action: Action) -> Stored | None:
    async with creations.of(ctx.app).turns, ctx.app.storage.transaction() as storage:
        stored = await action.carry_out_seen(storage)
        if stored is None:
            return None
        change = publishing.change_of(action.schema, stored)
        entered = await change_log.counted(storage, [change], ctx.app.now())
    _tidy(ctx.app, [entered[0].cursor])
    return replace(stored, cursor=entered[0].cursor)


def _tidy(app: App, cursors: list[str]) -> None:
    if change_log.is_tidying_due(cursors):
        app.background.start(change_log.tidy(app, switches.of(app).kept_for), "tidying the log of changes")


async def _note_gaps(app: App, class_names: set[str]) -> None:
    """Enter that changes are missing, for classes that were switched on while they were made."""
    late = class_names & await switches.of(app).names(app, app.storage)
    for name in late:
        gap = Change(name, None, None)
        if app.storage.takes_turns:
            async with app.storage.transaction() as storage:
                await change_log.counted(storage, [gap], app.now())
        else:
            await intents.of(app).enter_gap(app, gap)


def _part(ctx: Context, news: HeldNews) -> _Part:
    """What is recorded of the transaction that the call takes part in."""
    for part in news.parts:
        if isinstance(part, _Part):
            return part
    part = _Part(ctx, news)
    news.parts.append(part)
    return part


class _Part:
    """The changes of one transaction: entered at its end, all together, or noted in it and entered after its commit."""

    def __init__(self, ctx: Context, news: HeldNews) -> None:
        self.unrecorded: set[str] = set()
        self._ctx = ctx
        self._news = news
        self._changes: list[tuple[ClassSchema, Change]] = []
        self._intents: dict[str, ClassSchema] = {}
        self._valid_until = 0.0

    async def write(self, storage: Storage, action: Action) -> Stored | None:
        """Write and remember it. What is published comes with the cursors, at the end."""
        if not storage.takes_turns:
            await intents.of(self._ctx.app).wait_for(self._ctx.app, action.schema.name, action.target)
        stored = await action.carry_out_seen(storage)
        if stored is None:
            return None
        if storage.takes_turns:
            self._changes.append((action.schema, publishing.change_of(action.schema, stored)))
        else:
            noted = await intents.of(self._ctx.app).note(self._ctx.app, storage, action.schema, stored)
            self._intents[noted] = action.schema
        return replace(stored, is_told=True)

    async def before_commit(self, storage: Storage) -> None:
        """Number the changes as the last step: others wait for the number only while this transaction is committed."""
        app = self._ctx.app
        if not storage.takes_turns:
            return
        known = await switches.of(app).names(app, storage)
        self._valid_until = switches.of(app).valid_until
        gaps = [Change(name, None, None) for name in self.unrecorded & known]
        if not (self._changes or gaps):
            return
        changes = [*(change for _, change in self._changes), *gaps]
        entered = await change_log.counted(storage, changes, app.now())
        for (schema, _), change in zip(self._changes, entered, strict=False):
            self._tell(schema, change)
        _tidy(app, [change.cursor for change in entered])

    async def committed(self) -> None:
        """Enter what was noted. What cannot be entered now, another process enters later."""
        app = self._ctx.app
        try:
            for intent_id, schema in self._intents.items():
                change = await intents.of(app).finish(app, intent_id)
                if change is not None:
                    self._tell(schema, change)
            if self.unrecorded and switches.of(app).is_past(self._valid_until):
                await _note_gaps(app, self.unrecorded)
        except StorageError as exc:
            log.warning("changes of a transaction are entered later: %s", exc)

    def _tell(self, schema: ClassSchema, change: Change) -> None:
        if publishing.observes(self._ctx, schema.name):
            publishing.tell(self._ctx, schema, change)
