"""Work of cloud code that is done as a whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parsepy.cloud import actions


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All that is saved and deleted in the block, by triggers too, is kept when it ends, and nothing if it raises.

    A block inside another belongs to it: if the inner one raises, the whole is undone, even if the error is caught.
    Raises ParseError: 102 if the database has no transactions, 142 at the end of a whole in which a part has failed.
    """
    async with actions.current().transaction() as inside:
        with actions.through(inside):
            yield
