"""Files: who may upload, download and delete them, how they are named, and how they are served safely."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from parsepy.adapters.files.base import FileMissingError, FilesError
from parsepy.cloud.files import File
from parsepy.cloud.registry import Trigger
from parsepy.core.context import Context
from parsepy.core.file_urls import file_url
from parsepy.core.incoming import check_keywords
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.system import auth_data, file_triggers, file_types

NAME = re.compile(r"[_a-zA-Z0-9][a-zA-Z0-9@. ~_-]*")
DIRECTORY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_\-/]*")
SUBTYPE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]*")
MAX_NAME = 128
MAX_DIRECTORY = 256
DEFAULT_TYPE = "application/octet-stream"
UNTYPED = "text/plain"
"""What a file is taken for that came without extension and type."""

ACTIVE_SUBTYPES = re.compile(r"html|xml|svg|javascript|ecmascript|x-shockwave-flash|pdf", re.IGNORECASE)
"""Content that a browser may run or render with the rights of this server's origin: it is only offered for download."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to be stored: the name and type that the client gave, and its bytes."""

    name: str
    content_type: str | None
    chunks: AsyncIterator[bytes]
    details: Mapping[str, Any]
    may_be_empty: bool = False


async def store(ctx: Context, file: Incoming) -> dict[str, str]:
    """Store an uploaded file: `{"name", "url"}`. Raises ParseError 130, 122, 119 and 105."""
    _check_uploader(ctx)
    _check_name(file.name)
    _check_extension(ctx, file.name, file.content_type)
    check_keywords(ctx, {key: file.details.get(key) for key in ("metadata", "tags")})
    directory = _directory(ctx, file.details.get("directory", values.MISSING))
    chunks = file.chunks if file.may_be_empty else _not_empty(file.chunks)
    if file_triggers.has(ctx, Trigger.BEFORE_SAVE) or file_triggers.has(ctx, Trigger.AFTER_SAVE):
        return await _store_observed(ctx, replace(file, chunks=chunks), directory)
    name = directory + _stored_name(ctx, file.name, file.content_type)
    await _write(ctx, name, replace(file, chunks=chunks))
    return {"url": file_url(ctx, name), "name": name}


async def _store_observed(ctx: Context, given: Incoming, directory: str) -> dict[str, str]:
    """Store a file with triggers, which see it as a whole: it is no longer than an upload may be."""
    data = b"".join([chunk async for chunk in given.chunks])
    details = {"metadata": given.details.get("metadata"), "tags": given.details.get("tags")}
    file = File(given.name, data, given.content_type, directory=directory.rstrip("/") or None, **details)
    chosen = (await file_triggers.run(ctx, Trigger.BEFORE_SAVE, file, len(data))).file
    size = None
    if chosen.url is None:
        size = await _store_chosen(ctx, chosen)
    await file_triggers.run(ctx, Trigger.AFTER_SAVE, chosen, size)
    return {"url": chosen.url or file_url(ctx, chosen.name), "name": chosen.name}


async def _store_chosen(ctx: Context, file: File) -> int:
    """Store the file that cloud code let through or made; it then has its final name and URL. Gives its size in bytes."""
    _check_name(file.name)
    directory = _directory(ctx.as_master(), values.MISSING if file.directory is None else file.directory)
    data = file.data or b""
    name = directory + _stored_name(ctx, file.name, file.content_type)
    incoming = Incoming(file.name, file.content_type, once(data), {"metadata": file.metadata, "tags": file.tags})
    await _write(ctx, name, incoming)
    file.name, file.url = name, file_url(ctx, name)
    return len(data)


async def _write(ctx: Context, name: str, file: Incoming) -> None:
    try:
        await ctx.app.files.write(name, file.chunks, _type_of(name, file.content_type), _metadata(file.details))
    except FilesError as exc:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, f"Could not store file: {file.name}.", detail=str(exc)) from exc


async def once(data: bytes) -> AsyncIterator[bytes]:
    """The bytes in one piece."""
    yield data


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out; `headers` keep browsers from running it."""

    chunks: AsyncIterator[bytes]
    content_type: str
    length: int
    headers: Mapping[str, str]


async def fetch(ctx: Context, name: str) -> Download:
    """A stored file, as triggers let it out. Raises ParseError when one refuses, FileMissingError if there is none."""
    chosen = (await file_triggers.run(ctx, Trigger.BEFORE_FIND, File(name, url=file_url(ctx, name)))).file.name
    if not is_stored_name(chosen):
        raise FileMissingError(chosen)
    length = await ctx.app.files.size(chosen)
    if file_triggers.has(ctx, Trigger.AFTER_FIND):
        return await _fetch_observed(ctx, chosen)
    content_type = _type_of(chosen, None)
    return Download(ctx.app.files.read(chosen), content_type, length, _safe_headers(content_type))


async def _fetch_observed(ctx: Context, name: str) -> Download:
    """A stored file with afterFind, which sees it as a whole and may change what is sent."""
    data = b"".join([chunk async for chunk in ctx.app.files.read(name)])
    request = await file_triggers.run(
        ctx,
        Trigger.AFTER_FIND,
        File(name, data, url=file_url(ctx, name)),
        headers={"X-Content-Type-Options": "nosniff"},
    )
    file, content = request.file, request.file.data or b""
    content_type = _type_of(file.name, None)
    headers = {**_safe_headers(content_type), **request.response_headers}
    if request.force_download:
        headers["Content-Disposition"] = f"attachment;filename={quote(file.name)}"
    return Download(once(content), content_type, len(content), headers)


async def describe(ctx: Context, name: str) -> dict[str, Any]:
    """What is kept about a file beside its bytes, which is nothing yet. Raises ParseError when a trigger refuses."""
    for trigger in (Trigger.BEFORE_FIND, Trigger.AFTER_FIND):
        await file_triggers.run(ctx, trigger, File(name, url=file_url(ctx, name)))
    return {}


def _safe_headers(content_type: str) -> dict[str, str]:
    headers = {"X-Content-Type-Options": "nosniff"}
    if ACTIVE_SUBTYPES.search(content_type):
        headers["Content-Disposition"] = "attachment"
    return headers


async def remove(ctx: Context, name: str) -> None:
    """Delete a stored file. Raises ParseError 153, and what a trigger raises."""
    file = File(name, url=file_url(ctx, name))
    await file_triggers.run(ctx, Trigger.BEFORE_DELETE, file)
    try:
        if not is_stored_name(name):
            raise FileMissingError(name)
        await ctx.app.files.delete(name)
    except FilesError as exc:
        raise ParseError(ErrorCode.FILE_DELETE_ERROR, "Could not delete file.", detail=str(exc)) from exc
    await file_triggers.run(ctx, Trigger.AFTER_DELETE, file)


def _metadata(details: Mapping[str, Any]) -> Mapping[str, Any]:
    given = details.get("metadata")
    return given if isinstance(given, dict) else {}


def is_stored_name(name: str) -> bool:
    """Whether a stored file could be called so: checked path segments, no way out of the folder."""
    *directories, last = name.split("/")
    return NAME.fullmatch(last) is not None and all(DIRECTORY.fullmatch(part) for part in directories)


def _check_uploader(ctx: Context) -> None:
    if ctx.principal.bypasses_permissions:
        return
    allowed = ctx.app.settings.file_upload
    user = ctx.principal.user
    if user is None:
        if not allowed.enable_for_public:
            raise _disabled("File upload by public is disabled.", "fileUpload.enableForPublic")
    elif _is_anonymous(user):
        if not allowed.enable_for_anonymous_user:
            raise _disabled("File upload by anonymous user is disabled.", "fileUpload.enableForAnonymousUser")
    elif not allowed.enable_for_authenticated_user:
        raise _disabled("File upload by authenticated user is disabled.", "fileUpload.enableForAuthenticatedUser")


def check_downloader(ctx: Context) -> None:
    """Refuse callers whom `fileDownload` does not let download. Raises ParseError 119."""
    if ctx.principal.bypasses_permissions:
        return
    allowed = ctx.app.settings.file_download
    user = ctx.principal.user
    if user is None:
        refused = None if allowed.enable_for_public else "File download by public is disabled."
    elif _is_anonymous(user):
        refused = None if allowed.enable_for_anonymous_user else "File download by anonymous user is disabled."
    else:
        refused = None if allowed.enable_for_authenticated_user else "File download by authenticated user is disabled."
    if refused:
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, refused, detail="see the option fileDownload")


def _is_anonymous(user: Mapping[str, Any]) -> bool:
    return bool((user.get("authData") or {}).get(auth_data.ANONYMOUS))


def _disabled(text: str, option: str) -> ParseError:
    return ParseError(ErrorCode.FILE_SAVE_ERROR, text, detail=f"set the option {option} to allow it")


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME:
        raise ParseError(ErrorCode.INVALID_FILE_NAME, "Filename too long.")
    if NAME.fullmatch(name) is None:
        raise ParseError(ErrorCode.INVALID_FILE_NAME, "Filename contains invalid characters.")


def _check_extension(ctx: Context, name: str, content_type: str | None) -> None:
    """Both the extension and the announced type must be allowed: either may decide what a browser does with it."""
    if ctx.principal.is_master:
        return
    if any(not pattern.pattern for pattern in ctx.app.settings.file_upload.file_extensions):
        return
    extension = name.rsplit(".", 1)[1].strip() if "." in name else ""
    if extension:
        _check_allowed(ctx, extension)
    if file_types.type_of(name) is not None or not content_type:
        return
    main, _, rest = content_type.partition("/")
    subtype = rest.split(";", 1)[0].strip()
    if not main or SUBTYPE.fullmatch(subtype) is None:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, "Invalid Content-Type.")
    for part in (subtype, *subtype.split("+")):
        _check_allowed(ctx, part)


def _check_allowed(ctx: Context, extension: str) -> None:
    patterns = ctx.app.settings.file_upload.file_extensions
    if not any(pattern.search(extension) for pattern in patterns):
        detail = "see the option fileUpload.fileExtensions"
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, f"File upload of extension {extension} is disabled.", detail=detail)


def _directory(ctx: Context, given: Any) -> str:
    """The folder part of the name, for the master key only; empty for none."""
    if given is values.MISSING:
        return ""
    if not ctx.principal.is_master:
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, "Directory can only be set using the Master Key.")
    problem = _problem_of(given)
    if problem:
        raise ParseError(ErrorCode.INVALID_FILE_NAME, f"Directory {problem}.")
    return f"{given}/"


def _problem_of(directory: Any) -> str:
    """What is wrong with the name of a directory; empty if nothing is."""
    if not isinstance(directory, str):
        return "must be a string"
    checks = (
        (not directory, "must not be empty"),
        (len(directory) > MAX_DIRECTORY, "path is too long"),
        (".." in directory, 'must not contain ".."'),
        (directory.startswith("/") or directory.endswith("/"), 'must not start or end with "/"'),
        ("//" in directory, "must not contain consecutive slashes"),
        (directory.split("/")[0] == "metadata", 'must not start with reserved segment "metadata"'),
        (DIRECTORY.fullmatch(directory) is None, "contains invalid characters"),
    )
    return next((text for is_wrong, text in checks if is_wrong), "")


def _stored_name(ctx: Context, name: str, content_type: str | None) -> str:
    """With a random prefix, and with an extension: that of the type where the client gave none."""
    if name.endswith(".") or "." not in name:
        extension = file_types.extension_of(content_type or UNTYPED)
        name = name.removesuffix(".") + extension if extension else name
    return name if ctx.app.settings.preserve_file_name else f"{secrets.token_hex(16)}_{name}"


def _type_of(name: str, announced: str | None) -> str:
    return file_types.type_of(name) or announced or DEFAULT_TYPE


async def _not_empty(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes; none at all is refused (130)."""
    empty = True
    async for chunk in chunks:
        if chunk:
            empty = False
            yield chunk
    if empty:
        raise ParseError(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.")
