"""Reading and changing the app's configuration."""

from __future__ import annotations

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.system import config

routes = Routes()


@routes.get("/config")
async def read(ctx: Context, request: Request) -> Response:
    """The parameters that the caller may see."""
    return Response(await config.read(ctx))


@routes.put("/config", Need.MASTER_WRITE)
async def write(ctx: Context, request: Request) -> Response:
    """Change some parameters."""
    await config.write(ctx, request.fields)
    return Response({"result": True})
