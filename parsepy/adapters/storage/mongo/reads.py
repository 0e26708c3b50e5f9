"""Reading: finds, counts, different values and plans, in MongoDB's own terms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable, Iterable, Mapping
from typing import Any

from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import OperationFailure

from parsepy.adapters.storage.base import InvalidQueryError, Object, Options
from parsepy.adapters.storage.mongo.condition import (
    Filter,
    compile_filter,
    compile_order,
    compile_unsorted,
    has_text,
    merged,
)
from parsepy.adapters.storage.mongo.errors import translated
from parsepy.adapters.storage.mongo.scope import Document, Scope
from parsepy.adapters.storage.mongo.search_indexes import lacks_point_index, make_point_index, make_text_index
from parsepy.model.documents import NOWHERE, Documents
from parsepy.model.order import identity
from parsepy.model.paths import DATE_TEXTS
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.stored_values import plain_value
from parsepy.model.where import Query, Where

SCAN_ROWS = 256
"""Rows of one piece of a scan."""

_PERMISSIONS = ("_rperm", "_wperm")
VERBOSITY = "allPlansExecution"
"""What the Node driver asks for when it is told to explain."""


async def find(scope: Scope, schema: ClassSchema, query: Query) -> list[Object]:
    """The objects that match, in order, within the query's window."""
    if query.limit == 0:
        return []
    documents = scope.documents(schema)
    with translated(documents):
        await _prepare(scope, schema, query.where)
        try:
            found = await _cursor(scope, documents, query).to_list()
        except OperationFailure as exc:
            if not lacks_point_index(exc):
                raise
            await make_point_index(scope, schema, query.where)
            found = await _cursor(scope, documents, query).to_list()
        read = documents.from_document
        return [read(document) for document in found]


async def scan(scope: Scope, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
    """What `find` answers, batch by batch."""
    if query.limit == 0:
        return
    documents = scope.documents(schema)
    with translated(documents):
        await _prepare(scope, schema, query.where)
        if compile_order(documents, query.order) == {} and _sorts_by_distance(documents, query.where):
            await make_point_index(scope, schema, query.where)
        async with _cursor(scope, documents, query) as cursor:
            while found := await cursor.to_list(SCAN_ROWS):
                yield [documents.from_document(document) for document in found]


async def get(scope: Scope, schema: ClassSchema, where: Where) -> Object | None:
    """The one object of an id."""
    documents = scope.documents(schema)
    with translated(documents):
        filter_ = compile_unsorted(documents, where)
        found = await scope.collection(schema.name).find_one(filter_, **scope.asked({}))
        return None if found is None else documents.from_document(found)


async def count(scope: Scope, schema: ClassSchema, where: Where, options: Options) -> int:
    """How many objects match."""
    documents = scope.documents(schema)
    with translated(documents):
        await _prepare(scope, schema, where)
        filter_ = compile_unsorted(documents, where)
        return await scope.collection(schema.name, options).count_documents(filter_, **scope.asked(options))


async def distinct(scope: Scope, schema: ClassSchema, path: str, where: Where, options: Options) -> list[Any]:
    """The different values at a path, without null."""
    documents = scope.documents(schema)
    key = documents.path(path)
    if key == NOWHERE:
        return []
    with translated(documents):
        await _prepare(scope, schema, where)
        filter_ = compile_unsorted(documents, where)
        collection = scope.collection(schema.name, options)
        if _is_whole(schema, path):
            rows = await collection.find(filter_, {key: 1}, **scope.asked(options)).to_list()
            found: Iterable[Any] = (row.get(key) for row in rows)
        else:
            found = await collection.distinct(key, filter_, **scope.asked(options))
        return _different(_read(documents, path, value) for value in found)


def _is_whole(schema: ClassSchema, path: str) -> bool:
    """Whether the column's values are arrays in a document only: MongoDB would take them apart."""
    field = schema.fields.get(path)
    return field is not None and field.type is FieldType.GEO_POINT


def _read(documents: Documents, path: str, value: Any) -> Any:
    if path in DATE_TEXTS or "." in path:
        return plain_value(value)
    return documents.from_document({documents.key(path): value}).get(path)


def _different(values: Iterable[Any]) -> list[Any]:
    different: dict[Hashable, Any] = {}
    for value in values:
        if value is not None:
            different.setdefault(identity(value), value)
    return list(different.values())


async def explain(scope: Scope, schema: ClassSchema, query: Query) -> Mapping[str, Any]:
    """MongoDB's plan for the query."""
    documents = scope.documents(schema)
    asked = query.options.get("explain")
    with translated(documents):
        await _prepare(scope, schema, query.where)
        command = {
            "explain": _command(scope, documents, query),
            "verbosity": asked if isinstance(asked, str) else VERBOSITY,
        }
        preference = scope.collection(schema.name, query.options).read_preference
        found = await scope.database.command(command, session=scope.session, read_preference=preference)
        plan: Mapping[str, Any] = plain_value(dict(found))
        return plan


def _command(scope: Scope, documents: Documents, query: Query) -> Document:
    """The find as a command, for MongoDB to explain."""
    parts: dict[str, Any] = {
        "find": scope.prefix + documents.schema.name,
        "filter": compile_filter(documents, query.where),
        "sort": compile_order(documents, query.order),
        "projection": projection(documents, query),
        "skip": query.skip,
        "limit": query.limit,
        "hint": query.options.get("hint"),
        "comment": query.options.get("comment"),
        "batchSize": scope.options.batch_size,
        "maxTimeMS": scope.options.max_time_ms,
    }
    return {name: value for name, value in parts.items() if value or name in {"find", "filter"}}


def _cursor(scope: Scope, documents: Documents, query: Query) -> AsyncCursor[Document]:
    filter_ = compile_filter(documents, query.where)
    # Distance goes before every other order, and MongoDB would let the order win.
    order = {} if _sorts(filter_) else compile_order(documents, query.order)
    asked = _asked(scope, query.options)
    if scope.options.batch_size:
        asked["batch_size"] = scope.options.batch_size
    return scope.collection(documents.schema.name, query.options).find(
        filter_, projection(documents, query), skip=query.skip, limit=query.limit or 0, sort=order or None, **asked
    )


def _asked(scope: Scope, options: Options) -> dict[str, Any]:
    """A cursor's name for the time limit differs from a command's."""
    asked = scope.asked(options)
    limit = asked.pop("maxTimeMS", None)
    return asked if limit is None else {**asked, "max_time_ms": limit}


def _sorts(filter_: Filter) -> bool:
    own = any(isinstance(value, dict) and "$nearSphere" in value for value in filter_.values())
    return own or any(map(_sorts, filter_.get("$and", ())))


def _sorts_by_distance(documents: Documents, where: Where) -> bool:
    return _sorts(merged([compile_filter(documents, where)]))


def projection(documents: Documents, query: Query) -> Document | None:
    """The wanted keys; None for all of them, also where they are not known by name."""
    wanted: Document = {}
    if query.fields is not None and not (documents.spreads_auth_data and "authData" in query.fields):
        wanted = {"_id": 1}
        for name in query.fields:
            wanted |= dict.fromkeys(_PERMISSIONS, 1) if name == "ACL" else {documents.key(name): 1}
    if query.with_score or any(order.path == "$score" for order in query.order):
        wanted["score"] = {"$meta": "textScore"}
    return wanted or None


async def _prepare(scope: Scope, schema: ClassSchema, where: Where) -> None:
    """Make the text index that a search needs. Raises InvalidQueryError for a field that cannot have one."""
    text = has_text(where)
    if text is None:
        return
    if "." in text.path or text.path.startswith("$"):
        raise InvalidQueryError("A text search needs the name of a field.")
    await make_text_index(scope, schema, text.path)
