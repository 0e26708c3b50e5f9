"""Uploading, downloading and deleting files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from parsepy.adapters.files.base import FilesError
from parsepy.api.refusals import SANITIZED, RefusalError, too_large
from parsepy.api.router import Content, Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.settings.kinds import read_size
from parsepy.settings.mistakes import InvalidError
from parsepy.system import files

TEXTS = frozenset({"application/json", "application/javascript"})

routes = Routes()


@routes.post("/files", writes=False)
async def without_name(ctx: Context, request: Request) -> Response:
    """A file needs a name."""
    raise ParseError(ErrorCode.INVALID_FILE_NAME, "Filename not provided.")


@routes.post("/files/:name")
async def upload(ctx: Context, request: Request) -> Response:
    """Store the body as a file: 201 `{"name", "url"}`."""
    limit = _limit(ctx)
    if request.upload is None:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.")
    is_stream = request.upload.is_raw and ctx.call.headers.get("X-Parse-Upload-Mode", "").lower() == "stream"
    incoming = files.Incoming(
        request.params["name"],
        request.upload.content_type,
        request.upload.limited(limit, _stream_too_large(limit) if is_stream else too_large(limit)),
        _details(ctx.call.headers) if is_stream else request.upload.details,
        may_be_empty=is_stream,
    )
    stored = await files.store(ctx, incoming)
    return Response(stored, 201, {"Location": stored["url"]})


def _limit(ctx: Context) -> int:
    """How large the file may be; the master key may say so itself. Raises 403 for others, ParseError 130 for no size."""
    given = ctx.call.headers.get("X-Parse-File-Max-Upload-Size")
    if not given:
        return ctx.app.settings.max_upload_size
    if not ctx.principal.is_master:
        text = "unauthorized: master key is required to override maxUploadSize."
        shown = SANITIZED if ctx.app.settings.enable_sanitized_error_response else text
        raise RefusalError(403, shown, detail=text)
    try:
        return read_size(given)
    except InvalidError as exc:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, f"Invalid maxUploadSize override value: {given}") from exc


def _stream_too_large(limit: int) -> ParseError:
    return ParseError(ErrorCode.FILE_SAVE_ERROR, f"File size exceeds maximum allowed: {limit} bytes.")


def _details(headers: Mapping[str, str]) -> dict[str, Any]:
    """Directory, metadata and tags of a stream. Raises ParseError 107."""
    details: dict[str, Any] = {}
    if directory := headers.get("X-Parse-File-Directory"):
        details["directory"] = directory
    for name in ("Metadata", "Tags"):
        header = f"X-Parse-File-{name}"
        if text := headers.get(header):
            details[name.lower()] = _object(text, header)
    return details


def _object(text: str, header: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ParseError(ErrorCode.INVALID_JSON, f"Invalid JSON in {header} header.")
    return value


@routes.get("/files/:appId/metadata/*name", Need.PUBLIC)
async def metadata(ctx: Context, request: Request) -> Response:
    """What is kept about a file; who may not download is refused."""
    try:
        files.check_downloader(ctx)
        return Response(await files.describe(ctx, request.params["name"]))
    except ParseError as exc:
        return Response({"code": int(exc.code), "error": exc.message}, 403)


@routes.get("/files/:appId/*name", Need.PUBLIC)
async def download(ctx: Context, request: Request) -> Response:
    """The bytes of a file."""
    if request.params["appId"] != ctx.app.settings.app_id:
        raise RefusalError(403, "unauthorized", detail="no app of this id is served here")
    files.check_downloader(ctx)
    try:
        found = await files.fetch(ctx, request.params["name"])
    except ParseError as exc:
        return Response({"code": int(exc.code), "error": exc.message}, 403)
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
