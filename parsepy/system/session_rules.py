"""What holds for `_Session` objects: everybody sees and changes only his own, and never what makes them valid."""

from __future__ import annotations

from dataclasses import replace

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context
from parsepy.core.refusals import forbidden
from parsepy.core.rules import ClassRules, Operation, Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values
from parsepy.model.ops import Set
from parsepy.model.where import Compare, Where, both
from parsepy.system import revocations, sessions

SERVER_SET = ("user", "installationId", "sessionToken", "expiresAt", "createdWith")
NEVER_CHANGED = ("installationId", "sessionToken")
"""What not even the master key changes: a session is found and replaced by these."""


class SessionRules(ClassRules):
    """Own sessions only; a client that creates one gets a fresh token whatever it sent."""

    reads_deleted = True

    def admit_operation(self, ctx: Context, operation: Operation) -> None:
        """Refuse callers without a session of their own (209)."""
        if ctx.principal.bypasses_permissions or ctx.principal.user is not None:
            return
        if operation in {"create", "update"}:
            raise sessions.token_required()
        hint = "sessions are only open to their owner: send X-Parse-Session-Token"
        raise forbidden(ctx, "Invalid session token", ErrorCode.INVALID_SESSION_TOKEN, hint=hint)

    async def scope(self, ctx: Context, where: Where) -> Where:
        """Only the caller's own sessions."""
        self.admit_operation(ctx, "find")
        user_id = ctx.principal.user_id
        if ctx.principal.bypasses_permissions or user_id is None:
            return where
        return both(where, sessions.of_user(user_id))

    async def admit(self, ctx: Context, write: Write) -> Write:
        """Refuse what clients may not set on their sessions."""
        self.admit_operation(ctx, "create")
        if "ACL" in write.sent:
            raise ParseError(ErrorCode.INVALID_KEY_NAME, "Cannot set ACL on a Session.")
        if not write.is_create:
            return _admit_update(ctx, write)
        if ctx.principal.bypasses_permissions:
            return write
        return await _own_new_session(ctx, write)

    async def completed(self, ctx: Context, write: Write, after: Object) -> Object:
        """A client that made a session is told all of it; a changed one is read anew by its next request."""
        if not write.is_create:
            await _forget(ctx, after)
        if not write.is_create or ctx.principal.bypasses_permissions:
            return {}
        shown = {name: value for name, value in after.items() if name not in {"createdAt", "updatedAt"}}
        return shown | {"createdAt": values.MISSING}

    async def deleted(self, ctx: Context, before: Object) -> None:
        """The token is refused from now on."""
        await _forget(ctx, before)

    async def emptied(self, ctx: Context) -> None:
        """All tokens are refused from now on."""
        await revocations.forget_sessions(ctx.app)


async def _forget(ctx: Context, session: Object) -> None:
    token = session.get("sessionToken")
    await revocations.forget_tokens(ctx.app, [token] if token else [])


def _admit_update(ctx: Context, write: Write) -> Write:
    for name in NEVER_CHANGED if ctx.principal.bypasses_permissions else SERVER_SET:
        if name not in write.ops:
            continue
        given = write.ops[name]
        own = sessions.user_pointer(ctx.principal.user_id or "")
        if name == "user" and given == Set(own):
            continue
        raise ParseError(ErrorCode.INVALID_KEY_NAME, f"Invalid key name: {name}")
    return write


async def _own_new_session(ctx: Context, write: Write) -> Write:
    """A session of the caller: what identifies it comes from the server."""
    user_id = ctx.principal.user_id or ""
    row = sessions.new_row(ctx, user_id, action="create", provider=None)
    given = {name: op for name, op in write.ops.items() if name not in {*SERVER_SET, "objectId"}}
    if "installationId" in write.ops:
        given["installationId"] = write.ops["installationId"]
    server_set = {name: Set(row[name]) for name in SERVER_SET if name in row and name != "installationId"}
    installation = given.get("installationId")
    if isinstance(installation, Set) and isinstance(installation.value, str):
        same = Compare("installationId", "$eq", installation.value)
        await sessions.end_sessions(ctx, both(sessions.of_user(user_id), same))
    return replace(write, ops=given | server_set)
