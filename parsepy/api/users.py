"""Logging in and out, the caller himself, and his session."""

from __future__ import annotations

from typing import Any

from parsepy.api.router import Request, Response, Routes
from parsepy.core import access
from parsepy.core.context import Context
from parsepy.core.refusals import forbidden
from parsepy.errors import ErrorCode, ParseError
from parsepy.system import accounts, sessions

routes = Routes()
CREDENTIALS = ("username", "email", "password")


@routes.get("/login")
@routes.post("/login", writes=False)
async def log_in(ctx: Context, request: Request) -> Response:
    """Open a session with name and password; a body without a name leaves it to the query string."""
    return Response(await accounts.log_in(ctx, _credentials(request)))


@routes.get("/verifyPassword")
@routes.post("/verifyPassword", writes=False)
async def verify_password(ctx: Context, request: Request) -> Response:
    """Tell whether name and password belong together, without a session."""
    return Response(await accounts.verify_password(ctx, _credentials(request)))


@routes.post("/loginAs")
async def log_in_as(ctx: Context, request: Request) -> Response:
    """A session of any user for the holder of the master key. Raises ParseError 119 for others."""
    if not ctx.principal.is_master:
        raise forbidden(ctx, "master key is required")
    return Response(await accounts.log_in_as(ctx, request.arguments.get("userId")))


@routes.post("/logout", writes=False)
async def log_out(ctx: Context, request: Request) -> Response:
    """End the caller's session."""
    await accounts.log_out(ctx)
    return Response({})


@routes.get("/users/me")
async def me(ctx: Context, request: Request) -> Response:
    """The caller, with his token."""
    return Response(await accounts.me(ctx))


@routes.get("/sessions/me")
async def my_session(ctx: Context, request: Request) -> Response:
    """The caller's session."""
    return Response(await sessions.current(ctx))


@routes.post("/upgradeToRevocableSession", writes=False)
async def upgrade(ctx: Context, request: Request) -> Response:
    """A new session in place of the caller's."""
    row = await accounts.upgrade_session(ctx)
    schema = await sessions.session_schema(ctx.app)
    return Response(access.presenter(ctx, schema)(dict(row)))


@routes.post("/requestPasswordReset", writes=False)
@routes.post("/verificationEmailRequest", writes=False)
async def mail_request(ctx: Context, request: Request) -> Response:
    """Both need a way to send mail, which no app has yet."""
    email: Any = request.arguments.get("email")
    if not email:
        raise ParseError(ErrorCode.EMAIL_MISSING, "you must provide an email")
    if not isinstance(email, str):
        raise ParseError(ErrorCode.INVALID_EMAIL_ADDRESS, "you must provide a valid email string")
    text = "An appName, publicServerURL, and emailAdapter are required for password reset and email verification functionality."
    raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, text)


def _credentials(request: Request) -> dict[str, Any]:
    """Name and password, as texts: a query string's `123` is no number here."""
    fields = request.fields
    if fields.get("username") or fields.get("email"):
        return fields
    texts = {name: value for name, value in request.query.items() if name in CREDENTIALS}
    return {**fields, **texts}
