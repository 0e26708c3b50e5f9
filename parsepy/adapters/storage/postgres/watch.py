"""Notices of other servers that classes have changed: PostgreSQL passes them on, on the channel Parse Server uses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.postgres.errors import DRIVER, LOST
from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres_tables.changes import CHANNEL

SECONDS_BETWEEN_LOOKS = 30.0
"""How often a silent connection is asked whether it still is one."""


async def watch(connection: Connection, sender: str, changed: Callable[[], None]) -> None:
    """Call back for every notice that is not from `sender`; runs until it is cancelled or the connection is lost."""
    lost = asyncio.Event()

    def hear(*notice: Any) -> None:
        if _sender(notice[-1]) != sender:
            changed()

    connection.add_termination_listener(lambda *_: lost.set())
    try:
        await connection.add_listener(CHANNEL, hear)
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), SECONDS_BETWEEN_LOOKS)
                break
            await connection.execute("SELECT 1", timeout=SECONDS_BETWEEN_LOOKS)
    except (*LOST, *DRIVER) as exc:
        raise StorageUnavailableError("the watch of classes is lost") from exc
    finally:
        connection.terminate()
    raise StorageUnavailableError("the watch of classes is lost")


def _sender(payload: Any) -> str | None:
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    found = told.get("senderId") if isinstance(told, dict) else None
    return found if isinstance(found, str) else None
