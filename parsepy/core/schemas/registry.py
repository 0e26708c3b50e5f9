"""The known classes of an app: read from the store once, kept in step with every change made here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from parsepy.adapters.storage.base import ClassExistsError, DuplicateValueError, Storage, StorageUnavailableError
from parsepy.adapters.storage.together import Together
from parsepy.core.schemas.freshness import Freshness, Name
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import names, system_classes
from parsepy.model.schema import ClassSchema, Field, FieldType, Index, SchemaChange

log = logging.getLogger(__name__)

MOST_READINGS = 5
"""How often the classes are read again because some were changed meanwhile."""

_READING = "reading of all classes"
_LOOKING = "looking for what seems to be missing"
_ONE_GEO_POINT = "MongoDB only supports one GeoPoint field in a class."


async def _nobody() -> None:
    """There is nobody to tell."""


class SchemaRegistry:
    """All classes of one app. Answers from memory; every change goes through here and one at a time.

    Other servers may change the same database: after `ttl` seconds, after `expire`, and when a class or a column seems to be
    missing, all classes are read anew, once for all callers that wait. `keep_fresh` does it before somebody has to wait.
    `announce` is awaited after every change made here, to tell other workers.
    `indexes` are those of built-in classes, by class (see `system_classes.startup_indexes`).
    """

    def __init__(
        self,
        storage: Storage,
        *,
        ttl: float | None = None,
        indexes: Mapping[str, Mapping[str, Index]] | None = None,
        clock: Callable[[], float] = time.monotonic,
        announce: Callable[[], Awaitable[None]] = _nobody,
    ) -> None:
        self._storage = storage
        self._indexes = system_classes.startup_indexes() if indexes is None else indexes
        self._clock = clock
        self._announce = announce
        self._classes: dict[str, ClassSchema] = {}
        self._joins: set[str] = set()
        self._changed: set[str] = set()
        self._fresh = Freshness(ttl, clock)
        self._lock = asyncio.Lock()
        self._together = Together()

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
        if self._fresh.is_due():
            await self._freshen()
        found = self._classes.get(name)
        if found is not None:
            return found
        if name in system_classes.VOLATILE_CLASSES:
            return self.planned(name)
        if names.is_join_name(name):
            return self._join(name)
        await self._look_for([(name, "")])
        return self._classes.get(name)

    async def with_columns(self, schema: ClassSchema, columns: Iterable[str]) -> ClassSchema:
        """The class, read anew if it seems to lack one of the columns: another server may have added it."""
        missing = [(schema.name, column) for column in columns if column not in schema.fields]
        if missing:
            await self._look_for(missing)
        return self._classes.get(schema.name, schema)

    async def fitting(self, schema: ClassSchema, fields: Mapping[str, Field]) -> ClassSchema:
        """The class, read anew if columns seem to be missing or to have other types than these."""
        unfit = [(schema.name, name) for name in fields if name not in schema.fields]
        for name, field in fields.items():
            if name in schema.fields and not schema.fields[name].same_type(field):
                unfit.append((schema.name, f"{name}:{field}"))
        if unfit:
            await self._look_for(unfit)
        return self._classes.get(schema.name, schema)

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
        """Read all classes from the store, as they are now or later."""
        noted = self._fresh.begun
        await self._read_unless(lambda: self._fresh.done > noted)

    def expire(self) -> None:
        """Another process changed classes: read them before they are next used, in the background if `keep_fresh` runs."""
        self._fresh.expire()

    async def keep_fresh(self) -> None:
        """Read the classes anew whenever they are about to get too old or have expired; runs until it is cancelled."""
        while True:
            await self._fresh.wanted.wait()
            self._fresh.wanted.clear()
            await self._freshen_quietly(lambda: not self._fresh.is_due())

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
            return await self._remember(new)

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
            await self._tell(schema.name)
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
        growth = f"growth of {schema.name}"
        while (known := self._classes.get(schema.name)) is None or added(known, fields):
            if not await self._together.waited(growth):
                async with self._together.working(growth):
                    return await self._grow(schema, fields)
        return known

    async def _grow(self, schema: ClassSchema, fields: Mapping[str, Field]) -> ClassSchema:
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
        return inner

    async def adopt(self, inner: SchemaRegistry) -> None:
        """Take over what a fork changed, after its transaction was committed."""
        for name in inner._changed:
            found = inner._classes.get(name)
            if found is None:
                self._classes.pop(name, None)
            else:
                self._classes[name] = found
        self._joins |= inner._joins
        if inner._changed:
            self._fresh.change()
            await self._announce()

    async def _freshen(self) -> None:
        """Let the classes be read in the background while they still may be used, else now."""
        if self._fresh.is_over():
            await self._freshen_quietly(lambda: not self._fresh.is_over())
        else:
            self._fresh.wanted.set()

    async def _freshen_quietly(self, is_done: Callable[[], bool]) -> None:
        """Read the classes; if the store is gone go on with those that are known, its next answer tells the caller."""
        try:
            await self._read_unless(is_done)
        except StorageUnavailableError as exc:
            if self._fresh.fail():
                log.warning("The classes could not be read again, the known ones stay: %s", exc)

    async def _look_for(self, names: Iterable[Name]) -> None:
        """Read the classes because these names seem to be missing, unless they were looked for a moment ago."""
        unknown = self._fresh.unknown(names)
        if not unknown:
            return
        noted = self._fresh.begun
        while self._fresh.done <= noted:
            if not await self._together.waited(_LOOKING):
                async with self._together.working(_LOOKING):
                    await asyncio.sleep(max(self._fresh.pause(), 0))
                    await self.refresh()
        self._fresh.miss(unknown)

    async def _read_unless(self, is_done: Callable[[], bool]) -> None:
        """Read all classes, or wait for somebody who does, until it is done."""
        while not is_done():
            if not await self._together.waited(_READING):
                async with self._together.working(_READING):
                    await self._read()
                return

    async def _read(self) -> None:
        for _ in range(MOST_READINGS):
            reading = self._fresh.begin()
            found = {schema.name: _completed(schema) for schema in await self._storage.load_classes()}
            if reading.number < self._fresh.done:
                return
            if self._fresh.end(reading):
                self._take_over(found)
                return

    def _take_over(self, found: dict[str, ClassSchema]) -> None:
        """Know what was read; the join classes too may be others then."""
        if found != self._classes:
            self._classes = found
            self._joins.clear()

    async def _make(self, schema: ClassSchema) -> ClassSchema:
        known = self._classes.get(schema.name)
        if known is not None:
            return known
        try:
            await self._storage.create_class(schema)
        except ClassExistsError as exc:
            await self._read()
            if schema.name not in self._classes:
                raise missing_class(schema.name) from exc
            return self._classes[schema.name]
        return await self._remember(schema)

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
        return await self._remember(self._classes.get(schema.name, schema).applied(change))

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

    async def _remember(self, schema: ClassSchema) -> ClassSchema:
        self._classes[schema.name] = schema
        await self._tell(schema.name)
        return schema

    async def _tell(self, name: str) -> None:
        """A class was changed here."""
        self._changed.add(name)
        self._fresh.change()
        await self._announce()


def missing_class(name: str) -> ParseError:
    """The refusal of what needs a class that is not there."""
    return ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class {name} does not exist.")


def existing_class(name: str) -> ParseError:
    """The refusal of making a class twice."""
    return ParseError(ErrorCode.INVALID_CLASS_NAME, f"Class {name} already exists.")


def fits(schema: ClassSchema, fields: Mapping[str, Field]) -> bool:
    """Whether the class has all the columns, with these types."""
    known = schema.fields
    return all(name in known and known[name].same_type(field) for name, field in fields.items())


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
