"""What the page on jobs says of its own examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from parsepy.testing import FakeClock, TestServer
from tests.unit.cloud.test_guide import GUIDE, loaded

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


async def test_the_jobs_of_the_page_run_when_it_says(tmp_path: Path) -> None:
    cloud = loaded(GUIDE / "jobs.md", tmp_path)
    async with TestServer(cloud, clock=FakeClock(MONDAY)) as server:
        await server.clock.advance(timedelta(days=7))
        reports = await server.client.as_master().find("_JobStatus", jobName="report")
        expired = await server.client.as_master().get(
            "/classes/_JobStatus", where={"jobName": "expire"}, count=1, limit=0
        )

    assert [(row["status"], row["message"]) for row in reports] == [
        ("succeeded", f"the report of {day} November") for day in range(23, 28)
    ]
    assert expired.body["count"] == 7 * 24 * 6


async def test_the_job_that_is_started_says_what_it_removed(tmp_path: Path) -> None:
    cloud = loaded(GUIDE / "jobs.md", tmp_path)
    async with TestServer(cloud) as server:
        for points in (5, 15, 7):
            await server.client.create("GameScore", points=points)
        status = await server.client.as_master().run_job("sweep", below=10)

    assert (status["status"], status["message"], status["source"]) == ("succeeded", "2 removed", "api")
