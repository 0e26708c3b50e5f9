"""parsepy's side of jobs.js: keep the two alike."""

from __future__ import annotations

from datetime import datetime

from parsepy import Cloud, JobRequest, ParseError, ParseObject

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
