"""Running a hook of the app's cloud code for a call: what it is told of the caller, and the context it shares."""

from __future__ import annotations

from typing import Any, TypedDict

from parsepy.cloud import running
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.registry import Hook
from parsepy.cloud.requests import CloudRequest
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.model import values
from parsepy.model.permissions import USER_CLASS
from parsepy.model.system_classes import NEVER_SHOWN_FIELDS


class Caller(TypedDict):
    """What every request of cloud code holds."""

    master: bool
    is_read_only: bool
    user: ParseObject | None
    installation_id: str | None
    headers: Any
    ip: str
    context: dict[str, Any]


def caller(ctx: Context) -> Caller:
    """Who calls, with a copy of the context."""
    return Caller(
        master=ctx.principal.is_master,
        is_read_only=ctx.principal.is_read_only,
        user=_user(ctx),
        installation_id=ctx.principal.installation_id,
        headers=ctx.call.headers,
        ip=ctx.call.ip,
        context=dict(ctx.cloud_context),
    )


async def run(ctx: Context, hook: Hook, request: CloudRequest) -> Any:
    """What the hook returns. Raises ParseError (see `cloud.running.run`)."""
    actions = ctx.app.actions(ctx) if ctx.app.actions else None
    return await running.run(hook, request, calls=ctx.app.cloud.calls, actions=actions, roles=ctx.principal.roles)


def share(ctx: Context, request: CloudRequest) -> None:
    """Let later triggers of the call see what this one put into the context."""
    ctx.cloud_context.update(request.context)


def _user(ctx: Context) -> ParseObject | None:
    """The caller's own object: all of it but internal fields, with his session's token."""
    row = ctx.principal.user
    if row is None:
        return None
    hidden = NEVER_SHOWN_FIELDS.get(USER_CLASS, frozenset())
    shown = {name: value for name, value in row.items() if not name.startswith("_") and name not in hidden}
    if ctx.principal.session_token:
        shown["sessionToken"] = ctx.principal.session_token
    return ParseObject.from_json(with_file_urls(ctx, values.copied(shown)), USER_CLASS)
