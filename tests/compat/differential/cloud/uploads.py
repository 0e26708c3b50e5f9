"""parsepy's side of uploads.js: keep the two alike."""

from __future__ import annotations

import re
from typing import Any

from parsepy import Cloud, File, FileRequest, ParseError, ParseObject

cloud = Cloud()


async def note(request: FileRequest, **details: Any) -> None:
    seen = ParseObject(
        "Seen",
        what=re.sub("^[0-9a-f]{32}_", "", request.file.name),
        trigger=request.trigger_name,
        master=request.master,
        caller=request.user["username"] if request.user else "(nobody)",
        size=-1 if request.file_size is None else request.file_size,
        name=request.file.name,
        **details,
    )
    await seen.save(use_master_key=True)


@cloud.before_save(File)
async def before_save(request: FileRequest) -> File | None:
    file = request.file
    text = (file.data or b"").decode()
    await note(request, text=text, metadata=file.metadata, tags=file.tags)
    match file.name:
        case "refused.txt":
            raise ParseError(1001, "not this file")
        case "broken.txt":
            raise RuntimeError("broken hook")
        case "texted.txt":
            raise RuntimeError("just a text")
        case "replaced.txt":
            return File("other.txt", b"other bytes")
        case "elsewhere.txt":
            return File("known.txt", url="https://files.example/known.txt")
        case "tagged.txt":
            file.metadata["by"] = "hook"
            file.tags["kind"] = "note"
    return None


@cloud.after_save(File)
async def after_save(request: FileRequest) -> None:
    file = request.file
    await note(request, hasUrl=bool(file.url), metadata=file.metadata, tags=file.tags)
    if file.name.endswith("late.txt"):
        raise ParseError(1002, "too late")


@cloud.before_delete(File)
async def before_delete(request: FileRequest) -> None:
    await note(request, hasUrl=bool(request.file.url))
    if request.file.name.endswith("kept.txt"):
        raise ParseError(1003, "this stays")
    if request.file.name.endswith("stuck.txt"):
        raise RuntimeError("it is stuck")


@cloud.after_delete(File)
async def after_delete(request: FileRequest) -> None:
    await note(request)


@cloud.before_find(File)
async def before_find(request: FileRequest) -> None:
    if request.file.name.endswith("hidden.txt"):
        raise ParseError(1004, "nobody sees it")
    if request.file.name.endswith("fails.txt"):
        raise RuntimeError("it fails")


@cloud.after_find(File)
async def after_find(request: FileRequest) -> File | None:
    name, text = request.file.name, (request.file.data or b"").decode()
    if name.endswith("forced.txt"):
        request.force_download = True
    if name.endswith("headers.txt"):
        request.response_headers["X-Mine"] = text
    if name.endswith("changed.txt"):
        return File("changed.json", b'{"was":"%s"}' % text.encode())
    if name.endswith("gone.txt"):
        raise ParseError(1005, "you saw nothing")
    return None
