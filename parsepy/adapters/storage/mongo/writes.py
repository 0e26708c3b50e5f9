"""Writing: updates that MongoDB carries out by itself, those whose object must be read first, deletes, pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError, OperationFailure

from parsepy.adapters.storage.base import InvalidValueError, Object, StorageUnavailableError
from parsepy.adapters.storage.mongo import catalog, letter_case
from parsepy.adapters.storage.mongo.condition import Filter, compile_unsorted, merged, single_id, with_single_values
from parsepy.adapters.storage.mongo.errors import is_passing, translated
from parsepy.adapters.storage.mongo.scope import Document, Scope
from parsepy.adapters.storage.mongo.updates import Update, compile_update, keys_of
from parsepy.model import apply_ops
from parsepy.model.documents import Documents
from parsepy.model.ops import Ops, Set, SetOnInsert
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where

ATTEMPTS = 20
"""How often an object is read and changed while others keep changing the same fields."""


async def update(scope: Scope, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool) -> Object | None:
    """Change the first match atomically; the object as it is then, None if nothing matched."""
    documents = scope.documents(schema)
    with translated(documents, writing=True):
        if upsert:
            await catalog.require(scope, schema)
            return await _upserted(scope, documents, where, ops)
        if (object_id := single_id(where)) is not None:
            await letter_case.refuse_taken_values(scope, schema, ops, object_id)
        found = await _changed(scope, documents, where, ops)
    return None if found is None else documents.from_document(found)


async def _changed(scope: Scope, documents: Documents, where: Where, ops: Ops) -> Document | None:
    change = compile_update(documents, ops)
    filter_ = compile_unsorted(documents, where)
    if scope.session is not None or change is None or not change.changes:
        # Inside of a transaction a refusal of the server would end it.
        return await _changed_by_reading(scope, documents, filter_, ops)
    if change.guards and single_id(where) is None:
        return await _changed_by_reading(scope, documents, filter_, ops)
    try:
        found = await _find_and_change(scope, documents, merged([filter_, change.guards]), change.changes)
    except OperationFailure as exc:
        if isinstance(exc, DuplicateKeyError) or is_passing(exc):
            raise
        # The stored values are not what MongoDB's operators expect: null for a list, for example.
        return await _changed_by_reading(scope, documents, filter_, ops)
    if found is None and change.guards:
        return await _changed_by_reading(scope, documents, filter_, ops)
    return found


async def _find_and_change(
    scope: Scope, documents: Documents, filter_: Filter, changes: Document, *, upsert: bool = False
) -> Document | None:
    found: Document | None = await scope.collection(documents.schema.name).find_one_and_update(
        filter_, changes, upsert=upsert, return_document=ReturnDocument.AFTER, session=scope.session
    )
    return found


async def _changed_by_reading(scope: Scope, documents: Documents, filter_: Filter, ops: Ops) -> Document | None:
    """Read the first match, change it here, and store it if nobody has changed the same fields meanwhile.

    Raises InvalidOperationError for what does not fit the stored values.
    """
    for _ in range(ATTEMPTS):
        before = await scope.collection(documents.schema.name).find_one(filter_, session=scope.session)
        if before is None:
            return None
        row = documents.from_document(before)
        apply_ops.apply(row, ops)
        after = documents.to_document(row)
        keys = keys_of(documents, ops, before, after)
        changes = _replacing(before, after, keys)
        if not changes:
            return before
        same = {key: {"$eq": before[key]} if key in before else {"$exists": False} for key in keys}
        guarded = {"$and": [filter_, {"_id": before["_id"]}, same]}
        found = await _find_and_change(scope, documents, guarded, changes)
        if found is not None:
            return found
    raise StorageUnavailableError("the object is changed by others all the time")


def _replacing(before: Document, after: Document, keys: frozenset[str]) -> Document:
    kept = {key: after[key] for key in keys if key in after}
    gone = dict.fromkeys((key for key in keys if key in before and key not in after), "")
    changes: Document = {"$set": kept, "$unset": gone}
    return {operator: values for operator, values in changes.items() if values}


async def _upserted(scope: Scope, documents: Documents, where: Where, ops: Ops) -> Object | None:
    filter_ = compile_unsorted(documents, with_single_values(where))
    change = compile_update(documents, ops, upsert=True)
    names_id = documents.is_join or "_id" in filter_ or _sets_id(ops)
    if scope.session is not None or change is None or not change.changes or change.guards or not names_id:
        return await _changed_or_inserted(scope, documents, where, ops)
    try:
        found = await _upsert(scope, documents, filter_, change)
    except OperationFailure as exc:
        if isinstance(exc, DuplicateKeyError) or is_passing(exc):
            raise
        return await _changed_or_inserted(scope, documents, where, ops)
    return None if found is None else documents.from_document(found)


def _sets_id(ops: Ops) -> bool:
    return isinstance(ops.get("objectId"), Set | SetOnInsert)


async def _upsert(scope: Scope, documents: Documents, filter_: Filter, change: Update) -> Document | None:
    try:
        return await _find_and_change(scope, documents, filter_, change.changes, upsert=True)
    except DuplicateKeyError:
        # Of two that insert the same object at once, one comes second and finds it now.
        return await _find_and_change(scope, documents, filter_, change.changes, upsert=True)


async def _changed_or_inserted(scope: Scope, documents: Documents, where: Where, ops: Ops) -> Object:
    found = await _changed(scope, documents, where, ops)
    if found is not None:
        return documents.from_document(found)
    row: Object = apply_ops.upserted(where, ops)
    await scope.collection(documents.schema.name).insert_one(new_document(documents, row), session=scope.session)
    return row


def new_document(documents: Documents, row: Mapping[str, Any]) -> Document:
    """The document of an object that is to be stored. Raises InvalidValueError for one without an id."""
    if not isinstance(row.get("objectId"), str):
        raise InvalidValueError("an object needs an objectId")
    return documents.to_document(row)


async def insert(scope: Scope, schema: ClassSchema, objects: Sequence[Object]) -> None:
    """Store new objects at once, in a transaction: the first that is refused ends it."""
    if not objects:
        return
    documents = scope.documents(schema)
    with translated(documents, writing=True):
        await catalog.require(scope, schema)
        if documents.is_join:
            await put_pairs(scope, documents, objects)
            return
        rows = [new_document(documents, row) for row in objects]
        await letter_case.refuse_taken_rows(scope, schema, objects)
        await scope.collection(schema.name).insert_many(rows, session=scope.session)


async def put_pairs(scope: Scope, documents: Documents, objects: Sequence[Object]) -> None:
    """Store pairs of a relation; one that is there already stays the only one."""
    pairs = [documents.to_document({"relatedId": row["relatedId"], "owningId": row["owningId"]}) for row in objects]
    steps = [UpdateOne(pair, {"$set": pair}, upsert=True) for pair in pairs]
    await scope.collection(documents.schema.name).bulk_write(steps, ordered=False, session=scope.session)


async def delete(scope: Scope, schema: ClassSchema, where: Where) -> int:
    """Delete every match; how many there were."""
    documents = scope.documents(schema)
    with translated(documents):
        filter_ = compile_unsorted(documents, where)
        done = await scope.collection(schema.name).delete_many(filter_, session=scope.session)
        return done.deleted_count
