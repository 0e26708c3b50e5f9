"""Roles: which ones a user has, inherited ones included, and when that changes."""

from __future__ import annotations

from collections.abc import Sequence

from cachetools import TTLCache

from parsepy.adapters.storage.base import Object
from parsepy.core.context import App, Context
from parsepy.core.rules import ClassRules, Write
from parsepy.model.system_classes import join_schema
from parsepy.model.where import In, Query

ROLE_CLASS = "_Role"
CACHE = "roles"


def new_cache(size: int, ttl: float) -> TTLCache[str, frozenset[str]]:
    """Role keys by user id; `ttl` in seconds."""
    return TTLCache(size, ttl)


async def roles_of(app: App, user_id: str) -> frozenset[str]:
    """Names of all roles the user has, as ACL keys (`role:x`). A role has the members of the roles it contains. Cached."""
    cache: TTLCache[str, frozenset[str]] = app.caches[CACHE]
    known = cache.get(user_id)
    if known is None:
        known = await _load(app, user_id)
        cache[user_id] = known
    return known


async def _load(app: App, user_id: str) -> frozenset[str]:
    found: dict[str, None] = {}
    wave = await _owners(app, "users", [user_id])
    while wave:
        found.update(dict.fromkeys(wave))
        wave = [role_id for role_id in await _owners(app, "roles", wave) if role_id not in found]
    if not found:
        return frozenset()
    schema = await app.schemas.require(ROLE_CLASS)
    rows = await app.storage.find(schema, Query(In("objectId", tuple(found))))
    return frozenset(f"role:{row['name']}" for row in rows)


async def _owners(app: App, relation: str, ids: Sequence[str]) -> list[str]:
    rows = await app.storage.find(join_schema(ROLE_CLASS, relation), Query(In("relatedId", tuple(ids))))
    return list(dict.fromkeys(row["owningId"] for row in rows))


class RoleRules(ClassRules):
    """A saved or deleted role changes what users may do: nothing remembered of roles is true any more."""

    async def completed(self, ctx: Context, write: Write, after: Object) -> Object:
        """Forget the roles of all users."""
        forget(ctx.app)
        return {}

    async def deleted(self, ctx: Context, before: Object) -> None:
        """Forget the roles of all users."""
        forget(ctx.app)

    async def emptied(self, ctx: Context) -> None:
        """Forget the roles of all users."""
        forget(ctx.app)


def forget(app: App) -> None:
    """Forget the roles of all users."""
    app.caches[CACHE].clear()
