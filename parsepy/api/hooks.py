"""Registering functions and triggers that another server runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.system import webhook_table

routes = Routes()


@routes.get("/hooks/functions", Need.MASTER)
async def functions(ctx: Context, request: Request) -> Response:
    """All functions, as a bare list."""
    return Response(await webhook_table.functions(ctx))


@routes.get("/hooks/functions/:functionName", Need.MASTER)
async def function(ctx: Context, request: Request) -> Response:
    """One function."""
    return Response(await webhook_table.function(ctx, request.params["functionName"]))


@routes.get("/hooks/triggers", Need.MASTER)
async def triggers(ctx: Context, request: Request) -> Response:
    """All triggers, as a bare list."""
    return Response(await webhook_table.triggers(ctx))


@routes.get("/hooks/triggers/:className/:triggerName", Need.MASTER)
async def trigger(ctx: Context, request: Request) -> Response:
    """One trigger."""
    return Response(await webhook_table.trigger(ctx, request.params["className"], request.params["triggerName"]))


@routes.post("/hooks/functions", Need.MASTER_WRITE)
@routes.post("/hooks/triggers", Need.MASTER_WRITE)
async def register(ctx: Context, request: Request) -> Response:
    """Register a function or trigger."""
    return Response(await webhook_table.create(ctx, request.fields))


@routes.put("/hooks/functions/:functionName", Need.MASTER_WRITE)
@routes.put("/hooks/triggers/:className/:triggerName", Need.MASTER_WRITE)
async def change(ctx: Context, request: Request) -> Response:
    """Move a function or trigger to another place, or with `{"__op": "Delete"}` take it out."""
    named: Mapping[str, Any] = dict(request.params)
    if request.fields.get("__op") == "Delete":
        await webhook_table.remove(ctx, named)
        return Response({})
    return Response(await webhook_table.change(ctx, {**named, "url": request.fields.get("url")}))
