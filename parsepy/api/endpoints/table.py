"""The endpoints of an app in one table, found by method and path."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from parsepy.api.endpoints import serve
from parsepy.api.router import Match, Need, Route, Router
from parsepy.cloud.endpoints.routes import METHODS, Endpoint


class Endpoints:
    """Those that cloud code has registered, below `prefix` (a path below the mount)."""

    def __init__(self, prefix: str, registered: Iterable[Endpoint]) -> None:
        self.prefix = prefix.lower()
        self._router = Router(_route(prefix, endpoint) for endpoint in registered)

    def __bool__(self) -> bool:
        return bool(self._router.routes)

    def match(self, method: str, path: str) -> Match | None:
        """The endpoint for the method on a path below the mount. HEAD is answered by GET."""
        match = self._router.match(method, path)
        return None if match is None or any(map(_climbs, match.params.values())) else match

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that are served on the path; none if nothing stands there."""
        found = [method for method in METHODS if self.match(method, path) is not None]
        if "GET" in found:
            found.insert(1, "HEAD")
        return tuple(found)

    def covers(self, path: str) -> bool:
        """Whether the path lies where endpoints stand."""
        folded = path.lower()
        return folded == self.prefix or folded.startswith(f"{self.prefix}/")


def _climbs(parameter: str) -> bool:
    """Whether a parameter would lead elsewhere where it is used in the path of a file."""
    return "\0" in parameter or not {".", ".."}.isdisjoint(parameter.replace("\\", "/").split("/"))


def _route(prefix: str, endpoint: Endpoint) -> Route:
    need = Need.PUBLIC if endpoint.is_public else Need.CLIENT
    path = prefix + endpoint.path.rstrip("/")
    return Route(endpoint.method, path, need, writes=False, handler=partial(serve.answer, endpoint))
