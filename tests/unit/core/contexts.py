"""Contexts for tests of the engine: an app on the in-memory store, and callers of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parsepy.adapters.clock import SystemClock
from parsepy.adapters.files.disk import DiskFiles
from parsepy.adapters.limits.memory import MemoryLimits
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.webhooks.http import HttpWebhooks
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App, Context
from parsepy.core.rules import ClassRules
from parsepy.core.schemas import SchemaRegistry
from parsepy.model.principal import ANYBODY, Level, Principal
from parsepy.settings import Settings

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
MASTER = Principal(Level.MASTER)
READ_ONLY = Principal(Level.READ_ONLY_MASTER)
MAINTENANCE = Principal(Level.MAINTENANCE)


def user(name: str, *roles: str) -> Principal:
    """Somebody who is signed in, with his roles."""
    return Principal(user={"objectId": name}, roles=frozenset(f"role:{role}" for role in roles))


class StoppedClock(SystemClock):
    """It is always the same time."""

    def now(self) -> datetime:
        return NOW


class OwnRow(ClassRules):
    """An object whose id is the caller's is his own."""

    def owns(self, ctx: Context, row: Object) -> bool:
        return row.get("objectId") == ctx.principal.user_id


async def context(principal: Principal = ANYBODY, **settings: Any) -> Context:
    """A call by the principal to a fresh app with these settings and the built-in classes."""
    storage = MemoryStorage()
    schemas = SchemaRegistry(storage)
    await schemas.load()
    app = App(
        settings=Settings(app_id="test", master_key="master", **settings),
        storage=storage,
        files=DiskFiles(Path("unused")),
        pubsub=MemoryPubSub(),
        webhooks=HttpWebhooks(),
        limits=MemoryLimits(StoppedClock().now),
        cloud=Cloud(),
        schemas=schemas,
        rules={"_User": OwnRow()},
        clock=StoppedClock(),
        new_id="a".__mul__,
    )
    return Context(app, principal, storage)


def by(ctx: Context, principal: Principal) -> Context:
    """The same call by somebody else."""
    return replace(ctx, principal=principal)
