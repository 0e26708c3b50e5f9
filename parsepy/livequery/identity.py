"""Who a subscriber is, kept true while he stays connected: sessions end and roles change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parsepy.core.context import App
from parsepy.errors import ParseError
from parsepy.model.principal import ANYBODY, MASTER, Principal
from parsepy.system import session_cache, sessions


@dataclass(eq=False, slots=True)
class Identity:
    """A session token and whom it stands for at the moment; a token that is no longer good stands for nobody.

    `is_stale` asks for another look before the next change is told. `watchers` are told when it stands for somebody else.
    """

    token: str | None
    is_master: bool = False
    principal: Principal = ANYBODY
    ends_at: datetime | None = None
    checked_at: datetime | None = None
    is_stale: bool = True
    watchers: list[Callable[[Identity], None]] = field(default_factory=list)


async def refresh(app: App, identity: Identity) -> None:
    """Find out who holds the token now, and tell the watchers if that is somebody else, or somebody with other roles."""
    before = identity.principal
    identity.principal = await _principal(app, identity)
    identity.checked_at = app.now()
    identity.is_stale = False
    known = session_cache.cache_of(app).get(identity.token) if identity.token else None
    identity.ends_at = known.expires_at if known else None
    after = identity.principal
    if (before.user_id, before.keys, before.level) != (after.user_id, after.keys, after.level):
        for watcher in tuple(identity.watchers):
            watcher(identity)


def is_due(app: App, identity: Identity) -> bool:
    """Whether the identity must be looked at again before anything is told to its owner."""
    if identity.is_stale or identity.checked_at is None:
        return True
    if not identity.token:
        return False
    now = app.now()
    if identity.ends_at is not None and identity.ends_at <= now:
        return identity.principal.user_id is not None
    return now - identity.checked_at >= timedelta(milliseconds=_lifetime(app))


def _lifetime(app: App) -> int:
    """Milliseconds for which it is believed who holds a token."""
    options = app.settings.live_query_server_options
    chosen = options.cache_timeout if options is not None else None
    return app.settings.cache_ttl if chosen is None else chosen


async def _principal(app: App, identity: Identity) -> Principal:
    if identity.is_master:
        return MASTER
    if not identity.token:
        return ANYBODY
    try:
        return await sessions.authenticate(app, identity.token, None)
    except ParseError:
        return ANYBODY
