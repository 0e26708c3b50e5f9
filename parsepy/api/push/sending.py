"""The route that sends push notifications; without anything that could send them it refuses."""

from __future__ import annotations

from typing import NoReturn

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError

routes = Routes()


@routes.post("/push", Need.MASTER_WRITE)
async def send(ctx: Context, request: Request) -> Response:
    """Refuse with ParseError 115: no push adapter can be configured."""
    has_where, has_channels = "where" in request.fields, "channels" in request.fields
    if has_where and has_channels:
        _refuse("Channels and query can not be set at the same time.")
    if not has_where and not has_channels:
        _refuse('Sending a push requires either "channels" or a "where" query.')
    _refuse("Missing push configuration")


def _refuse(text: str) -> NoReturn:
    raise ParseError(ErrorCode.PUSH_MISCONFIGURED, text)
