"""What holds for `_Installation` objects: identifiers in one form, and enough of them to reach the device."""

from __future__ import annotations

from dataclasses import replace

from parsepy.core.context import Context
from parsepy.core.rules import ClassRules, Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.ops import Op, Set

TOKEN_OF_APPLE = 64
NAMED = ("deviceToken", "installationId")


class InstallationRules(ClassRules):
    """Device tokens and installation ids are kept in lower case, as the mobile SDKs compare them."""

    async def admit(self, ctx: Context, write: Write) -> Write:
        """Fill in the installation id of the request's header and refuse what could never be found again (135)."""
        ops: dict[str, Op] = dict(write.ops)
        own = ctx.principal.installation_id
        if write.is_create and "installationId" not in ops and own:
            ops["installationId"] = Set(own)
        token, installation = _text(ops.get("deviceToken")), _text(ops.get("installationId"))
        if token and len(token) == TOKEN_OF_APPLE:
            ops["deviceToken"] = Set(token.lower())
        if installation:
            ops["installationId"] = Set(installation.lower())
        if write.is_create:
            _check_complete(ops)
        return replace(write, ops=ops)


def _check_complete(ops: dict[str, Op]) -> None:
    if not any(_text(ops.get(name)) for name in NAMED):
        text = "at least one ID field (deviceToken, installationId) must be specified in this operation"
        raise ParseError(ErrorCode.MISSING_REQUIRED_FIELD, text)
    if not _text(ops.get("deviceType")):
        raise ParseError(ErrorCode.MISSING_REQUIRED_FIELD, "deviceType must be specified in this operation")


def _text(op: Op | None) -> str | None:
    return op.value if isinstance(op, Set) and isinstance(op.value, str) and op.value else None
