"""The results of a query exactly as of one place in the log of changes.

A find shows some state between two places in the log. The entries between them tell which objects changed meanwhile and what
became of them; with that the results are those of the later place, and every change behind it comes as an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context
from parsepy.core.find import find
from parsepy.core.live import change_log, intents
from parsepy.core.live.change_log import PAGE, Position
from parsepy.errors import ErrorCode, ParseError
from parsepy.livequery import notices
from parsepy.livequery.following import Follower
from parsepy.livequery.messages import Subscribe
from parsepy.livequery.rights import rights_of, shown
from parsepy.model import acl, match
from parsepy.model.find_params import FindParams
from parsepy.model.system_classes import NEVER_TOLD_FIELDS

MOST_OBJECTS = 10_000
"""Of one snapshot, unless `maxLimit` allows fewer."""

PIECE = 100
"""Objects of one message."""

MOST_TRIES = 3
"""How often the results are found anew because it is not known what happened meanwhile."""

Seen = Callable[[Object], Object | None]


async def send(ctx: Context, follower: Follower, message: Subscribe, start: Position) -> Position:
    """Send the follower his results, in pieces as fast as he takes them; the place as of which they are.

    `start` is a place that was passed before. Raises ParseError, StorageError.
    """
    objects, at = await _results(ctx, follower, message, start)
    for first in range(0, max(len(objects), 1), PIECE):
        piece = objects[first : first + PIECE]
        is_last = first + PIECE >= len(objects)
        follower.outlet.send(notices.snapshot(follower, piece, at if is_last else None))
        await follower.outlet.drained()
    return at


async def _results(
    ctx: Context, follower: Follower, message: Subscribe, start: Position
) -> tuple[list[Object], Position]:
    for _ in range(MOST_TRIES):
        found = await _found(ctx, message)
        if not ctx.storage.takes_turns:
            await intents.of(ctx.app).quiet(ctx.app, message.class_name)
        at = replace(start, number=await change_log.head(ctx.storage))
        if await _rolled_forward(ctx, follower, found, (start, at)):
            return list(found.values()), at
        start = at
    raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, "The objects change too fast for a snapshot.")


async def _found(ctx: Context, message: Subscribe) -> dict[str, Object]:
    """What the client finds, by id, in the form in which events show objects."""
    most = min(MOST_OBJECTS, ctx.app.settings.max_limit or MOST_OBJECTS)
    asked = FindParams(where=message.where, keys=message.keys, limit=most + 1)
    rows = (await find(ctx, message.class_name, asked)).results
    if len(rows) > most:
        text = f"A snapshot may have at most {most} objects: ask for fewer."
        raise ParseError(ErrorCode.INVALID_QUERY, text)
    never = NEVER_TOLD_FIELDS.get(message.class_name, frozenset())
    told = ({name: value for name, value in row.items() if name not in never} for row in rows)
    return {
        row.get("objectId", f"#{number}"): {"className": message.class_name, **row} for number, row in enumerate(told)
    }


async def _rolled_forward(
    ctx: Context, follower: Follower, found: dict[str, Object], between: tuple[Position, Position]
) -> bool:
    """Put in what became of the objects between two places; False if the log does not tell."""
    start, end = between
    seen = await _sight(ctx, follower)
    while start.number < end.number:
        entries = await change_log.page(ctx.storage, start, until=end.number, class_name=follower.class_name)
        for entry in entries:
            if entry.change is None:
                return False
            state = None if entry.change.after is None else seen(entry.change.after)
            if state is None:
                found.pop(entry.change.target, None)
            else:
                found[entry.change.target] = state
        start = replace(start, number=entries[-1].number) if len(entries) == PAGE else end
    return True


async def _sight(ctx: Context, follower: Follower) -> Seen:
    """A function from an object's state to what the follower sees of it, None if it is not among his results."""
    schema = await ctx.app.schemas.find(follower.class_name)
    if schema is None:
        return lambda row: None
    rights = rights_of(ctx, schema, follower.where)
    holds = match.compile_where(follower.where)
    principal = ctx.principal

    def seen(row: Object) -> Object | None:
        is_readable = principal.bypasses_permissions or acl.permits(row, "read", principal.keys)
        return shown(ctx, rights, row, follower.keys) if is_readable and rights.sees(row) and holds(row) else None

    return seen
