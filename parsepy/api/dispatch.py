"""The one door: every request, whole or an entry of a batch, is let in, led to its handler and answered here."""

from __future__ import annotations

import html
import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace

import orjson
from multidict import CIMultiDict

from parsepy.adapters.storage.base import InvalidQueryError, StorageError, StorageUnavailableError
from parsepy.api.admission import Admitted, Incoming, admit
from parsepy.api.gates import Door
from parsepy.api.limits import TooManyRequestsError
from parsepy.api.redaction import secrets_of
from parsepy.api.refusals import SANITIZED, RefusalError
from parsepy.api.router import Content, Need, Request, Response, Route
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError, http_status, new_error_id
from parsepy.logs import speak_for
from parsepy.logs.secrets import redacted
from parsepy.model.principal import ANYBODY, Principal
from parsepy.model.record import record

log = logging.getLogger("parsepy")

ERROR_ID = "X-Parsepy-Error-Id"
"""Header of an answer to a request that met an error nobody expected; the log has the traceback under this id."""
MASTER_REQUIRED = "unauthorized: master key is required"
INTERNAL = "An internal server error occurred"
UNAVAILABLE = "The database is not available now; try again later."
_DENIED = {"/loginAs": "login as another user", "/push": "send push notifications"}


@record(frozen=True, slots=True)
class Outcome:
    """An answer, with what the log tells of it: who called and, for a refusal, why and what to do about it."""

    response: Response
    principal: Principal = ANYBODY
    note: str = ""


async def dispatch(door: Door, incoming: Incoming) -> Outcome:
    """Answer a request. Never raises, except when it is cancelled."""
    speak_for("")
    outcome = await _answered(door, incoming)
    if not incoming.told:
        return outcome
    response = outcome.response
    headers = CIMultiDict(incoming.told)
    headers.update(response.headers)
    return replace(outcome, response=replace(response, headers=headers))


async def _answered(door: Door, incoming: Incoming) -> Outcome:
    try:
        admitted = await admit(door, incoming)
    except (RefusalError, ParseError) as exc:
        return _refused(exc, ANYBODY)
    except Exception as exc:  # noqa: BLE001 - the edge: a client gets an answer whatever happened
        return _failed(exc, incoming.request_id)
    if isinstance(admitted, Response):
        return Outcome(admitted)
    return await perform(admitted)


async def perform(admitted: Admitted) -> Outcome:
    """Carry out a request that was let in. Never raises, except when it is cancelled."""
    ctx, request, route = admitted.ctx, admitted.request, admitted.route
    speak_for(ctx.app.settings.app_id)
    try:
        if route is None:
            return Outcome(not_found(request), ctx.principal, "no such route")
        if route.need is not Need.CLIENT or ctx.principal.is_read_only:
            check_need(ctx, request, route)
        return Outcome(await route.handler(ctx, request), ctx.principal)
    except (RefusalError, ParseError) as exc:
        refused = _refused(exc, ctx.principal)
        return replace(refused, note=redacted(refused.note, secrets_of(ctx, request)))
    except Exception as exc:  # noqa: BLE001 - the edge: a client gets an answer whatever happened
        return _failed(exc, ctx.call.request_id, admitted)


def check_need(ctx: Context, request: Request, route: Route) -> None:
    """Refuse callers that the route is not for, and every write with the read-only master key."""
    principal = ctx.principal
    sanitized = ctx.app.settings.enable_sanitized_error_response
    if route.need in {Need.MASTER, Need.MASTER_WRITE} and not principal.is_master:
        detail = "this route needs the master key; send it as X-Parse-Master-Key"
        text = SANITIZED if sanitized else MASTER_REQUIRED
        raise RefusalError(403, text, detail=detail, is_bare=_is_file_route(request))
    if principal.is_read_only and route.writes:
        detail = f"the read-only master key isn't allowed to {request.method} {request.path}"
        text = SANITIZED if sanitized else f"read-only masterKey isn't allowed to {_denied(request, route)}."
        if _is_file_route(request):
            raise RefusalError(403, text, detail=detail, is_bare=True)
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, text, detail=detail)
    if route.need is Need.SESSION and not principal.is_master and principal.session_token is None:
        text = SANITIZED if sanitized else "Invalid session token"
        detail = "no session token was sent; log in and send it as X-Parse-Session-Token"
        raise ParseError(ErrorCode.INVALID_SESSION_TOKEN, text, detail=detail)


def _is_file_route(request: Request) -> bool:
    return request.path.lower().startswith("/files")


def _denied(request: Request, route: Route) -> str:
    """What the read-only master key is told that it may not do."""
    verb = {"POST": "create", "PUT": "update", "DELETE": "delete"}.get(request.method, request.method)
    if _is_file_route(request):
        return f"{verb} a file"
    return _DENIED.get(route.path, f"perform the {verb} operation")


def not_found(request: Request) -> Response:
    """The page for a path that no route serves."""
    asked = html.escape(f"{request.method} {request.mount}{request.path}")
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n'
        f"<body>\n<pre>Cannot {asked}</pre>\n</body>\n</html>\n"
    )
    headers = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
    return Response(Content(page.encode(), "text/html; charset=utf-8", has_tag=False), 404, headers)


def _refused(exc: RefusalError | ParseError, principal: Principal) -> Outcome:
    if isinstance(exc, ParseError):
        code = int(exc.code)
        body = {"code": code, "error": exc.message}
        answer = Response(body, http_status(code), _named(exc.error_id))
        if isinstance(exc, TooManyRequestsError):
            answer = Response(body, 429, exc.headers)
        return Outcome(answer, principal, _note(f"{code} {exc.message}", exc.detail))
    body = {"error": exc.message}
    answer = Response(Content(orjson.dumps(body), "", has_tag=False) if exc.is_bare else body, exc.status)
    return Outcome(answer, principal, _note(exc.message, exc.detail))


def _named(error_id: str) -> Mapping[str, str]:
    return {ERROR_ID: error_id} if error_id else {}


def _note(text: str, detail: str) -> str:
    return f"{text}: {detail}" if detail else text


def _failed(exc: Exception, request_id: str, admitted: Admitted | None = None) -> Outcome:
    """What went wrong goes to the log; the client learns nothing of it."""
    principal = admitted.ctx.principal if admitted else ANYBODY
    if isinstance(exc, InvalidQueryError):
        return _refused(ParseError(ErrorCode.INVALID_QUERY, str(exc)), principal)
    secrets = secrets_of(admitted.ctx, admitted.request) if admitted else frozenset[str]()
    if isinstance(exc, StorageUnavailableError):
        # No traceback: while a database is down, every request ends here.
        reason = redacted(str(exc), secrets)
        log.error("request %s failed: %s", request_id, reason)
        return Outcome(Response({"code": 1, "error": UNAVAILABLE}, 503), principal, reason)
    error_id = new_error_id()
    told = "".join(traceback.format_exception(exc)).rstrip()
    log.error("error %s: request %s failed\n%s", error_id, request_id, redacted(told, secrets))
    if isinstance(exc, StorageError):
        answer = Response({"code": 1, "error": INTERNAL}, 500, _named(error_id))
    else:
        answer = Response({"code": 1, "message": "Internal server error."}, 500, _named(error_id))
    return Outcome(answer, principal, f"{type(exc).__name__}, see the traceback of error {error_id}")
