"""The store's methods as calls on a connection: the same for the store itself and for a transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, ClassVar

from parsepy.adapters.storage import aggregation
from parsepy.adapters.storage.base import NO_OPTIONS, Object, Options, StorageUnavailableError, visible_indexes
from parsepy.adapters.storage.sqlite import reads, scans, writes
from parsepy.adapters.storage.sqlite.catalog import Catalog, CatalogState, catalog_state
from parsepy.adapters.storage.sqlite.columns import Table
from parsepy.adapters.storage.sqlite.documents import encoded
from parsepy.adapters.storage.sqlite.jobs import Perform
from parsepy.adapters.storage.sqlite.where import leads_to_few
from parsepy.adapters.storage.sqlite_shared import answers
from parsepy.adapters.storage.sqlite_shared.crew import Hands, Share
from parsepy.model import acl
from parsepy.model.ops import Ops
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.where import Permits, Query, Where, permitted_id

WATCH_SECONDS = 0.5
"""How often the file is asked whether another process has changed it."""

Read = Callable[[Perform], Awaitable[Any]]


class SqliteCalls(ABC):
    """Every method of the port but those that begin and end something. A class that is not there is empty for reads."""

    takes_turns: ClassVar[bool] = True

    @abstractmethod
    async def _read(self, perform: Perform, *, short: bool = False, share: Share | None = None) -> Any:
        """Run what only reads; `short` tells that it takes a handful of steps, `share` does the same if it takes long."""

    @abstractmethod
    def _held(self) -> AbstractAsyncContextManager[Read]:
        """One connection for several reads, carried out in the order in which they are asked for."""

    @abstractmethod
    async def _write(self, perform: Perform) -> Any:
        """Run what writes, wholly or not at all."""

    async def ping(self) -> None:
        """Return if the database answers."""
        await self._read(lambda connection, catalog: connection.execute("SELECT 1 FROM _SCHEMA LIMIT 1").fetchone())

    async def load_classes(self) -> list[ClassSchema]:
        """Every class with its schema; join classes and tables of parsepy's own are not listed."""
        found: list[ClassSchema] = await self._read(lambda connection, catalog: catalog.load(connection))
        return found

    async def create_class(self, schema: ClassSchema) -> None:
        """Make room for a class. Raises ClassExistsError."""
        await self._write(lambda connection, catalog: catalog.create(connection, schema))

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        """Apply a change to the class as it stands in the store. Raises DuplicateValueError."""
        await self._write(lambda connection, catalog: catalog.alter(connection, schema, change))

    async def drop_class(self, schema: ClassSchema) -> None:
        """Remove a class with its rows; one that is not there is no error."""
        await self._write(lambda connection, catalog: catalog.drop(connection, schema))

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError."""
        rows = [encoded(row) for row in objects]
        await self._write(
            lambda connection, catalog: writes.insert(connection, catalog.existing(connection, schema), rows)
        )

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order; without order in the order of their creation. Raises InvalidQueryError."""
        one = None if query.skip or query.limit == 0 or query.with_score else permitted_id(query.where)
        if one is not None:
            return await self._find_one(schema, *one)

        def perform(connection: sqlite3.Connection, table: Table) -> list[Object]:
            return reads.find(connection, reads.compiled(table, query.where), query)

        def share(hands: Hands, table: Table) -> list[Object]:
            return answers.find(hands, reads.compiled(table, query.where), query)

        is_short = leads_to_few(schema, query)
        shared = _shared_on_table(schema, share, list)
        found: list[Object] = await self._read(_on_table(schema, perform, list), short=is_short, share=shared)
        return found

    async def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces, all of one state of the database. Raises InvalidQueryError."""

        def begin(connection: sqlite3.Connection, table: Table) -> scans.Pieces:
            return scans.begin(connection, table, query)

        async with self._held() as read:
            pieces = await read(_on_table(schema, begin, scans.nothing))
            try:
                while (piece := await read(lambda connection, catalog: next(pieces, None))) is not None:
                    yield piece
            finally:
                with suppress(StorageUnavailableError):
                    await asyncio.shield(read(lambda connection, catalog: pieces.close()))

    async def _find_one(self, schema: ClassSchema, object_id: str, permits: Sequence[Permits]) -> list[Object]:
        row = await self.get(schema, object_id)
        if row is None or not all(acl.permits(row, node.action, node.keys) for node in permits):
            return []
        return [row]

    async def get(self, schema: ClassSchema, object_id: str) -> Object | None:
        """One object by id."""

        def perform(connection: sqlite3.Connection, table: Table) -> Object | None:
            return reads.get(connection, table, object_id)

        found: Object | None = await self._read(_on_table(schema, perform, lambda: None), short=True)
        return found

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly. Raises InvalidQueryError."""

        def perform(connection: sqlite3.Connection, table: Table) -> int:
            return reads.count(connection, reads.compiled(table, where))

        def share(hands: Hands, table: Table) -> int:
            return answers.count(hands, reads.compiled(table, where))

        return int(await self._read(_on_table(schema, perform, int), share=_shared_on_table(schema, share, int)))

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out, in order of first appearance."""

        def perform(connection: sqlite3.Connection, table: Table) -> list[Any]:
            return reads.distinct(connection, reads.compiled(table, where), path)

        def share(hands: Hands, table: Table) -> list[Any]:
            return answers.distinct(hands, reads.compiled(table, where), path)

        shared = _shared_on_table(schema, share, list)
        found: list[Any] = await self._read(_on_table(schema, perform, list), share=shared)
        return found

    async def aggregate(self, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
        """The rows that the pipeline makes, as clients get them. Raises InvalidQueryError."""
        return await aggregation.aggregate(self, schema, pipeline)

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched.

        Raises DuplicateValueError, InvalidValueError, InvalidQueryError.
        """

        def perform(connection: sqlite3.Connection, catalog: Catalog) -> Object | None:
            found = writes.update(connection, catalog.table(connection, schema), where, ops)
            if found is not None or not upsert:
                return found
            return writes.upsert(connection, catalog.existing(connection, schema), where, ops)

        found: Object | None = await self._write(perform)
        return found

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        """Delete every match; how many there were. Raises InvalidQueryError."""

        def perform(connection: sqlite3.Connection, table: Table) -> int:
            return writes.delete(connection, reads.compiled(table, where))

        return int(await self._write(_on_table(schema, perform, int)))

    async def explain(self, schema: ClassSchema, query: Query) -> list[Mapping[str, Any]]:
        """SQLite's plan, a step each, and what is done outside of it."""

        def perform(connection: sqlite3.Connection, table: Table) -> list[Mapping[str, Any]]:
            return reads.explain(connection, reads.compiled(table, query.where), query)

        found: list[Mapping[str, Any]] = await self._read(_on_table(schema, perform, list))
        return found

    async def indexes(self, schema: ClassSchema) -> Mapping[str, Mapping[str, int | str]]:
        """The keys of the indexes that clients may see, by name."""

        stored: ClassSchema | None = await self._read(
            lambda connection, catalog: catalog.stored(connection, schema.name)
        )
        return {} if stored is None else visible_indexes(stored)

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        """Call back when the catalogue has changed, at most twice a second. Raises StorageUnavailableError."""
        last: CatalogState | None = None
        while True:
            state = await self._catalog_state(last)
            if last is not None and state.digest != last.digest:
                changed()
            last = state
            await asyncio.sleep(WATCH_SECONDS)

    async def _catalog_state(self, last: CatalogState | None) -> CatalogState:
        state: CatalogState = await self._read(lambda connection, catalog: catalog_state(connection, last), short=True)
        return state


def _on_table(
    schema: ClassSchema, perform: Callable[[sqlite3.Connection, Table], Any], otherwise: Callable[[], Any]
) -> Perform:
    """A call on the class's table; `otherwise` gives the answer if the class is not there."""

    def on_table(connection: sqlite3.Connection, catalog: Catalog) -> Any:
        table = catalog.table(connection, schema)
        return otherwise() if table is None else perform(connection, table)

    return on_table


def _shared_on_table(schema: ClassSchema, share: Callable[[Hands, Table], Any], otherwise: Callable[[], Any]) -> Share:
    """The same for a read that a crew shares."""

    def on_table(hands: Hands, catalog: Catalog) -> Any:
        table = catalog.table(hands.first, schema)
        return otherwise() if table is None else share(hands, table)

    return on_table
