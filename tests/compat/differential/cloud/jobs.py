"""parsepy's side of jobs.js: keep the two alike."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from parsepy import (
    Cloud,
    FunctionRequest,
    JobRequest,
    ParseError,
    ParseObject,
    get_job_status,
    get_jobs_data,
    start_job,
)

cloud = Cloud()


@cloud.job("quick")
async def quick(request: JobRequest) -> str:
    return "all done"


@cloud.job("silent")
async def silent(request: JobRequest) -> None:
    return None


@cloud.job("counted")
def counted(request: JobRequest) -> int:
    return 42


@cloud.job("talks")
async def talks(request: JobRequest) -> None:
    await request.message("half way")


@cloud.job("fails")
def fails(request: JobRequest) -> None:
    raise RuntimeError("it broke")


@cloud.job("refuses")
async def refuses(request: JobRequest) -> None:
    raise ParseError(1234, "not today")


@cloud.job("tells")
async def tells(request: JobRequest) -> str:
    params = request.params
    seen = ParseObject(
        "Seen",
        what=params["what"],
        jobName=request.job_name,
        hasId=bool(request.job_id),
        number=params["number"],
        isDate=isinstance(params.get("day"), datetime),
        source=str(params.get("source")),
    )
    await seen.save(use_master_key=True)
    return "told"


@cloud.job("never started")
async def never_started(request: JobRequest) -> str:
    return "no"


@cloud.define("starting")
async def starting(request: FunctionRequest) -> dict[str, Any]:
    job_id = await start_job(request.params["job"], request.params)
    status = await get_job_status(job_id)
    while status["status"] == "running":
        await asyncio.sleep(0.02)
        status = await get_job_status(job_id)
    return {"isText": isinstance(job_id, str), "status": status["status"], "message": status["message"]}


@cloud.define("named")
async def named(request: FunctionRequest) -> list[str]:
    return (await get_jobs_data())["jobs"]
