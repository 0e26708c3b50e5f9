"""What holds for `_Installation` objects: identifiers in one form, and enough of them to reach the device."""

from __future__ import annotations

from dataclasses import replace

from parsepy.core import access
from parsepy.core.context import Context
from parsepy.core.rules import ClassRules, Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.ops import Op, Set
from parsepy.model.where import Query, by_id

TOKEN_OF_APPLE = 64
NAMED = ("deviceToken", "installationId")
IDENTIFYING = (*NAMED, "deviceType")


class InstallationRules(ClassRules):
    """Device tokens and installation ids are kept in lower case, as the mobile SDKs compare them."""

    async def admit(self, ctx: Context, write: Write) -> Write:
        """Fill in the installation id of the request's header and refuse what could never be found again (135)."""
        ops: dict[str, Op] = dict(write.ops)
        own = None if ctx.principal.bypasses_permissions else ctx.principal.installation_id
        if write.is_create and "installationId" not in ops and own:
            ops["installationId"] = Set(own)
        token, installation = _text(ops.get("deviceToken")), _text(ops.get("installationId"))
        if token and len(token) == TOKEN_OF_APPLE:
            ops["deviceToken"] = Set(token.lower())
        if installation:
            ops["installationId"] = Set(installation.lower())
        if write.is_create:
            _check_complete(ops)
        elif own or any(name in ops for name in IDENTIFYING):
            await _check_unchanged(ctx, write, ops)
        return replace(write, ops=ops)


async def _check_unchanged(ctx: Context, write: Write, ops: dict[str, Op]) -> None:
    """An installation keeps what it is known by. Raises ParseError 101 and 136."""
    where = access.restrict(ctx, by_id(write.object_id), "write")
    found = await ctx.storage.find(write.schema, Query(where, limit=1))
    if not found:
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Object not found for update.")
    stored = found[0]
    for name in ("installationId", "deviceToken", "deviceType"):
        given = _text(ops.get(name))
        if given is None or given == stored.get(name):
            continue
        is_fixed = name == "deviceType" or bool(stored.get(name))
        has_another_id = name == "deviceToken" and bool(stored.get("installationId") or "installationId" in ops)
        if is_fixed and not has_another_id:
            raise ParseError(ErrorCode.UNCHANGEABLE_FIELD, f"{name} may not be changed in this operation")


def _check_complete(ops: dict[str, Op]) -> None:
    if not any(_text(ops.get(name)) for name in NAMED):
        text = "at least one ID field (deviceToken, installationId) must be specified in this operation"
        raise ParseError(ErrorCode.MISSING_REQUIRED_FIELD, text)
    if _is_empty(ops.get("deviceType")):
        raise ParseError(ErrorCode.MISSING_REQUIRED_FIELD, "deviceType must be specified in this operation")


def _is_empty(op: Op | None) -> bool:
    return not isinstance(op, Set) or not op.value


def _text(op: Op | None) -> str | None:
    return op.value if isinstance(op, Set) and isinstance(op.value, str) and op.value else None
