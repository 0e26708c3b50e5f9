"""What an endpoint is given and what it may answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from parsepy.cloud.requests import CloudRequest
from parsepy.errors import ErrorCode, ParseError

OnForm = Callable[[bytes, str], dict[str, Any]]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FRAMING = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade", "trailer"})
WITHOUT_BODY = frozenset({204, 205, 304})


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield


@dataclass(slots=True, kw_only=True)
class HttpRequest(CloudRequest):
    """A call of an endpoint: its raw body, the `params` of its path as texts, the `query` as other routes get it.

    `route` is the path as it was registered, `path` the one that was asked for, both below the endpoints' own path.
    `stream` yields the body as it arrives, for endpoints that are registered with `stream=True`.
    """

    method: str
    path: str
    route: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    query_string: str = ""
    stream: AsyncIterator[bytes] = field(default_factory=_nothing, repr=False)
    content: bytes | None = field(default=b"", repr=False)
    read_form: OnForm | None = field(default=None, repr=False)

    @property
    def body(self) -> bytes:
        """All bytes of the body. Raises RuntimeError where they come as a stream."""
        if self.content is None:
            raise RuntimeError("this endpoint reads its body as a stream: async for piece in request.stream")
        return self.content

    @property
    def content_type(self) -> str:
        """What the client calls the body, without parameters and in lower case; empty if it does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as text in UTF-8; what is none becomes U+FFFD."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The value that the body holds. Raises ParseError 107 for what is no JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as exc:
            raise ParseError(ErrorCode.INVALID_JSON, "The body is not JSON.", detail=str(exc)) from exc

    def form(self) -> dict[str, Any]:
        """The fields of a form as texts; a file is `{"filename", "contentType", "data"}` with its bytes.

        Raises ParseError 107 for a body of another kind.
        """
        content_type = self.headers.get("content-type", "")
        if self.read_form is None or not _is_form(self.content_type):
            raise ParseError(
                ErrorCode.INVALID_JSON, "The body is not a form.", detail=f"it is {content_type or 'bare'}"
            )
        return self.read_form(self.body, content_type)


def _is_form(content_type: str) -> bool:
    return content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer with its own status and headers; a header may have several values (a list).

    `body` is what an endpoint may return plainly: JSON values and objects, `str`, `bytes`, an iterator of these two that
    makes the answer piece by piece, or None. Raises ValueError for a status or headers that cannot be sent.
    """

    status: int = 200
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    body: Any = None

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"{self.status} is no status of an answer: it must be from 200 to 599")
        if self.status in WITHOUT_BODY and self.body is not None:
            raise ValueError(f"an answer with status {self.status} has no body")
        for name, value in self.lines():
            _check_header(name, value)

    def lines(self) -> list[tuple[str, str]]:
        """Every header with each of its values."""
        given = ((name, [value] if isinstance(value, str) else value) for name, value in self.headers.items())
        return [(name, value) for name, values in given for value in values]


def _check_header(name: str, value: str) -> None:
    """Raises ValueError for what is no header, or one that says how the answer is cut into bytes."""
    if not _TOKEN.fullmatch(name) or name.lower() in _FRAMING:
        raise ValueError(f"an answer cannot have the header {name!r}")
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"the header {name} must be a text on one line")
