"""Batches: several requests in one, each through the same door, in parallel or in one transaction."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import orjson

from parsepy.api.admission import Admitted, check_allow_list
from parsepy.api.dispatch import ERROR_ID, perform
from parsepy.api.limits import Caller, RateLimits, TooManyRequestsError
from parsepy.api.router import Match, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.core.transaction import transaction
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.principal import ANYBODY

BATCH = "/batch"
CONFLICT_RETRIES = 5

_Goal = tuple[str, Match]
"""A path below the mount, and the route that it leads to."""

routes = Routes()


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The paths that entries may begin with: the server's mount, and that of the public URL if it differs."""

    mount: str
    public: str | None = None

    @classmethod
    def of(cls, ctx: Context, mount: str) -> Prefixes:
        """Those of an app's settings."""
        settings = ctx.app.settings
        local = urlsplit(settings.server_url).path.rstrip("/")
        public = urlsplit(settings.public_server_url or "").path.rstrip("/")
        both_set = bool(settings.server_url and settings.public_server_url)
        return cls(mount, public if both_set and public != local else None)

    def below(self, path: str) -> str:
        """The path below the mount. Raises ParseError 107."""
        known = [prefix for prefix in (self.mount, self.public) if prefix is not None and path.startswith(prefix)]
        if not known:
            raise ParseError(ErrorCode.INVALID_JSON, f"cannot route batch path {path}")
        below = posixpath.normpath("/" + path[len(max(known, key=len)) :])
        return "/" + below.lstrip("/")


@routes.post(BATCH, writes=False)
async def batch(ctx: Context, request: Request) -> Response:
    """Answer `{requests: [{method, path, body}], transaction?}` with one result per request, in order."""
    entries = await _entries(ctx, request)
    if request.fields.get("transaction") is not True:
        answers = await asyncio.gather(*(perform(entry) for entry in entries))
        return _whole([answer.response for answer in answers])
    for _ in range(CONFLICT_RETRIES):
        try:
            return await _in_transaction(ctx, entries)
        except ParseError as exc:
            if exc.code is not ErrorCode.INVALID_LINKED_SESSION:
                raise
    return await _in_transaction(ctx, entries)


async def _entries(ctx: Context, request: Request) -> list[Admitted]:
    """Every entry, checked before any of them takes effect. Raises ParseError 100, 107 and 119."""
    given = request.fields.get("requests")
    if not isinstance(given, list):
        raise ParseError(ErrorCode.INVALID_JSON, "requests must be an array")
    limit = ctx.app.settings.request_complexity.batch_request_limit
    if -1 < limit < len(given) and not ctx.principal.bypasses_permissions:
        text = f"Batch request contains {len(given)} sub-requests, which exceeds the limit of {limit}."
        raise ParseError(ErrorCode.INVALID_JSON, text, detail="raise requestComplexity.batchRequestLimit to allow it")
    for entry in given:
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise ParseError(ErrorCode.INVALID_JSON, "batch request path must be a string")
    prefixes = Prefixes.of(ctx, request.mount)
    if request.limits:
        await _count(ctx, request.limits, given, prefixes)
    goals: dict[tuple[str, str], _Goal] = {}
    admitted = []
    for entry in given:
        # Most batches send the same method and path again and again.
        asked = repr(entry.get("method")), entry["path"]
        if asked not in goals:
            goals[asked] = _goal(ctx, request, entry, prefixes.below(entry["path"]))
        admitted.append(_entry(ctx, request, entry, goals[asked]))
    return admitted


async def _count(ctx: Context, limits: RateLimits, entries: Sequence[Mapping[str, Any]], prefixes: Prefixes) -> None:
    """Count every entry as if it came by itself. Raises ParseError 100 for the first that is one too many."""
    for entry in entries:
        path = prefixes.below(entry["path"])
        rates = limits.on(str(entry.get("method") or "GET").upper(), path, in_batch=True)
        principal = ctx.principal
        if path.lower().rstrip("/") == "/login" and not principal.bypasses_permissions:
            principal = ANYBODY
        try:
            await limits.take(rates, Caller(ctx.call.ip, principal))
        except TooManyRequestsError as exc:
            raise ParseError(exc.code, exc.message, detail=exc.detail) from exc


def _goal(ctx: Context, request: Request, given: Mapping[str, Any], path: str) -> _Goal:
    """Where method and path of an entry lead. Raises ParseError 107 and 119."""
    method = given.get("method")
    named = str(method or "GET").upper()
    if named == "POST" and path.lower() == BATCH:
        raise ParseError(ErrorCode.INVALID_JSON, "nested batch requests are not allowed")
    check_allow_list(ctx.app.settings, named, path, ctx.principal.level)
    match = request.router.match(method, path) if request.router and isinstance(method, str) else None
    if match is None or method == "HEAD" or path.lower().startswith(("/files/", "/health")):
        shown = (
            method if isinstance(method, str) else orjson.dumps(method).decode() if "method" in given else "undefined"
        )
        raise ParseError(ErrorCode.INVALID_JSON, f"cannot route {shown} {path}")
    return path, match


def _entry(ctx: Context, request: Request, given: Mapping[str, Any], goal: _Goal) -> Admitted:
    path, match = goal
    body = given.get("body")
    inner = Request(
        match.route.method,
        path,
        match.params,
        body={} if body is None else body,
        router=request.router,
        mount=request.mount,
    )
    own = Context(ctx.app, ctx.principal, ctx.storage, ctx.call, dict(ctx.cloud_context))
    return Admitted(own, inner, match.route)


def _whole(answers: Sequence[Response]) -> Response:
    """The results of all entries, with the ids of their errors."""
    error_ids = [answer.headers[ERROR_ID] for answer in answers if ERROR_ID in answer.headers]
    return Response(
        [_result(answer) for answer in answers], headers={ERROR_ID: ", ".join(error_ids)} if error_ids else {}
    )


def _result(answer: Response) -> dict[str, Any]:
    """The entry's answer without its status; an unexpected failure is told as code 1."""
    if answer.status < 400:
        return {"success": answer.body}
    body = answer.body
    text = body.get("error", body.get("message"))
    return {"error": {"code": body["code"], "error": text} if "code" in body else {"error": text}}


async def _in_transaction(ctx: Context, entries: list[Admitted]) -> Response:
    """All entries, in order, or none: the first that is refused undoes the others and is the answer."""
    results = []
    async with transaction(ctx) as inside:
        for entry in entries:
            within = replace(inside, cloud_context=entry.ctx.cloud_context)
            answer = (await perform(replace(entry, ctx=within))).response
            if answer.status >= 400:
                raise _refusal(answer)
            results.append(_result(answer))
    return Response(results)


def _refusal(answer: Response) -> ParseError:
    body = answer.body
    text = body.get("error", body.get("message"))
    code = body.get("code", ErrorCode.OPERATION_FORBIDDEN)
    return ParseError(code, text, error_id=answer.headers.get(ERROR_ID, ""))
