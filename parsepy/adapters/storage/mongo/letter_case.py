"""Values that must differ in more than their capitals: looked for before a write, as Parse Server does.

Its indexes for this are not unique, and one of ours that were would keep it from starting on the same database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.collation import Collation

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.adapters.storage.mongo.scope import Scope
from parsepy.model.ops import Ops, Set
from parsepy.model.schema import ClassSchema

INDEX_PREFIX = "case_insensitive_"
"""How the names of these indexes begin: what MongoDB tells of an index says nothing of its purpose."""

COLLATION: Mapping[str, Any] = {"locale": "en_US", "strength": 2}
"""In which capitals make no difference."""


async def refuse_taken_rows(scope: Scope, schema: ClassSchema, objects: Sequence[Object]) -> None:
    """Refuse new objects with a value that another object has. Raises DuplicateValueError."""
    fields = _fields(schema)
    for row in objects if fields else ():
        await _refuse_taken(scope, schema, {name: row.get(name) for name in fields}, row["objectId"])


async def refuse_taken_values(scope: Scope, schema: ClassSchema, ops: Ops, object_id: str) -> None:
    """Refuse the change of an object to a value that another object has. Raises DuplicateValueError."""
    given = {name: ops[name] for name in _fields(schema) if name in ops}
    values = {name: op.value for name, op in given.items() if isinstance(op, Set)}
    await _refuse_taken(scope, schema, values, object_id)


def _fields(schema: ClassSchema) -> tuple[str, ...]:
    found = (index for name, index in schema.indexes.items() if name.startswith(INDEX_PREFIX))
    return tuple(next(iter(index.keys)) for index in found)


async def _refuse_taken(scope: Scope, schema: ClassSchema, values: Mapping[str, Any], object_id: str) -> None:
    documents = scope.documents(schema)
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        other = {"_id": {"$ne": object_id}, documents.path(name): value}
        found = scope.collection(schema.name).find_one(
            other, {"_id": 1}, collation=Collation(**COLLATION), session=scope.session
        )
        if await found is not None:
            raise DuplicateValueError(name)
