"""What is remembered of session tokens for a few seconds, and forgotten at once when it stops being true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cachetools import TTLCache

from parsepy.adapters.storage.base import Object


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

    def get(self, token: str) -> Known | None:
        """What is known of a token."""
        return self._known.get(token)

    def put(self, token: str, known: Known) -> None:
        """Remember a token."""
        self._known[token] = known
        user_id = known.user["objectId"]
        self._tokens[user_id] = self._tokens.get(user_id, frozenset()) | {token}

    def forget(self, token: str | None) -> None:
        """Forget one token."""
        if token is not None:
            self._known.pop(token, None)

    def forget_user(self, user_id: str) -> None:
        """Forget every token of the user."""
        for token in self._tokens.pop(user_id, frozenset()):
            self._known.pop(token, None)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()
        self._tokens.clear()
