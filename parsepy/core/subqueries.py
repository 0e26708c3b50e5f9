"""Conditions that need other queries (`$inQuery`, `$select`, `$relatedTo`, relation columns) become plain ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from parsepy.core import access, relations, triggers
from parsepy.core.context import Context
from parsepy.core.finder import Find, FindResult
from parsepy.errors import ParseError
from parsepy.model import values
from parsepy.model.find_params import FindParams
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.where import EVERYTHING, NOTHING, And, Compare, In, InQuery, Nor, Or, RelatedTo, Select, Where


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the conditions of one find on one class (None: a class that is not there), as its caller.

    Sub-queries read from the servers that `params` names for them, or else from those of the find itself.
    """

    ctx: Context
    schema: ClassSchema | None
    find: Find
    params: FindParams

    async def resolve(self, where: Where) -> Where:
        """The same condition in terms that a store knows, typed by the class's columns."""
        match where:
            case And(nodes):
                return And(await self._all(nodes))
            case Or(nodes):
                return Or(await self._all(nodes))
            case Nor(nodes):
                return Nor(await self._all(nodes))
            case InQuery():
                return await self._in_query(where)
            case Select():
                return await self._select(where)
            case RelatedTo():
                return await self._related_to(where)
            case _:
                return await self._typed(where)

    async def _all(self, nodes: tuple[Where, ...]) -> tuple[Where, ...]:
        return tuple([await self.resolve(node) for node in nodes])

    async def _in_query(self, node: InQuery) -> Where:
        found = await self._sub_find(node.query, only_ids=True)
        class_name = found.class_name or node.query["className"]
        pointers = tuple(_pointer(class_name, row["objectId"]) for row in found.results)
        return await self.resolve(In(node.path, pointers, node.negated))

    async def _select(self, node: Select) -> Where:
        found = await self._sub_find(node.query)
        read = [_shown(row, node.key) for row in found.results]
        flat = [item for value in read for item in (value if isinstance(value, list) else [value])]
        return In(node.path, tuple(value for value in flat if value is not values.MISSING), node.negated)

    async def _sub_find(self, query: Mapping[str, Any], *, only_ids: bool = False) -> FindResult:
        """Run a sub-query as the caller, with triggers, bounded by `requestComplexity.subqueryLimit`."""
        class_name = query["className"]
        bound = self.ctx.app.settings.request_complexity.subquery_limit
        params = FindParams(
            where=query.get("where") or {},
            redirect_key=query.get("redirectClassNameForKey"),
            read_preference=self.params.subquery_read_preference or self.params.read_preference,
            subquery_read_preference=self.params.subquery_read_preference,
            limit=bound if bound >= 0 and not self.ctx.principal.bypasses_permissions else None,
        )
        if only_ids and not triggers.has(self.ctx, triggers.Trigger.AFTER_FIND, class_name):
            params = replace(params, keys=("objectId",))
        return await self.find(self.ctx, class_name, params)

    async def _related_to(self, node: RelatedTo) -> Where:
        """The members of a relation; nobody may look through an owner that he cannot get."""
        owner_class, owner_id = node.owner["className"], node.owner["objectId"]
        owner_schema = await self.ctx.app.schemas.find(owner_class)
        if owner_schema is None:
            return NOTHING
        access.refuse_protected(self.ctx, owner_schema, {node.key: True}, ())
        if not self.ctx.principal.bypasses_permissions:
            asked = FindParams(where={"objectId": owner_id}, keys=("objectId",), limit=1, is_get=True)
            try:
                owner = await self.find(self.ctx, owner_class, asked)
            except ParseError:
                return NOTHING
            if not owner.results:
                return NOTHING
        return In("objectId", tuple(await relations.related_ids(self.ctx, owner_class, node.key, owner_id)))

    async def _typed(self, node: Where) -> Where:
        """A plain condition with its values in the form that the column stores."""
        path = getattr(node, "path", "")
        field = self.schema.fields.get(path) if self.schema else None
        if self.schema is None or field is None:
            return node
        if field.type is FieldType.RELATION:
            return await self._owners(self.schema.name, node)
        if field.type is FieldType.POINTER:
            return _with_values(node, lambda value: _as_pointer(field, value))
        return node

    async def _owners(self, class_name: str, node: Where) -> Where:
        """Objects whose relation holds (or does not hold) one of the given objects."""
        match node:
            case Compare(path, "$eq", {"objectId": str(object_id)}):
                return In("objectId", tuple(await relations.owning_ids(self.ctx, class_name, path, [object_id])))
            case Compare(path, "$ne", {"objectId": str(object_id)}):
                owners = await relations.owning_ids(self.ctx, class_name, path, [object_id])
                return In("objectId", tuple(owners), negated=True)
            case Compare(_, "$ne", value) if value is not None:
                return EVERYTHING
            case In(path, given, negated):
                ids = [value["objectId"] for value in given if isinstance(value, dict) and "objectId" in value]
                owners = await relations.owning_ids(self.ctx, class_name, path, ids)
                return In("objectId", tuple(owners), negated)
            case _:
                return NOTHING


def _shown(row: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of a row as clients see it, or MISSING: unlike in conditions, `owner.objectId` is an id."""
    root, *rest = path.split(".")
    value = values.read_path(row, root)
    for step in rest:
        match value:
            case dict():
                value = value.get(step, values.MISSING)
            case list():
                value = values.read_path({"list": value}, f"list.{step}")
            case _:
                return values.MISSING
    return value


def _with_values(node: Where, typed: Callable[[Any], Any]) -> Where:
    match node:
        case Compare(_, _, value):
            return replace(node, value=typed(value))
        case In(_, given, _):
            return replace(node, values=tuple(typed(value) for value in given))
        case _:
            return node


def _as_pointer(field: Field, value: Any) -> Any:
    """A bare id on a pointer column means an object of the column's class."""
    return _pointer(field.target or "", value) if isinstance(value, str) else value


def _pointer(class_name: str, object_id: str) -> dict[str, str]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}
