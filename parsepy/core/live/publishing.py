"""Publishing the changes of objects that somebody may follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context
from parsepy.core.file_urls import file_url
from parsepy.core.live.changes import Change, Stored
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import NEVER_TOLD_FIELDS


def observes(ctx: Context, class_name: str) -> bool:
    """Whether changes of the class are published, so that the object as it was is needed."""
    live = ctx.app.live
    return live is not None and live.wants(class_name)


def publish(ctx: Context, schema: ClassSchema, before: Object | None, after: Object | None) -> None:
    """Tell of a change that was stored; inside a transaction, when that is committed. Secrets never leave."""
    if observes(ctx, schema.name):
        tell(ctx, schema, change_of(schema, Stored(before, after)))


async def announce(ctx: Context, schema: ClassSchema, stored: Stored) -> None:
    """Tell of a write that `recording` has done; inside a transaction, when that is committed. Secrets never leave.

    Returns when the other workers are about to know: who goes on at another of them makes his next change after this one.
    """
    live = ctx.app.live
    if stored.is_told or live is None or not live.wants(schema.name):
        return
    tell(ctx, schema, change_of(schema, stored))
    if live.is_followed(schema.name):
        await ctx.app.pubsub.settled()


def tell(ctx: Context, schema: ClassSchema, change: Change) -> None:
    """Tell of a change, whoever hears it."""
    permissions = None if schema.permissions is None else schema.permissions.rules
    if ctx.app.live is not None and ctx.app.live.has_strangers:
        # A Parse Server 9.10 ends when it is told of a file without a URL.
        change = replace(change, before=_with_urls(ctx, change.before), after=_with_urls(ctx, change.after))
    ctx.app.pubsub.publish(f"{ctx.app.settings.app_id}{change.channel}", change.encoded(permissions))


def change_of(schema: ClassSchema, stored: Stored) -> Change:
    """The change as others may be told of it: without what nobody is ever shown."""
    hidden = NEVER_TOLD_FIELDS.get(schema.name, frozenset())
    return Change(schema.name, _public(stored.before, hidden), _public(stored.after, hidden), stored.cursor)


def _with_urls(ctx: Context, value: Any) -> Any:
    """The value with a URL in every file in it."""
    match value:
        case {"__type": "File", "name": str(name)}:
            return {**value, "url": value.get("url") or file_url(ctx, name)}
        case dict():
            return {name: _with_urls(ctx, inner) for name, inner in value.items()}
        case list():
            return [_with_urls(ctx, inner) for inner in value]
        case _:
            return value


def _public(row: Mapping[str, Any] | None, hidden: frozenset[str]) -> Object | None:
    if row is None:
        return None
    return {name: value for name, value in row.items() if name not in hidden and not name.startswith("_")}
