"""The headers that every answer carries: they let web apps of other origins call."""

from __future__ import annotations

from multidict import CIMultiDict

from parsepy.settings import Settings

SERVER = "parsepy"
METHODS = "GET,PUT,POST,DELETE,OPTIONS"
EXPOSE = "Access-Control-Expose-Headers"
EXPOSED = "X-Parse-Job-Status-Id, X-Parse-Push-Status-Id"
ALLOWED = (
    "X-Parse-Master-Key",
    "X-Parse-REST-API-Key",
    "X-Parse-Javascript-Key",
    "X-Parse-Application-Id",
    "X-Parse-Client-Version",
    "X-Parse-Session-Token",
    "X-Requested-With",
    "X-Parse-Revocable-Session",
    "X-Parse-Request-Id",
    "Content-Type",
    "Pragma",
    "Cache-Control",
)


class Cors:
    """Makes the headers once for every origin that may call."""

    def __init__(self, settings: Settings) -> None:
        origins = settings.allow_origin or ("*",)
        headers = ", ".join((*ALLOWED, *(settings.allow_headers or ())))
        self._by_origin = {origin: _headers(origin, headers) for origin in origins}
        self._default = self._by_origin[origins[0]]
        self._varies = len(origins) > 1

    def headers(self, origin: str | None) -> CIMultiDict[str]:
        """Those for a request from `origin`, to be copied; an origin that is not listed is told the first that is."""
        if not self._varies or origin is None:
            return self._default
        return self._by_origin.get(origin, self._default)


def exposing(headers: CIMultiDict[str], name: str) -> CIMultiDict[str]:
    """The headers, with one more that web apps may read."""
    more = headers.copy()
    more[EXPOSE] = f"{EXPOSED}, {name}"
    return more


def _headers(origin: str, allowed: str) -> CIMultiDict[str]:
    headers = {
        "Server": SERVER,
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": allowed,
        EXPOSE: EXPOSED,
    }
    return CIMultiDict(headers if origin == "*" else {**headers, "Vary": "Origin"})
