"""The triggers around files: they may refuse, and change what is stored or sent."""

from __future__ import annotations

from collections.abc import Mapping

from parsepy.cloud.files import File
from parsepy.cloud.hooks import FILE_CLASS
from parsepy.cloud.registry import Trigger
from parsepy.cloud.requests import FileRequest
from parsepy.core import calling
from parsepy.core.context import Context
from parsepy.errors import ErrorCode

_FAILURES = {
    Trigger.BEFORE_SAVE: ErrorCode.FILE_SAVE_ERROR,
    Trigger.AFTER_SAVE: ErrorCode.FILE_SAVE_ERROR,
    Trigger.BEFORE_DELETE: ErrorCode.FILE_DELETE_ERROR,
    Trigger.AFTER_DELETE: ErrorCode.FILE_DELETE_ERROR,
    Trigger.BEFORE_FIND: ErrorCode.SCRIPT_FAILED,
    Trigger.AFTER_FIND: ErrorCode.SCRIPT_FAILED,
}


def has(ctx: Context, trigger: Trigger) -> bool:
    """Whether cloud code has something to run."""
    return ctx.app.hook(trigger, FILE_CLASS) is not None


async def run(
    ctx: Context, trigger: Trigger, file: File, size: int | None = None, *, headers: Mapping[str, str] | None = None
) -> FileRequest:
    """Run a trigger: the request as it left it, with the file that it returned in place of its own.

    Raises ParseError when it refuses; any other exception becomes one of the code for what was tried.
    """
    hook = ctx.app.hook(trigger, FILE_CLASS)
    request = FileRequest(
        file=file, file_size=size, trigger_name=trigger, response_headers=dict(headers or {}), **calling.caller(ctx)
    )
    if hook is not None:
        result = await calling.run(ctx, hook, request, failure=_FAILURES[trigger])
        if isinstance(result, File):
            request.file = result
    return request
