"""authData: linking and unlinking providers. Only `anonymous` is known here: an id of the client's own making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.core.context import Context
from parsepy.core.rules import Write
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.ops import Op, Set, Unset
from parsepy.model.where import Compare, Query, by_id
from parsepy.system import revocations, sessions

FIELD = "authData"
ANONYMOUS = "anonymous"


def unsupported() -> ParseError:
    """What an unknown or switched-off provider is answered with."""
    return ParseError(ErrorCode.UNSUPPORTED_SERVICE, "This authentication method is unsupported.")


def already_used() -> ParseError:
    """What is told of an id that another user has."""
    return ParseError(ErrorCode.ACCOUNT_ALREADY_LINKED, "this auth is already used")


def is_given(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a body's authData names a provider with anything to check; an empty id is nothing."""
    return isinstance(value, Mapping) and any(
        isinstance(data, list | Mapping) and data and not (isinstance(data, Mapping) and data.get("id") == "")
        for data in value.values()
    )


def providers_of(ctx: Context, given: Any) -> dict[str, Any]:
    """The providers in a body's authData, checked: a dict with an id to link, None to unlink. Raises 252 and 162."""
    if not isinstance(given, Mapping):
        raise unsupported()
    for name, data in sorted(given.items()):
        if data is None:
            continue
        if name != ANONYMOUS or not ctx.app.settings.enable_anonymous_users:
            raise unsupported()
        if not isinstance(data, Mapping):
            raise unsupported()
        if data and not isinstance(data.get("id"), str):
            raise ParseError(ErrorCode.INVALID_VALUE, f"Invalid authData id for provider '{name}'.")
    return dict(given)


async def owner_of(ctx: Context, providers: Mapping[str, Any]) -> Object | None:
    """The stored user who has one of the ids; one who is locked out only for the holder of a key."""
    schema = await ctx.app.schemas.require(sessions.USER_CLASS)
    for name, data in sorted(providers.items()):
        if data and data.get("id"):
            where = Compare(f"{FIELD}.{name}.id", "$eq", data["id"])
            found = await ctx.storage.find(schema, Query(where, limit=1))
            if found and (found[0].get("ACL") != {} or ctx.principal.bypasses_permissions):
                return found[0]
    return None


async def linked_at_login(ctx: Context, user: Object, given: Any) -> dict[str, Any] | None:
    """Link what came beside name and password; what the login's answer tells of it, None if nothing came.

    Raises ParseError 252, 162 and 208.
    """
    if not given and not isinstance(given, Mapping):
        return None
    linked = {name: data for name, data in providers_of(ctx, given).items() if data and data.get("id")}
    other = await owner_of(ctx, linked)
    if other is not None and other["objectId"] != user["objectId"]:
        raise already_used()
    if linked:
        schema = await ctx.app.schemas.require(sessions.USER_CLASS)
        ops = {f"{FIELD}.{name}": Set(data) for name, data in linked.items()}
        try:
            await ctx.storage.update(schema, by_id(user["objectId"]), ops)
        except DuplicateValueError as exc:
            raise already_used() from exc
        await revocations.forget_user(ctx.app, user["objectId"])
    return {}


async def admit(ctx: Context, write: Write) -> Write:
    """Check the authData of a sign-up or of a change, and turn it into one op for each provider."""
    dotted = next((name for name in write.ops if name.startswith(f"{FIELD}.")), None)
    if dotted is not None:
        message = f"Invalid field name: {FIELD}" if write.is_create else f"Invalid field name for update: {dotted}"
        raise ParseError(ErrorCode.INVALID_KEY_NAME, message)
    if FIELD not in write.ops:
        return write
    op = write.ops[FIELD]
    if isinstance(op, Set) and _is_of_another_type(op.value):
        return write
    ops: dict[str, Op] = {name: other for name, other in write.ops.items() if name != FIELD}
    if isinstance(op, Unset) and not write.is_create:
        return replace(write, ops={**ops, FIELD: op})
    providers = providers_of(ctx, op.value if isinstance(op, Set) else None)
    linked = {name: data for name, data in providers.items() if data and data.get("id")}
    if write.is_create:
        return _admit_sign_up(write, ops, providers, linked)
    other = await owner_of(ctx, linked)
    if other is not None and other["objectId"] != write.object_id:
        raise already_used()
    stored = (other or {}).get(FIELD, {})
    changed = {name: data for name, data in providers.items() if not data or stored.get(name) != data}
    for name, data in changed.items():
        ops[f"{FIELD}.{name}"] = Set(data) if data else Unset()
    notes = {**write.notes, "providers": tuple(changed)} if changed else write.notes
    return replace(write, ops=ops, notes=notes)


def _is_of_another_type(value: Any) -> bool:
    """Whether it is left to the check of types to refuse the value (111)."""
    return value == [] or (bool(value) and not isinstance(value, str | list | Mapping))


def _admit_sign_up(write: Write, ops: dict[str, Op], providers: Mapping[str, Any], linked: Mapping[str, Any]) -> Write:
    if not linked:
        return replace(write, ops=ops)
    return replace(
        write, ops={**ops, FIELD: Set(dict(linked))}, notes={**write.notes, "providers": tuple(sorted(linked))}
    )
