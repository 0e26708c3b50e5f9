"""Operations as MongoDB updates, as far as MongoDB does with them what Parse means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.model.documents import AUTH_PREFIX, NOWHERE, Documents, permissions_in_document
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Remove, Set, SetOnInsert, Unset
from parsepy.model.paths import is_position
from parsepy.model.stored_values import interior_in_document

Document = dict[str, Any]

_PERMISSIONS = ("_rperm", "_wperm", "_acl")


@dataclass(frozen=True, slots=True)
class Update:
    """What to send. `guards` is what a document must meet besides, or the update would do what Parse does not mean."""

    changes: Document
    guards: Document


def compile_update(documents: Documents, ops: Ops, *, upsert: bool = False) -> Update | None:
    """The update of these operations; None for those whose object has to be read first.

    These are operations on positions of arrays (MongoDB makes objects where arrays are missing), inside of columns that
    have no inside, and on all of a user's authData. Without `upsert`, what is only for new objects is left out.
    Raises UnstorableError for a name that no field may have.
    """
    changes: dict[str, Document] = {}
    guards: Document = {}
    for path, op in ops.items():
        if isinstance(op, SetOnInsert) and not upsert:
            continue
        if _needs_reading(documents, path, op):
            return None
        for operator, key, value in _operations(documents, path, op):
            changes.setdefault(operator, {})[key] = value
        for prefix in _objects_on_the_way(documents.path(path)):
            guards[f"{prefix}.__type"] = {"$exists": False}
    return Update(changes, guards)


def _needs_reading(documents: Documents, path: str, op: Op) -> bool:
    segments = path.split(".")
    if any(map(is_position, segments[1:])):
        return True
    if documents.path(path) == NOWHERE:
        return True
    return path == "authData" and documents.spreads_auth_data


def _objects_on_the_way(path: str) -> list[str]:
    """The objects inside of a column that a path leads through: a pointer there is no object to be written into."""
    segments = path.split(".")
    return [".".join(segments[:end]) for end in range(2, len(segments))]


def _operations(documents: Documents, path: str, op: Op) -> list[tuple[str, str, Any]]:
    """Operator, key and value of each change."""
    if path == "ACL":
        return _permissions(op)
    key = documents.checked_path(path)
    match op:
        case Set(value):
            return [("$set", key, documents.value(path, value))]
        case SetOnInsert(value):
            return [("$setOnInsert", key, documents.value(path, value))]
        case Unset():
            return [("$unset", key, "")]
        case Increment(amount):
            return [("$inc", key, interior_in_document(amount))]
        case Add(objects):
            return [("$push", key, {"$each": interior_in_document(objects)})]
        case AddUnique(objects):
            return [("$addToSet", key, {"$each": interior_in_document(objects)})]
        case Remove(objects):
            return [("$pullAll", key, interior_in_document(objects))]
        case _:
            raise ValueError(f"{path}: not an operation on a document")


def _permissions(op: Op) -> list[tuple[str, str, Any]]:
    match op:
        case Set(value) | SetOnInsert(value) if value is not None:
            operator = "$set" if isinstance(op, Set) else "$setOnInsert"
            return [(operator, key, held) for key, held in permissions_in_document(value).items()]
        case _:
            return [("$unset", key, "") for key in _PERMISSIONS]


def keys_of(documents: Documents, ops: Ops, *rows: Mapping[str, Any]) -> frozenset[str]:
    """The keys of a document that operations may change; `rows` are the documents before and after."""
    keys: set[str] = set()
    for path in ops:
        root = path.partition(".")[0]
        if root == "ACL":
            keys.update(_PERMISSIONS)
        elif root == "authData" and documents.spreads_auth_data:
            keys.update(key for row in rows for key in row if key.startswith(AUTH_PREFIX))
        else:
            keys.add(documents.key(root))
    return frozenset(keys)
