"""The scheduler among real processes on the real clock: each run is begun exactly once, also when a process is killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy.system.schedules import claims
from parsepy.system.schedules.claims import State
from tests.compat.servers import Server, fresh_database, parsepy
from tests.unit.system.schedules.servers import MIDNIGHT, MINUTE, Runs, noting, site

pytestmark = pytest.mark.slow
INTERVAL = timedelta(seconds=2)
RUNS_BEFORE, RUNS_AFTER = 3, 4
ATTEMPTS, PAUSE = 1000, 0.2
MASTER = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
CODE = """\
import os
from datetime import UTC, datetime, timedelta
from parsepy import Cloud, ParseObject

cloud = Cloud()


@cloud.job("count", every=timedelta(seconds=2))
async def count(request):
    now = datetime.now(UTC)
    await ParseObject("Run", due=request.due, at=now, pid=os.getpid(), job=request.job_id).save(use_master_key=True)
"""


@pytest.fixture(params=["sqlite", "postgres", "mongo"])
def address(request: pytest.FixtureRequest) -> str:
    """A database server of each kind; SQLite needs none."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue(f"{request.param}_server"))


@pytest.fixture
async def uri(address: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database on it."""
    if not address:
        yield f"sqlite:///{tmp_path}/shared.db"
        return
    async with fresh_database("mongo" if address.startswith("mongodb") else "postgres", address) as made:
        yield made


async def rows(server: Server, class_name: str, order: str) -> list[dict[str, Any]]:
    """All objects of a class, in order."""
    query = {"order": order, "limit": "1000"}
    async with (
        aiohttp.ClientSession(headers=MASTER) as session,
        session.get(f"{server.url}/classes/{class_name}", params=query) as answer,
    ):
        found: list[dict[str, Any]] = (await answer.json())["results"]
        return found


async def until_runs(server: Server, count: int) -> list[dict[str, Any]]:
    """The runs, as soon as there are so many."""
    for _ in range(ATTEMPTS):
        found = await rows(server, "Run", "due")
        if len(found) >= count:
            return found
        await asyncio.sleep(PAUSE)
    raise AssertionError(f"only {len(found)} runs")


def moment(value: Mapping[str, str]) -> datetime:
    """The time that a Date tells."""
    return datetime.fromisoformat(value["iso"])


def lost_times(runs: list[dict[str, Any]], statuses: Mapping[str, str]) -> list[str]:
    """Due times that were passed over without a reason: the run before was still to begin, or its process was lost."""
    found = []
    for run, following in pairwise(runs):
        last_missed = moment(following["due"]) - INTERVAL
        if last_missed > moment(run["at"]) and statuses[run["job"]] == "succeeded":
            found.append(f"before {following['due']['iso']}")
    return found


async def test_a_killed_process_neither_doubles_nor_loses_a_run(uri: str, tmp_path: Path) -> None:
    code = tmp_path / "main.py"
    code.write_text(CODE)
    options = {"databaseURI": uri, "verifyServerUrl": False}
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(parsepy(options, cloud=code)) for _ in range(2)]
        first = await until_runs(one, RUNS_BEFORE)
        os.kill(first[-1]["pid"], signal.SIGKILL)
        server = one if one.child.alive() else other
        runs = await until_runs(server, RUNS_BEFORE + RUNS_AFTER)
        statuses = {row["objectId"]: row["status"] for row in await rows(server, "_JobStatus", "createdAt")}

    dues = [run["due"]["iso"] for run in runs]
    assert len(set(dues)) == len(dues)
    assert {moment(run["due"]).timestamp() % INTERVAL.total_seconds() for run in runs} == {0}
    assert {run["job"] for run in runs} <= statuses.keys()
    assert len({run["job"] for run in runs}) == len(runs)
    assert lost_times(runs, statuses) == []


async def test_of_many_who_claim_a_run_at_once_one_gets_it(uri: str) -> None:
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(site(uri, noting([], every=MINUTE))) for _ in range(6)]
        await sites[0].look()
        for number in range(10):
            (seen,) = (await claims.read(sites[0].app)).values()
            wanted = [
                claims.Claim(seen.key, seen.due + MINUTE, owner=f"{at}", job_id=f"{number}-{at}") for at in range(6)
            ]
            taken = await asyncio.gather(
                *(claims.take(one.app, wish, seen) for one, wish in zip(sites, wanted, strict=True))
            )
            (winner,) = [claim for claim in taken if claim is not None]
            assert winner.state is State.CLAIMED
            await claims.end(sites[0].app, winner)


async def test_a_cron_schedule_over_rest_runs_on_every_database(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs)) as one, site(uri, noting(runs)) as other:
        made = await one.schedule(cron="*/5 * * * *", timeZone="Europe/Berlin", description="often")
        for minute in range(12):
            await one.at(MIDNIGHT + minute * MINUTE)
            await other.at(MIDNIGHT + minute * MINUTE)
        row = (await other.master.get(f"/classes/_JobSchedule/{made}")).body

    assert runs == [MIDNIGHT + 5 * MINUTE, MIDNIGHT + 10 * MINUTE]
    assert (row["cron"], row["lastRun"]) == ("*/5 * * * *", (MIDNIGHT + 10 * MINUTE).timestamp() * 1000)
