"""Who may do what: the one place that every way in asks before it reads or writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from parsepy.core import permissions, projection
from parsepy.core.context import Context
from parsepy.core.protected import (
    ProtectedFields,
    present,
    presenter,
    protected_fields,
    refuse_protected,
    without_private,
)
from parsepy.core.refusals import forbidden
from parsepy.core.rules import Operation
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import parse_where
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import (
    MASTER_ONLY_OPERATIONS,
    NAMED_SYSTEM_CLASSES,
    PUBLIC_INTERNAL_FIELDS,
    RESERVED_IDS,
    SEARCHABLE_FIELDS,
    VOLATILE_CLASSES,
)
from parsepy.model.where import Permits, Where, both

__all__ = [
    "ProtectedFields",
    "admit_class",
    "admit_missing_class",
    "admit_object_id",
    "check_complexity",
    "forbidden",
    "may",
    "parsed_where",
    "present",
    "presenter",
    "protected_fields",
    "refuse_protected",
    "refuse_read_only",
    "restrict",
    "without_private",
]

_WRITES = frozenset({"create", "update", "delete", "addField"})
_NESTED = frozenset({dict, list})
_SUBQUERIES = frozenset({"$inQuery", "$notInQuery", "$select", "$dontSelect"})


def admit_class(ctx: Context, class_name: str, operation: Operation) -> None:
    """Refuse what is closed to clients whatever the permissions say, and every write of the read-only master key.

    Raises ParseError 119.
    """
    if not ctx.principal.bypasses_permissions and _is_closed(class_name, operation):
        named = MASTER_ONLY_OPERATIONS[class_name].spoken if class_name in MASTER_ONLY_OPERATIONS else class_name
        raise forbidden(ctx, f"Clients aren't allowed to perform the {operation} operation on the {named} collection.")
    if operation in _WRITES:
        refuse_read_only(ctx, f"read-only masterKey isn't allowed to perform the {operation} operation.")
    ctx.app.rules_of(class_name).admit_operation(ctx, operation)


def _is_closed(class_name: str, operation: Operation) -> bool:
    if class_name in VOLATILE_CLASSES or class_name.startswith("_Join:"):
        return True
    return class_name in MASTER_ONLY_OPERATIONS and operation in MASTER_ONLY_OPERATIONS[class_name].operations


def refuse_read_only(ctx: Context, detail: str = "read-only masterKey isn't allowed to write.") -> None:
    """Refuse the read-only master key. Raises ParseError 119."""
    if ctx.principal.is_read_only:
        raise forbidden(ctx, detail)


def admit_missing_class(ctx: Context, class_name: str) -> None:
    """Refuse a class that is not there to clients who may not make it. Raises ParseError 119."""
    if ctx.app.settings.allow_client_class_creation or ctx.principal.bypasses_permissions:
        return
    if class_name not in NAMED_SYSTEM_CLASSES:
        raise forbidden(
            ctx,
            f"This user is not allowed to access non-existent class: {class_name}",
            hint="set allowClientClassCreation, or make the class with the master key",
        )


def admit_object_id(ctx: Context, class_name: str, object_id: Any) -> None:
    """Refuse ids that would count as something else in an ACL, from whomever they come. Raises ParseError 119."""
    reserved = RESERVED_IDS.get(class_name)
    if reserved is not None and isinstance(object_id, str) and object_id.startswith(reserved):
        raise forbidden(ctx, "Invalid object ID.")


async def may(ctx: Context, schema: ClassSchema | None, operation: Operation) -> Where:
    """The decision of the class-level permissions: the condition that objects must meet for the operation.

    Raises ParseError 119, or 101 where somebody has to be signed in.
    """
    return permissions.may(ctx, schema, operation)


def restrict(ctx: Context, where: Where, action: Literal["read", "write"]) -> Where:
    """The condition together with that of the objects' ACLs."""
    if ctx.principal.bypasses_permissions:
        return where
    return both(where, Permits(action, ctx.principal.keys))


def check_complexity(ctx: Context, params: FindParams) -> None:
    """Refuse finds that ask for more than `requestComplexity` allows. Raises ParseError 102."""
    if ctx.principal.bypasses_permissions or params.is_include:
        return
    limits = ctx.app.settings.request_complexity
    if not params.include and not any(type(value) in _NESTED for value in params.where.values()):
        return
    deepest = max((path.count(".") + 1 for path in params.include), default=0)
    if 0 <= limits.include_depth < deepest:
        raise _too_complex(f"Include depth of {deepest} exceeds maximum allowed depth of {limits.include_depth}")
    count = len(projection.paths(params.include))
    if 0 <= limits.include_count < count:
        raise _too_complex(f"Number of include fields ({count}) exceeds maximum allowed ({limits.include_count})")
    if limits.subquery_depth >= 0 and _subquery_depth(params.where) > limits.subquery_depth:
        raise _too_complex(f"Subquery nesting depth exceeds maximum allowed depth of {limits.subquery_depth}")


def _subquery_depth(where: Any) -> int:
    """How many sub-queries are nested in each other. Does not recurse."""
    deepest = 0
    pending: list[tuple[Any, int]] = [(where, 0)]
    while pending:
        current, depth = pending.pop()
        deepest = max(deepest, depth)
        if isinstance(current, Mapping):
            pending.extend((value, depth + (key in _SUBQUERIES)) for key, value in current.items())
        elif isinstance(current, list):
            pending.extend((value, depth) for value in current)
    return deepest


def parsed_where(ctx: Context, schema: ClassSchema | None, where: Mapping[str, Any]) -> Where:
    """The condition that a client sent. Raises ParseError 102, 105, 107 for malformed, too deep or inadmissible ones."""
    powerful = ctx.principal.bypasses_permissions
    limits = ctx.app.settings.request_complexity
    bounds = parse_where.WhereLimits(limits.query_depth, limits.allow_regex)
    return parse_where.parse_where(
        where,
        now=ctx.app.now(),
        limits=parse_where.NO_LIMITS if powerful else bounds,
        internal_fields=SEARCHABLE_FIELDS if powerful else PUBLIC_INTERNAL_FIELDS,
        fields=schema.fields if schema else None,
    )


def _too_complex(message: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_QUERY, message, detail=f"{message}: see requestComplexity")
