"""What one subscriber may see of the objects of a class, and in which form."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.base import Object
from parsepy.core import access, permissions, protected, relations
from parsepy.core.context import Context
from parsepy.core.file_urls import with_file_urls
from parsepy.core.projection import ALWAYS
from parsepy.core.rules import ClassRules, Operation
from parsepy.errors import ParseError
from parsepy.model import match
from parsepy.model.paths import Predicate
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import NEVER_TOLD_FIELDS, OWNER_ONLY_FIELDS
from parsepy.model.values import copied
from parsepy.model.where import EVERYTHING, Compare, Where


@dataclass(frozen=True, slots=True)
class Rights:
    """The decision of class-level permissions and protected fields for one caller and class, as of one schema.

    `refusal` stands for a caller who may see no object at all. `look` is equal for callers who see objects in the same form.
    """

    schema: ClassSchema
    refusal: ParseError | None
    admits: Predicate | None
    present: protected.Presenter
    look: Hashable

    def sees(self, row: Mapping[str, Any]) -> bool:
        """Whether class-level and pointer permissions let the caller see the row; its ACL is another matter."""
        return self.refusal is None and (self.admits is None or self.admits(row))


def operation_of(where: Where) -> Operation:
    """What following a condition counts as: who asks for one object by its id gets it, others find."""
    return "get" if isinstance(where, Compare) and (where.path, where.op) == ("objectId", "$eq") else "find"


def rights_of(ctx: Context, schema: ClassSchema, where: Where) -> Rights:
    """What the caller may see of the objects that the condition asks for."""
    operation = operation_of(where)
    refusal: ParseError | None = None
    constraint: Where = EVERYTHING
    try:
        access.admit_class(ctx, schema.name, operation)
        constraint = permissions.may(ctx, schema, operation)
    except ParseError as exc:
        refusal = exc
    admits = None if constraint == EVERYTHING else match.compile_where(constraint)
    return Rights(schema, refusal, admits, protected.presenter(ctx, schema), _look(ctx, schema))


def _look(ctx: Context, schema: ClassSchema) -> Hashable:
    """Equal for callers to whom every row goes out alike: in most classes that is everybody."""
    hidden = protected.protected_fields(ctx, schema)
    is_plain = type(ctx.app.rules_of(schema.name)).present is ClassRules.present
    is_personal = schema.name in OWNER_ONLY_FIELDS or bool(hidden.by_user_field) or not is_plain
    return ctx.principal.level, hidden, ctx.principal.user_id if is_personal else None


def shown(ctx: Context, rights: Rights, row: Object, keys: frozenset[str] | None) -> Object:
    """A row as the caller gets it: without what he may not see, with URLs of files, and only with the keys asked for."""
    never = NEVER_TOLD_FIELDS.get(rights.schema.name, frozenset())
    told = {name: copied(value) for name, value in row.items() if name not in never}
    presented = with_file_urls(ctx, rights.present(relations.columns(rights.schema) | told))
    if keys is not None:
        presented = {name: value for name, value in presented.items() if name in keys or name in ALWAYS}
    return {"className": rights.schema.name, **presented}
