"""The port's calls on MongoDB that are the same inside and outside of a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from parsepy.adapters.storage.base import NO_OPTIONS, Explanation, Object, Options
from parsepy.adapters.storage.mongo import aggregate, catalog, indexes, reads, writes
from parsepy.adapters.storage.mongo.errors import translated
from parsepy.adapters.storage.mongo.scope import SCHEMAS, Scope
from parsepy.adapters.storage.mongo.watch import Watched, watch_classes
from parsepy.model.ops import Ops
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.where import Query, Where, by_id

Answer = TypeVar("Answer")


class MongoCalls(ABC):
    """Everything but opening, closing and transactions."""

    takes_turns: ClassVar[bool] = False

    @property
    @abstractmethod
    def _scope(self) -> Scope:
        """The database, and the session that calls take part in."""

    async def _in_turn(self, call: Awaitable[Answer]) -> Answer:
        """Wait for a call; where calls may not run side by side, for its turn too."""
        return await call

    async def load_classes(self) -> list[ClassSchema]:
        """Every class with its schema; join classes and tables of parsepy's own are not listed. Indexes have their keys only."""
        return await self._in_turn(catalog.load(self._scope))

    async def create_class(self, schema: ClassSchema) -> None:
        """Make room for a class. Raises ClassExistsError."""
        await self._in_turn(catalog.create(self._scope, schema))

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        """Apply a change to the class as it stands in the store. Raises DuplicateValueError."""
        await self._in_turn(catalog.alter(self._scope, schema, change))

    async def drop_class(self, schema: ClassSchema) -> None:
        """Remove a class with its rows; one that is not there is no error."""
        await self._in_turn(catalog.drop(self._scope, schema))

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects. Raises DuplicateValueError, InvalidValueError."""
        await self._in_turn(writes.insert(self._scope, schema, objects))

    async def find(self, schema: ClassSchema, query: Query) -> list[Object]:
        """The objects that match, in order; without order as MongoDB finds them."""
        return await self._in_turn(reads.find(self._scope, schema, query))

    def scan(self, schema: ClassSchema, query: Query) -> AsyncIterator[list[Object]]:
        """What `find` answers, in pieces."""
        return reads.scan(self._scope, schema, query)

    async def get(self, schema: ClassSchema, object_id: str) -> Object | None:
        """One object by id."""
        return await self._in_turn(reads.get(self._scope, schema, by_id(object_id)))

    async def count(self, schema: ClassSchema, where: Where, options: Options = NO_OPTIONS) -> int:
        """How many objects match, exactly."""
        return await self._in_turn(reads.count(self._scope, schema, where, options))

    async def distinct(self, schema: ClassSchema, path: str, where: Where, options: Options = NO_OPTIONS) -> list[Any]:
        """The different values at a path, arrays taken apart, nulls left out."""
        return await self._in_turn(reads.distinct(self._scope, schema, path, where, options))

    async def aggregate(self, schema: ClassSchema, pipeline: Pipeline) -> list[Object]:
        """The rows that the pipeline makes. Raises InvalidQueryError with what MongoDB says against it."""
        return await self._in_turn(aggregate.aggregate(self._scope, schema, pipeline))

    async def update(self, schema: ClassSchema, where: Where, ops: Ops, *, upsert: bool = False) -> Object | None:
        """Change the first match atomically and return it as it is then; None if nothing matched.

        Raises DuplicateValueError, InvalidValueError.
        """
        return await self._in_turn(writes.update(self._scope, schema, where, ops, upsert=upsert))

    async def delete(self, schema: ClassSchema, where: Where) -> int:
        """Delete every match; how many there were."""
        return await self._in_turn(writes.delete(self._scope, schema, where))

    async def explain(self, schema: ClassSchema, query: Query) -> Explanation:
        """MongoDB's plan for the query."""
        return await self._in_turn(reads.explain(self._scope, schema, query))

    async def indexes(self, schema: ClassSchema) -> Mapping[str, Mapping[str, int | str]]:
        """The keys of the indexes that clients may see and that are really there, by name."""
        with translated():
            return await self._in_turn(indexes.listed(self._scope, schema))

    async def watch_classes(self, changed: Callable[[], None]) -> None:
        """Call back soon after another process may have changed classes; runs until it is cancelled."""
        watched: Watched = self._scope.collection(SCHEMAS)
        await watch_classes(watched, changed)
