"""Deleting objects, and emptying classes."""

from __future__ import annotations

from parsepy.core import access, triggers
from parsepy.core import find as finding
from parsepy.core.context import Context
from parsepy.core.live import publishing, recording
from parsepy.model.find_params import FindParams
from parsepy.model.where import EVERYTHING, Where, both, by_id


async def delete(ctx: Context, class_name: str, object_id: str) -> None:
    """Delete one object. Raises ParseError 101 if it is not there or the caller may not write it, 119 by permissions."""
    access.admit_class(ctx, class_name, "delete")
    rules = ctx.app.rules_of(class_name)
    rules.admit_target(ctx, "delete", object_id)
    if rules.reads_deleted or triggers.observes_deletes(ctx, class_name):
        await _found(ctx, class_name, object_id)
    schema = await ctx.app.schemas.find(class_name)
    if schema is None:
        raise rules.unreachable(ctx)
    where = both(by_id(object_id), await access.may(ctx, schema, "delete"))
    where = access.restrict(ctx, await rules.scope(ctx, where), "write")
    before = await triggers.stored(ctx, schema, where)
    if before is None:
        raise rules.unreachable(ctx)
    await triggers.before_delete(ctx, schema, before)
    stored = await recording.delete(ctx, schema, where, before)
    if stored is None:
        raise rules.unreachable(ctx)
    await rules.deleted(ctx, before)
    await publishing.announce(ctx, schema, stored)
    await triggers.after_delete(ctx, schema, before)


async def _found(ctx: Context, class_name: str, object_id: str) -> None:
    """Find what is to be deleted, with the find triggers of the class. Raises as `delete`."""
    asked = FindParams(where={"objectId": object_id}, limit=1, is_get=True)
    found = await finding.find(ctx, class_name, asked, to_delete=True)
    if not found.results:
        raise ctx.app.rules_of(class_name).unreachable(ctx, "Object not found for delete.")


async def purge(ctx: Context, class_name: str, where: Where = EVERYTHING) -> int:
    """Delete every row of a class, without triggers; how many there were. For the server and the master key."""
    schema = await ctx.app.schemas.find(class_name)
    if schema is None:
        return 0
    count = await ctx.storage.delete(schema, where)
    await ctx.app.rules_of(class_name).emptied(ctx)
    return count
