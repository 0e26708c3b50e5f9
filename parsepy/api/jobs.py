"""Starting jobs, and the schedules that start them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core import delete as deleting
from parsepy.core import find as finding
from parsepy.core import save as saving
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.find_params import FindParams
from parsepy.system import jobs
from parsepy.system.schedules.plan import SCHEDULE_CLASS

STATUS_HEADER = "X-Parse-Job-Status-Id"

routes = Routes()


@routes.post("/jobs", Need.MASTER_WRITE)
@routes.post("/jobs/:jobName", Need.MASTER_WRITE)
async def start(ctx: Context, request: Request) -> Response:
    """Start a job and answer at once; the header names its status."""
    name = request.params.get("jobName") or request.fields.get("jobName")
    job_id = await jobs.start(ctx, name, {**request.fields, **request.query})
    return Response({}, headers={STATUS_HEADER: job_id})


@routes.get("/cloud_code/jobs", Need.MASTER)
async def schedules(ctx: Context, request: Request) -> Response:
    """All schedules, as a bare list."""
    return Response(await _schedules(ctx))


@routes.get("/cloud_code/jobs/data", Need.MASTER)
async def names(ctx: Context, request: Request) -> Response:
    """The names of all jobs, and of those that are scheduled."""
    in_use = [row.get("jobName") for row in await _schedules(ctx)]
    return Response({"in_use": in_use, "jobs": list(ctx.app.cloud.job_names)})


@routes.post("/cloud_code/jobs", Need.MASTER_WRITE)
async def schedule(ctx: Context, request: Request) -> Response:
    """Make a schedule."""
    saved = await saving.create(ctx, SCHEDULE_CLASS, _given(ctx, request))
    location = f"{ctx.call.server_url}/classes/{SCHEDULE_CLASS}/{saved.object_id}"
    return Response(saved.answer, 201, {"Location": location})


@routes.put("/cloud_code/jobs/:objectId", Need.MASTER_WRITE)
async def reschedule(ctx: Context, request: Request) -> Response:
    """Change a schedule."""
    saved = await saving.update(ctx, SCHEDULE_CLASS, request.params["objectId"], _given(ctx, request))
    return Response({"response": saved.answer})


@routes.delete("/cloud_code/jobs/:objectId", Need.MASTER_WRITE)
async def unschedule(ctx: Context, request: Request) -> Response:
    """Remove a schedule."""
    await deleting.delete(ctx, SCHEDULE_CLASS, request.params["objectId"])
    return Response({})


async def _schedules(ctx: Context) -> list[dict[str, Any]]:
    return (await finding.find(ctx, SCHEDULE_CLASS, FindParams())).results


def _given(ctx: Context, request: Request) -> dict[str, Any]:
    """The schedule of a request; it starts now unless it says when. Raises ParseError 107, and 1 for an unknown job."""
    given = request.fields.get("job_schedule")
    if not isinstance(given, Mapping):
        raise ParseError(ErrorCode.INVALID_JSON, "job_schedule must be a JSON object.")
    name = given.get("jobName")
    if name and (not isinstance(name, str) or ctx.app.cloud.job_named(name) is None):
        raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, "Cannot Schedule a job that is not deployed")
    return {"startAfter": values.iso(ctx.app.now()), **given}
