"""The triggers around sessions: before and after a login, and after a logout."""

from __future__ import annotations

from dataclasses import replace

from parsepy.adapters.storage.base import Object
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.registry import Hook, Trigger
from parsepy.cloud.requests import LoginRequest, LogoutRequest
from parsepy.core import access, calling
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.model import values
from parsepy.model.principal import Principal
from parsepy.system import sessions


async def before_login(ctx: Context, user: Object) -> None:
    """Run beforeLogin on the user whose credentials were right. Raises ParseError when it refuses."""
    hook = ctx.app.hook(Trigger.BEFORE_LOGIN, sessions.USER_CLASS)
    if hook is not None:
        await _around_login(ctx, hook, await _shown(ctx, sessions.USER_CLASS, user), Trigger.BEFORE_LOGIN)


async def after_login(ctx: Context, user: Object, principal: Principal) -> None:
    """Run afterLogin; `principal` is the user with his new session. Raises ParseError when it fails, though the session stays."""
    hook = ctx.app.hook(Trigger.AFTER_LOGIN, sessions.USER_CLASS)
    if hook is None:
        return
    shown = await _shown(ctx, sessions.USER_CLASS, user) | {"sessionToken": principal.session_token}
    own = replace(ctx, principal=replace(principal, level=ctx.principal.level))
    await _around_login(own, hook, shown, Trigger.AFTER_LOGIN)


async def after_logout(ctx: Context, session: Object) -> None:
    """Run afterLogout on the session that was ended. Raises ParseError when it fails."""
    hook = ctx.app.hook(Trigger.AFTER_LOGOUT, sessions.SESSION_CLASS)
    if hook is None:
        return
    subject = ParseObject.from_json(await _shown(ctx, sessions.SESSION_CLASS, session), sessions.SESSION_CLASS)
    request = LogoutRequest(object=subject, trigger_name=Trigger.AFTER_LOGOUT, **calling.caller(ctx))
    await calling.run(ctx, hook, request)


async def _around_login(ctx: Context, hook: Hook, user: Object, trigger: Trigger) -> None:
    subject = hook.object_type.from_json(user, sessions.USER_CLASS)
    request = LoginRequest(object=subject, trigger_name=trigger, **calling.caller(ctx))
    await calling.run(ctx, hook, request)


async def _shown(ctx: Context, class_name: str, row: Object) -> Object:
    """A stored row without internal fields, with the URLs of its files."""
    schema = await ctx.app.schemas.require(class_name)
    return with_file_urls(ctx, values.copied(access.presenter(ctx.as_master(), schema)(row)))
