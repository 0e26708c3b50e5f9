"""Sessions: opening and ending them, and telling who holds a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from parsepy.adapters.storage.base import Object
from parsepy.core import access
from parsepy.core.context import App, Context
from parsepy.core.live import publishing, recording
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.ops import Set
from parsepy.model.principal import CLOUD_INSTALLATION, Principal
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Compare, Query, Where, both, by_id
from parsepy.system import revocations, roles, tokens
from parsepy.system.session_cache import Known, cache_of

SESSION_CLASS = "_Session"
USER_CLASS = "_User"


async def session_schema(app: App) -> ClassSchema:
    """The class of sessions; it is stored with the first of them."""
    return await app.schemas.find(SESSION_CLASS) or app.schemas.planned(SESSION_CLASS)


async def authenticate(app: App, token: str, installation_id: str | None) -> Principal:
    """Who holds the token. Raises ParseError 209 for an unknown or expired one."""
    known = cache_of(app).get(token) or await _load(app, token)
    if known.expires_at is not None and known.expires_at <= app.now():
        cache_of(app).forget(token)
        raise ParseError(ErrorCode.INVALID_SESSION_TOKEN, "Session token is expired.")
    if app.settings.extend_session_on_use:
        await _extend(app, token, known)
    user_roles = await roles.roles_of(app, known.user["objectId"])
    return Principal(user=known.user, session_token=token, roles=user_roles, installation_id=installation_id)


async def _load(app: App, token: str) -> Known:
    cache = cache_of(app)
    read_at = cache.revocations
    schema = await session_schema(app)
    found = await app.storage.find(schema, Query(Compare("sessionToken", "$eq", token), limit=1))
    user_id = found[0].get("user", {}).get("objectId") if found else None
    user = await app.storage.get(await app.schemas.require(USER_CLASS), user_id) if user_id else None
    if user is None:
        raise invalid_token()
    expires = found[0].get("expiresAt")
    known = Known(
        user,
        found[0]["objectId"],
        values.date_of(expires) if expires else None,
        values.date_of(found[0]["updatedAt"]),
    )
    cache.put(token, known, read_at=read_at)
    return known


async def _extend(app: App, token: str, known: Known) -> None:
    """Renew a session that has lived for half of its time since it was last renewed."""
    read_at = cache_of(app).revocations
    length = timedelta(seconds=app.settings.session_length)
    if app.now() - known.updated_at < length / 2:
        return
    ends = app.now() + length
    ops = {"expiresAt": Set(values.date_json(ends)), "updatedAt": Set(values.iso(app.now()))}
    await app.storage.update(await session_schema(app), by_id(known.session_id), ops)
    cache_of(app).put(token, replace(known, expires_at=ends, updated_at=app.now()), read_at=read_at)


def new_row(ctx: Context, user_id: str, *, action: str | None, provider: str | None) -> Object:
    """A session of the user as it is to be stored, with a fresh token; without an action it tells not how it was made."""
    app = ctx.app
    now = app.now()
    row: Object = {
        "objectId": app.new_id(app.settings.object_id_size),
        "createdAt": values.iso(now),
        "updatedAt": values.iso(now),
        "sessionToken": tokens.new_session_token(),
        "user": user_pointer(user_id),
    }
    if action is not None:
        row["createdWith"] = {"action": action} | ({"authProvider": provider} if provider else {})
    if app.settings.expire_inactive_sessions:
        row["expiresAt"] = values.date_json(now + timedelta(seconds=app.settings.session_length))
    if ctx.principal.installation_id not in {None, "", CLOUD_INSTALLATION}:
        row["installationId"] = ctx.principal.installation_id
    return row


async def open_session(ctx: Context, user_id: str, *, action: str | None, provider: str | None) -> Object:
    """Start a session for the user and end his others of the same installation; gives the new row."""
    row = new_row(ctx, user_id, action=action, provider=provider)
    if "installationId" in row:
        await end_sessions(ctx, both(of_user(user_id), Compare("installationId", "$eq", row["installationId"])))
    schema = await ctx.app.schemas.ensure(await session_schema(ctx.app))
    stored = await recording.insert(ctx, schema, row)
    await publishing.announce(ctx, schema, stored)
    return row


async def end_sessions(ctx: Context, where: Where) -> list[Object]:
    """Delete sessions and forget their tokens at once, in every worker; the rows that there were."""
    schema = await session_schema(ctx.app)
    rows = await ctx.storage.find(schema, Query(where))
    if rows:
        await ctx.storage.delete(schema, where)
        for row in rows:
            publishing.publish(ctx, schema, row, None)
        await revocations.forget_tokens(ctx.app, [row["sessionToken"] for row in rows if "sessionToken" in row])
    return rows


async def current(ctx: Context) -> Object:
    """The session that the request came with, as its owner sees it. Raises ParseError 209."""
    token = ctx.principal.session_token
    if not token:
        raise token_required()
    schema = await session_schema(ctx.app)
    found = await ctx.storage.find(schema, Query(Compare("sessionToken", "$eq", token), limit=1))
    if not found:
        raise ParseError(ErrorCode.INVALID_SESSION_TOKEN, "Session token not found.")
    return access.presenter(ctx, schema)(found[0])


def of_user(user_id: str) -> Where:
    """The sessions of one user."""
    return Compare("user", "$eq", user_pointer(user_id))


def user_pointer(user_id: str) -> Object:
    """A pointer to a user."""
    return {"__type": "Pointer", "className": USER_CLASS, "objectId": user_id}


def token_required() -> ParseError:
    """What is answered to nobody where a session is asked for."""
    return ParseError(ErrorCode.INVALID_SESSION_TOKEN, "Session token required.")


def invalid_token(detail: str = "") -> ParseError:
    """What a token that nobody holds is answered with."""
    return ParseError(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token", detail=detail)
