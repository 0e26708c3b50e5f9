"""A door with routes that tell what reached them, for tests of how requests come in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from multidict import CIMultiDict

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.api import batch, features
from parsepy.api.admission import Incoming
from parsepy.api.dispatch import Outcome, dispatch
from parsepy.api.gates import Door, Gate
from parsepy.api.router import Content, Need, Request, Response, Router, Routes
from parsepy.core.context import App, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.principal import Principal
from tests.unit.core.contexts import context

TOKEN = "r:0123456789abcdef0123456789abcdef"
APP = {"X-Parse-Application-Id": "test"}
MASTER = {**APP, "X-Parse-Master-Key": "master"}
routes = Routes()


def told(ctx: Context, request: Request) -> dict[str, Any]:
    """What reached the handler."""
    principal = ctx.principal
    return {
        "method": request.method,
        "path": request.path,
        "params": dict(request.params),
        "query": dict(request.query),
        "body": request.body,
        "level": str(principal.level),
        "user": principal.user_id,
        "token": principal.session_token,
        "installation": principal.installation_id,
        "context": ctx.cloud_context,
        "url": ctx.call.server_url,
        "app": ctx.app.settings.app_id,
    }


@routes.get("/login")
@routes.post("/login", writes=False)
@routes.get("/classes/:className")
@routes.post("/classes/:className")
@routes.get("/classes/:className/:id")
@routes.put("/classes/:className/:id")
@routes.delete("/classes/:className/:id")
@routes.get("/users/me", Need.SESSION)
@routes.get("/sessions/me")
@routes.post("/functions/:name", writes=False)
@routes.get("/schemas", Need.MASTER)
@routes.post("/schemas", Need.MASTER_WRITE)
@routes.get("/files/:appId/*name", Need.PUBLIC)
async def tell(ctx: Context, request: Request) -> Response:
    return Response(told(ctx, request), 201 if request.method == "POST" else 200)


@routes.post("/files/:name")
async def tell_file(ctx: Context, request: Request) -> Response:
    assert request.upload is not None
    content = await request.upload.read(1 << 20, ValueError("too large"))
    kind, details = request.upload.content_type, dict(request.upload.details)
    return Response({**told(ctx, request), "bytes": content.decode(), "type": kind, "details": details}, 201)


@routes.post("/refuse", writes=False)
async def refuse(ctx: Context, request: Request) -> Response:
    raise ParseError(request.fields["code"], "refused", detail="the fix")


@routes.post("/break", writes=False)
async def fail(ctx: Context, request: Request) -> Response:
    raise RuntimeError(f"broken by {request.fields.get('password')}")


@routes.get("/lost")
async def lose(ctx: Context, request: Request) -> Response:
    raise StorageUnavailableError(f"no connection to 127.0.0.1:5432 as {ctx.app.settings.master_key}")


class Bytes:
    """A body that is here already."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.length: int | None = len(content)

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self.content


async def authenticate(app: App, token: str, installation_id: str | None) -> Principal:
    if token != TOKEN:
        raise ParseError(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token")
    return Principal(user={"objectId": "ann"}, session_token=token, installation_id=installation_id)


async def door(*more: str, **settings: Any) -> Door:
    """A door to the app `test` with these settings, and to further apps of the given ids."""
    app = (await context(**settings)).app
    others = [replace(app, settings=replace(app.settings, app_id=name, master_key=f"{name}-master")) for name in more]
    gates = {each.settings.app_id: Gate.of(each) for each in (app, *others)}
    return Door(gates, Router([*routes, *batch.routes, *features.routes]), authenticate)


def incoming(method: str, target: str, headers: Mapping[str, str] = APP, body: Any = None) -> Incoming:
    """A request from this computer; a body that is not bytes is sent as JSON."""
    path, _, query = target.partition("?")
    content = body if isinstance(body, bytes) else None if body is None else orjson.dumps(body)
    sent = None if content is None else Bytes(content)
    return Incoming(method, path, CIMultiDict(headers), query, "127.0.0.1", "http://here:1337", sent, "r-1", "/parse")


async def call(
    way_in: Door, method: str, target: str, headers: Mapping[str, str] = APP, *, body: Any = None
) -> Outcome:
    """Send it through the door."""
    return await dispatch(way_in, incoming(method, target, headers, body))


async def answer(
    way_in: Door, method: str, target: str, headers: Mapping[str, str] = APP, *, body: Any = None
) -> tuple[int, Any]:
    """Status and body of the answer."""
    response = (await call(way_in, method, target, headers, body=body)).response
    body = response.body
    is_bare = isinstance(body, Content) and body.type == ""
    return response.status, orjson.loads(body.chunks) if is_bare else body
