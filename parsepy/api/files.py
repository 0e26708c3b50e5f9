"""Uploading, downloading and deleting files."""

from __future__ import annotations

from parsepy.adapters.files.base import FilesError
from parsepy.api.refusals import RefusalError, too_large
from parsepy.api.router import Content, Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.system import files

TEXTS = frozenset({"application/json", "application/javascript"})

routes = Routes()


@routes.post("/files")
async def without_name(ctx: Context, request: Request) -> Response:
    """A file needs a name."""
    raise ParseError(ErrorCode.INVALID_FILE_NAME, "Filename not provided.")


@routes.post("/files/:name")
async def upload(ctx: Context, request: Request) -> Response:
    """Store the body as a file: 201 `{"name", "url"}`."""
    if request.upload is None:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.")
    limit = ctx.app.settings.max_upload_size
    incoming = files.Incoming(
        request.params["name"],
        request.upload.content_type,
        request.upload.limited(limit, too_large(limit)),
        request.upload.details,
    )
    stored = await files.store(ctx, incoming)
    return Response(stored, 201, {"Location": stored["url"]})


@routes.get("/files/:appId/metadata/*name", Need.PUBLIC)
async def metadata(ctx: Context, request: Request) -> Response:
    """The disk keeps no metadata."""
    return Response({})


@routes.get("/files/:appId/*name", Need.PUBLIC)
async def download(ctx: Context, request: Request) -> Response:
    """The bytes of a file."""
    if request.params["appId"] != ctx.app.settings.app_id:
        raise RefusalError(403, "unauthorized", detail="no app of this id is served here")
    try:
        found = await files.fetch(ctx, request.params["name"])
    except FilesError:
        return Response(Content(b"File not found.", "text/plain; charset=utf-8", has_tag=False), 404)
    return Response(Content(found.chunks, _with_charset(found.content_type), found.length), headers=found.headers)


def _with_charset(content_type: str) -> str:
    """The type as Express sends it: texts are said to be UTF-8 unless they say something else."""
    is_text = content_type.startswith("text/") or content_type in TEXTS
    return f"{content_type}; charset=utf-8" if is_text and ";" not in content_type else content_type


@routes.delete("/files/*name", Need.MASTER_WRITE)
async def remove(ctx: Context, request: Request) -> Response:
    """Delete a file, with the master key."""
    await files.remove(ctx, request.params["name"])
    return Response({})
