"""Class-level permissions at work: may this caller do this to the class, and to which of its objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.core.context import Context
from parsepy.core.refusals import forbidden
from parsepy.core.rules import Operation
from parsepy.errors import ErrorCode
from parsepy.model import acl
from parsepy.model.permissions import OPEN, POINTER_FIELDS, USER_CLASS
from parsepy.model.schema import ClassSchema
from parsepy.model.where import EVERYTHING, NOTHING, Compare, Or, Where

_READS = frozenset({"find", "get", "count"})
CURRENT_USER = "currentUser"


def may(ctx: Context, schema: ClassSchema | None, operation: Operation, *, on_create: bool = False) -> Where:
    """To which objects the class-level permissions limit the operation: all, those that point to the caller, or none.

    `on_create` tells that fields are added by a create. Raises ParseError 119, or 101 where a user is asked for and nobody
    is signed in.
    """
    if schema is None or schema.permissions is None or ctx.principal.bypasses_permissions:
        return EVERYTHING
    rules = schema.permissions.rules
    granted: Mapping[str, Any] = rules.get(operation) or {}
    if any(granted.get(key) is True for key in ctx.principal.keys):
        return EVERYTHING
    user_fields = rules.get("readUserFields" if operation in _READS else "writeUserFields") or ()
    pointers = granted.get(POINTER_FIELDS) or ()
    if granted.get("requiresAuthentication"):
        if ctx.principal.user_id is None:
            detail = "Permission denied, user needs to be authenticated."
            raise forbidden(ctx, detail, ErrorCode.OBJECT_NOT_FOUND)
    elif operation == "create" or not (user_fields or (pointers and not on_create)):
        raise forbidden(ctx, f"Permission denied for action {operation} on class {schema.name}.")
    return _pointing_to_caller(ctx, dict.fromkeys((*pointers, *user_fields)))


def _pointing_to_caller(ctx: Context, fields: Mapping[str, None]) -> Where:
    """Objects of which one of the fields is, or as an array holds, a pointer to the caller."""
    if not fields:
        return EVERYTHING
    user_id = ctx.principal.user_id
    if user_id is None:
        return NOTHING
    caller = {"__type": "Pointer", "className": USER_CLASS, "objectId": user_id}
    nodes = tuple(Compare(field, "$eq", caller) for field in fields)
    return nodes[0] if len(nodes) == 1 else Or(nodes)


def default_acl(ctx: Context, schema: ClassSchema) -> dict[str, Any] | None:
    """The ACL that the class gives to new objects without one; None if it has none of its own."""
    if schema.permissions is None:
        return None
    stored = schema.permissions.rules.get("ACL")
    if not isinstance(stored, Mapping) or stored == OPEN["ACL"]:
        return None
    given = {entity: permit for entity, permit in stored.items() if entity != CURRENT_USER}
    if CURRENT_USER in stored and ctx.principal.user_id is not None:
        given[ctx.principal.user_id] = stored[CURRENT_USER]
    return acl.normalised(given)
