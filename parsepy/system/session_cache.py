"""What is remembered of session tokens for a few seconds, and forgotten at once when it stops being true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cachetools import TTLCache

from parsepy.adapters.storage.base import Object
from parsepy.core.context import App

CACHE = "sessions"


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a token: the user's row, the session's id, when it ends and when it was last renewed."""

    user: Object
    session_id: str
    expires_at: datetime | None
    updated_at: datetime


class SessionCache:
    """Sessions by token, for `ttl` seconds; all tokens of one user can be forgotten without looking at the others'."""

    def __init__(self, size: int, ttl: float) -> None:
        self._known: TTLCache[str, Known] = TTLCache(size, ttl)
        # Outlives every token in it: refreshed with each, kept twice as long.
        self._tokens: TTLCache[str, frozenset[str]] = TTLCache(2 * size, 2 * ttl)
        self.revocations = 0
        """How often something was forgotten: what was read before a revocation must not be remembered after it."""

    def get(self, token: str) -> Known | None:
        """What is known of a token."""
        return self._known.get(token)

    def put(self, token: str, known: Known, *, read_at: int | None = None) -> None:
        """Remember a token, unless something was forgotten since `revocations` was `read_at`."""
        if read_at is not None and read_at != self.revocations:
            return
        self._known[token] = known
        user_id = known.user["objectId"]
        self._tokens[user_id] = self._tokens.get(user_id, frozenset()) | {token}

    def forget(self, token: str | None) -> None:
        """Forget one token."""
        self.revocations += 1
        if token is not None:
            self._known.pop(token, None)

    def forget_user(self, user_id: str) -> None:
        """Forget every token of the user."""
        self.revocations += 1
        for token in self._tokens.pop(user_id, frozenset()):
            self._known.pop(token, None)

    def clear(self) -> None:
        """Forget all."""
        self.revocations += 1
        self._known.clear()
        self._tokens.clear()


def cache_of(app: App) -> SessionCache:
    """The app's remembered sessions."""
    cache: SessionCache = app.caches[CACHE]
    return cache
