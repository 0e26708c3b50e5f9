"""Jobs: what their status tells when they end in unusual ways."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, JobRequest, ParseObject
from parsepy.cloud.registry import CloudError
from tests.inprocess import Client, started


async def status_of(client: Client, name: str) -> dict[str, Any]:
    """The last status of a job, once it does not run any more."""
    while True:
        found = await client.as_("master").get("/classes/_JobStatus", where={"jobName": name}, order="-createdAt")
        if found.body["results"] and found.body["results"][0]["status"] != "running":
            return dict(found.body["results"][0])
        await asyncio.sleep(0.01)


async def test_a_job_acts_with_the_rights_of_the_server(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.job("write")
    async def write(request: JobRequest) -> None:
        await ParseObject("Locked", acl_free=True).save(use_master_key=True)
        await request.message("half")
        await request.message("")

    async with started({}, cloud, folder=tmp_path) as client:
        started_job = await client.as_("master").post("/jobs/write")
        status = await status_of(client, "write")

    assert started_job.headers["X-Parse-Job-Status-Id"] == status["objectId"]
    assert (status["status"], status["message"], status["finishedAt"]["__type"]) == ("succeeded", "half", "Date")


async def test_a_job_under_way_when_the_server_stops_has_failed(tmp_path: Path) -> None:
    cloud, begun = Cloud(), asyncio.Event()

    @cloud.job("endless")
    async def endless(request: JobRequest) -> None:
        begun.set()
        await asyncio.Event().wait()

    options = {"databaseURI": f"sqlite:///{tmp_path}/data.db"}
    async with started(options, cloud, folder=tmp_path) as client:
        await client.as_("master").post("/jobs/endless")
        await begun.wait()
    async with started(options, cloud, folder=tmp_path) as client:
        status = await status_of(client, "endless")

    assert (status["status"], status["message"]) == ("failed", "The server was stopped.")


def test_a_job_is_registered_once() -> None:
    cloud = Cloud()

    @cloud.job("sweep")
    def sweep(request: JobRequest) -> None:
        """Nothing to sweep."""

    with pytest.raises(CloudError, match="job sweep is registered twice"):
        cloud.job("sweep")(sweep)
    with pytest.raises(CloudError, match="quotes and backticks"):
        cloud.job("it's")
    assert cloud.job_names == ("sweep",)


async def test_a_job_that_has_just_ended_when_the_server_stops_has_not_failed(tmp_path: Path) -> None:
    cloud, ended = Cloud(), asyncio.Event()

    @cloud.job("quick")
    async def quick(request: JobRequest) -> str:
        ended.set()
        return "done"

    options = {"databaseURI": f"sqlite:///{tmp_path}/data.db"}
    async with started(options, cloud, folder=tmp_path) as client:
        await client.as_("master").post("/jobs/quick")
        await ended.wait()
    async with started(options, cloud, folder=tmp_path) as client:
        status = await status_of(client, "quick")

    assert (status["status"], status["message"]) == ("succeeded", "done")
