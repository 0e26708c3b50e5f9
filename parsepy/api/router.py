"""Requests and answers without HTTP, and the table that leads a request to its handler."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from parsepy.api.envelope import query_string
from parsepy.api.refusals import RefusalError
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.record import record

if TYPE_CHECKING:
    from parsepy.api.envelope.uploads import Upload
    from parsepy.api.limits import RateLimits
    from parsepy.core.context import Context

EMPTY: Mapping[str, Any] = {}
WRITING_METHODS = frozenset({"POST", "PUT", "DELETE"})


class Need(StrEnum):
    """What a caller must show before a route answers."""

    PUBLIC = "public"
    CLIENT = "client"
    SESSION = "session"
    MASTER = "master"
    MASTER_WRITE = "master-write"


@record(frozen=True, slots=True)
class Request:
    """One call of a route, after the envelope was taken off and the caller was recognised.

    `path` lies below the mount. `params` are the path's parameters, decoded, in the case they were sent in. `query` holds
    the query string as texts (a list for a repeated name, a dict for `a[b]=c`); `arguments` is the form most routes want.
    `body` is the client's JSON, `{}` if there was none. Only file routes, endpoints and the upload of a release get their
    body as it came, in `upload`. `query_string` is the query as it was sent, empty in a batch.
    `router`, `mount` and `limits` are those the request came through: what requests within requests need.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = field(default_factory=dict)
    upload: Upload | None = None
    router: Router | None = None
    mount: str = ""
    query_string: str = ""
    limits: RateLimits | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The body, which must be an object. Raises ParseError 107."""
        if not isinstance(self.body, dict):
            raise ParseError(ErrorCode.INVALID_JSON, "The request body must be a JSON object.")
        return self.body

    @property
    def arguments(self) -> dict[str, Any]:
        """The body overlaid with the query string, whose values are read as JSON where they are JSON."""
        if not self.query:
            return self.fields
        return {**self.fields, **query_string.as_json(self.query)}


@record(frozen=True, slots=True)
class Content:
    """A body that is not JSON, or not called so: without `type` no Content-Type is sent.

    `length` in bytes is sent as Content-Length if it is known. `has_tag` tells whether an ETag is sent.
    """

    chunks: bytes | AsyncIterator[bytes]
    type: str
    length: int | None = None
    has_tag: bool = True


@record(frozen=True, slots=True)
class Response:
    """An answer. `body` is JSON, or a `Content`."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[["Context", Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route: `path` may hold `:name` segments and end in `*name`, which takes all that follows.

    `writes` tells what the read-only master key is refused.
    """

    method: str
    path: str
    need: Need
    writes: bool
    handler: Handler


class Routes:
    """The routes of one resource, collected by decorators."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def add(
        self, method: str, path: str, need: Need = Need.CLIENT, *, writes: bool | None = None
    ) -> Callable[[Handler], Handler]:
        """Register a handler. By default POST, PUT and DELETE count as writes."""

        def register(handler: Handler) -> Handler:
            is_write = method in WRITING_METHODS if writes is None else writes
            self._routes.append(Route(method, path, need, is_write, handler))
            return handler

        return register

    def get(self, path: str, need: Need = Need.CLIENT) -> Callable[[Handler], Handler]:
        """Register a handler of GET (and HEAD)."""
        return self.add("GET", path, need)

    def post(self, path: str, need: Need = Need.CLIENT, *, writes: bool | None = None) -> Callable[[Handler], Handler]:
        """Register a handler of POST."""
        return self.add("POST", path, need, writes=writes)

    def put(self, path: str, need: Need = Need.CLIENT) -> Callable[[Handler], Handler]:
        """Register a handler of PUT."""
        return self.add("PUT", path, need)

    def delete(self, path: str, need: Need = Need.CLIENT) -> Callable[[Handler], Handler]:
        """Register a handler of DELETE."""
        return self.add("DELETE", path, need)


@record(frozen=True, slots=True)
class Match:
    """A route found, and the parameters that its path carried."""

    route: Route
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A route with parameters: literal segments to compare, positions of parameters, name of the tail."""

    route: Route
    literals: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    tail: str | None
    length: int

    def match(self, segments: list[str], folded: list[str]) -> Match | None:
        for position, text in self.literals:
            if folded[position] != text:
                return None
        params = {name: _decoded(segments[position]) for position, name in self.names}
        if self.tail is not None:
            params[self.tail] = "/".join(_decoded(segment) for segment in segments[self.length :])
        return None if "" in params.values() else Match(self.route, params)


class Router:
    """Finds the route of a path: case is ignored outside parameters, one trailing slash does not count."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._plain: dict[tuple[str, str], Match] = {}
        self._patterns: dict[tuple[str, str, int], list[_Pattern]] = {}
        self._tails: dict[tuple[str, str], list[_Pattern]] = {}
        for route in self.routes:
            self._register(route)

    def match(self, method: str, path: str) -> Match | None:
        """The route that serves the method on the path (below the mount, still percent-encoded)."""
        method = "GET" if method == "HEAD" else method
        folded_path = path.lower()
        found = self._plain.get((method, folded_path))
        if found is not None:
            return found
        if folded_path.endswith("/") and len(path) > 1:
            return None if folded_path.endswith("//") else self.match(method, path[:-1])
        segments, folded = path.split("/")[1:], folded_path.split("/")[1:]
        if not segments:
            return None
        for pattern in self._patterns.get((method, folded[0], len(segments)), ()):
            match = pattern.match(segments, folded)
            if match is not None:
                return match
        return self._match_tail(method, segments, folded)

    def _match_tail(self, method: str, segments: list[str], folded: list[str]) -> Match | None:
        for pattern in self._tails.get((method, folded[0]), ()):
            match = pattern.match(segments, folded) if len(segments) > pattern.length else None
            if match is not None:
                return match
        return None

    def _register(self, route: Route) -> None:
        segments = route.path.split("/")[1:]
        tail = segments.pop()[1:] if segments[-1].startswith("*") else None
        names = tuple((i, segment[1:]) for i, segment in enumerate(segments) if segment.startswith(":"))
        literals = tuple((i, s.lower()) for i, s in enumerate(segments) if i and not s.startswith(":"))
        pattern = _Pattern(route, literals, names, tail, len(segments))
        first = segments[0].lower()
        if tail is not None:
            _insert(self._tails.setdefault((route.method, first), []), pattern)
        elif names:
            _insert(self._patterns.setdefault((route.method, first, len(segments)), []), pattern)
        else:
            self._plain.setdefault((route.method, route.path.lower()), Match(route, EMPTY))


def _insert(patterns: list[_Pattern], new: _Pattern) -> None:
    """Keep the more literal patterns in front."""
    patterns.append(new)
    patterns.sort(key=lambda pattern: -len(pattern.literals))


def _decoded(segment: str) -> str:
    """Raises RefusalError 400 for what is no UTF-8."""
    if "%" not in segment:
        return segment
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as exc:
        raise RefusalError(400, f"Failed to decode param '{segment}'", detail="the path is not UTF-8") from exc
