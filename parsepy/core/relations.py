"""Relations: pairs of ids in a class of their own for each relation column."""

from __future__ import annotations

from collections.abc import Sequence

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.core.context import Context
from parsepy.model.ops import Relate
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.system_classes import join_schema
from parsepy.model.where import Compare, In, Query, both


def columns(schema: ClassSchema) -> Object:
    """What every object of the class shows for its relation columns."""
    return {
        name: {"__type": "Relation", "className": field.target}
        for name, field in schema.fields.items()
        if field.type is FieldType.RELATION
    }


async def related_ids(ctx: Context, class_name: str, field_name: str, owner_id: str) -> list[str]:
    """Ids of the members of one object's relation."""
    where = Compare("owningId", "$eq", owner_id)
    rows = await ctx.storage.find(join_schema(class_name, field_name), Query(where))
    return [row["relatedId"] for row in rows]


async def owning_ids(ctx: Context, class_name: str, field_name: str, related: Sequence[str]) -> list[str]:
    """Ids of the objects whose relation holds any of the given ids."""
    if not related:
        return []
    where = In("relatedId", tuple(related))
    rows = await ctx.storage.find(join_schema(class_name, field_name), Query(where))
    return [row["owningId"] for row in rows]


async def change(ctx: Context, class_name: str, field_name: str, owner_id: str, op: Relate) -> None:
    """Add to and remove from one object's relation; what is there, or gone, already is no error."""
    schema = join_schema(class_name, field_name)
    if op.remove:
        await ctx.storage.delete(schema, both(Compare("owningId", "$eq", owner_id), In("relatedId", op.remove)))
    if not op.add:
        return
    await ctx.app.schemas.ensure_join(ctx.storage, schema)
    for related_id in dict.fromkeys(op.add):
        row: Object = {"objectId": f"{owner_id}:{related_id}", "owningId": owner_id, "relatedId": related_id}
        try:
            await ctx.storage.insert(schema, [row])
        except DuplicateValueError:
            continue
