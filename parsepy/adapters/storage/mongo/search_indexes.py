"""Indexes that MongoDB cannot search without: made when a query first needs them, as Parse Server does."""

from __future__ import annotations

from pymongo.errors import OperationFailure

from parsepy.adapters.storage.mongo.scope import SCHEMAS, Scope
from parsepy.model.schema import ClassSchema
from parsepy.model.where import And, Near, Where

_ABSENT_POINT_INDEX = frozenset({291, 17007})
_OTHER_OPTIONS = frozenset({67, 85, 86})
"""Codes of an index that is there already with other options or another name: a collection has one text index."""


def lacks_point_index(exc: OperationFailure) -> bool:
    """Whether MongoDB refuses to sort by distance for want of an index."""
    return exc.code in _ABSENT_POINT_INDEX or "unable to find index for $geoNear" in str(exc)


async def make_point_index(scope: Scope, schema: ClassSchema, where: Where) -> None:
    """The index by which points are sorted by distance."""
    path = _near_path(where)
    if path is not None:
        await scope.collection(schema.name).create_index([(path, "2d")])


async def make_text_index(scope: Scope, schema: ClassSchema, path: str) -> None:
    """The index by which texts are searched, recorded in the class's schema; nothing if one names the field already."""
    if (
        any(path in index.keys for index in schema.indexes.values())
        or (schema.name, path) in scope.known.search_indexes
    ):
        return
    name = f"{path}_text"
    try:
        await scope.collection(schema.name).create_index([(path, "text")], name=name)
        await scope.collection(SCHEMAS).update_one(
            {"_id": schema.name}, {"$set": {f"_metadata.indexes.{name}": {path: "text"}}}, session=scope.session
        )
    except OperationFailure as exc:
        if exc.code not in _OTHER_OPTIONS:
            raise
    scope.known.search_indexes.add((schema.name, path))


def _near_path(where: Where) -> str | None:
    match where:
        case And(nodes):
            return next((found for found in map(_near_path, nodes) if found is not None), None)
        case Near(path):
            return path
        case _:
            return None
