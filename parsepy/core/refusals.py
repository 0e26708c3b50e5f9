"""Refusals for missing permissions: what the client is told, and what the log says."""

from __future__ import annotations

from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError

SANITIZED = "Permission denied"


def forbidden(
    ctx: Context, detail: str, code: ErrorCode = ErrorCode.OPERATION_FORBIDDEN, *, hint: str = ""
) -> ParseError:
    """A refusal whose reason the client learns only with `enableSanitizedErrorResponse` off.

    The log always has the reason, and `hint`: what the server's owner can do about it.
    """
    message = SANITIZED if ctx.app.settings.enable_sanitized_error_response else detail
    return ParseError(code, message, detail=f"{detail} ({hint})" if hint else detail)
