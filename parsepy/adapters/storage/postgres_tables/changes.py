"""Changes of classes as SQL, on a session that is inside a transaction of its own.

A class's table is locked before its entry in the catalogue, as Parse Server does: two that lock in different order block
each other.
"""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from asyncpg.exceptions import UniqueViolationError

from parsepy.adapters.storage.base import ClassExistsError, DuplicateValueError, InvalidValueError, StorageError
from parsepy.adapters.storage.postgres.columns import NULLS_COLUMN, SEQUENCE_COLUMN, TEXT, TEXTS, column_type, quoted
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres_tables import indexes
from parsepy.adapters.storage.postgres_tables.catalog import Catalog, cut
from parsepy.adapters.storage.postgres_tables.definitions import (
    INTERNAL_COLUMNS,
    LATE_COLUMNS,
    columns_of,
    read_schema,
    written_schema,
)
from parsepy.adapters.storage.postgres_tables.functions import FUNCTIONS
from parsepy.adapters.storage.postgres_tables.table import PAIR, UNDATED, Table, is_join
from parsepy.model.own_classes import is_own
from parsepy.model.schema import ClassSchema, FieldType, Index, SchemaChange
from parsepy.model.system_classes import HIDDEN_INDEX_PREFIX, VOLATILE_CLASSES, join_schema

CHANNEL = "schema.change"
"""Where Parse Servers tell each other that classes have changed."""

_LOCK = 0x70617273657079
_HAS_CATALOGUE = "SELECT to_regclass('\"_SCHEMA\"') IS NOT NULL"
_KNOWN_FUNCTIONS = "SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
_CATALOGUE = (
    'CREATE TABLE IF NOT EXISTS "_SCHEMA" '
    '("className" varchar(120) PRIMARY KEY, "schema" jsonb, "isParseClass" boolean)'
)
_OFTEN_CLEANED = "WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05)"
"""Exact counts of big tables are quick while nearly all of their pages are known to hold nothing dead."""

_OWNER = """SELECT coalesce((SELECT t.relname::text FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
    WHERE x.indexrelid = i.oid), '') FROM pg_class i
    WHERE i.relname = $1 AND i.relnamespace = current_schema()::regnamespace"""
_ADD_CLASS = """INSERT INTO "_SCHEMA" ("className", "schema", "isParseClass") VALUES ($1::text, $2::text::jsonb, true)
    ON CONFLICT ("className") DO NOTHING RETURNING 1"""
_READ_CLASS = 'SELECT "schema"::text FROM "_SCHEMA" WHERE "className" = $1::text FOR UPDATE'
_READ_ENTRY = 'SELECT "schema"::text FROM "_SCHEMA" WHERE "className" = $1::text'
_WRITE_CLASS = 'UPDATE "_SCHEMA" SET "schema" = $2::text::jsonb WHERE "className" = $1::text'
_DROP_CLASS = 'DELETE FROM "_SCHEMA" WHERE "className" = $1::text'


async def lock(session: Session) -> None:
    """Let nobody else of us change classes until the transaction ends; changing a big table may take its time."""
    await session.run("SET LOCAL statement_timeout = 0")
    await session.value("SELECT pg_advisory_xact_lock($1)", [_LOCK])


async def notify(session: Session, sender: str) -> None:
    """Tell other servers, once the transaction is committed."""
    await session.value("SELECT pg_notify($1, $2)", [CHANNEL, orjson.dumps({"senderId": sender}).decode()])


async def is_prepared(session: Session) -> bool:
    """Whether the catalogue and the functions are there."""
    if not await session.value(_HAS_CATALOGUE):
        return False
    return FUNCTIONS.keys() <= {name for (name,) in await session.rows(_KNOWN_FUNCTIONS)}


async def prepare(session: Session) -> None:
    """Make the catalogue and the functions that are not there."""
    await session.run(_CATALOGUE)
    known = {name for (name,) in await session.rows(_KNOWN_FUNCTIONS)}
    await session.run("SET LOCAL check_function_bodies = off")
    for name in FUNCTIONS.keys() - known:
        await session.run(f"CREATE OR REPLACE FUNCTION {name} {FUNCTIONS[name]}")


def _is_listed(class_name: str) -> bool:
    return not (class_name in VOLATILE_CLASSES or is_join(class_name) or is_own(class_name))


async def create(session: Session, catalog: Catalog, schema: ClassSchema) -> None:
    """Make a class. Raises ClassExistsError."""
    if not _is_listed(schema.name):
        if await catalog.look(session, schema) is not None:
            raise ClassExistsError(schema.name)
        await _make_table(session, catalog, schema)
        return
    if await session.value(_READ_ENTRY, [schema.name]) is not None:
        raise ClassExistsError(schema.name)
    await _make_table(session, catalog, schema)
    entry = orjson.dumps(written_schema(schema)).decode()
    if await session.value(_ADD_CLASS, [schema.name, entry]) is None:
        raise ClassExistsError(schema.name)


async def _make_table(session: Session, catalog: Catalog, schema: ClassSchema) -> None:
    columns = columns_of(schema)
    # Ids compare by their bytes everywhere; said of the column, its key serves the pages of clients that read a whole class.
    types = columns | ({"objectId": f'{TEXT} COLLATE "C"'} if "objectId" in columns else {})
    definitions = [f"{quoted(name)} {type_}" for name, type_ in types.items()]
    if not is_join(schema.name) and schema.name not in UNDATED:
        definitions.append(f"{SEQUENCE_COLUMN} bigint GENERATED BY DEFAULT AS IDENTITY")
    key = PAIR if is_join(schema.name) else ("objectId",)
    if key[0] in columns:
        definitions.append(f"PRIMARY KEY ({', '.join(map(quoted, key))})")
    await session.run(f"CREATE TABLE IF NOT EXISTS {quoted(schema.name)} ({', '.join(definitions)}) {_OFTEN_CLEANED}")
    table = await _existing(session, catalog, schema)
    left_over = {name: type_ for name, type_ in columns.items() if name not in table.shape.columns}
    if left_over:
        await _add_columns(session, schema.name, left_over)
        table = await _existing(session, catalog, schema)
    created = indexes.creation_index(schema.name, table.shape)
    if created is not None:
        await session.run(created.sql(table.name))
    for index in schema.indexes.values():
        await _make_index(session, table, index)
    await _make_joins(session, catalog, schema, schema.fields)
    await catalog.look(session, schema)


async def _existing(session: Session, catalog: Catalog, schema: ClassSchema) -> Table:
    table = await catalog.look(session, schema)
    if table is None:
        raise StorageError(f"there is no class {schema.name}")
    return table


async def _make_joins(session: Session, catalog: Catalog, schema: ClassSchema, names: Iterable[str]) -> None:
    for name in names:
        if schema.fields[name].type is FieldType.RELATION:
            join = join_schema(schema.name, name)
            if await catalog.look(session, join) is None:
                await _make_table(session, catalog, join)


async def _add_columns(session: Session, class_name: str, columns: Mapping[str, str]) -> None:
    added = [f"ADD COLUMN IF NOT EXISTS {quoted(name)} {type_}" for name, type_ in columns.items()]
    if added:
        await session.run(f"ALTER TABLE {quoted(class_name)} {', '.join(added)}")


async def alter(session: Session, catalog: Catalog, schema: ClassSchema, change: SchemaChange) -> None:
    """Change a class as it stands in the database. Raises StorageError if it is not there, DuplicateValueError."""
    await _existing(session, catalog, schema)
    types = {name: column_type(field) for name, field in change.add_fields.items()}
    await _add_columns(session, schema.name, {name: type_ for name, type_ in types.items() if type_ is not None})
    await _drop_columns(session, catalog, schema, change.drop_fields - change.add_fields.keys())
    if change.add_indexes:
        await session.run(f"LOCK TABLE {quoted(schema.name)} IN SHARE MODE")
    for name in change.drop_indexes - change.add_indexes.keys():
        await _drop_index(session, catalog, schema.name, name)
    after = await _relist(session, catalog, schema, change)
    table = await _existing(session, catalog, after)
    for index in change.add_indexes.values():
        await _make_index(session, table, index)
    await _make_joins(session, catalog, after, change.add_fields.keys() & after.fields.keys())
    await catalog.look(session, after)


async def _relist(session: Session, catalog: Catalog, schema: ClassSchema, change: SchemaChange) -> ClassSchema:
    """Write the class's entry after the change; the class as it is then."""
    if not _is_listed(schema.name):
        return schema.applied(change)
    entry = await session.value(_READ_CLASS, [schema.name])
    if entry is None:
        raise StorageError(f"there is no class {schema.name}")
    written: dict[str, Any] = orjson.loads(entry)
    after = read_schema(schema.name, written, catalog.indexes_of(schema.name)).applied(change)
    listed = written_schema(after, written)
    if listed != written:
        await session.value(_WRITE_CLASS, [schema.name, orjson.dumps(listed).decode()])
    return after


async def _drop_columns(session: Session, catalog: Catalog, schema: ClassSchema, names: Iterable[str]) -> None:
    dropped = [f"DROP COLUMN IF EXISTS {quoted(name)}" for name in sorted(names)]
    if not dropped:
        return
    await session.run(f"ALTER TABLE {quoted(schema.name)} {', '.join(dropped)}")
    if NULLS_COLUMN in catalog.columns_of(schema.name):
        kept = f"ARRAY(SELECT unnest({NULLS_COLUMN}) EXCEPT SELECT unnest($1::text[]))"
        sql = f"UPDATE {quoted(schema.name)} SET {NULLS_COLUMN} = {kept} WHERE {NULLS_COLUMN} && $1::text[]"
        await session.changed(sql, [sorted(names)])


async def _drop_index(session: Session, catalog: Catalog, class_name: str, name: str) -> None:
    for known, comment in catalog.names_of(class_name).items():
        found = indexes.found_index(class_name, known, comment)
        if (found.name if found is not None else known) == name:
            await session.run(f"DROP INDEX IF EXISTS {quoted(known)}")
    for companion in indexes.companions(class_name, name):
        await session.run(f"DROP INDEX IF EXISTS {quoted(companion)}")


async def _make_index(session: Session, table: Table, index: Index) -> None:
    class_name = table.schema.name
    for statement in indexes.statements(class_name, index, table.shape):
        owner = await session.value(_OWNER, [statement.name])
        if owner == cut(class_name):
            continue
        made = statement if owner is None else indexes.renamed(statement, class_name, index)
        try:
            await session.run(made.sql(table.name))
        except UniqueViolationError as exc:
            raise DuplicateValueError(next(iter(index.keys))) from exc
        if made.comment is not None:
            await session.run(f"COMMENT ON INDEX {quoted(made.name)} IS {indexes.literal(made.comment)}")


async def drop(session: Session, catalog: Catalog, schema: ClassSchema) -> None:
    """Take a class away with its rows, if it is there."""
    await session.run(f"DROP TABLE IF EXISTS {quoted(schema.name)}")
    await session.changed(_DROP_CLASS, [schema.name])
    catalog.forget([schema.name])


async def make_room(session: Session, catalog: Catalog, schema: ClassSchema, names: Iterable[str]) -> None:
    """Add the columns that fields of the class, or the server's own, turn out to lack. Raises InvalidValueError."""
    wanted: dict[str, str] = {}
    for name in names:
        type_ = _type_of(schema, name)
        if type_ is None:
            raise InvalidValueError(f"the class {schema.name} has no field {name}")
        wanted[name] = type_
    await _add_columns(session, schema.name, wanted)
    await catalog.look(session, schema)


def _type_of(schema: ClassSchema, name: str) -> str | None:
    if name == NULLS_COLUMN:
        return TEXTS
    field = schema.fields.get(name)
    if field is not None:
        return column_type(field)
    return {**INTERNAL_COLUMNS, **LATE_COLUMNS}.get(name)


def touched(schema: ClassSchema) -> list[str]:
    """The tables that belong to a class: its own, and those of its relations."""
    relations = [name for name, field in schema.fields.items() if field.type is FieldType.RELATION]
    return [schema.name, *(join_schema(schema.name, name).name for name in relations)]


async def stored(session: Session, catalog: Catalog, schema: ClassSchema) -> ClassSchema | None:
    """The class as the database has it, with the indexes that are there; None if it has no table."""
    table = await catalog.look(session, schema)
    if table is None:
        return None
    entry = await session.value(_READ_ENTRY, [schema.name])
    found = read_schema(schema.name, orjson.loads(entry or "{}"), catalog.indexes_of(schema.name))
    names = {
        index.name
        for index in found.indexes.values()
        if not indexes.is_listed(schema.name, index)
        or all(
            _is_there(catalog, schema.name, index, s.name)
            for s in indexes.statements(schema.name, index, table.shape)
            if not s.name.startswith(HIDDEN_INDEX_PREFIX)
        )
    }
    return replace(found, indexes={name: index for name, index in found.indexes.items() if name in names})


def _is_there(catalog: Catalog, class_name: str, index: Index, name: str) -> bool:
    """Whether the index has this name in the database, or one that it got because others had it."""
    names = catalog.names_of(class_name)
    return name in names or indexes.renamed_name(class_name, index) in names
