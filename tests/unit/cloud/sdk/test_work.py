"""Functions and jobs that cloud code sets off."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parsepy import Cloud, FunctionRequest, JobRequest, SaveRequest, get_job_status, get_jobs_data, run, start_job
from tests.inprocess import Client, started


def works() -> Cloud:
    cloud = Cloud()
    seen: dict[str, Any] = {"ended": asyncio.Event()}

    @cloud.job("sum")
    async def add(request: JobRequest) -> str:
        seen["master"] = request.master
        seen["ended"].set()
        return str(sum(request.params["numbers"]))

    @cloud.define("begin")
    async def begin(request: FunctionRequest) -> Any:
        job_id = await start_job("sum", {"numbers": [1, 2]})
        await seen["ended"].wait()
        status = await get_job_status(job_id)
        while status["status"] == "running":
            await status.fetch(use_master_key=True)
        return [status["status"], status["message"], seen["master"], await get_jobs_data()]

    @cloud.define("tomorrow")
    async def tomorrow(request: FunctionRequest) -> Any:
        return [request.params["when"].day + 1, request.master]

    @cloud.define("ask")
    async def ask(request: FunctionRequest) -> Any:
        when = datetime(2026, 1, 1, tzinfo=UTC)
        return await run("tomorrow", {"when": when}) + await run("tomorrow", {"when": when}, use_master_key=True)

    @cloud.after_save("Thing")
    async def seen_after(request: SaveRequest) -> Any:
        return {"isNew": request.object.is_new, "existed": request.object.existed}

    return cloud


async def test_a_job_runs_with_the_rights_of_the_server_and_tells_how_it_ended(tmp_path: Path) -> None:
    async with started({}, works(), folder=tmp_path) as client:
        assert await client.run("begin") == ["succeeded", "3", True, {"in_use": [], "jobs": ["sum"]}]


async def test_a_function_calls_another_as_its_caller_or_with_the_master_key(tmp_path: Path) -> None:
    async with started({}, works(), folder=tmp_path) as client:
        assert await client.run("ask") == [2, False, 2, True]


async def test_after_a_save_an_object_tells_whether_it_was_there_before(tmp_path: Path) -> None:
    async with started({}, works(), folder=tmp_path) as client:
        made = await _answer(client, "POST", "/classes/Thing")
        path = (await client.get("/classes/Thing")).body["results"][0]["objectId"]
        changed = await _answer(client, "PUT", f"/classes/Thing/{path}")

    assert (made, changed) == ({"isNew": False, "existed": False}, {"isNew": False, "existed": True})


async def _answer(client: Client, method: str, path: str) -> Any:
    body = (await client.request(method, path, {"a": 1})).body
    return {name: body[name] for name in ("isNew", "existed")}
