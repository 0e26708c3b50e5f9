"""The purge route: every object of a class is deleted, its schema stays."""

from __future__ import annotations

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core import access, delete
from parsepy.core.context import Context

routes = Routes()


@routes.delete("/purge/:className", Need.MASTER)
async def purge(ctx: Context, request: Request) -> Response:
    """Empty a class, without triggers; one that is not there is empty already."""
    access.refuse_read_only(ctx, "read-only masterKey isn't allowed to purge a schema.")
    await delete.purge(ctx, request.params["className"])
    return Response({})
