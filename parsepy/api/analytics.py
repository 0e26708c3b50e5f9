"""Analytics events of the SDKs: accepted, so that apps go on, and dropped."""

from __future__ import annotations

from parsepy.api.router import Request, Response, Routes
from parsepy.core.context import Context

routes = Routes()


@routes.post("/events/:name", writes=False)
async def track(ctx: Context, request: Request) -> Response:
    """Take an event."""
    return Response({})
