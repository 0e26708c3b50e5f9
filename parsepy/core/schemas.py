"""The known classes of an app: read from the store once, kept in step with every change made here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from parsepy.adapters.storage.base import ClassExistsError, DuplicateValueError, Storage
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names, system_classes
from parsepy.model.schema import ClassSchema, Field, FieldType, Index, SchemaChange

log = logging.getLogger(__name__)

MISS_INTERVAL = 1.0
"""Seconds in which the store is asked at most once for classes that nobody knows."""

_ONE_GEO_POINT = "MongoDB only supports one GeoPoint field in a class."


class SchemaRegistry:
    """All classes of one app. Answers from memory; every change goes through here and one at a time.

    Other servers may change the same database: an unknown class makes the registry look again (not more often than
    `MISS_INTERVAL`), a class that is there already is taken over, and after `ttl` seconds everything is read anew.
    `indexes` are those of built-in classes, by class (see `system_classes.startup_indexes`).
    """

    def __init__(
        self,
        storage: Storage,
        *,
        ttl: float | None = None,
        indexes: Mapping[str, Mapping[str, Index]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._ttl = ttl
        self._indexes = system_classes.startup_indexes() if indexes is None else indexes
        self._clock = clock
        self._classes: dict[str, ClassSchema] = {}
        self._joins: set[str] = set()
        self._changed: set[str] = set()
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Read all classes, and make the built-in ones and their indexes that must be there from the start."""
        async with self._lock:
            await self._read()
            for name in system_classes.STARTUP_CLASSES:
                await self._make(self.planned(name))
            for name in self._indexes.keys() & self._classes.keys():
                await self._index(self._classes[name])

    async def find(self, name: str) -> ClassSchema | None:
        """The class, or None if there is none. Volatile and join classes are there without being stored."""
        if self._ttl is not None and self._clock() - self._read_at > self._ttl:
            await self._read_again(self._ttl)
        found = self._classes.get(name)
        if found is not None:
            return found
        if name in system_classes.VOLATILE_CLASSES:
            return self.planned(name)
        if names.is_join_name(name):
            return self._join(name)
        await self._read_again(MISS_INTERVAL)
        return self._classes.get(name)

    async def require(self, name: str) -> ClassSchema:
        """The class, stored: a built-in one is made now if need be. Raises ParseError 103 for any other."""
        found = await self.find(name)
        if name in system_classes.SYSTEM_CLASSES and name not in self._classes:
            return await self.ensure(found or self.planned(name))
        if found is None:
            raise missing_class(name)
        return found

    async def all(self) -> list[ClassSchema]:
        """Every class as the store has it now, in its order; volatile classes are left out."""
        await self.refresh()
        return [found for found in self._classes.values() if found.name not in system_classes.VOLATILE_CLASSES]

    async def refresh(self) -> None:
        """Read all classes from the store."""
        async with self._lock:
            await self._read()

    def holds(self, name: str) -> bool:
        """Whether the class is known to be stored."""
        return name in self._classes

    def planned(self, name: str) -> ClassSchema:
        """A new class of that name as it would begin: default columns, and indexes if it is a built-in one."""
        return system_classes.built_in_schema(name, self._indexes.get(name))

    async def create(self, schema: ClassSchema) -> ClassSchema:
        """Store a new class. Raises ParseError 103 if it is there."""
        async with self._lock:
            if schema.name in self._classes:
                raise existing_class(schema.name)
            start = self.planned(schema.name)
            fields, indexes = {**start.fields, **schema.fields}, {**start.indexes, **schema.indexes}
            new = replace(schema, fields=fields, indexes=indexes)
            try:
                await self._storage.create_class(new)
            except ClassExistsError as exc:
                await self._read()
                raise existing_class(schema.name) from exc
            return self._remember(new)

    async def alter(self, schema: ClassSchema, change: SchemaChange) -> ClassSchema:
        """Change a stored class; dropped relation columns lose their pairs."""
        async with self._lock:
            return await self._alter(schema, change)

    async def drop(self, schema: ClassSchema) -> None:
        """Remove a class with its rows and relations; a built-in class that must be there begins anew, empty."""
        async with self._lock:
            await self._storage.drop_class(schema)
            await self._drop_joins(schema, schema.fields)
            self._classes.pop(schema.name, None)
            self._changed.add(schema.name)
            if schema.name in system_classes.STARTUP_CLASSES:
                await self._make(self.planned(schema.name))

    async def ensure(self, schema: ClassSchema) -> ClassSchema:
        """The class as stored; made from `schema` if it is not."""
        found = self._classes.get(schema.name)
        if found is not None:
            return found
        async with self._lock:
            return await self._make(schema)

    async def ensure_join(self, storage: Storage, schema: ClassSchema) -> None:
        """Make room for the pairs of a relation column, in the store or transaction that is to hold them."""
        if schema.name in self._joins:
            return
        with contextlib.suppress(ClassExistsError):
            await storage.create_class(schema)
        self._joins.add(schema.name)

    async def grow(self, schema: ClassSchema, fields: Mapping[str, Field]) -> ClassSchema:
        """The class with these columns, made and widened as needed.

        Whoever adds the same column first decides its type. Raises ParseError 111 if a column has another type, or for a
        second GeoPoint.
        """
        known = self._classes.get(schema.name)
        if known is not None and not added(known, fields):
            return known
        async with self._lock:
            await self._read()
            known = await self._make(replace(schema, fields={**schema.fields, **added(schema, fields)}))
            new = added(known, fields)
            return await self._alter(known, SchemaChange(add_fields=new)) if new else known

    def fork(self, storage: Storage) -> SchemaRegistry:
        """A registry for the calls inside a transaction: it starts with what is known here and changes `storage`."""
        inner = SchemaRegistry(storage, indexes=self._indexes, clock=self._clock)
        inner._classes = dict(self._classes)
        inner._joins = set(self._joins)
        inner._read_at = self._read_at
        return inner

    def adopt(self, inner: SchemaRegistry) -> None:
        """Take over what a fork changed, after its transaction was committed."""
        for name in inner._changed:
            found = inner._classes.get(name)
            if found is None:
                self._classes.pop(name, None)
            else:
                self._classes[name] = found
        self._joins |= inner._joins

    async def _read_again(self, interval: float) -> None:
        """Read all classes, unless that was done less than `interval` seconds ago (also by another waiting call)."""
        async with self._lock:
            if self._clock() - self._read_at >= interval:
                await self._read()

    async def _read(self) -> None:
        found = await self._storage.load_classes()
        self._classes = {schema.name: _completed(schema) for schema in found}
        self._read_at = self._clock()

    async def _make(self, schema: ClassSchema) -> ClassSchema:
        known = self._classes.get(schema.name)
        if known is not None:
            return known
        try:
            await self._storage.create_class(schema)
        except ClassExistsError:
            await self._read()
            return self._classes[schema.name]
        return self._remember(schema)

    async def _index(self, schema: ClassSchema) -> None:
        """Add the built-in indexes that a class lacks."""
        wanted = self._indexes[schema.name]
        new = {name: index for name, index in wanted.items() if name not in schema.indexes}
        for name, index in new.items():
            try:
                schema = await self._alter(schema, SchemaChange(add_indexes={name: index}))
            except DuplicateValueError:
                log.warning("%s holds rows that the unique index %s does not allow: left out", schema.name, name)

    async def _alter(self, schema: ClassSchema, change: SchemaChange) -> ClassSchema:
        await self._storage.alter_class(schema, change)
        await self._drop_joins(schema, change.drop_fields)
        return self._remember(self._classes.get(schema.name, schema).applied(change))

    async def _drop_joins(self, schema: ClassSchema, fields: Mapping[str, Field] | frozenset[str]) -> None:
        for name in fields:
            field = schema.fields.get(name)
            if field is not None and field.type is FieldType.RELATION:
                join = system_classes.join_schema(schema.name, name)
                await self._storage.drop_class(join)
                self._joins.discard(join.name)

    def _join(self, name: str) -> ClassSchema | None:
        _, field_name, class_name = name.split(":", 2)
        owner = self._classes.get(class_name)
        field = owner.fields.get(field_name) if owner else None
        if field is None or field.type is not FieldType.RELATION:
            return None
        return system_classes.join_schema(class_name, field_name)

    def _remember(self, schema: ClassSchema) -> ClassSchema:
        self._classes[schema.name] = schema
        self._changed.add(schema.name)
        return schema


def missing_class(name: str) -> ParseError:
    """The refusal of what needs a class that is not there."""
    return ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class {name} does not exist.")


def existing_class(name: str) -> ParseError:
    """The refusal of making a class twice."""
    return ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class {name} already exists.")


def added(schema: ClassSchema, fields: Mapping[str, Field]) -> dict[str, Field]:
    """Those of the columns that the class lacks. Raises ParseError 111 where it has another type or a GeoPoint already."""
    new: dict[str, Field] = {}
    for name, field in fields.items():
        known = schema.fields.get(name)
        if known is None:
            new[name] = field
        elif not known.same_type(field):
            raise mismatch(schema.name, name, known, field)
    if any(field.type is FieldType.GEO_POINT for field in new.values()):
        points = [field for field in (*schema.fields.values(), *new.values()) if field.type is FieldType.GEO_POINT]
        if len(points) > 1:
            raise ParseError(ErrorCode.INCORRECT_TYPE, _ONE_GEO_POINT)
    return new


def mismatch(class_name: str, name: str, expected: Field, given: Field) -> ParseError:
    """The refusal of a value of another type than its column's."""
    return ParseError(
        ErrorCode.INCORRECT_TYPE, f"schema mismatch for {class_name}.{name}; expected {expected} but got {given}"
    )


def _completed(schema: ClassSchema) -> ClassSchema:
    """The class with its default columns, which a store need not list."""
    defaults = system_classes.default_fields(schema.name)
    if defaults.keys() <= schema.fields.keys():
        return schema
    return replace(schema, fields={**defaults, **schema.fields})
