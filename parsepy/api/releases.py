"""Deploying cloud code over REST: upload, follow, bring back, and the log of this server."""

from __future__ import annotations

from parsepy.api.refusals import too_large
from parsepy.api.router import Content, Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.system.releases import deploying, log_tail

NOTE_HEADER = "X-Parsepy-Note"
LONGEST_WAIT = 10.0

routes = Routes()


@routes.post("/cloud_code/releases", Need.MASTER_WRITE)
async def upload(ctx: Context, request: Request) -> Response:
    """Keep the body as a new release: 201 `{"id", "state": "checking"}`. It goes live by itself if nothing is wrong with it."""
    deploying.check_allowed(ctx.app)
    limit = ctx.app.settings.max_upload_size
    if request.upload is None:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "The body must be a bundle, a .tar.gz; no envelope is taken.")
    note = request.query.get("note") or ctx.call.headers.get(NOTE_HEADER) or ""
    made = await deploying.upload(ctx, await request.upload.read(limit, too_large(limit)), str(note))
    return Response(made, 201, {"Location": f"{ctx.call.server_url}/cloud_code/releases/{made['id']}"})


# Whoever may only read the data may not read the code: `writes` refuses the read-only master key.
@routes.add("GET", "/cloud_code/releases", Need.MASTER_WRITE, writes=True)
async def releases(ctx: Context, request: Request) -> Response:
    """All releases, the newest first, and the id of the active one."""
    deploying.check_allowed(ctx.app)
    return Response(await deploying.listed(ctx.app))


@routes.add("GET", "/cloud_code/releases/:id", Need.MASTER_WRITE, writes=True)
async def release(ctx: Context, request: Request) -> Response:
    """One release: its state, what is wrong with it, and what each worker of each server runs."""
    deploying.check_allowed(ctx.app)
    return Response(await deploying.described(ctx.app, request.params["id"]))


@routes.add("GET", "/cloud_code/releases/:id/bundle", Need.MASTER_WRITE, writes=True)
async def bundle(ctx: Context, request: Request) -> Response:
    """The bundle as it was uploaded."""
    deploying.check_allowed(ctx.app)
    data = await deploying.bundle(ctx.app, request.params["id"])
    return Response(Content(data, "application/gzip", len(data)))


@routes.post("/cloud_code/releases/:id/activate", Need.MASTER_WRITE)
async def activate(ctx: Context, request: Request) -> Response:
    """Bring a release (back) to life: 200 `{"id", "state": "activating"}`."""
    deploying.check_allowed(ctx.app)
    return Response(await deploying.activate(ctx, request.params["id"]))


@routes.add("GET", "/cloud_code/logs", Need.MASTER_WRITE, writes=True)
async def logs(ctx: Context, request: Request) -> Response:
    """What this server logged after a cursor: `{"results", "next"}`; with `wait` (seconds) it is waited for."""
    deploying.check_allowed(ctx.app)
    after = request.query.get("after", "")
    return Response(await log_tail.lines(ctx.app, str(after), _seconds(request.query.get("wait", "0"))))


def _seconds(given: object) -> float:
    """Raises ParseError 142 for no number."""
    try:
        found = float(str(given))
    except ValueError as exc:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "wait must be a number of seconds.") from exc
    return min(max(found, 0.0), LONGEST_WAIT) if found == found else 0.0
