"""Push audiences under their own path: stored queries, which clients get parsed."""

from __future__ import annotations

from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.api import classes
from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context

PATH = "/push_audiences"
AUDIENCES = "_Audience"

routes = Routes()


@routes.get(PATH, Need.MASTER)
async def find(ctx: Context, request: Request) -> Response:
    """A list of audiences."""
    found = await classes.find_objects(ctx, AUDIENCES, request)
    return Response({**found.body, "results": [_parsed(row) for row in found.body["results"]]})


@routes.get(f"{PATH}/:id", Need.MASTER)
async def get(ctx: Context, request: Request) -> Response:
    """One audience."""
    return Response(_parsed((await classes.get_object(ctx, AUDIENCES, request)).body))


@routes.post(PATH, Need.MASTER_WRITE)
async def create(ctx: Context, request: Request) -> Response:
    """A new audience; its query is a text."""
    return await classes.create_object(ctx, AUDIENCES, request)


@routes.put(f"{PATH}/:id", Need.MASTER_WRITE)
async def update(ctx: Context, request: Request) -> Response:
    """A change of an audience."""
    return await classes.update_object(ctx, AUDIENCES, request)


@routes.delete(f"{PATH}/:id", Need.MASTER_WRITE)
async def delete(ctx: Context, request: Request) -> Response:
    """The end of an audience."""
    return await classes.delete_object(ctx, AUDIENCES, request)


def _parsed(row: Object) -> Object:
    """The audience with its query as JSON; a text that is none stays as it is."""
    text: Any = row.get("query")
    try:
        return {**row, "query": orjson.loads(text)} if isinstance(text, str) else row
    except orjson.JSONDecodeError:
        return row
