"""Processes that share a database and a schedule: each run is begun by one of them, and by one only."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from parsepy import Cloud, JobRequest
from parsepy.system.schedules import claims, plan
from parsepy.system.schedules.claims import State
from parsepy.system.schedules.scheduler import KEEP, USE
from tests.unit.system.schedules.servers import MIDNIGHT, MINUTE, Runs, Site, noting, site

HOUR = timedelta(hours=1)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A database for several servers."""
    return f"sqlite:///{tmp_path}/shared.db"


async def only_claim(site: Site) -> claims.Claim:
    """The row of the only schedule."""
    (found,) = (await claims.read(site.app)).values()
    return found


async def claimed_by_the_dead(site: Site, state: State) -> claims.Claim:
    """The run that is due now, taken on by a process that then died."""
    (schedule,) = plan.of_code(site.app.cloud)
    before = await only_claim(site)
    due = schedule.timing.after(before.due)
    assert due is not None
    wanted = claims.Claim(before.key, due, owner="dead", job_id="job-of-dead")
    taken = await claims.take(site.app, wanted, before)
    assert taken is not None
    if state is State.RUNNING:
        assert await claims.begin(site.app, taken)
    return taken


async def test_each_run_is_begun_by_one_of_them(uri: str) -> None:
    runs: Runs = []
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(site(uri, noting(runs, every=MINUTE))) for _ in range(4)]
        for minute in range(5):
            for one in sites:
                await one.clock.advance_to(MIDNIGHT + minute * MINUTE)
            await asyncio.gather(*(one.scheduler.turn() for one in sites))
            await asyncio.gather(*(one.settled() for one in sites))

    assert runs == [MIDNIGHT + minute * MINUTE for minute in range(1, 5)]


async def test_clocks_that_differ_neither_double_nor_lose_a_run(uri: str) -> None:
    runs: Runs = []
    cloud = noting(runs, every=MINUTE)
    async with site(uri, cloud) as slow, site(uri, cloud, MIDNIGHT + timedelta(seconds=40)) as fast:
        for _ in range(20):
            for one in (fast, slow):
                await one.at(one.clock.now() + timedelta(seconds=15))

    assert runs == [MIDNIGHT + minute * MINUTE for minute in range(1, 6)]


async def test_a_clock_that_was_wrong_doubles_nothing_when_it_is_set_right(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs, cron="@hourly")) as right:
        await right.look()
        async with site(uri, noting(runs, cron="@hourly"), MIDNIGHT + 3 * HOUR + MINUTE) as wrong:
            await wrong.look()
        for hour in range(1, 6):
            await right.at(MIDNIGHT + hour * HOUR)

    assert runs == [MIDNIGHT + HOUR, MIDNIGHT + 4 * HOUR, MIDNIGHT + 5 * HOUR]


async def test_what_was_missed_is_caught_up_once(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs, every=MINUTE)) as one:
        await one.look()
    async with site(uri, noting(runs, every=MINUTE), MIDNIGHT + HOUR) as later:
        await later.look()
        await later.look()
        await later.at(MIDNIGHT + HOUR + MINUTE)

    assert runs == [MIDNIGHT + MINUTE, MIDNIGHT + HOUR + MINUTE]


async def test_a_new_schedule_has_missed_nothing(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs, cron="0 1 * * *"), MIDNIGHT + 2 * HOUR) as one:
        await one.look()
        await one.schedule(cron="0 1 * * *", startAfter="2020-01-01T00:00:00.000Z")
        await one.schedule(repeatMinutes=60, startAfter="2020-01-01T00:00:00.000Z", timeOfDay="01:00:00.000Z")
        await one.look()

    assert runs == []


async def test_schedules_that_another_program_left_are_not_caught_up(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs)) as one:
        schema = await one.app.schemas.require(plan.SCHEDULE_CLASS)
        at = {"createdAt": "2020-01-01T00:00:00.000Z", "updatedAt": "2020-01-01T00:00:00.000Z"}
        rows = [
            {"objectId": "old", "jobName": "sweep", "startAfter": "2020-01-01T00:00:00.000Z", **at},
            {"objectId": "new", "jobName": "sweep", "startAfter": "2026-11-20T01:00:00.000Z", **at},
        ]
        await one.app.storage.insert(schema, rows)
        await one.look()
        await one.at(MIDNIGHT + HOUR)

    assert runs == [MIDNIGHT + HOUR]


async def test_a_run_of_a_job_that_nobody_knows_waits_for_one_who_does(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting([], cron="@yearly")) as one:
        await one.schedule(cron="@hourly")
    async with site(uri, Cloud(), MIDNIGHT + 5 * HOUR) as ignorant:
        await ignorant.look()
    async with site(uri, noting(runs), MIDNIGHT + 6 * HOUR) as knowing:
        await knowing.look()
        await knowing.look()

    assert runs == [MIDNIGHT + HOUR]


async def test_a_claim_whose_process_died_is_taken_over(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs, every=HOUR)) as one:
        await one.look()
        await one.clock.advance(HOUR)
        await claimed_by_the_dead(one, State.CLAIMED)
        await one.look()
        assert runs == []
        await one.until_lost()
        statuses = await one.statuses()

    assert runs == [MIDNIGHT + HOUR]
    assert [(status["objectId"], status["status"]) for status in statuses] == [("job-of-dead", "succeeded")]


async def test_a_run_whose_process_died_has_failed_and_is_not_begun_again(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs, every=HOUR)) as one:
        await one.look()
        await one.clock.advance(HOUR)
        dead = await claimed_by_the_dead(one, State.RUNNING)
        schema = await one.app.schemas.require("_JobStatus")
        await one.app.storage.insert(schema, [{"objectId": dead.job_id, "status": "running", "jobName": "sweep"}])
        await one.scheduler.turn()
        await one.clock.advance(timedelta(seconds=20))
        await one.look()
        await one.at(MIDNIGHT + 2 * HOUR)
        statuses = {status["objectId"]: status for status in await one.statuses()}

    assert runs == [MIDNIGHT + 2 * HOUR]
    assert (statuses[dead.job_id]["status"], statuses[dead.job_id]["message"]) == ("failed", "The server was stopped.")


async def test_a_process_that_gives_signs_of_life_keeps_its_run_however_long_it_takes(uri: str) -> None:
    cloud, began, go_on = Cloud(), [], asyncio.Event()

    @cloud.job("long", every=HOUR)
    async def long(request: JobRequest) -> None:
        began.append(request.due)
        await go_on.wait()

    async with site(uri, cloud) as one, site(uri, cloud) as other:
        await one.look()
        for minute in range(60, 125):
            for each in (one, other):
                await each.clock.advance_to(MIDNIGHT + minute * MINUTE)
                await each.scheduler.turn()
        go_on.set()
        await one.settled()

    assert began == [MIDNIGHT + HOUR]


async def test_a_row_that_another_server_removed_is_not_run(uri: str) -> None:
    runs: Runs = []
    async with site(uri, noting(runs)) as one, site(uri, noting(runs)) as other:
        made = await one.schedule(cron="* * * * *")
        await one.look()
        await other.master.delete(f"/cloud_code/jobs/{made}")
        await one.clock.advance(MINUTE / 2)
        one.scheduler.wake()
        await one.at(MIDNIGHT + MINUTE)

    assert runs == []


async def test_a_stopped_server_leaves_nothing_to_wait_for(uri: str) -> None:
    cloud, runs = Cloud(), []

    @cloud.job("sweep", every=HOUR)
    async def sweep(request: JobRequest) -> None:
        runs.append(request.due)
        await asyncio.Event().wait()

    async with site(uri, cloud) as one:
        await one.look()
        await one.clock.advance(HOUR)
        await one.scheduler.turn()
        await asyncio.sleep(0)
    async with site(uri, noting(runs, every=HOUR), MIDNIGHT + 2 * HOUR) as other:
        await other.look()
        statuses = await other.statuses()

    assert runs == [MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR]
    assert [status["status"] for status in statuses] == ["failed", "succeeded"]


async def test_a_process_that_is_replaced_ends_its_run_and_begins_no_other(uri: str) -> None:
    cloud, began, go_on = Cloud(), [], asyncio.Event()

    @cloud.job("sweep", every=HOUR)
    async def sweep(request: JobRequest) -> None:
        began.append(request.due)
        await go_on.wait()

    async with site(uri, cloud) as old, site(uri, noting(began, every=HOUR)) as new:
        await old.look()
        await old.clock.advance(HOUR)
        await old.scheduler.turn()
        retiring = asyncio.ensure_future(old.scheduler.retire())
        await asyncio.sleep(0)
        is_waiting = not retiring.done()
        go_on.set()
        await retiring
        for one in (old, new):
            await one.at(MIDNIGHT + 2 * HOUR)
        statuses = await new.statuses()

    assert is_waiting
    assert began == [MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR]
    assert [status["status"] for status in statuses] == ["succeeded"] * 2


async def test_what_nobody_has_known_for_a_month_is_forgotten(uri: str) -> None:
    async with site(uri, noting([], cron="@yearly")) as one:
        await one.schedule(cron="@daily")
        await one.look()
    async with site(uri, noting([], cron="@monthly"), MIDNIGHT + KEEP / 2) as two:
        await two.look()
        before = len(await claims.read(two.app))
        await two.at(MIDNIGHT + KEEP + USE)
        after = len(await claims.read(two.app))

    assert (before, after) == (3, 2)
