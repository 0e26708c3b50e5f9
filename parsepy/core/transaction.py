"""Calls that take effect together: a context whose store and known classes are those of one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from parsepy.core.context import Context


@asynccontextmanager
async def transaction(ctx: Context) -> AsyncIterator[Context]:
    """The same call inside a transaction: all that is done with it is kept when the block ends, nothing if it raises.

    Classes and columns that are made inside become known to others with the commit.
    """
    async with ctx.app.storage.transaction() as storage:
        schemas = ctx.app.schemas.fork(storage)
        yield replace(ctx, storage=storage, app=replace(ctx.app, schemas=schemas))
    ctx.app.schemas.adopt(schemas)
