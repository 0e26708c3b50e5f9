"""How PostgreSQL runs the usual queries on a table of 20,000 rows: it goes straight to the rows, by an index."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from parsepy.adapters.storage.postgres.columns import SEQUENCE_COLUMN, TableShape, column_type, quoted
from parsepy.adapters.storage.postgres.order import compile_order
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.adapters.storage.postgres.where import compile_where
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import default_fields, startup_indexes
from parsepy.model.where import All, Compare, In, Order, Permits, Query, Regex, Where, WithinBox, both, by_id

from ..conftest import THINGS, thing
from .things_table import Connection

_FIELDS = {"n": Field(FieldType.NUMBER), "p": Field(FieldType.POINTER, "Team")}
_FIELDS |= {"a": Field(FieldType.ARRAY), "g": Field(FieldType.GEO_POINT)}
USERS = ClassSchema("_User", {**default_fields("_User"), **_FIELDS}, indexes=startup_indexes()["_User"])
COLUMNS = {name: type_ for name, field in USERS.fields.items() if (type_ := column_type(field))}
COLUMNS |= {"_rperm": "text[]", "_wperm": "text[]", SEQUENCE_COLUMN: "bigint"}
SHAPE = TableShape(COLUMNS, is_binary=True)
INDEXES = """
    CREATE UNIQUE INDEX ON "_User" ("objectId");
    CREATE UNIQUE INDEX ON "_User" (username);
    CREATE INDEX ON "_User" (lower(username) varchar_pattern_ops);
    CREATE UNIQUE INDEX ON "_User" (("authData" -> 'x'::text ->> 'id')) WHERE "authData" -> 'x'::text ->> 'id' IS NOT NULL;
    CREATE INDEX ON "_User" ("createdAt", _parsepy_seq);
    CREATE INDEX ON "_User" (p);
    CREATE INDEX ON "_User" (n NULLS FIRST);
    CREATE INDEX ON "_User" USING gin (a jsonb_path_ops);
    CREATE INDEX ON "_User" USING gist (g);
    ANALYZE "_User";
"""
ROWS = """
    INSERT INTO "_User" ("objectId", "createdAt", username, "authData", n, p, a, g, _rperm, _parsepy_seq)
    SELECT 'id' || i, now() - i * interval '1 second', 'user' || i, jsonb_build_object('x', jsonb_build_object('id', i::text)),
        i % 1000, 'team' || (i % 1000), jsonb_build_array('t' || (i % 500)), point(i % 180, i % 90),
        CASE WHEN i % 2 = 0 THEN ARRAY['*'] ELSE ARRAY['u' || i] END, i
    FROM generate_series(1, 20000) AS i
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def connection(postgres_server: str) -> AsyncIterator[Connection]:
    """A connection with many users in a table of its own."""
    opened = await asyncpg.connect(f"{postgres_server}/postgres")
    columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in COLUMNS.items())
    await opened.execute(f'CREATE TEMP TABLE "_User" ({columns})')
    await opened.execute(ROWS)
    await opened.execute(INDEXES)
    yield opened
    await opened.close()


PUBLIC = Permits("read", frozenset({"*", "u7"}))
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "team5"}
DATE = {"__type": "Date", "iso": "2026-01-01T00:00:00.000Z"}
NEWEST = (Order("createdAt", True),)
QUERIES: dict[str, Query] = {
    "by id": Query(both(by_id("id5"), PUBLIC), limit=1),
    "by ids": Query(In("objectId", ("id5", "id6")), limit=100),
    "pointer": Query(both(Compare("p", "$eq", POINTER), PUBLIC), limit=100),
    "pointers": Query(In("p", (POINTER,)), limit=100),
    "user name": Query(Compare("username", "$eq", "user5")),
    "user name without capitals": Query(Regex("username", "^User5$", "i")),
    "user name that begins so": Query(Regex("username", "^user777"), limit=100),
    "id at a provider": Query(Compare("authData.x.id", "$eq", "5")),
    "newest": Query(PUBLIC, NEWEST, limit=100),
    "newer than": Query(both(Compare("createdAt", "$gt", DATE), PUBLIC), NEWEST, limit=100),
    "first made": Query(PUBLIC, limit=100),
    "page by id": Query(both(Compare("objectId", "$gt", "id5"), PUBLIC), (Order("objectId"),), limit=100),
    "number": Query(Compare("n", "$eq", 5)),
    "least number": Query(order=(Order("n"),), limit=10),
    "greatest number": Query(order=(Order("n", True),), limit=10),
    "array holds": Query(Compare("a", "$eq", "t5")),
    "array holds one of": Query(In("a", ("t5", "t6"))),
    "array holds all": Query(All("a", ("t5", "t6"))),
    "points in a box": Query(WithinBox("g", (5, 5), (6, 6))),
}


def statement(query: Query, where: Where) -> tuple[str, tuple[object, ...]]:
    condition = compile_where(where, USERS, SHAPE)
    order = compile_order(query, USERS, SHAPE, first=len(condition.args) + 1)
    assert order is not None
    limit = "" if query.limit is None else f" LIMIT {query.limit}"
    sql = f'SELECT * FROM "_User" WHERE {condition.sql} ORDER BY {order.sql}{limit}'
    return sql, (*condition.args, *order.args)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
async def test_an_index_leads_to_the_rows(connection: Connection, query: Query) -> None:
    sql, args = statement(query, query.where)

    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {sql}", *args))

    assert "Index" in plan
    assert "Seq Scan" not in plan


@pytest.mark.asyncio(loop_scope="session")
async def test_pages_by_id_take_the_key_where_texts_sort_by_their_language(postgres_server: str) -> None:
    name = f"language_{uuid.uuid4().hex[:12]}"
    setup = await asyncpg.connect(f"{postgres_server}/postgres")
    await setup.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
    await setup.close()
    store = PostgresStorage(f"{postgres_server}/{name}")
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing(f"{letter}{at}") for at in range(500) for letter in "aBcD"])
    where = Compare("objectId", "$gt", "c")

    (step,) = await store.explain(THINGS, Query(where, (Order("objectId"),), limit=10))
    found = await store.find(THINGS, Query(where, (Order("objectId"),), limit=2000))
    await store.close()

    assert "Index Scan" in str(step)
    assert "Sort" not in str(step)
    assert [row["objectId"] for row in found] == sorted(f"c{at}" for at in range(500))
