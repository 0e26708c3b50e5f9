"""Roles: which ones a user has, inherited ones included, and when that changes."""

from __future__ import annotations

from collections.abc import Sequence

from parsepy.adapters.storage.base import Object
from parsepy.core.context import App, Context
from parsepy.core.rules import ClassRules, Write
from parsepy.model.system_classes import join_schema
from parsepy.model.where import In, Query
from parsepy.system import revocations
from parsepy.system.role_cache import cache_of

ROLE_CLASS = "_Role"


async def roles_of(app: App, user_id: str) -> frozenset[str]:
    """Names of all roles the user has, as ACL keys (`role:x`). A role has the members of the roles it contains. Cached."""
    cache = cache_of(app)
    known = cache.get(user_id)
    if known is None:
        read_at = cache.revocations
        known = await _load(app, user_id)
        cache.put(user_id, known, read_at=read_at)
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
        await revocations.forget_roles(ctx.app, ctx.principal.user_id)
        return {}

    async def deleted(self, ctx: Context, before: Object) -> None:
        """Forget the roles of all users."""
        await revocations.forget_roles(ctx.app, ctx.principal.user_id)

    async def emptied(self, ctx: Context) -> None:
        """Forget the roles of all users."""
        await revocations.forget_roles(ctx.app, ctx.principal.user_id)
