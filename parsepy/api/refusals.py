"""Answers to requests that are turned away before any Parse error code applies."""

from __future__ import annotations

UNAUTHORIZED = "unauthorized"
SANITIZED = "Permission denied"


class RefusalError(Exception):
    """Answered as `{"error": message}` with the HTTP status; `detail`, for the log only, tells reason and fix.

    `is_bare`: sent without content type and ETag, as Parse Server does where it writes the answer by hand.
    """

    def __init__(self, status: int, message: str, *, detail: str = "", is_bare: bool = False) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.detail = detail
        self.is_bare = is_bare


def unauthorized(detail: str) -> RefusalError:
    """The caller did not show who it is: app id or client key."""
    return RefusalError(403, UNAUTHORIZED, detail=detail, is_bare=True)


def forbidden_address(detail: str) -> RefusalError:
    """The key is right, and comes from an address that it is not good for."""
    return RefusalError(403, UNAUTHORIZED, detail=detail)


def too_large(limit: int) -> RefusalError:
    """The body exceeds `limit` bytes."""
    return RefusalError(
        413,
        "request entity too large",
        detail=f"the body is larger than {limit} bytes; raise maxUploadSize to allow it",
    )
