"""The scheduler among the parts of an app: who tells it of changes, and for how long it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parsepy.core.context import App
from parsepy.system.schedules.scheduler import Scheduler

CACHE = "scheduler"


@asynccontextmanager
async def scheduling(app: App) -> AsyncIterator[None]:
    """Let the app's jobs run by themselves in the block, if the settings want that; those under way are left to run."""
    if not app.settings.schedule_jobs:
        yield
        return
    running = app.background.start(scheduler_of(app).run(), "the scheduler")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


def use(app: App) -> None:
    """Let the app's own scheduler begin its jobs: for a new app, and for one whose cloud code was loaded anew."""
    scheduler_of(app).use(app)


async def retire(app: App) -> None:
    """Leave further runs to other processes; returns when those under way have ended, or after a while."""
    await scheduler_of(app).retire()


def listen(app: App) -> None:
    """Hear when this or another worker changes a schedule."""
    app.pubsub.subscribe(_channel(app), lambda _: scheduler_of(app).hear())


async def tell(app: App) -> None:
    """Tell this and the other workers that a schedule changed."""
    app.pubsub.publish(_channel(app), b"")
    await app.pubsub.settled()


def scheduler_of(app: App) -> Scheduler:
    """The one that belongs to the app."""
    found: Scheduler = app.caches[CACHE]
    return found


def _channel(app: App) -> str:
    return f"{app.settings.app_id}/schedules"
