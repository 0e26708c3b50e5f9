"""Calling cloud functions."""

from __future__ import annotations

from parsepy.api.router import Request, Response, Routes
from parsepy.core import functions
from parsepy.core.context import Context

routes = Routes()


@routes.post("/functions/:name", writes=False)
async def run(ctx: Context, request: Request) -> Response:
    """Run a function with the body as parameters; those of the query string come on top, as texts."""
    body, reply = await functions.answer(ctx, request.params["name"], {**request.fields, **request.query})
    return Response(body, reply.status, reply.headers)
