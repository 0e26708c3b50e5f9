"""Logging in and out, and the other ways in which somebody becomes a user for the time of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core import access, answers, triggers
from parsepy.core import find as finding
from parsepy.core.context import Context
from parsepy.core.rules import Write
from parsepy.core.save import SaveResult
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.principal import CLOUD_INSTALLATION, Principal
from parsepy.model.where import Compare, Or, Query, Where, both
from parsepy.system import auth_data, passwords, roles, session_triggers, sessions

HASH = "_hashed_password"


async def log_in(ctx: Context, given: Mapping[str, Any]) -> Object:
    """Check name and password and open a session; the user as he sees himself, with `sessionToken`.

    Raises ParseError: 200, 201 for what is missing, 101 for what is wrong (unknown users cost the same time).
    """
    user = await authenticated(ctx, given)
    await session_triggers.before_login(ctx, user)
    linked = await auth_data.linked_at_login(ctx, user, given.get(auth_data.FIELD))
    row = await sessions.open_session(ctx, user["objectId"], action="login", provider="password")
    principal = replace(await _acting_as(ctx, user), session_token=row["sessionToken"])
    await session_triggers.after_login(ctx, user, principal)
    answer = await _signed_in(ctx, user, principal)
    return answer if linked is None else answer | {"authDataResponse": linked}


async def log_out(ctx: Context) -> None:
    """End the caller's own session, if he has one."""
    token = ctx.principal.session_token
    if not token:
        return
    ended = await sessions.end_sessions(ctx, Compare("sessionToken", "$eq", token))
    for row in ended:
        await session_triggers.after_logout(ctx, row)


async def verify_password(ctx: Context, given: Mapping[str, Any]) -> Object:
    """The user as he sees himself, without a session. Raises as `log_in`."""
    user = await authenticated(ctx, given)
    return await _as_himself(ctx, user, await _acting_as(ctx, user))


async def log_in_as(ctx: Context, user_id: Any) -> Object:
    """A session for any user, for the holder of the master key. Raises ParseError 162 and 101."""
    if user_id is None or user_id in ("", 0):
        raise ParseError(ErrorCode.INVALID_VALUE, "userId must not be empty, null, or undefined")
    schema = await ctx.app.schemas.require(sessions.USER_CLASS)
    user = await ctx.storage.get(schema, user_id) if isinstance(user_id, str) else None
    if user is None:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "user not found")
    row = await sessions.open_session(ctx, user_id, action="login", provider="masterkey")
    return access.presenter(ctx, schema)(user) | {"sessionToken": row["sessionToken"]}


async def log_in_with(ctx: Context, body: Mapping[str, Any]) -> SaveResult | None:
    """The login that a sign-up with known authData is; None if it is a real sign-up or an ordinary one."""
    given = body.get(auth_data.FIELD)
    if not auth_data.is_given(given):
        return None
    owner = await auth_data.owner_of(ctx, auth_data.providers_of(ctx, given))
    if owner is None:
        return None
    if ctx.principal.user_id not in {None, owner["objectId"]}:
        raise auth_data.already_used()
    await session_triggers.before_login(ctx, owner)
    if ctx.principal.user_id is not None or ctx.principal.is_master:
        answer = await _known_already(ctx, owner)
    else:
        provider = ",".join(sorted(name for name, data in given.items() if data))
        row = await sessions.open_session(ctx, owner["objectId"], action="login", provider=provider)
        principal = replace(await _acting_as(ctx, owner), session_token=row["sessionToken"])
        answer = await _signed_in(ctx, owner, principal) | {"authDataResponse": {}}
    schema = await ctx.app.schemas.require(sessions.USER_CLASS)
    replaced = await triggers.after_save(ctx, Write(schema, owner["objectId"], {}), owner | answer, answer)
    final = answers.replaced_by(replaced, answer, {"authDataResponse"})
    return SaveResult(owner["objectId"], final, is_create=False)


async def _known_already(ctx: Context, owner: Object) -> Object:
    """The answer to who is that user already, or holds the key to all: the row, and no session but for an installation."""
    row = await finding.get(ctx, sessions.USER_CLASS, owner["objectId"])
    if ctx.principal.user_id is not None or ctx.principal.installation_id == CLOUD_INSTALLATION:
        return row
    session = await sessions.open_session(ctx, owner["objectId"], action="login", provider=auth_data.ANONYMOUS)
    return row | {"sessionToken": session["sessionToken"]}


async def me(ctx: Context) -> Object:
    """The row of the session's user, as the caller sees it, with the token. Raises ParseError 209 without a session."""
    token = ctx.principal.session_token
    if not token:
        raise denied_session(ctx)
    # With a key beside it the token does not make the caller its user, and yet tells whom he asks for.
    try:
        holder = ctx.principal.user or (await sessions.authenticate(ctx.app, token, None)).user or {}
        row = await finding.get(ctx, sessions.USER_CLASS, holder["objectId"])
    except ParseError as exc:
        if exc.code in {ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_SESSION_TOKEN}:
            raise denied_session(ctx) from exc
        raise
    return row | {"sessionToken": token}


async def upgrade_session(ctx: Context) -> Object:
    """A session beside the caller's. Raises ParseError 101 without one."""
    if ctx.principal.user_id is None:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "invalid session")
    return await sessions.open_session(ctx, ctx.principal.user_id, action="upgrade", provider=None)


async def authenticated(ctx: Context, given: Mapping[str, Any]) -> Object:
    """The stored user whom the credentials belong to."""
    username, email, password = given.get("username"), given.get("email"), given.get("password")
    if not username and not email:
        raise ParseError(ErrorCode.USERNAME_MISSING, "username/email is required.")
    if not password:
        raise ParseError(ErrorCode.PASSWORD_MISSING, "password is required.")
    if not isinstance(password, str) or any(name and not isinstance(name, str) for name in (username, email)):
        raise wrong_credentials()
    user = await _candidate(ctx, username, email)
    if not await passwords.matches(password, user.get(HASH) if user else None) or user is None:
        raise wrong_credentials()
    if user.get("ACL") == {} and not ctx.principal.is_master:
        raise wrong_credentials("the user's ACL is empty: only the master key may log him in")
    return user


async def _candidate(ctx: Context, username: str | None, email: str | None) -> Object | None:
    """The user of that name, else the one with that e-mail address."""
    where: Where
    if username and email:
        where = both(Compare("username", "$eq", username), Compare("email", "$eq", email))
    elif email:
        where = Compare("email", "$eq", email)
    else:
        where = Or((Compare("username", "$eq", username), Compare("email", "$eq", username)))
    schema = await ctx.app.schemas.require(sessions.USER_CLASS)
    found = await ctx.storage.find(schema, Query(where))
    return next((user for user in found if user.get("username") == username), found[0] if found else None)


async def _signed_in(ctx: Context, user: Object, principal: Principal) -> Object:
    """The user as he sees himself with the new session."""
    return await _as_himself(ctx, user, principal) | {"sessionToken": principal.session_token}


async def _acting_as(ctx: Context, user: Object) -> Principal:
    held = await roles.roles_of(ctx.app, user["objectId"])
    return Principal(user=user, roles=held, installation_id=ctx.principal.installation_id)


async def _as_himself(ctx: Context, user: Object, principal: Principal) -> Object:
    """The user's row read with his own rights; what those rights do not show stays out (never the stored row)."""
    own = ctx if ctx.principal.bypasses_permissions else replace(ctx, principal=principal)
    try:
        row = await finding.get(own, sessions.USER_CLASS, user["objectId"])
    except ParseError:
        return {"objectId": user["objectId"]}
    return {name: value for name, value in row.items() if not name.startswith("_")}


def wrong_credentials(detail: str = "") -> ParseError:
    """The one answer to every login that fails."""
    return ParseError(ErrorCode.OBJECT_NOT_FOUND, "Invalid username/password.", detail=detail)


def denied_session(ctx: Context) -> ParseError:
    """What routes that need a session answer without one."""
    detail = "Invalid session token"
    text = "Permission denied" if ctx.app.settings.enable_sanitized_error_response else detail
    return ParseError(ErrorCode.INVALID_SESSION_TOKEN, text, detail=detail)
