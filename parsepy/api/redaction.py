"""Takes secrets out of texts that go to the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from parsepy.api.router import Request
from parsepy.core.context import Context

HIDDEN = "[secret]"
SHORTEST = 4
_HEADERS = (
    "X-Parse-Master-Key",
    "X-Parse-Maintenance-Key",
    "X-Parse-Session-Token",
    "X-Parse-Client-Key",
    "X-Parse-Javascript-Key",
    "X-Parse-REST-API-Key",
    "X-Parse-Windows-Key",
    "Authorization",
    "Cookie",
)
_NAMES = ("password", "token", "secret", "key", "authdata", "auth_data")


def secrets_of(ctx: Context, request: Request) -> frozenset[str]:
    """Every text of the request that may be a secret: credentials, and values under names such as `password`."""
    found = {ctx.call.headers.get(name, "") for name in _HEADERS}
    found.add(ctx.principal.session_token or "")
    found.update(_sensitive(request.body, is_secret=False))
    found.update(_sensitive(dict(request.query), is_secret=False))
    return frozenset(text for text in found if len(text) >= SHORTEST)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without them."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _sensitive(value: Any, *, is_secret: bool) -> Iterator[str]:
    """Texts at any depth that stand under a telling name."""
    waiting: list[tuple[Any, bool]] = [(value, is_secret)]
    while waiting:
        current, secret = waiting.pop()
        match current:
            case str():
                if secret:
                    yield current
            case dict():
                waiting.extend((inner, secret or _tells(name)) for name, inner in current.items())
            case list():
                waiting.extend((inner, secret) for inner in current)


def _tells(name: str) -> bool:
    folded = name.lower()
    return any(part in folded for part in _NAMES)
