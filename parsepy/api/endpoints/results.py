"""What an endpoint returns becomes an answer."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from typing import Any

from multidict import CIMultiDict

from parsepy.api.router import Content, Response
from parsepy.cloud.codec import encode
from parsepy.cloud.endpoints.messages import HttpResponse
from parsepy.cloud.endpoints.pieces import Pieces, Source
from parsepy.cloud.hooks import Hook
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
NO_CONTENT = HttpResponse(204)


async def response(ctx: Context, hook: Hook, result: Any) -> Response:
    """The answer: JSON, text, bytes or a stream, whose first piece is there already; 204 if nothing was returned.

    Raises ParseError: 141 for what has no JSON form, and what the first piece of a stream raises.
    """
    told = NO_CONTENT if result is None else result if isinstance(result, HttpResponse) else HttpResponse(body=result)
    headers = CIMultiDict(told.lines())
    match told.body:
        case None:
            return Response(Content(b"", _type(headers, ""), has_tag=False), told.status, headers)
        case str():
            content = Content(told.body.encode(errors="replace"), _type(headers, TEXT), has_tag=False)
        case bytes() | bytearray() | memoryview():
            content = Content(bytes(told.body), _type(headers, BYTES), has_tag=False)
        case AsyncIterable():
            content = Content(await _begun(ctx, hook, aiter(told.body)), _type(headers, BYTES))
        case Iterator():
            content = Content(await _begun(ctx, hook, told.body), _type(headers, BYTES))
        case _:
            return Response(_encoded(told.body), told.status, headers)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    return Response(content, told.status, headers)


async def _begun(ctx: Context, hook: Hook, source: Source) -> Pieces:
    actions = ctx.app.actions(ctx) if ctx.app.actions else None
    pieces = Pieces(source, hook, calls=ctx.app.cloud.calls, actions=actions)
    try:
        await pieces.begin()
    except BaseException:
        await pieces.aclose()
        raise
    return pieces


def _type(headers: CIMultiDict[str], usual: str) -> str:
    """What the body is called; taken out of the headers, where it would stand twice."""
    return headers.pop("Content-Type", usual)


def _encoded(value: Any) -> Any:
    try:
        return encode(value, full=True)
    except (TypeError, ValueError, RecursionError) as exc:
        raise ParseError(ErrorCode.SCRIPT_FAILED, f"The endpoint's result cannot be sent: {exc}") from exc
