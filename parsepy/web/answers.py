"""Answers on their way out: JSON, raw bytes and streams become HTTP responses."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict

from parsepy.api.router import Content, Response

JSON_TYPE = "application/json; charset=utf-8"
ETAG_LENGTH = 27


class _Untyped(web.Response):
    """Sent without Content-Type, where aiohttp would put application/octet-stream."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.pop("Content-Type", None)


def to_http(answer: Response, common: CIMultiDict[str], request: web.BaseRequest) -> web.Response:
    """The HTTP response of an answer whose body is at hand; `common` are the headers of every answer."""
    headers = common.copy()
    if isinstance(answer.body, Content):
        return _content_to_http(answer, answer.body, headers, request)
    headers["Content-Type"] = JSON_TYPE
    return _tagged(answer, encoded(answer.body), headers, request)


def _content_to_http(
    answer: Response, content: Content, headers: CIMultiDict[str], request: web.BaseRequest
) -> web.Response:
    body = content.chunks if isinstance(content.chunks, bytes) else b""
    if not content.type:
        return _Untyped(body=body, status=answer.status, headers=headers)
    headers["Content-Type"] = content.type
    if content.has_tag:
        return _tagged(answer, body, headers, request)
    headers.update(answer.headers)
    return web.Response(body=body, status=answer.status, headers=headers)


def _tagged(answer: Response, body: bytes, headers: CIMultiDict[str], request: web.BaseRequest) -> web.Response:
    """With an ETag; 304 without a body if the client knows this body already."""
    tag = etag(body)
    headers["ETag"] = tag
    if answer.headers:
        headers.update(answer.headers)
    if answer.status == 200 and request.method in {"GET", "HEAD"} and _is_fresh(request, tag):
        del headers["Content-Type"]
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, status=answer.status, headers=headers)


async def stream(answer: Response, common: CIMultiDict[str], request: web.BaseRequest) -> web.StreamResponse:
    """Send an answer whose bytes come in pieces. An error on the way cuts the connection: the client must notice."""
    content: Content = answer.body
    headers = common.copy()
    headers["Content-Type"] = content.type
    headers.update(answer.headers)
    if content.length is not None:
        headers["Content-Length"] = str(content.length)
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(request)
    if request.method != "HEAD" and not isinstance(content.chunks, bytes):
        async for chunk in content.chunks:
            await response.write(chunk)
    await response.write_eof()
    return response


def encoded(value: Any) -> bytes:
    """The value as JSON; what orjson refuses (integers beyond 64 bits) goes the slow way."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def etag(body: bytes) -> str:
    """A weak tag of the body, formed as Express forms it, so that caches outlive a change of server."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:ETAG_LENGTH]}"'


def _is_fresh(request: web.BaseRequest, tag: str) -> bool:
    wanted = request.headers.get("If-None-Match")
    if wanted is None or "no-cache" in request.headers.get("Cache-Control", ""):
        return False
    strong = tag.removeprefix("W/")
    return wanted.strip() == "*" or any(known.strip().removeprefix("W/") == strong for known in wanted.split(","))
