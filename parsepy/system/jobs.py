"""Jobs: functions of cloud code that run beside the requests, and the `_JobStatus` row that tells how far one is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from parsepy.adapters.storage.base import StorageError
from parsepy.cloud.hooks import Hook
from parsepy.cloud.requests import JobRequest
from parsepy.core import calling, functions
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.where import by_id

STATUS_CLASS = "_JobStatus"
RUNNING, SUCCEEDED, FAILED = "running", "succeeded", "failed"
STOPPED = "The server was stopped."

log = logging.getLogger(__name__)


async def start(ctx: Context, name: Any, params: Mapping[str, Any], *, source: str = "api") -> str:
    """Begin a job; the id of its status. Raises ParseError 141 for an unknown one, 111 for broken parameters."""
    hook = ctx.app.cloud.job_named(name) if isinstance(name, str) else None
    if hook is None:
        detail = f"cloud code has: {', '.join(ctx.app.cloud.job_names) or 'no jobs'}"
        raise ParseError(ErrorCode.SCRIPT_FAILED, "Invalid job.", detail=detail)
    decoded = functions.decoded(ctx, params)
    job_id = await _begun(ctx, name, source)
    request = JobRequest(
        job_name=name, job_id=job_id, params=decoded, tell=_teller(ctx, job_id), **calling.caller(ctx.as_master())
    )
    ctx.app.background.start(_run(ctx.as_master(), hook, request), f"job {name}")
    return job_id


async def _begun(ctx: Context, name: str, source: str) -> str:
    app = ctx.app
    schema = await app.schemas.ensure(await app.schemas.require(STATUS_CLASS))
    job_id = app.new_id(app.settings.object_id_size)
    status = {"jobName": name, "status": RUNNING, "source": source, "ACL": {}}
    now = values.iso(app.now())
    await app.storage.insert(schema, [{"objectId": job_id, "createdAt": now, "updatedAt": now, **status}])
    return job_id


async def _run(ctx: Context, hook: Hook, request: JobRequest) -> None:
    """Run the job to its end and note how that was; also if the server stops meanwhile."""
    try:
        result = await calling.run(ctx, hook, request)
    except ParseError as exc:
        await _end(ctx, request.job_id, FAILED, exc.message)
    except asyncio.CancelledError:
        await _end(ctx, request.job_id, FAILED, STOPPED)
        raise
    else:
        await _end(ctx, request.job_id, SUCCEEDED, result)


async def _end(ctx: Context, job_id: str, status: str, message: Any) -> None:
    ops: dict[str, Op] = {"status": Set(status), "finishedAt": Set(values.date_json(ctx.app.now()))}
    if isinstance(message, str) and message:
        ops["message"] = Set(message)
    await _note(ctx, job_id, ops)


def _teller(ctx: Context, job_id: str) -> Any:
    async def tell(message: str) -> None:
        if message:
            await _note(ctx, job_id, {"message": Set(message)})

    return tell


async def _note(ctx: Context, job_id: str, ops: Mapping[str, Op]) -> None:
    schema = await ctx.app.schemas.require(STATUS_CLASS)
    try:
        await ctx.app.storage.update(schema, by_id(job_id), {**ops, "updatedAt": Set(values.iso(ctx.app.now()))})
    except StorageError as exc:
        log.error("the status of job %s could not be stored: %s", job_id, exc)
