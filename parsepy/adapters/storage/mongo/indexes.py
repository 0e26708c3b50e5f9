"""The indexes of a class on the server: made, dropped and listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from parsepy.adapters.storage.mongo.errors import ABSENT_INDEX, ABSENT_NAMESPACE, DUPLICATE_KEY
from parsepy.adapters.storage.mongo.letter_case import COLLATION
from parsepy.adapters.storage.mongo.schema_documents import index_keys, parse_keys
from parsepy.adapters.storage.mongo.scope import Scope
from parsepy.model.schema import ClassSchema, FieldType, Index
from parsepy.model.system_classes import HIDDEN_INDEX_PREFIX, PRIMARY_INDEX

_SAME_BUT_FOR_NAME = frozenset({85, 86})
_AS_PARSE_SERVER_MAKES_THEM: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("_Role", "name_1"): {"sparse": True},
    ("_Idempotency", "reqId_1"): {"sparse": True},
    ("_Idempotency", "ttl"): {"sparse": True, "expireAfterSeconds": 0},
}
"""Options of its own indexes on MongoDB: made otherwise, they would keep it from starting."""

_PAIR = IndexModel([("owningId", 1), ("relatedId", 1)], name=f"{HIDDEN_INDEX_PREFIX}pair", unique=True)
_PLAIN_PAIR = IndexModel([("owningId", 1), ("relatedId", 1)], name=f"{HIDDEN_INDEX_PREFIX}pair")
_RELATED = IndexModel([("relatedId", 1)], name=f"{HIDDEN_INDEX_PREFIX}related")


def index_model(schema: ClassSchema, index: Index) -> IndexModel | None:
    """What MongoDB is asked for; None for the index on ids, which every collection has."""
    if index.name == PRIMARY_INDEX.name:
        return None
    options: dict[str, Any] = {"name": index.name}
    if index.unique and not index.case_insensitive:
        options["unique"] = True
    if index.sparse:
        options["sparse"] = True
    if index.case_insensitive:
        options["collation"] = COLLATION
    options |= _AS_PARSE_SERVER_MAKES_THEM.get((schema.name, index.name), {})
    return IndexModel(list(index_keys(schema, index).items()), **options)


async def make(scope: Scope, schema: ClassSchema, indexes: Iterable[Index]) -> None:
    """Make the indexes that are not there; one with the same keys under another name or with other options will do."""
    models = [model for model in (index_model(schema, index) for index in indexes) if model is not None]
    if models:
        await _make(scope, schema.name, models)


async def _make(scope: Scope, class_name: str, models: list[IndexModel]) -> None:
    if scope.session is not None:
        scope.afterwards.append(partial(_make, scope.without_session(), class_name, models))
        return
    try:
        await scope.collection(class_name).create_indexes(models)
    except OperationFailure as exc:
        if exc.code not in _SAME_BUT_FOR_NAME:
            raise
        for model in models if len(models) > 1 else []:
            await _make(scope, class_name, [model])


async def make_for_polygons(scope: Scope, schema: ClassSchema, fields: Iterable[str]) -> None:
    """The indexes by which polygons are searched."""
    names = [name for name in fields if schema.fields[name].type is FieldType.POLYGON]
    if names:
        await _make(scope, schema.name, [IndexModel([(name, "2dsphere")]) for name in names])


async def make_for_pairs(scope: Scope, class_name: str) -> None:
    """The indexes of a relation's pairs; where old rows hold a pair twice it stays so."""
    try:
        await _make(scope, class_name, [_PAIR, _RELATED])
    except OperationFailure as exc:
        if exc.code not in DUPLICATE_KEY:
            raise
        await _make(scope, class_name, [_PLAIN_PAIR, _RELATED])


async def drop(scope: Scope, class_name: str, names: Iterable[str]) -> None:
    """Drop indexes; one that is not there is no error, and the one on ids stays."""
    for name in names:
        if name == PRIMARY_INDEX.name:
            continue
        if scope.session is not None:
            scope.afterwards.append(partial(drop, scope.without_session(), class_name, [name]))
            continue
        try:
            await scope.collection(class_name).drop_index(name)
        except OperationFailure as exc:
            if exc.code not in {ABSENT_INDEX, ABSENT_NAMESPACE}:
                raise


async def listed(scope: Scope, schema: ClassSchema) -> dict[str, dict[str, int | str]]:
    """Keys of the indexes that clients may see, by name, as paths of the class."""
    return {name: parse_keys(schema, keys) for name, keys in (await found(scope, schema.name)).items()}


async def found(scope: Scope, class_name: str) -> dict[str, dict[str, Any]]:
    """The same as documents name the keys; a class without a collection has none. Raises OperationFailure."""
    try:
        async with await scope.collection(class_name).list_indexes(session=scope.session) as cursor:
            told = await cursor.to_list()
    except OperationFailure as exc:
        if exc.code != ABSENT_NAMESPACE:
            raise
        return {}
    return {index["name"]: _keys(index) for index in told if not index["name"].startswith(HIDDEN_INDEX_PREFIX)}


def _keys(index: Mapping[str, Any]) -> dict[str, Any]:
    """A text index names its fields among its weights only."""
    keys = {name: order for name, order in index["key"].items() if name not in {"_fts", "_ftsx"}}
    texts = index.get("weights") if "_fts" in index["key"] else None
    return {**keys, **dict.fromkeys(texts or (), "text")}
