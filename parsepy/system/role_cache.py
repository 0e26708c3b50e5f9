"""What is remembered of users' roles for a few seconds, and forgotten at once when any role changes."""

from __future__ import annotations

from cachetools import TTLCache

from parsepy.core.context import App

CACHE = "roles"


class RoleCache:
    """Role keys by user id, for `ttl` seconds."""

    def __init__(self, size: int, ttl: float) -> None:
        self._known: TTLCache[str, frozenset[str]] = TTLCache(size, ttl)
        self.revocations = 0
        """How often all was forgotten: what was read before that must not be remembered after it."""

    def get(self, user_id: str) -> frozenset[str] | None:
        """The user's roles, if they are known."""
        return self._known.get(user_id)

    def put(self, user_id: str, roles: frozenset[str], *, read_at: int) -> None:
        """Remember a user's roles, unless all was forgotten since `revocations` was `read_at`."""
        if read_at == self.revocations:
            self._known[user_id] = roles

    def clear(self) -> None:
        """Forget the roles of all users."""
        self.revocations += 1
        self._known.clear()


def cache_of(app: App) -> RoleCache:
    """The app's remembered roles."""
    cache: RoleCache = app.caches[CACHE]
    return cache
