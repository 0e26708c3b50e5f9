"""Jobs run by themselves on the server's clock: those of cloud code, and those of `_JobSchedule` rows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, JobRequest
from parsepy import app as assembly
from parsepy.testing import FakeClock, TestServer
from tests.unit.system.schedules.servers import MIDNIGHT, MINUTE, Runs, noting, site

NOON = MIDNIGHT + timedelta(hours=12)
BY_ITSELF = {"scheduleJobs": True}
MEMORY = "memory://"


async def test_a_job_of_cloud_code_runs_at_its_times() -> None:
    runs: Runs = []
    async with TestServer(noting(runs, every=timedelta(minutes=5)), clock=FakeClock(MIDNIGHT + MINUTE)) as server:
        await server.clock.advance(timedelta(minutes=11))
        statuses = await server.client.as_master().get("/classes/_JobStatus")

    assert runs == [MIDNIGHT + 5 * MINUTE, MIDNIGHT + 10 * MINUTE]
    assert [(s["jobName"], s["status"], s["source"]) for s in statuses.body["results"]] == [
        ("sweep", "succeeded", "schedule")
    ] * 2


async def test_a_cron_job_runs_on_the_clocks_of_its_zone() -> None:
    runs: Runs = []
    cloud = noting(runs, cron="30 2 * * *", time_zone="Europe/Berlin")
    async with TestServer(cloud, clock=FakeClock(datetime(2026, 3, 27, 12, tzinfo=UTC))) as server:
        await server.clock.advance(timedelta(days=3))

    assert [run and f"{run:%d %H:%M}" for run in runs] == ["28 01:30", "29 01:30", "30 00:30"]


async def test_nobody_wakes_up_before_something_is_due() -> None:
    async with TestServer(noting([]), clock=FakeClock(MIDNIGHT)) as quiet:
        await quiet.clock.advance(timedelta())
        assert quiet.clock.next_due is None
    async with TestServer(noting([], cron="@daily"), clock=FakeClock(NOON)) as server:
        await server.clock.advance(timedelta())
        assert server.clock.next_due == MIDNIGHT + timedelta(days=1)


async def test_a_schedule_without_a_time_runs_once_and_at_once() -> None:
    runs: Runs = []
    async with site(MEMORY, noting(runs), NOON, BY_ITSELF) as one:
        await one.schedule(startAfter="2026-11-20T11:59:00.000Z")
        await one.clock.advance(timedelta(days=40))
        rows = await one.master.get("/cloud_code/jobs")

    assert runs == [NOON - MINUTE]
    assert rows.body[0]["lastRun"] == NOON.timestamp() * 1000


async def test_a_schedule_of_the_dashboard_runs_on_its_hours() -> None:
    runs: Runs = []
    fields = {"params": "{}", "daysOfWeek": [1] * 7, "timeOfDay": "22:00:00.000Z", "repeatMinutes": 60}
    async with site(MEMORY, noting(runs), NOON, BY_ITSELF) as one:
        await one.schedule(startAfter="2026-11-21T00:00:00.000Z", **fields)
        await one.clock.advance_to(MIDNIGHT + timedelta(days=2))

    assert [run and f"{run:%d %H:%M}" for run in runs] == ["21 22:00", "21 23:00"]


async def test_a_schedule_over_rest_may_have_a_cron_expression() -> None:
    runs: Runs = []
    async with site(MEMORY, noting(runs), NOON, BY_ITSELF) as one:
        made = await one.schedule(cron="0 */6 * * *", timeZone="Asia/Tokyo")
        await one.clock.advance(timedelta(hours=7))
        row = (await one.master.get(f"/classes/_JobSchedule/{made}")).body

    assert runs == [NOON + timedelta(hours=3)]
    assert (row["cron"], row["timeZone"]) == ("0 */6 * * *", "Asia/Tokyo")


@pytest.mark.parametrize(
    "fields", [{"cron": "0 25 * * *"}, {"cron": "@daily", "timeZone": "Mars"}, {"timeZone": "Mars"}]
)
async def test_a_cron_expression_that_is_none_is_refused(fields: dict[str, str]) -> None:
    async with site(MEMORY, noting([])) as one:
        made = await one.schedule(cron="@daily")
        wrong = {"job_schedule": {"jobName": "sweep", **fields}}
        answers = [
            await one.master.post("/cloud_code/jobs", wrong),
            await one.master.put(f"/cloud_code/jobs/{made}", wrong),
            await one.master.put(f"/classes/_JobSchedule/{made}", fields),
        ]

    assert [answer.code for answer in answers] == [162, 162, 162]


async def test_a_changed_schedule_counts_from_its_change() -> None:
    runs: Runs = []
    async with site(MEMORY, noting(runs), NOON, BY_ITSELF) as one:
        made = await one.schedule(cron="0 18 * * *")
        await one.clock.advance(timedelta(hours=7))
        change = {"job_schedule": {"cron": "0 10 * * *", "startAfter": "2026-11-01T00:00:00.000Z"}}
        await one.master.put(f"/cloud_code/jobs/{made}", change)
        await one.clock.advance(timedelta(hours=24))

    assert [run and f"{run:%d %H:%M}" for run in runs] == ["20 18:00", "21 10:00"]


async def test_a_removed_schedule_does_not_run() -> None:
    runs: Runs = []
    async with site(MEMORY, noting(runs), NOON, BY_ITSELF) as one:
        made = await one.schedule(cron="0 * * * *")
        await one.clock.advance(timedelta(hours=1))
        await one.master.delete(f"/cloud_code/jobs/{made}")
        await one.clock.advance(timedelta(hours=5))

    assert runs == [NOON + timedelta(hours=1)]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ('{"day": {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"}}', {"day": datetime(2026, 1, 2, tzinfo=UTC)}),
        ("[1]", None),
        ('{"file": {"__type": "Pointer"}}', None),
    ],
)
async def test_a_job_gets_the_params_of_its_schedule_or_fails(params: str, expected: Any) -> None:
    cloud, got = Cloud(), []

    @cloud.job("sweep")
    async def sweep(request: JobRequest) -> None:
        got.append(request.params)

    async with site(MEMORY, cloud, NOON) as one:
        await one.schedule(params=params)
        await one.look()
        status = (await one.statuses())[0]

    assert got == ([] if expected is None else [expected])
    assert status["status"] == ("failed" if expected is None else "succeeded")
    assert ("params" in status.get("message", "")) == (expected is None)


async def test_runs_of_one_schedule_never_overlap() -> None:
    cloud, began, go_on = Cloud(), [], asyncio.Event()

    @cloud.job("long", every=timedelta(minutes=1))
    async def long(request: JobRequest) -> None:
        began.append(request.due)
        await go_on.wait()

    async with TestServer(cloud, clock=FakeClock(MIDNIGHT)) as server:
        await server.clock.advance(timedelta(minutes=5, seconds=30))
        meanwhile = list(began)
        go_on.set()
        await server.clock.advance(timedelta(minutes=1))

    assert meanwhile == [MIDNIGHT + MINUTE]
    assert began == [MIDNIGHT + MINUTE, MIDNIGHT + 2 * MINUTE, MIDNIGHT + 6 * MINUTE]


async def test_cloud_code_that_is_loaded_anew_brings_its_times() -> None:
    runs: Runs = []
    async with site(MEMORY, noting([], cron="@hourly"), NOON, BY_ITSELF) as one:
        await one.clock.advance(timedelta(minutes=30))
        assembly.with_cloud(one.app, noting(runs, cron="45 * * * *"))
        await one.clock.advance(timedelta(hours=1))

    assert runs == [NOON + timedelta(minutes=45)]


async def test_a_schedule_that_is_made_in_a_transaction_counts_with_its_commit(tmp_path: Path) -> None:
    runs: Runs = []
    async with site(f"sqlite:///{tmp_path}/data.db", noting(runs), NOON) as one:
        body = {"jobName": "sweep", "startAfter": "2026-11-20T11:00:00.000Z"}
        make = {"method": "POST", "path": "/parse/classes/_JobSchedule", "body": body}
        fail = {"method": "PUT", "path": "/parse/classes/Nothing/here", "body": {}}
        kept = await one.master.post("/batch", {"requests": [make], "transaction": True})
        lost = await one.master.post("/batch", {"requests": [make, fail], "transaction": True})
        await one.look()

    assert (kept.status, lost.status) == (200, 404)
    assert runs == [NOON - timedelta(hours=1)]
