"""Which classes there are: the collection `_SCHEMA`, changed the way that lets several servers change it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from parsepy.adapters.storage.base import ClassExistsError, StorageError
from parsepy.adapters.storage.mongo import indexes
from parsepy.adapters.storage.mongo.errors import translated
from parsepy.adapters.storage.mongo.schema_documents import (
    INDEXES,
    OPTIONS,
    PERMISSIONS,
    field_options,
    from_schema_document,
    index_keys,
    is_listed,
    to_schema_document,
    type_text,
)
from parsepy.adapters.storage.mongo.scope import SCHEMAS, Document, Scope
from parsepy.model.documents import JOIN_PREFIX
from parsepy.model.own_classes import is_own
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.system_classes import VOLATILE_CLASSES


async def load(scope: Scope) -> list[ClassSchema]:
    """All classes but the join classes."""
    with translated():
        found = await scope.collection(SCHEMAS).find({}, **_in_session(scope)).to_list()
    classes = [from_schema_document(document) for document in found]
    scope.known.classes = {schema.name for schema in classes}
    return classes


async def create(scope: Scope, schema: ClassSchema) -> None:
    """Make a class with its indexes. Raises ClassExistsError.

    Classes whose columns are fixed, and pairs of relations, have indexes but no document.
    """
    with translated(scope.documents(schema), writing=True):
        if schema.name.startswith(JOIN_PREFIX):
            await indexes.make_for_pairs(scope, schema.name)
            return
        await indexes.make(scope, schema, schema.indexes.values())
        if _is_without_document(schema.name):
            return
        if scope.session is not None and await _is_stored(scope, schema):
            raise ClassExistsError(schema.name)
        try:
            await scope.collection(SCHEMAS).insert_one(to_schema_document(schema), **_in_session(scope))
        except DuplicateKeyError as exc:
            raise ClassExistsError(schema.name) from exc
        scope.known.classes.add(schema.name)
        await indexes.make_for_polygons(scope, schema, schema.fields)


async def alter(scope: Scope, schema: ClassSchema, change: SchemaChange) -> None:
    """Change a class as it stands in the database; indexes first, for they may be refused."""
    after = schema.applied(change)
    with translated(scope.documents(after), writing=True):
        await indexes.make(scope, after, change.add_indexes.values())
        await indexes.drop(scope, schema.name, change.drop_indexes)
        await _change_document(scope, after, change)
        await _drop_values(scope, schema, change)
        await indexes.make_for_polygons(scope, after, change.add_fields)


async def _change_document(scope: Scope, after: ClassSchema, change: SchemaChange) -> None:
    steps = _field_steps(after, change)
    rest = _other_changes(change)
    indexed = await _index_changes(scope, after, change)
    for operator, values in indexed.items():
        rest.setdefault(operator, {}).update(values)
    if rest:
        steps.append(UpdateOne({"_id": after.name}, rest))
    if steps:
        await scope.collection(SCHEMAS).bulk_write(steps, **_in_session(scope))


def _field_steps(after: ClassSchema, change: SchemaChange) -> list[UpdateOne]:
    """Add each column unless another server has done so, and set its options if it is what we take it for."""
    steps: list[UpdateOne] = []
    fixed = after.name in VOLATILE_CLASSES
    for name, field in change.add_fields.items():
        if not is_listed(after.name, name):
            continue
        text, options = type_text(field), field_options(field)
        if fixed:
            steps.append(UpdateOne({"_id": after.name}, {"$setOnInsert": {name: text}}, upsert=True))
        steps.append(UpdateOne({"_id": after.name, name: {"$exists": False}}, {"$set": {name: text}}))
        said = {"$set": {f"{OPTIONS}.{name}": options}} if options else {"$unset": {f"{OPTIONS}.{name}": ""}}
        steps.append(UpdateOne({"_id": after.name, name: text}, said))
    return steps


def _other_changes(change: SchemaChange) -> Document:
    changes: Document = {}
    if change.drop_fields:
        gone = [key for name in sorted(change.drop_fields) for key in (name, f"{OPTIONS}.{name}")]
        changes["$unset"] = dict.fromkeys(gone, "")
    if change.permissions is not None:
        changes["$set"] = {PERMISSIONS: dict(change.permissions.rules)}
    return changes


async def _index_changes(scope: Scope, after: ClassSchema, change: SchemaChange) -> Document:
    """Names with dots cannot be set one by one: then all of them are, as Parse Server does."""
    names = [*change.add_indexes, *change.drop_indexes]
    if not names:
        return {}
    added = {name: index_keys(after, index) for name, index in change.add_indexes.items()}
    if not any("." in name or name.startswith("$") for name in names):
        changes: Document = {"$set": {f"{INDEXES}.{name}": keys for name, keys in added.items()}}
        changes["$unset"] = {f"{INDEXES}.{name}": "" for name in change.drop_indexes if name not in added}
        return {operator: values for operator, values in changes.items() if values}
    stored = await scope.collection(SCHEMAS).find_one({"_id": after.name}, {INDEXES: 1}, **_in_session(scope))
    known = ((stored or {}).get("_metadata") or {}).get("indexes") or {}
    return {"$set": {INDEXES: {name: keys for name, keys in known.items() if name not in names} | added}}


async def _drop_values(scope: Scope, schema: ClassSchema, change: SchemaChange) -> None:
    documents = scope.documents(schema)
    keys = [documents.key(name) for name in sorted(change.drop_fields)]
    if keys:
        anywhere = {"$or": [{key: {"$exists": True}} for key in keys]}
        gone = {"$unset": dict.fromkeys(keys, "")}
        await scope.collection(schema.name).update_many(anywhere, gone, **_in_session(scope))


async def drop(scope: Scope, schema: ClassSchema) -> None:
    """Remove a class with its rows, if it is there."""
    with translated(writing=True):
        await _drop_rows(scope, schema)
        await scope.collection(SCHEMAS).delete_one({"_id": schema.name}, **_in_session(scope))
    scope.known.classes.discard(schema.name)


async def _drop_rows(scope: Scope, schema: ClassSchema) -> None:
    if scope.session is None:
        await scope.collection(schema.name).drop()
        return
    await scope.collection(schema.name).delete_many({}, session=scope.session)
    scope.afterwards.append(scope.collection(schema.name).drop)


async def require(scope: Scope, schema: ClassSchema) -> None:
    """Nothing, if rows of the class may be stored. Raises StorageError if it is not there."""
    if schema.name in scope.known.classes or _is_without_document(schema.name) or schema.name.startswith(JOIN_PREFIX):
        return
    if not await _is_stored(scope, schema):
        raise StorageError(f"there is no class {schema.name}")
    scope.known.classes.add(schema.name)


def _is_without_document(class_name: str) -> bool:
    return class_name in VOLATILE_CLASSES or is_own(class_name)


async def _is_stored(scope: Scope, schema: ClassSchema) -> bool:
    found = await scope.collection(SCHEMAS).find_one({"_id": schema.name}, {"_id": 1}, **_in_session(scope))
    return found is not None


def _in_session(scope: Scope) -> Mapping[str, Any]:
    return {} if scope.session is None else {"session": scope.session}
