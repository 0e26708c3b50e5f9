"""Jobs: functions of cloud code that run beside the requests, and the `_JobStatus` row that tells how far one is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from parsepy.adapters.storage.base import DuplicateValueError, StorageError
from parsepy.cloud.hooks import Hook
from parsepy.cloud.requests import JobRequest
from parsepy.core import calling, functions
from parsepy.core.background import in_any_case
from parsepy.core.context import App, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.ops import Op, Set
from parsepy.model.where import Compare, both, by_id

STATUS_CLASS = "_JobStatus"
RUNNING, SUCCEEDED, FAILED = "running", "succeeded", "failed"
STOPPED = "The server was stopped."

log = logging.getLogger(__name__)


async def start(ctx: Context, name: Any, params: Mapping[str, Any]) -> str:
    """Begin a job; the id of its status. Raises ParseError 141 for an unknown one, 111 for broken parameters."""
    hook = ctx.app.cloud.job_named(name) if isinstance(name, str) else None
    if hook is None:
        detail = f"cloud code has: {', '.join(ctx.app.cloud.job_names) or 'no jobs'}"
        raise ParseError(ErrorCode.SCRIPT_FAILED, "Invalid job.", detail=detail)
    decoded = functions.decoded(ctx, params)
    job_id = ctx.app.new_id(ctx.app.settings.object_id_size)
    await note_begin(ctx.app, job_id, name, source="api")
    request = request_of(ctx, name, job_id, decoded)
    log.info("job %s begins, started by %s", name, ctx.principal.level)
    ctx.app.background.start(carry_out(ctx, hook, request), f"job {name}")
    return job_id


def request_of(
    ctx: Context, name: str, job_id: str, params: dict[str, Any], *, due: datetime | None = None
) -> JobRequest:
    """What the job is called with: it has the rights of the server."""
    return JobRequest(
        job_name=name,
        job_id=job_id,
        params=params,
        due=due,
        tell=_teller(ctx.app, job_id),
        **calling.caller(ctx.as_master()),
    )


async def note_begin(app: App, job_id: str, name: str, *, source: str) -> None:
    """Store the status of a job that is about to begin, unless it is there already. Raises StorageError."""
    schema = await app.schemas.ensure(await app.schemas.require(STATUS_CLASS))
    status = {"jobName": name, "status": RUNNING, "source": source, "ACL": {}}
    now = values.iso(app.now())
    try:
        await app.storage.insert(schema, [{"objectId": job_id, "createdAt": now, "updatedAt": now, **status}])
    except DuplicateValueError:
        log.info("the status of job %s is there already", job_id)


async def carry_out(ctx: Context, hook: Hook, request: JobRequest) -> None:
    """Run the job to its end and note how that was; also if the server stops meanwhile."""
    status, message = FAILED, STOPPED
    try:
        status, message = SUCCEEDED, await calling.run(ctx.as_master(), hook, request)
    except ParseError as exc:
        message = exc.message
    finally:
        await in_any_case(partial(note_end, ctx.app, request.job_id, status, message))


async def note_end(app: App, job_id: str, status: str, message: Any) -> None:
    """Store how a job ended; `message` is what it returned, or why it failed."""
    ops: dict[str, Op] = {"status": Set(status), "finishedAt": Set(values.date_json(app.now()))}
    if isinstance(message, str) and message:
        ops["message"] = Set(message)
    await _note(app, job_id, ops)


async def note_loss(app: App, job_id: str) -> None:
    """Store that a job's process is gone, unless it told its end before. Raises StorageError."""
    schema = await app.schemas.require(STATUS_CLASS)
    now = app.now()
    ops: dict[str, Op] = {
        "status": Set(FAILED),
        "message": Set(STOPPED),
        "finishedAt": Set(values.date_json(now)),
        "updatedAt": Set(values.iso(now)),
    }
    await app.storage.update(schema, both(by_id(job_id), Compare("status", "$eq", RUNNING)), ops)


def _teller(app: App, job_id: str) -> Callable[[str], Awaitable[None]]:
    async def tell(message: str) -> None:
        if message:
            await _note(app, job_id, {"message": Set(message)})

    return tell


async def _note(app: App, job_id: str, ops: Mapping[str, Op]) -> None:
    schema = await app.schemas.require(STATUS_CLASS)
    try:
        await app.storage.update(schema, by_id(job_id), {**ops, "updatedAt": Set(values.iso(app.now()))})
    except StorageError as exc:
        log.error("the status of job %s could not be stored: %s", job_id, exc)
