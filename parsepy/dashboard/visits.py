"""A request for the dashboard and its answer, without any server's types."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HTML_TYPE = "text/html; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"

GUARDING: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'self'",
    # "no-referrer" would make browsers hide the origin of the log-in form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer carries: nobody frames it, guesses types, or reads it from elsewhere."""


class BodyTooLargeError(Exception):
    """The body of a request is longer than what was asked for."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One HTTP request below the mount.

    `path` begins behind the mount's last slash and is percent-encoded as it was sent; so is `query`, without its question
    mark. `headers` do not care for case. `peer` is the other end of the socket, and `is_tls` whether that is encrypted:
    what proxies in front say stands in the headers. `is_http_1_0` tells of a version that proxies still speak and browsers
    do not. `read` gives the body, or raises BodyTooLargeError beyond as many bytes.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    peer: str
    is_tls: bool
    read: Callable[[int], Awaitable[bytes]]
    is_http_1_0: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The answer: everything of it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Page:
    """A page that no cache keeps."""
    return _fresh(text.encode(), HTML_TYPE, status, headers)


def line(text: str, status: int, headers: Mapping[str, str] | None = None) -> Page:
    """A line of text that no cache keeps."""
    return _fresh(text.encode(), TEXT_TYPE, status, headers)


def as_json(value: Mapping[str, Any], status: int = 200) -> Page:
    """A JSON object that no cache keeps."""
    return _fresh(json.dumps(value).encode(), JSON_TYPE, status, None)


def redirect(location: str, *, status: int = 302, headers: Mapping[str, str] | None = None) -> Page:
    """The way to another page of this dashboard; `location` is percent-encoded already."""
    return Page(status, b"", {"Location": location, "Cache-Control": "no-store", **GUARDING, **(headers or {})})


def _fresh(body: bytes, type_: str, status: int, headers: Mapping[str, str] | None) -> Page:
    return Page(status, body, {"Content-Type": type_, "Cache-Control": "no-store", **GUARDING, **(headers or {})})
