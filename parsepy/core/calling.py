"""Running a hook of the app's cloud code for a call: what it is told of the caller, and the context it shares."""

from __future__ import annotations

import logging
from typing import Any, TypedDict

from parsepy.cloud import running
from parsepy.cloud.endpoints.messages import HttpRequest
from parsepy.cloud.registry import Hook, Trigger
from parsepy.cloud.requests import (
    CloudRequest,
    ConfigRequest,
    ConnectRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LiveEventRequest,
    LiveServerRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
    SubscribeRequest,
)
from parsepy.cloud.sdk.user import User
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.errors import ErrorCode, ParseError
from parsepy.logs import LEVELS, speaking_for
from parsepy.logs.secrets import named_secrets, redacted
from parsepy.model import values
from parsepy.model.permissions import USER_CLASS
from parsepy.model.system_classes import NEVER_SHOWN_FIELDS
from parsepy.settings import LogLevels

log = logging.getLogger(__name__)


class Caller(TypedDict):
    """What every request of cloud code holds."""

    master: bool
    is_read_only: bool
    user: User | None
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


async def run(ctx: Context, hook: Hook, request: CloudRequest, *, failure: ErrorCode = ErrorCode.SCRIPT_FAILED) -> Any:
    """What the hook returns. Raises ParseError (see `cloud.running.run`)."""
    actions = ctx.app.actions(ctx) if ctx.app.actions else None
    try:
        with speaking_for(ctx.app.settings.app_id):
            result = await running.run(
                hook, request, calls=ctx.app.cloud.calls, actions=actions, roles=ctx.principal.roles, failure=failure
            )
    except ParseError as exc:
        _note(ctx, request, exc)
        raise
    _note(ctx, request, None)
    return result


def _note(ctx: Context, request: CloudRequest, refusal: ParseError | None) -> None:
    """Log that a hook ran, at the level that `logLevels` names for it, or failed, with what its caller is told.

    Never with the values that it was given: they may be secret.
    """
    subject, wanted = _event(ctx.app.settings.log_levels, request, failed=refusal is not None)
    level = LEVELS.get(wanted)
    if level is not None and log.isEnabledFor(level):
        who = ctx.principal.user_id or ctx.principal.level
        if refusal is None:
            log.log(level, "%s ran for %s", subject, who)
        else:
            told = redacted(str(refusal), named_secrets(getattr(request, "params", {})))
            log.log(level, "%s failed for %s: %s", subject, who, told)


def _event(levels: LogLevels, request: CloudRequest, *, failed: bool) -> tuple[str, str]:
    """What ran, and the name of the level for it."""
    if isinstance(request, FunctionRequest):
        wanted = levels.cloud_function_error if failed else levels.cloud_function_success
        return f"cloud function {request.function_name}", wanted
    if isinstance(request, JobRequest):
        return f"job {request.job_name}", levels.cloud_function_error if failed else levels.cloud_function_success
    if isinstance(request, HttpRequest):
        wanted = levels.cloud_function_error if failed else levels.cloud_function_success
        return f"endpoint {request.method} {request.route}", wanted
    trigger, class_name = _trigger(request)
    if not trigger.startswith("before"):
        return f"{trigger} of {class_name}", levels.trigger_after
    return f"{trigger} of {class_name}", levels.trigger_before_error if failed else levels.trigger_before_success


def _trigger(request: CloudRequest) -> tuple[str, str]:
    match request:
        case SaveRequest() | DeleteRequest() | LoginRequest() | LogoutRequest():
            return request.trigger_name, request.object.class_name
        case FindRequest():
            return request.trigger_name, request.query.class_name
        case LiveEventRequest():
            return Trigger.AFTER_EVENT, getattr(request.object, "class_name", "")
        case SubscribeRequest():
            return Trigger.BEFORE_SUBSCRIBE, getattr(request.query, "class_name", "")
        case ConnectRequest():
            return Trigger.BEFORE_CONNECT, "live queries"
        case LiveServerRequest():
            return Trigger.ON_LIVE_QUERY_EVENT, request.event
        case ConfigRequest():
            return request.trigger_name, "Config"
        case FileRequest():
            return request.trigger_name, "File"
        case _:
            return type(request).__name__, ""


def share(ctx: Context, request: CloudRequest) -> None:
    """Let later triggers of the call see what this one put into the context."""
    ctx.cloud_context.update(request.context)


def user_row(ctx: Context) -> dict[str, Any] | None:
    """The caller's own object: all of it but internal fields, with his session's token."""
    row = ctx.principal.user
    if row is None:
        return None
    hidden = NEVER_SHOWN_FIELDS.get(USER_CLASS, frozenset())
    shown = {name: value for name, value in row.items() if not name.startswith("_") and name not in hidden}
    if ctx.principal.session_token:
        shown["sessionToken"] = ctx.principal.session_token
    found: dict[str, Any] = with_file_urls(ctx, values.copied(shown))
    return found


def _user(ctx: Context) -> User | None:
    row = user_row(ctx)
    return None if row is None else User.from_json(row)
