"""What stops being true of sessions and roles: forgotten here and in the other workers before the caller is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from parsepy.core.context import App
from parsepy.system import role_cache, session_cache

_ROLES, _SESSIONS = "roles", "sessions"
CLEAR_CACHE = "clearCache"
"""The channel, behind the application id, on which Parse Servers tell whose roles to read again: `{"userId": id}`."""


async def forget_tokens(app: App, tokens: Sequence[str]) -> None:
    """Let the next request with one of these tokens be checked anew."""
    if tokens:
        await _tell(app, {"tokens": list(tokens)})


async def forget_user(app: App, user_id: str) -> None:
    """Let the next request of each of the user's sessions read his row again."""
    await _tell(app, {"user": user_id})


async def forget_sessions(app: App) -> None:
    """Let every session be checked anew."""
    await _tell(app, {"all": _SESSIONS})


async def forget_roles(app: App, changed_by: str | None = None) -> None:
    """Let the roles of all users be read again; Parse Servers read those of the user who made the change again."""
    if changed_by is not None:
        app.pubsub.publish(clear_cache_channel(app), orjson.dumps({"userId": changed_by}))
    await _tell(app, {"all": _ROLES})


def listen(app: App) -> None:
    """Forget what this or another worker tells to forget."""
    app.pubsub.subscribe(channel(app), lambda message: _forget(app, orjson.loads(message)))
    # Whose roles they are is not told: the message names who changed a role, not who has it.
    app.pubsub.subscribe(clear_cache_channel(app), lambda _: role_cache.cache_of(app).clear())


def channel(app: App) -> str:
    """Where it is told."""
    return f"{app.settings.app_id}/revoked"


def clear_cache_channel(app: App) -> str:
    """Where Parse Servers tell it."""
    return f"{app.settings.app_id}{CLEAR_CACHE}"


async def _tell(app: App, told: dict[str, Any]) -> None:
    app.pubsub.publish(channel(app), orjson.dumps(told))
    await app.pubsub.settled()


def _forget(app: App, told: dict[str, Any]) -> None:
    sessions = session_cache.cache_of(app)
    match told:
        case {"tokens": tokens}:
            for token in tokens:
                sessions.forget(token)
        case {"user": user_id}:
            sessions.forget_user(user_id)
        case {"all": "sessions"}:
            sessions.clear()
        case _:
            role_cache.cache_of(app).clear()
