"""Requests that the SDK inside of Node sends: they take the way of all requests, from behind the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from parsepy.api.admission import Admitted
from parsepy.api.dispatch import perform
from parsepy.api.envelope.uploads import Upload, from_base64, one_chunk
from parsepy.api.gates import Door
from parsepy.api.refusals import RefusalError
from parsepy.api.router import Content, Match, Request, Response
from parsepy.client import CallActions
from parsepy.cloud import actions
from parsepy.core.context import App, Call, Context
from parsepy.errors import ErrorCode, ParseError, http_status
from parsepy.model.principal import CLOUD_INSTALLATION, MASTER, Level, Principal

FILES = "/files/"
Answer = dict[str, Any]


async def answered(door: Door, asked: Mapping[str, Any]) -> Answer:
    """`{"status", "body", "headers"}` for a request `{method, path, body, power?, sessionToken?, installationId?, context?}`.

    `power` is `master` or `maintenance`; nothing of the running call's rights carries over, but its transaction does.
    """
    try:
        response = (await perform(await _admitted(door, asked))).response
    except ParseError as exc:
        response = Response({"code": int(exc.code), "error": exc.message}, http_status(exc.code))
    except RefusalError as exc:
        response = Response({"error": exc.message}, exc.status)
    return {"status": response.status, "body": _body(asked, response), "headers": dict(response.headers)}


def _body(asked: Mapping[str, Any], response: Response) -> Any:
    if not isinstance(response.body, Content):
        return response.body
    text = f"cannot route {asked['method']} {asked['path']}"
    return {"code": int(ErrorCode.INTERNAL_SERVER_ERROR), "error": text} if response.status >= 400 else {}


async def _admitted(door: Door, asked: Mapping[str, Any]) -> Admitted:
    app = door.default.app
    method, path = asked["method"], "/" + asked["path"].replace("%", "%25")
    match = door.router.match(method, path)
    outer = _outer()
    call = replace(outer.call, ip="", headers={}) if outer else Call(server_url=app.settings.server_url)
    principal = await _principal(door, app, asked)
    storage = outer.storage if outer else app.storage
    ctx = Context(app, principal, storage, call, dict(asked.get("context") or {}))
    return Admitted(ctx, _request(door, method, path, match=match, body=asked["body"]), match.route if match else None)


def _outer() -> Context | None:
    """The call that asks: what it asks for belongs to its transaction."""
    try:
        running = actions.current()
    except RuntimeError:
        return None
    return running.ctx if isinstance(running, CallActions) else None


async def _principal(door: Door, app: App, asked: Mapping[str, Any]) -> Principal:
    """Who asks. Raises ParseError 209 for a session that is none."""
    installation_id = asked.get("installationId") or CLOUD_INSTALLATION
    match asked.get("power"):
        case "master":
            return replace(MASTER, installation_id=installation_id)
        case "maintenance":
            return Principal(Level.MAINTENANCE, installation_id=installation_id)
    token = asked.get("sessionToken")
    if token:
        return await door.authenticate(app, token, installation_id)
    return Principal(installation_id=installation_id)


def _request(door: Door, method: str, path: str, *, match: Match | None, body: Any) -> Request:
    mount = urlsplit(door.default.app.settings.server_url).path.rstrip("/") or door.mount
    params = match.params if match else {}
    if not path.lower().startswith(FILES) or not isinstance(body, dict):
        return Request(method, path, params, {}, body, None, door.router, mount)
    details = body.get("fileData")
    data = from_base64(str(body.get("base64") or ""))
    content_type = body.get("_ContentType")
    upload = Upload(one_chunk(data), content_type, len(data), details if isinstance(details, dict) else {})
    return Request(method, path, params, {}, {}, upload, door.router, mount)
