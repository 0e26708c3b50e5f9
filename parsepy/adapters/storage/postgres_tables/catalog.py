"""Which classes and tables there are: read in one query, known by name until something changes."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from parsepy.adapters.storage.postgres.columns import NULLS_COLUMN, TableShape, column_type
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres_tables.definitions import read_schema
from parsepy.adapters.storage.postgres_tables.indexes import CREATED, MAX_NAME, found_indexes, own_name, path_of
from parsepy.adapters.storage.postgres_tables.table import Table
from parsepy.model.schema import ClassSchema
from parsepy.model.system_classes import VOLATILE_CLASSES, built_in_schema

_COLUMNS = """(SELECT json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text"""
_INDEXES = """(SELECT json_object_agg(i.relname, obj_description(i.oid, 'pg_class')) FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisvalid)::text"""
_TABLES = f"""SELECT c.relname::text AS name, {_COLUMNS} AS columns, {_INDEXES} AS indexes FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""
_LOAD = f"""SELECT t.name, t.columns, t.indexes, s."className", s."schema"::text
    FROM ({_TABLES}) t FULL JOIN "_SCHEMA" s ON left(s."className", 63) = t.name ORDER BY s.ctid"""
_ONE = f"{_TABLES} AND c.relname = $1"
# PostgreSQL 15 knows ICU beside the C library, and tells `datcollate` all the same; 17 a provider that sorts by bytes.
_SERVER = """SELECT to_regtype('geography') IS NOT NULL, CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
    WHEN 'c' THEN d.datcollate WHEN 'b' THEN 'C' END FROM pg_database d WHERE d.datname = current_database()"""
_BINARY = frozenset({"c", "posix", "c.utf-8", "c.utf8"})


@dataclass(frozen=True, slots=True)
class Found:
    """A table: its shape, and its valid indexes by name, with what is written on them."""

    shape: TableShape
    indexes: Mapping[str, str | None]


def cut(name: str) -> str:
    """A table's name as PostgreSQL keeps it: it silently cuts what is too long, and Parse Server lets it."""
    return name if len(name) <= MAX_NAME else name.encode()[:MAX_NAME].decode(errors="ignore")


def _stored_fields(schema: ClassSchema) -> list[str]:
    return [name for name, field in schema.fields.items() if column_type(field) is not None and name != "password"]


class Catalog:
    """What this process knows of the database's tables. It follows every change made here; `forget` what others may change.

    A transaction works on a `fork`, so that nobody else sees tables that may never be.
    """

    def __init__(self) -> None:
        self._server = TableShape({})
        self._found: dict[str, Found] = {}
        self._tables: dict[str, tuple[ClassSchema, Table]] = {}
        self._accepted: set[str] = set()
        self._looks = 0
        self._looked: dict[str, int] = {}

    def fork(self) -> Catalog:
        """The same knowledge, to go its own way."""
        inner = Catalog()
        inner._server, inner._found = self._server, dict(self._found)
        return inner

    def adopt(self, inner: Catalog, class_names: Iterable[str]) -> None:
        """Take over what a fork knows of these tables, after its transaction was committed."""
        for name in class_names:
            self.forget([name])
            found = inner._found.get(cut(name))
            if found is not None:
                self._found[cut(name)] = found

    async def greet(self, session: Session) -> None:
        """Find out what the server can do."""
        ((has_postgis, collation),) = await session.rows(_SERVER)
        self._server = TableShape({}, has_postgis=has_postgis, is_binary=str(collation).lower() in _BINARY)

    async def load(self, session: Session) -> list[ClassSchema]:
        """All classes; those of volatile tables too, join classes not."""
        looks = self._looks
        rows = await session.rows(_LOAD)
        found = {name: self._read(columns, indexes) for name, columns, indexes, *_ in rows if name is not None}
        for name in [name for name, look in self._looked.items() if look > looks]:
            # What was looked at meanwhile is newer.
            found.pop(name, None)
            found |= {name: self._found[name]} if name in self._found else {}
        self._found = found
        self._tables.clear()
        self._accepted.clear()
        listed = [self._class(name, orjson.loads(schema)) for *_, name, schema in rows if name is not None]
        names = {schema.name for schema in listed}
        return [*listed, *(self._volatile(name) for name in sorted(VOLATILE_CLASSES & self._found.keys() - names))]

    def _read(self, columns: str | None, indexes: str | None) -> Found:
        known: dict[str, str] = orjson.loads(columns or "{}")
        shape = replace(self._server, columns=known, has_nulls=NULLS_COLUMN in known)
        return Found(shape, orjson.loads(indexes or "{}"))

    def _class(self, name: str, written: Mapping[str, Any] | None) -> ClassSchema:
        return read_schema(name, written or {}, self.indexes_of(name))

    def _volatile(self, name: str) -> ClassSchema:
        return built_in_schema(name, {index.name: index for index in self.indexes_of(name)})

    def indexes_of(self, class_name: str) -> Sequence[Any]:
        """The indexes of a class that `_SCHEMA` does not tell of."""
        found = self._found.get(cut(class_name))
        return found_indexes(class_name, found.indexes) if found else []

    def names_of(self, class_name: str) -> Mapping[str, str | None]:
        """The indexes of a table by the database's names, with what is written on them."""
        found = self._found.get(cut(class_name))
        return found.indexes if found else {}

    def columns_of(self, class_name: str) -> Mapping[str, str]:
        """The types of a table's columns by name, as they were seen last."""
        found = self._found.get(cut(class_name))
        return found.shape.columns if found else {}

    def known(self, schema: ClassSchema) -> Table | None:
        """The table of a class as it was seen last; None if it must be looked at."""
        cached = self._tables.get(schema.name)
        if cached is not None and cached[0] is schema:
            return cached[1]
        if cached is not None and cached[0].fields == schema.fields:
            self._tables[schema.name] = (schema, cached[1])
            return cached[1]
        found = self._found.get(cut(schema.name))
        if found is None:
            return None
        table = Table(schema, found.shape, own_name(CREATED, schema.name) in found.indexes)
        if table.missing_columns(_stored_fields(schema)) and schema.name not in self._accepted:
            return None
        self._tables[schema.name] = (schema, table)
        return table

    async def table(self, session: Session, schema: ClassSchema) -> Table | None:
        """The table of a class; None if there is none."""
        return self.known(schema) or await self.look(session, schema)

    async def look(self, session: Session, schema: ClassSchema) -> Table | None:
        """The table of a class as it is now; None if there is none."""
        self.forget([schema.name])
        rows = await session.rows(_ONE, [cut(schema.name)])
        self.forget([schema.name])
        if not rows:
            return None
        self._found[cut(schema.name)] = self._read(rows[0]["columns"], rows[0]["indexes"])
        self._accepted.add(schema.name)
        return self.known(schema)

    def forget(self, class_names: Iterable[str]) -> None:
        """Look at these tables again before they are used."""
        self._looks += 1
        for name in class_names:
            self._looked[cut(name)] = self._looks
            self._found.pop(cut(name), None)
            self._tables.pop(name, None)
            self._accepted.discard(name)

    def field_of(self, table: str, index: str) -> str:
        """The first path of a unique index, by the database's names."""
        return path_of(table, index, self.names_of(table).get(index))
