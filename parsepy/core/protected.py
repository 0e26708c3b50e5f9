"""Fields that a caller may not see: one function that takes them out of rows, and one that refuses to search by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context
from parsepy.core.refusals import forbidden
from parsepy.core.rules import ClassRules
from parsepy.errors import ErrorCode
from parsepy.model import names
from parsepy.model.permissions import USER_CLASS, USER_FIELD_PREFIX
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import NEVER_SHOWN_FIELDS, OWNER_ONLY_FIELDS

LOGICAL = ("$or", "$and", "$nor")
NO_FIELDS: frozenset[str] = frozenset()

Presenter = Callable[[Object], Object]


@dataclass(frozen=True, slots=True)
class ProtectedFields:
    """What is hidden from one caller: `always`, less what the lists of `userField:` entries leave out for their users."""

    always: frozenset[str] = NO_FIELDS
    by_user_field: tuple[tuple[str, frozenset[str]], ...] = ()

    def of(self, row: Object, user_id: str | None) -> frozenset[str]:
        """What is hidden in this row from the user (nobody: None)."""
        hidden = self.always
        if user_id is None:
            return hidden
        for field, listed in self.by_user_field:
            if _points_to(row.get(field), user_id):
                hidden &= listed
        return hidden


NOTHING_PROTECTED = ProtectedFields()


def protected_fields(ctx: Context, schema: ClassSchema) -> ProtectedFields:
    """The fields that class-level permissions and the server's `protectedFields` hide from the caller.

    Of all lists that apply (everybody's, signed-in users', his roles', his own) a field must be in every one to be hidden.
    """
    if ctx.principal.bypasses_permissions or _protects_nothing(ctx, schema):
        return NOTHING_PROTECTED
    lists = _lists(ctx, schema)
    principal = ctx.principal
    applying = {"*"} if principal.user_id is None else {"authenticated", *principal.keys}
    hidden = [listed for entity, listed in lists.items() if entity in applying]
    if not hidden:
        return NOTHING_PROTECTED
    by_user_field = tuple(
        (entity.removeprefix(USER_FIELD_PREFIX), listed)
        for entity, listed in lists.items()
        if entity.startswith(USER_FIELD_PREFIX)
    )
    return ProtectedFields(frozenset.intersection(*hidden), by_user_field)


def _protects_nothing(ctx: Context, schema: ClassSchema) -> bool:
    """Whether neither the class nor the settings have any list for it, which is the usual case."""
    return schema.permissions is None and schema.name not in ctx.app.settings.protected_fields


def _lists(ctx: Context, schema: ClassSchema) -> dict[str, frozenset[str]]:
    """The lists by entity, those of the class and of the settings put together."""
    stored: Mapping[str, Sequence[str]] = {"*": ()}
    if schema.permissions is not None:
        stored = schema.permissions.rules.get("protectedFields") or {}
    lists = {entity: frozenset(listed) for entity, listed in stored.items()}
    for entity, listed in ctx.app.settings.protected_fields.get(schema.name, {}).items():
        lists[entity] = lists.get(entity, NO_FIELDS) | frozenset(listed)
    return lists


def presenter(ctx: Context, schema: ClassSchema) -> Presenter:
    """The redaction of one class's rows for the caller: a function from a stored row, which it may change, to one that may go out.

    Passwords never pass; names with an underscore pass for the maintenance key only; an owner's private fields for him
    and the master key. Make it once a request: the rules are worked out here, not per row.
    """
    never = NEVER_SHOWN_FIELDS.get(schema.name, NO_FIELDS)
    rules = ctx.app.rules_of(schema.name)
    if ctx.principal.is_maintenance:
        return lambda row: rules.present(ctx, _whole(row, never))
    always = never | rules.hidden
    private = NO_FIELDS if ctx.principal.bypasses_permissions else OWNER_ONLY_FIELDS.get(schema.name, NO_FIELDS)
    protected = protected_fields(ctx, schema)
    if not private and not protected.always:
        if type(rules).present is ClassRules.present:
            return lambda row: _without(row, always)
        return lambda row: rules.present(ctx, _without(row, always))
    user_id = ctx.principal.user_id
    exempt = ctx.app.settings.protected_fields_owner_exempt

    def present(row: Object) -> Object:
        own = rules.owns(ctx, row)
        hidden = always if own else always | private
        if not (own and exempt):
            hidden |= protected.of(row, user_id)
        return rules.present(ctx, _without(row, hidden))

    return present


def present(ctx: Context, schema: ClassSchema, row: Object) -> Object:
    """One row as the caller may see it."""
    return presenter(ctx, schema)(row)


def without_private(ctx: Context, class_name: str, row: Object) -> Object:
    """A presented row as it appears inside another: even its owner sees his private fields in the object itself only."""
    private = OWNER_ONLY_FIELDS.get(class_name)
    if private is None or ctx.principal.bypasses_permissions:
        return row
    return {name: value for name, value in row.items() if name not in private}


def refuse_protected(
    ctx: Context, schema: ClassSchema | None, where: Mapping[str, Any], order: Sequence[str] = ()
) -> None:
    """Refuse conditions and sort keys on fields that the caller does not see, at any depth and below dotted names.

    `where` and `order` are as the client sent them; ids in `authData` sort nothing, whoever asks. Raises ParseError 119,
    and 102 for a logical operator without a list.
    """
    if schema is None or ctx.principal.bypasses_permissions:
        return
    hidden = _unsearchable(ctx, schema, where)
    for key, value in conditions(where):
        if key in LOGICAL and not isinstance(value, list):
            raise forbidden(ctx, f"{key} must be an array", ErrorCode.INVALID_QUERY)
        if names.root(key) in hidden:
            raise forbidden(ctx, f"This user is not allowed to query {key} on class {schema.name}")
    for key in order:
        path = key.removeprefix("-")
        if names.root(path) in hidden and not names.is_auth_data_id(path):
            raise forbidden(ctx, f"This user is not allowed to sort by {path} on class {schema.name}")


def conditions(where: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every key of a client's `where` with its value, those within `$or`, `$and` and `$nor` too. Does not recurse."""
    pending: list[Any] = [where]
    while pending:
        current = pending.pop()
        if not isinstance(current, Mapping):
            continue
        for key, value in current.items():
            yield key, value
            if key in LOGICAL and isinstance(value, list):
                pending.extend(value)


def _unsearchable(ctx: Context, schema: ClassSchema, where: Mapping[str, Any]) -> frozenset[str]:
    """The fields that would tell of themselves by what a query finds; a query for the caller's own row tells no secret."""
    hidden = protected_fields(ctx, schema).always
    private = OWNER_ONLY_FIELDS.get(schema.name, NO_FIELDS)
    object_id = where.get("objectId") if isinstance(where, Mapping) else None
    if not isinstance(object_id, str) or not ctx.app.rules_of(schema.name).owns(ctx, {"objectId": object_id}):
        return hidden | private
    return NO_FIELDS if ctx.app.settings.protected_fields_owner_exempt else hidden


def _whole(row: Object, never: frozenset[str]) -> Object:
    """The row with its internal fields, whose dates go out as plain texts."""
    shown = {name: value for name, value in row.items() if name not in never}
    for name, value in shown.items():
        if name.startswith("_") and isinstance(value, dict) and value.get("__type") == "Date":
            shown[name] = value["iso"]
    return shown


def _without(row: Object, hidden: frozenset[str]) -> Object:
    """The row less the hidden and the internal fields; itself if it has none of them, which is the usual case."""
    if hidden.isdisjoint(row) and ",_" not in f",{','.join(row)}":
        return row
    return {name: value for name, value in row.items() if name not in hidden and name[:1] != "_"}


def _points_to(value: Any, user_id: str) -> bool:
    """Whether a field is, or as an array holds, a pointer to the user."""
    if isinstance(value, list):
        return any(_points_to(element, user_id) for element in value if isinstance(element, dict))
    return (
        isinstance(value, dict)
        and value.get("objectId") == user_id
        and value.get("__type") == "Pointer"
        and value.get("className") == USER_CLASS
    )
