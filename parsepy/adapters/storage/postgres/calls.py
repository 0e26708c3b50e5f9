"""The store's methods as work on a session: the same for the store itself and for a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from parsepy.adapters.storage import aggregation
from parsepy.adapters.storage.base import (
    NO_OPTIONS,
    DuplicateValueError,
    Object,
    Options,
    StorageError,
    visible_indexes,
)
from parsepy.adapters.storage.postgres import reads, writes
from parsepy.adapters.storage.postgres.distinct import distinct
from parsepy.adapters.storage.postgres.errors import STALE
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres_tables import changes
from parsepy.adapters.storage.postgres_tables.catalog import Catalog
from parsepy.adapters.storage.postgres_tables.table import Table
from parsepy.model import apply_ops
from parsepy.model.ops import Ops
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.where import Query, Where

T = TypeVar("T")
Work = Callable[[Session], Awaitable[T]]
OnTable = Callable[[Session, Table], Awaitable[T]]
Alter = Callable[[Session, Catalog], Awaitable[None]]


class Runner(Protocol):
    """Who has a session to work on."""

    async def run(self, work: Work[T], *, writing: bool) -> T:
        """Do the work, translate its errors; what does not write may be done twice. Raises StorageError."""


class PostgresCalls(ABC):
    """Every method of the port but those that begin and end something. A class that is not there is empty for reads."""

    takes_turns: ClassVar[bool] = True

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @abstractmethod
    async def _run(self, work: Work[T], *, writing: bool) -> T:
        """Do work on a session, translate its errors; what does not write may be done twice. Raises StorageError."""

    @abstractmethod
    async def _change_classes(self, alter: Alter, class_names: Sequence[str]) -> None:
        """Change classes as a whole or not at all, tell other servers, and know the tables as they are then."""

    @abstractmethod
    def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces."""

    async def _on_table(self, schema: ClassSchema, work: OnTable[T], otherwise: T, *, writing: bool = False) -> T:
        """Do work on a class's table; `otherwise` is the answer if there is none."""

        async def attempt(session: Session) -> T:
            table = self._catalog.known(schema) or await self._catalog.table(session, schema)
            return otherwise if table is None else await work(session, table)

        try:
            return await self._run(attempt, writing=writing)
        except StorageError as exc:
            if not isinstance(exc.__cause__, STALE):
                raise
        self._catalog.forget([schema.name])
        return await self._run(attempt, writing=writing)

    async def _writing(self, schema: ClassSchema, work: OnTable[T], otherwise: T) -> T:
        """Do work that writes, after the table was given the columns that turn out to be missing."""
        try:
            return await self._on_table(schema, work, otherwise, writing=True)
        except writes.MissingColumnsError as exc:
            await self._widen(schema, exc.names)
        try:
            return await self._on_table(schema, work, otherwise, writing=True)
        except writes.MissingColumnsError as exc:
            raise StorageError(f"the class {schema.name} cannot be given its columns") from exc

    async def _widen(self, schema: ClassSchema, names: Sequence[str]) -> None:
        async def alter(session: Session, catalog: Catalog) -> None:
            await changes.make_room(session, catalog, schema, names)

        await self._change_classes(alter, [schema.name])

    async def ping(self) -> None:
        """Return if the database answers."""

        async def work(session: Session) -> None:
            await session.value("SELECT 1")

        await self._run(work, writing=False)

    async def load_classes(self) -> list[ClassSchema]:
        """Every class with its schema; join classes and tables of parsepy's own are not listed."""
        return await self._run(self._catalog.load, writing=False)

    async def create_class(self, schema: ClassSchema) -> None:
        """Make room for a class. Raises ClassExistsError."""

        async def alter(session: Session, catalog: Catalog) -> None:
            await changes.create(session, catalog, schema)

        await self._change_classes(alter, changes.touched(schema))

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        """Apply a change to the class as it stands in the store. Raises DuplicateValueError."""

        async def alter(session: Session, catalog: Catalog) -> None:
            await changes.alter(session, catalog, schema, change)

        await self._change_classes(alter, changes.touched(schema.applied(change)))

    async def drop_class(self, schema: ClassSchema) -> None:
        """Remove a class with its rows; one that is not there is no error."""

        async def alter(session: Session, catalog: Catalog) -> None:
            await changes.drop(session, catalog, schema)

        await self._change_classes(alter, [schema.name])

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError, InvalidValueError."""

        async def work(session: Session, table: Table) -> bool:
            await writes.insert(session, table, writes.written_rows(table, objects))
            return True

        if objects and not await self._writing(schema, work, otherwise=False):
            raise StorageError(f"there is no class {schema.name}")

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order. Raises InvalidQueryError."""

        async def work(session: Session, table: Table) -> list[Object]:
            return await reads.find(session, table, query)

        return await self._on_table(schema, work, [])

    async def get(self, schema: ClassSchema, object_id: str) -> Object | None:
        """One object by id."""

        async def work(session: Session, table: Table) -> Object | None:
            return await reads.get(session, table, object_id)

        return None if "\0" in object_id else await self._on_table(schema, work, None)

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly. Raises InvalidQueryError."""

        async def work(session: Session, table: Table) -> int:
            return await reads.count(session, table, where)

        return await self._on_table(schema, work, 0)

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out, in order of first appearance."""

        async def work(session: Session, table: Table) -> list[Any]:
            return await distinct(session, table, path, where)

        return await self._on_table(schema, work, [])

    async def aggregate(self, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
        """The rows that the pipeline makes, as clients get them. Raises InvalidQueryError."""
        return await aggregation.aggregate(self, schema, pipeline)

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched.

        Raises DuplicateValueError, InvalidValueError, InvalidQueryError.
        """

        async def work(session: Session, table: Table) -> Object | None:
            return await writes.update(session, table, where, ops)

        found = await self._writing(schema, work, None)
        if found is not None or not upsert:
            return found

        async def make(session: Session) -> Object:
            return apply_ops.upserted(where, ops)

        row = await self._run(make, writing=True)
        try:
            await self.insert(schema, [row])
        except DuplicateValueError:
            # Somebody else may have inserted it meanwhile: then it is there to be changed.
            found = await self._writing(schema, work, None)
            if found is None:
                raise
            return found
        return row

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        """Delete every match; how many there were. Raises InvalidQueryError."""

        async def work(session: Session, table: Table) -> int:
            return await writes.delete(session, table, where)

        return await self._on_table(schema, work, 0, writing=True)

    async def explain(self, schema: ClassSchema, query: Query) -> Sequence[Mapping[str, Any]]:
        """PostgreSQL's plan, in its JSON form."""

        async def work(session: Session, table: Table) -> list[Mapping[str, Any]]:
            return await reads.explain(session, table, query)

        return await self._on_table(schema, work, [])

    async def indexes(self, schema: ClassSchema) -> Mapping[str, Mapping[str, int | str]]:
        """The keys of the indexes that clients may see and that are really there, by name."""

        async def work(session: Session) -> Mapping[str, Mapping[str, int | str]]:
            stored = await changes.stored(session, self._catalog, schema)
            return {} if stored is None else visible_indexes(stored)

        return await self._run(work, writing=False)
