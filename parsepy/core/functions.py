"""Cloud functions: finding them, decoding what they are called with, and encoding what they return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.cloud.codec import encode
from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.pending import MISSING
from parsepy.cloud.requests import FunctionRequest, Reply
from parsepy.core import calling, incoming
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.principal import CLOUD_INSTALLATION


async def answer(ctx: Context, name: str, params: Mapping[str, Any]) -> tuple[Object, Reply]:
    """What a client is answered who called a function, with its status and headers.

    Raises ParseError: 141 for an unknown function, an exception, or a result that has no JSON form, 142 from the
    validator, 111 for broken parameters, and whatever ParseError the function raises.
    """
    result, reply = await _result(ctx, name, params)
    return ({} if result is MISSING else {"result": result}), reply


async def run_function(ctx: Context, name: str, params: Mapping[str, Any]) -> Any:
    """The function's result as REST JSON; None for a function that returns nothing. Raises as `answer`."""
    result, _ = await _result(ctx, name, params)
    return None if result is MISSING else result


async def _result(ctx: Context, name: str, params: Mapping[str, Any]) -> tuple[Any, Reply]:
    """The result as REST JSON, MISSING if a function elsewhere tells none; and how the client is answered beside it."""
    hook = ctx.app.function(name)
    if hook is None:
        detail = f"cloud code defines: {', '.join(ctx.app.cloud.function_names) or 'no functions'}"
        raise ParseError(ErrorCode.SCRIPT_FAILED, f'Invalid function: "{name}"', detail=detail)
    request = FunctionRequest(function_name=name, params=decoded(ctx, params), **calling.caller(ctx))
    if request.installation_id == CLOUD_INSTALLATION:
        request.installation_id = None
    result = await calling.run(ctx, hook, request)
    if result is MISSING:
        return MISSING, request.reply
    try:
        return encode(result, full=True), request.reply
    except (TypeError, ValueError, RecursionError) as exc:
        raise ParseError(ErrorCode.SCRIPT_FAILED, f"The function's result cannot be sent: {exc}") from exc


def decoded(ctx: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a client as cloud code gets them. Raises ParseError 111 and 107 for broken ones."""
    incoming.check_file_urls(ctx, params)
    return {key: _decoded(value, 1) for key, value in params.items()}


def _decoded(value: Any, depth: int) -> Any:
    """Dates, files and pointers become Python values at any depth; all else stays JSON."""
    if depth > values.MAX_DEPTH:
        raise ParseError(ErrorCode.INVALID_JSON, f"parameters may be nested {values.MAX_DEPTH} deep")
    if isinstance(value, list):
        return [_decoded(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    match value.get("__type"):
        case "Date":
            return values.date_of(value)
        case "File":
            return File(str(value.get("name") or ""), url=value.get("url"))
        case "Pointer":
            pointer = values.typed(value)
            return ParseObject.from_json(pointer)
        case _:
            return {key: _decoded(item, depth + 1) for key, item in value.items()}
