"""The tables that the real Parse Server makes for some classes, and ours for the same classes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import asyncpg
import orjson
import pytest
import pytest_asyncio

from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.ops import Set
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index, SchemaChange
from parsepy.model.system_classes import (
    VOLATILE_CLASSES,
    built_in_schema,
    default_fields,
    join_schema,
    startup_indexes,
)
from parsepy.model.where import Query, by_id
from tests.compat.servers import Server, fresh_database, reference

pytestmark = [pytest.mark.oracle, pytest.mark.asyncio(loop_scope="module")]

FIELDS: Mapping[str, Any] = {
    "s": {"type": "String", "required": True, "defaultValue": "x"},
    "n": {"type": "Number"},
    "b": {"type": "Boolean"},
    "d": {"type": "Date"},
    "o": {"type": "Object"},
    "a": {"type": "Array"},
    "f": {"type": "File"},
    "g": {"type": "GeoPoint"},
    "poly": {"type": "Polygon"},
    "y": {"type": "Bytes"},
    "p": {"type": "Pointer", "targetClass": "Team"},
    "r": {"type": "Relation", "targetClass": "Team"},
}
RULES = {"find": {"*": True}}
INDEX = Index("idx_n", {"n": 1, "s": -1})
TEAM = built_in_schema("Team")
THING = ClassSchema(
    "Thing",
    {**default_fields("Thing"), **{name: Field.from_json(shown) for name, shown in FIELDS.items()}},
    ClassPermissions(RULES),
    {"_id_": startup_indexes()["_User"]["_id_"], INDEX.name: INDEX},
)
GROWTH = SchemaChange(add_fields={"late": Field(FieldType.NUMBER), "r2": Field(FieldType.RELATION, "Team")})

QUESTIONS: Mapping[str, str] = {
    "columns": """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT LIKE '\\_parsepy\\_%'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes i WHERE indexname NOT LIKE 'parsepy\\_%'",
    "constraints": "SELECT conname, contype::text, pg_get_constraintdef(c.oid) FROM pg_constraint c",
    "functions": """SELECT proname, pg_get_function_identity_arguments(f.oid), pg_get_function_result(f.oid), provolatile::text
        FROM pg_proc f""",
    "classes": """SELECT "className", "schema"::text, "isParseClass" FROM "_SCHEMA" s""",
}
OWNERS = {"columns": "c.relnamespace", "constraints": "c.connamespace", "functions": "f.pronamespace"}


async def answers(connection: Connection, question: str) -> set[tuple[Any, ...]]:
    """What the catalogue of the database says, without what the extension brought."""
    sql = QUESTIONS[question]
    if question in OWNERS:
        sql += f" {'AND' if 'WHERE' in sql else 'WHERE'} {OWNERS[question]} = 'public'::regnamespace"
    if question == "indexes":
        sql += " AND schemaname = 'public'"
    if question == "functions":
        sql += " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = f.oid AND deptype = 'e')"
    rows = {tuple(row) for row in await connection.fetch(sql)}
    return {row for row in rows if "spatial_ref_sys" not in str(row)}


async def post(server: Server, path: str, body: Any, method: str = "POST") -> None:
    headers = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
    async with aiohttp.request(method, f"{server.url}{path}", json=body, headers=headers) as answer:
        assert answer.status < 300, await answer.text()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theirs(postgres_server: str) -> AsyncIterator[Connection]:
    """The database of a real Parse Server that was told of the classes."""
    async with reference(store="postgres", address=postgres_server) as server:
        shown = {
            "className": "Thing",
            "fields": FIELDS,
            "classLevelPermissions": RULES,
            "indexes": {"idx_n": INDEX.keys},
        }
        await post(server, "/schemas/Thing", shown)
        await post(server, "/schemas/Team", {"className": "Team"})
        await post(server, "/schemas/Thing", {"fields": {n: f.to_json() for n, f in GROWTH.add_fields.items()}}, "PUT")
        await post(server, "/installations", {"deviceType": "ios", "installationId": "i"})
        uri = orjson.loads((server.folder / "config.json").read_bytes())["databaseURI"]
        connection: Connection = await asyncpg.connect(uri)
        yield connection
        await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ours(postgres_server: str) -> AsyncIterator[Connection]:
    """A database in which the store made the same classes."""
    async with fresh_database("postgres", postgres_server) as uri:
        store = PostgresStorage(uri)
        await store.open()
        for name in ("_User", "_Role", "_Installation", *sorted(VOLATILE_CLASSES)):
            await store.create_class(built_in_schema(name, startup_indexes().get(name)))
        await store.create_class(TEAM)
        await store.create_class(THING)
        await store.alter_class(THING, GROWTH)
        await store.close()
        connection: Connection = await asyncpg.connect(uri)
        yield connection
        await connection.close()


@pytest.mark.parametrize("question", list(QUESTIONS))
async def test_both_servers_make_the_same(ours: Connection, theirs: Connection, question: str) -> None:
    # Ours hold null where MongoDB sorts it, so that they serve orders too.
    made = {tuple(str(part).replace(" NULLS FIRST", "") for part in row) for row in await answers(ours, question)}
    assert made == {tuple(map(str, row)) for row in await answers(theirs, question)}


async def test_classes_of_the_real_server_are_known_as_they_are(theirs: Connection) -> None:
    store = PostgresStorage(await address_of(theirs))
    await store.open()
    found = {schema.name: schema for schema in await store.load_classes()}
    await store.close()

    assert found["Thing"] == THING.applied(GROWTH)
    assert found["_Role"].indexes.keys() == {"_id_", "name_1"}
    assert {"username_1", "email_1", "_auth_data_anonymous_id", "_perishable_token"} <= found["_User"].indexes.keys()
    assert found.keys() > VOLATILE_CLASSES


async def address_of(connection: Connection) -> str:
    port = await connection.fetchval("SELECT inet_server_port()")
    return f"postgres://postgres@127.0.0.1:{port}/{await connection.fetchval('SELECT current_database()')}"


async def test_rows_in_tables_of_the_real_server_are_read_and_written(theirs: Connection) -> None:
    store = PostgresStorage(await address_of(theirs))
    await store.open()
    (thing,) = [schema for schema in await store.load_classes() if schema.name == "Thing"]
    row = {"objectId": "a", "createdAt": "2026-01-02T03:04:05.678Z", "s": None, "n": 1}
    await store.insert(thing, [row])
    changed = await store.update(thing, by_id("a"), {"n": Set(2)})
    found = await store.find(thing, Query())
    pairs = join_schema("Thing", "r")
    await store.insert(pairs, [{"objectId": "a:b", "owningId": "a", "relatedId": "b"}])

    assert changed == {**row, "n": 2}
    assert found == [changed]
    assert await store.find(pairs, Query()) == [{"objectId": "a:b", "owningId": "a", "relatedId": "b"}]
    await store.close()
