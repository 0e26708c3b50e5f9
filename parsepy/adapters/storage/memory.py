"""The store in memory: what the other stores must do, written down in the plainest way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, ClassVar

from parsepy.adapters.storage import aggregation
from parsepy.adapters.storage.base import (
    NO_OPTIONS,
    ClassExistsError,
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    Object,
    Options,
    Storage,
    StorageError,
    visible_indexes,
)
from parsepy.adapters.storage.memory_table import Table
from parsepy.errors import ParseError
from parsepy.model import apply_ops, match
from parsepy.model.ops import Ops
from parsepy.model.order import identity
from parsepy.model.own_classes import is_own
from parsepy.model.paths import MISSING, elements
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.values import copied, number
from parsepy.model.where import EVERYTHING, Query, Where

_JOIN_PREFIX = "_Join:"
_PIECE = 256


class MemoryStorage:
    """Objects in dicts, gone with the process. Writers wait for a transaction; readers see what was committed.

    A transaction works on a copy of everything, which takes the place of the old when it ends.
    """

    takes_turns: ClassVar[bool] = True

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self._writing = asyncio.Lock()

    async def open(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to let go of; the data stays until the store itself goes."""

    async def ping(self) -> None:
        """Always there."""

    async def load_classes(self) -> list[ClassSchema]:
        """Every class with its schema; join classes and tables of parsepy's own are not listed."""
        listed = [name for name in self._tables if not (name.startswith(_JOIN_PREFIX) or is_own(name))]
        return [self._tables[name].schema for name in listed]

    async def create_class(self, schema: ClassSchema) -> None:
        """Make room for a class. Raises ClassExistsError."""
        async with self._writing:
            if schema.name in self._tables:
                raise ClassExistsError(schema.name)
            self._tables[schema.name] = Table(schema)

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        """Apply a change to the class as it stands in the store. Raises DuplicateValueError."""
        async with self._writing:
            self._tables[schema.name] = self._existing(schema).altered(change)

    async def drop_class(self, schema: ClassSchema) -> None:
        """Remove a class with its rows; one that is not there is no error."""
        async with self._writing:
            self._tables.pop(schema.name, None)

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError."""
        async with self._writing:
            table = self._existing(schema)
            stored: list[str] = []
            try:
                stored.extend(_insert(table, copied(row)) for row in objects)
            except StorageError:
                for object_id in stored:
                    table.remove(object_id)
                raise

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order; without order, and where it leaves a choice, in that of their creation."""
        return _answered(self._found(schema, query), query)

    async def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces; rows are copied as they are asked for."""
        found = self._found(schema, query)
        for start in range(0, len(found), _PIECE):
            yield _answered(found[start : start + _PIECE], query)
            await asyncio.sleep(0)

    async def get(self, schema: ClassSchema, object_id: str) -> Object | None:
        """One object by id."""
        table = self._tables.get(schema.name)
        return copied(table.rows.get(object_id)) if table else None

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly."""
        with _translated():
            return len(self._matching(schema, where))

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out, in order of first appearance."""
        values: dict[Hashable, Any] = {}
        with _translated():
            found = [value for row in self._matching(schema, where) for value in elements(row, path)]
        for value in found:
            if value is not None and value is not MISSING:
                values.setdefault(identity(value), copied(value))
        return list(values.values())

    async def aggregate(self, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
        """The rows that the pipeline makes, as clients get them. Raises InvalidQueryError."""
        return await aggregation.aggregate(self, schema, pipeline)

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched."""
        async with self._writing:
            with _translated():
                found = self._matching(schema, where)
                return self._changed(schema, found[0], ops) if found else self._upserted(schema, where, ops, upsert)

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        """Delete every match; how many there were."""
        async with self._writing:
            with _translated():
                found = self._matching(schema, where)
            for row in found:
                self._tables[schema.name].remove(row["objectId"])
            return len(found)

    async def explain(self, schema: ClassSchema, query: Query) -> list[Mapping[str, Any]]:
        """Every query reads every row."""
        return [{"plan": "scan", "rows": await self.count(schema, EVERYTHING)}]

    async def indexes(self, schema: ClassSchema) -> Mapping[str, Mapping[str, int | str]]:
        """The keys of the indexes that clients may see, by name; only unique ones are more than a note here."""
        table = self._tables.get(schema.name)
        return visible_indexes(table.schema) if table else {}

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        """No other process sees these classes: there is nothing to tell."""
        await asyncio.Event().wait()

    def transaction(self) -> AbstractAsyncContextManager[Storage]:
        """A store whose calls take effect together when the block ends, or not at all when it raises."""
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Storage]:
        async with self._writing:
            inner = MemoryStorage()
            inner._tables = {name: table.copy() for name, table in self._tables.items()}
            yield inner
            self._tables = inner._tables

    def _existing(self, schema: ClassSchema) -> Table:
        if schema.name not in self._tables:
            raise StorageError(f"there is no class {schema.name}")
        return self._tables[schema.name]

    def _matching(self, schema: ClassSchema, where: Where) -> list[Object]:
        holds = match.compile_where(where)
        table = self._tables.get(schema.name)
        return [row for row in table.rows.values() if holds(row)] if table else []

    def _found(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The stored rows of a query's window, in order."""
        with _translated():
            found = self._matching(schema, query.where)
            near = match.near_key(query.where)
            if near is not None:
                found.sort(key=near)
            elif query.order:
                found.sort(key=match.sort_key(query.order, query.where))
            end = None if query.limit is None else query.skip + query.limit
            return found[query.skip : end]

    def _changed(self, schema: ClassSchema, row: Object, ops: Ops) -> Object:
        after: Object = copied(row)
        apply_ops.apply(after, ops)
        self._tables[schema.name].put(copied(after))
        return after

    def _upserted(self, schema: ClassSchema, where: Where, ops: Ops, upsert: bool) -> Object | None:
        if not upsert:
            return None
        row = apply_ops.upserted(where, ops)
        _insert(self._existing(schema), copied(row))
        return row


def _insert(table: Table, row: Object) -> str:
    object_id = row.get("objectId")
    if not isinstance(object_id, str):
        raise InvalidValueError("an object needs an objectId")
    if object_id in table.rows:
        raise DuplicateValueError("objectId")
    table.put(row)
    return object_id


def _answered(found: Sequence[Object], query: Query) -> list[Object]:
    """Stored rows as they are given away."""
    rows: list[Object] = [copied(row) for row in found]
    return _scored(rows, query.where) if query.with_score else rows


def _scored(rows: list[Object], where: Where) -> list[Object]:
    score = match.score_of(where)
    return [{**row, "score": number(score(row))} for row in rows]


@contextmanager
def _translated() -> Iterator[None]:
    """The model's refusals as the port's."""
    try:
        yield
    except apply_ops.InvalidOperationError as exc:
        raise InvalidValueError(exc.message) from exc
    except ParseError as exc:
        raise InvalidQueryError(exc.message) from exc
