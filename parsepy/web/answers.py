"""Answers on their way out: JSON, raw bytes and streams become HTTP responses."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict

from parsepy.api.router import Content, Response
from parsepy.errors import ParseError

log = logging.getLogger(__name__)

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
        headers.update(answer.headers)
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


async def stream(
    answer: Response, common: CIMultiDict[str], request: web.BaseRequest
) -> tuple[web.StreamResponse, str]:
    """Send an answer whose bytes come in pieces; and why it ended too early, if it did.

    Then the connection is cut: the client must notice.
    """
    content: Content = answer.body
    headers = common.copy()
    headers["Content-Type"] = content.type
    headers.update(answer.headers)
    if content.length is not None:
        headers["Content-Length"] = str(content.length)
    response = web.StreamResponse(status=answer.status, headers=headers)
    problem = await _sent(response, content, request)
    if problem and request.transport is not None:
        request.transport.close()
    return response, problem


async def _sent(response: web.StreamResponse, content: Content, request: web.BaseRequest) -> str:
    """Send head and body; what prevented it, empty if nothing did. The source of the bytes is ended in any case."""
    try:
        await response.prepare(request)
        if request.method != "HEAD" and not isinstance(content.chunks, bytes):
            async for chunk in content.chunks:
                await response.write(chunk)
        await response.write_eof()
    except ConnectionError:
        return "the client hung up"
    except ParseError as exc:
        return f"the answer broke off with {int(exc.code)}"
    except Exception as exc:
        log.exception("an answer broke off")
        return f"the answer broke off with {type(exc).__name__}"
    finally:
        close = getattr(content.chunks, "aclose", None)
        if close is not None:
            await close()
    return ""


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
