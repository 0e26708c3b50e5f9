"""What holds for `_User` objects: names, passwords, ACLs, who may change whom, and the sessions that follow."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context
from parsepy.core.refusals import forbidden
from parsepy.core.rules import ClassRules, Operation, Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.logs import LEVELS
from parsepy.model.ops import Op, Set
from parsepy.model.principal import CLOUD_INSTALLATION
from parsepy.model.where import Compare, Query, Regex, Where
from parsepy.system import auth_data, passwords, revocations, sessions, tokens

log = logging.getLogger(__name__)

HASH = "_hashed_password"
EMAIL = re.compile(r"^.+@.+$")
CASE_INDEXES = {"username": "case_insensitive_username", "email": "case_insensitive_email"}
OWN = {"read": True, "write": True}
CREDENTIALS = (
    ("username", ErrorCode.USERNAME_MISSING, "bad or missing username"),
    ("password", ErrorCode.PASSWORD_MISSING, "password is required"),
)


class UserRules(ClassRules):
    """Users are changed by themselves or with the master key; their passwords are only kept as hashes."""

    kept_in_answers = frozenset({"authDataResponse"})
    reads_before = True
    """Who may not change a user is told so before names are compared, and learns nothing of other users."""

    def admit_target(self, ctx: Context, operation: Operation, object_id: str) -> None:
        """Refuse callers without a session (206), before anything about the target is looked at."""
        if ctx.principal.bypasses_permissions or ctx.principal.user_id is not None:
            return
        if operation == "delete":
            raise ParseError(ErrorCode.SESSION_MISSING, "Insufficient auth to delete user")
        raise forbidden(ctx, f"Cannot modify user {object_id}.", ErrorCode.SESSION_MISSING)

    def unreachable(self, ctx: Context, text: str = "Object not found.") -> ParseError:
        """Users are not told which other users there are (206)."""
        if ctx.principal.bypasses_permissions:
            return super().unreachable(ctx, text)
        return forbidden(ctx, "Insufficient auth.", ErrorCode.SESSION_MISSING)

    def admit_sent(self, ctx: Context, sent: Mapping[str, Any], *, is_create: bool) -> None:
        """A sign-up needs a name and a password (200, 201), or authData."""
        if not is_create or auth_data.is_given(sent.get(auth_data.FIELD)):
            return
        for name, code, text in CREDENTIALS:
            if not isinstance(sent.get(name), str) or not sent[name]:
                raise ParseError(code, text)

    async def admit(self, ctx: Context, write: Write) -> Write:
        """Check authData, and what only the server sets."""
        admitted = await auth_data.admit(ctx, write)
        if "emailVerified" in write.ops and not ctx.principal.bypasses_permissions:
            detail = "Clients aren't allowed to manually update email verification."
            sanitized = ctx.app.settings.enable_sanitized_error_response
            raise ParseError(ErrorCode.OPERATION_FORBIDDEN, "Permission denied" if sanitized else detail, detail=detail)
        return admitted

    async def seal(self, ctx: Context, write: Write) -> Write:
        """Hash the password, normalise the names, give the user rights on himself."""
        ops: dict[str, Op] = dict(write.ops)
        notes = dict(write.notes)
        password = ops.pop("password", None)
        if password is not None:
            if not isinstance(password, Set) or not isinstance(password.value, str):
                raise ParseError(ErrorCode.PASSWORD_MISSING, "password is required")
            ops[HASH] = Set(await passwords.hashed(password.value, ctx.app.password_cost))
            notes["password_changed"] = True
        _normalise_names(ctx, ops)
        if write.is_create and not isinstance(ops.get("username"), Set):
            ops["username"] = Set(tokens.new_name())
            notes["generated_username"] = True
        await self._check_names(ctx, write, ops)
        _grant_own_rights(ctx, write, ops)
        return replace(write, ops=ops, notes=notes)

    async def _check_names(self, ctx: Context, write: Write, ops: Mapping[str, Op]) -> None:
        """Refuse names that others have and an e-mail address that is none. Raises 202, 203 and 125.

        Where there is an index the store compares; a name is only asked for where it must be told before the e-mail.
        """
        username, email = _text(ops.get("username")), _text(ops.get("email"))
        indexed = {name for name, index in CASE_INDEXES.items() if index in write.schema.indexes}
        if username is not None and "username" not in indexed:
            await self._refuse_taken(ctx, write, "username", _the_same(ctx, "username", username))
        elif username is not None and email is not None:
            await self._refuse_taken(ctx, write, "username", Compare("username", "$eq", username))
        if email is not None and not EMAIL.match(email):
            raise ParseError(ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.")
        if email is not None and "email" not in indexed:
            await self._refuse_taken(ctx, write, "email", _the_same(ctx, "email", email))

    async def _refuse_taken(self, ctx: Context, write: Write, name: str, same: Where) -> None:
        found = await ctx.storage.find(write.schema, Query(same, limit=2))
        if any(row["objectId"] != write.object_id for row in found):
            raise self.duplicate(ctx, name)

    async def completed(self, ctx: Context, write: Write, after: Object) -> Object:
        """Open a session for a new user; end all after a change of password, with a fresh one for the caller."""
        extra: Object = {}
        if "providers" in write.notes:
            extra["authDataResponse"] = {}
        if write.is_create:
            if write.notes.get("generated_username"):
                extra["username"] = after["username"]
            return extra | await _first_session(ctx, write)
        await revocations.forget_user(ctx.app, write.object_id)
        if not write.notes.get("password_changed"):
            return extra
        return extra | await _after_password_change(ctx, write.object_id)

    async def deleted(self, ctx: Context, before: Object) -> None:
        """His tokens are refused from now on."""
        await revocations.forget_user(ctx.app, before["objectId"])

    async def emptied(self, ctx: Context) -> None:
        """All tokens are refused from now on."""
        await revocations.forget_sessions(ctx.app)

    def duplicate(self, ctx: Context, field: str) -> ParseError:
        """Name the field that another user has already."""
        if field == "username":
            level = LEVELS.get(ctx.app.settings.log_levels.signup_username_taken)
            if level is not None:
                log.log(level, "sign-up refused: the username is taken")
            return ParseError(ErrorCode.USERNAME_TAKEN, "Account already exists for this username.")
        if field == "email":
            return ParseError(ErrorCode.EMAIL_TAKEN, "Account already exists for this email address.")
        if field.startswith("authData."):
            return auth_data.already_used()
        return super().duplicate(ctx, field)

    def owns(self, ctx: Context, row: Object) -> bool:
        """A user's own row is his."""
        return ctx.principal.user_id is not None and ctx.principal.user_id == row.get("objectId")

    def present(self, ctx: Context, row: Object) -> Object:
        """authData from which every provider was unlinked is none at all."""
        if row.get("authData") == {}:
            del row["authData"]
        return row


def _text(op: Op | None) -> str | None:
    return op.value if isinstance(op, Set) and isinstance(op.value, str) and op.value else None


def _the_same(ctx: Context, name: str, text: str) -> Where:
    """The text in any letters; where the database's collation ignores capitals by itself, it is simply the text."""
    if ctx.app.settings.enable_collation_case_comparison:
        return Compare(name, "$eq", text)
    return Regex(name, "^" + re.escape(text) + "$", "i")


def _normalise_names(ctx: Context, ops: dict[str, Op]) -> None:
    settings = ctx.app.settings
    for name, lower in (
        ("username", settings.convert_username_to_lowercase),
        ("email", settings.convert_email_to_lowercase),
    ):
        text = _text(ops.get(name))
        if lower and text is not None:
            ops[name] = Set(text.lower())


def _grant_own_rights(ctx: Context, write: Write, ops: dict[str, Op]) -> None:
    given = ops.get("ACL")
    acl: dict[str, Any] | None = dict(given.value) if isinstance(given, Set) and isinstance(given.value, dict) else None
    if write.is_create:
        if acl is None:
            acl = {} if ctx.app.settings.enforce_private_users else {"*": {"read": True}}
    elif acl is None or ctx.principal.bypasses_permissions:
        return
    ops["ACL"] = Set({**acl, write.object_id: OWN})


async def _first_session(ctx: Context, write: Write) -> Object:
    if ctx.principal.installation_id == CLOUD_INSTALLATION:
        return {}
    provider = ",".join(write.notes.get("providers", ()))
    row = await sessions.open_session(
        ctx, write.object_id, action="login" if provider else "signup", provider=provider or "password"
    )
    return {"sessionToken": row["sessionToken"]}


async def _after_password_change(ctx: Context, user_id: str) -> Object:
    if ctx.app.settings.revoke_session_on_password_reset:
        await sessions.end_sessions(ctx, sessions.of_user(user_id))
    if ctx.principal.bypasses_permissions:
        return {}
    row = await sessions.open_session(ctx, user_id, action=None, provider=None)
    return {"sessionToken": row["sessionToken"]}
