"""Requests to a server, with its master key or a user's session."""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from parsepy.cli.cloud.failures import CommandError
from parsepy.cli.cloud.targets import Target
from parsepy.version import __version__

ANSWER_SECONDS = 60.0

Progress = Callable[[int, int], None]
"""Is told how many bytes of how many were sent."""


class RefusedError(CommandError):
    """The server answered with an error: `code` is Parse's, None if there was none."""

    def __init__(self, text: str, *, status: int, code: int | None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


class UnreachableError(CommandError):
    """The server did not answer."""


def is_final(exc: CommandError) -> bool:
    """Whether asking again will not help: a server that is restarted, or whose worker ends, comes back."""
    return isinstance(exc, RefusedError) and exc.status < 500


@dataclass(frozen=True)
class Upload:
    """A body that is no JSON."""

    data: bytes = field(repr=False)
    type: str
    progress: Progress | None = None


class Remote:
    """A server as commands see it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._opener = _opener(target)

    def get(self, path: str, *, seconds: float = ANSWER_SECONDS, **query: str) -> Any:
        """The JSON of an answer. Raises RefusedError and UnreachableError."""
        return self._parsed(path, self._send("GET", path + _query(query), None, {}, seconds=seconds))

    def download(self, path: str) -> bytes:
        """The bytes of an answer."""
        return self._send("GET", path, None, {})

    def post(self, path: str, body: Upload | Mapping[str, Any], *, session: str | None = None, **query: str) -> Any:
        """Send something, as the user of the session if there is one; the JSON of the answer."""
        sent = body if isinstance(body, Upload) else Upload(json.dumps(body).encode(), "application/json")
        headers = {"X-Parse-Session-Token": session} if session else {}
        return self._parsed(path, self._send("POST", path + _query(query), sent, headers))

    def _send(
        self,
        method: str,
        path: str,
        body: Upload | None,
        headers: Mapping[str, str],
        *,
        seconds: float = ANSWER_SECONDS,
    ) -> bytes:
        who = {} if headers else {"X-Parse-Master-Key": self.target.master_key}
        described = {"X-Parse-Application-Id": self.target.app_id, "User-Agent": f"parsepy/{__version__}"}
        content: Any = None
        if body is not None:
            described |= {"Content-Type": body.type, "Content-Length": str(len(body.data))}
            content = _Sent(body)
        # The scheme was checked when the target was found.
        request = Request(self.target.url + path, content, {**described, **who, **headers}, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return bytes(answer.read())
        except HTTPError as exc:
            raise self._refused(exc) from exc
        except (URLError, OSError, http.client.HTTPException) as exc:
            reason = exc.reason if isinstance(exc, URLError) else exc
            raise UnreachableError(f"{self.target.url} does not answer: {reason}") from exc

    def _parsed(self, path: str, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except ValueError as exc:
            raise CommandError(f"{self.target.url}{path} answered with no JSON: is it a parsepy server?") from exc

    def _refused(self, exc: HTTPError) -> RefusedError:
        """What a server says that refuses; one that sends us elsewhere is not followed, since the keys would go along."""
        if 300 <= exc.code < 400:
            text = f"{self.target.url} sends on to {exc.headers.get('Location')}: give that address"
            return RefusedError(text, status=exc.code, code=None)
        try:
            told = json.loads(exc.read())
        except (ValueError, OSError, http.client.HTTPException):
            told = None
        if not isinstance(told, dict):
            return RefusedError(f"{self.target.url} answered with HTTP {exc.code}", status=exc.code, code=None)
        code, text = told.get("code"), str(told.get("error") or told.get("message") or f"HTTP {exc.code}")
        known = code if isinstance(code, int) else None
        return RefusedError(text if known is None else f"error {known}: {text}", status=exc.code, code=known)


class _Sent(io.BytesIO):
    """A body that tells how much of it was read."""

    def __init__(self, body: Upload) -> None:
        super().__init__(body.data)
        self._body = body

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self._body.progress is not None:
            self._body.progress(self.tell(), len(self._body.data))
        return piece


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none."""


def _opener(target: Target) -> OpenerDirector:
    """Nobody stands between us and a server on this computer."""
    direct = [ProxyHandler({})] if target.is_local else []
    return build_opener(_NoRedirects, *direct)


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""
