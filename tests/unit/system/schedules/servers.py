"""Servers on one database, each with a clock of its own, whose schedulers look when a test tells them to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from parsepy import Cloud, JobRequest
from parsepy.core.context import App
from parsepy.system.schedules import claims
from parsepy.system.schedules.claims import State
from parsepy.system.schedules.news import scheduler_of
from parsepy.system.schedules.scheduler import LOST_AFTER, Scheduler
from parsepy.testing import FakeClock, TestServer
from parsepy.testing.client import Client

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ATTEMPTS, PAUSE = 5000, 0.01
Runs = list[datetime | None]


@dataclass(frozen=True)
class Site:
    """One of the servers."""

    app: App
    clock: FakeClock
    master: Client

    @property
    def scheduler(self) -> Scheduler:
        """What begins its jobs."""
        return scheduler_of(self.app)

    async def look(self) -> timedelta | None:
        """One turn of the scheduler, and all that it begins."""
        pause = await self.scheduler.turn()
        await self.settled()
        return pause

    async def settled(self) -> None:
        """Return when none of its jobs runs any more."""
        for _ in range(ATTEMPTS):
            running = [status for status in await self.statuses() if status["status"] == "running"]
            held = [claim for claim in (await claims.read(self.app)).values() if claim.owner == self.scheduler.owner]
            if not running and all(claim.state is State.IDLE for claim in held):
                return
            await asyncio.sleep(PAUSE)
        raise AssertionError("a job does not end")

    async def at(self, moment: datetime) -> None:
        """Look at a later time."""
        await self.clock.advance_to(moment)
        await self.look()

    async def until_lost(self) -> None:
        """Look until a process that gives no signs of life is taken for dead."""
        await self.look()
        await self.at(self.clock.now() + LOST_AFTER)
        await self.look()

    async def statuses(self) -> list[dict[str, Any]]:
        """All `_JobStatus` rows, oldest first."""
        found = await self.master.get("/classes/_JobStatus", order="createdAt")
        return list(found.body["results"])

    async def schedule(self, **fields: Any) -> str:
        """Make a schedule; its id."""
        made = await self.master.post("/cloud_code/jobs", {"job_schedule": {"jobName": "sweep", **fields}})
        assert made.status == 201, made
        return str(made.body["objectId"])


@asynccontextmanager
async def site(
    uri: str, cloud: Cloud, now: datetime = MIDNIGHT, options: Mapping[str, Any] | None = None
) -> AsyncIterator[Site]:
    """A server on a database, whose clock shows `now`. Its scheduler does nothing by itself unless the options say so."""
    clock = FakeClock(now)
    asked = {"databaseURI": uri, "scheduleJobs": False, **(options or {})}
    async with TestServer(cloud, options=asked, clock=clock) as server:
        yield Site(server.app, clock, server.client.as_master())


def noting(runs: Runs, **times: Any) -> Cloud:
    """Cloud code with a job `sweep` that notes when it was due."""
    cloud = Cloud()

    @cloud.job("sweep", **times)
    async def sweep(request: JobRequest) -> None:
        runs.append(request.due)

    return cloud
