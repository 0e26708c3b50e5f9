"""Which texts of a request are secrets, to be taken out of what the log tells of it."""

from __future__ import annotations

from parsepy.api.router import Request
from parsepy.core.context import Context
from parsepy.logs.secrets import LEAST, named_secrets

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


def secrets_of(ctx: Context, request: Request) -> frozenset[str]:
    """Every text of the request that may be a secret: credentials, and values under names such as `password`."""
    found = {ctx.call.headers.get(name, "") for name in _HEADERS}
    found.add(ctx.principal.session_token or "")
    found.update(named_secrets(request.body))
    found.update(named_secrets(dict(request.query)))
    return frozenset(text for text in found if len(text) >= LEAST)
