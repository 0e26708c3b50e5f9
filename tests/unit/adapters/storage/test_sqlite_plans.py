"""Indexes: which questions SQLite answers with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema, Index
from parsepy.model.where import Compare, In, Near, Order, Permits, Query, Regex, Where, both

from .conftest import THINGS, thing

DATE = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "t"}
PATHS = ("s", "n", "d", "b", "p", "createdAt", "o.k", "_token")
INDEXES = {path: Index(path, {path: 1}) for path in PATHS} | {
    "folded": Index("folded", {"t": 1}, sparse=True, case_insensitive=True),
    "_id_": Index("_id_", {"objectId": 1}, unique=True),
    "text": Index("text", {"t": "text"}),
}
SCHEMA = ClassSchema("Thing", THINGS.fields, indexes=INDEXES)
ALLOWED = Permits("read", frozenset({"*", "u"}))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    store = SqliteStorage(tmp_path / "plans.sqlite")
    await store.open()
    await store.create_class(SCHEMA)
    await store.insert(SCHEMA, [thing(f"t{n}", s=f"s{n}", n=n, _token=f"k{n}", t=f"T{n}") for n in range(40)])
    yield store
    await store.close()


async def plan(store: SqliteStorage, query: Query) -> str:
    return "\n".join(step["detail"] for step in await store.explain(SCHEMA, query))


SEARCHES: list[tuple[str, Where]] = [
    ("lookup:Thing:s:", Compare("s", "$eq", "s1")),
    ("lookup:Thing:s:", both(Compare("s", "$eq", "s1"), ALLOWED)),
    ("lookup:Thing:s:", Compare("s", "$gt", "s1")),
    ("lookup:Thing:s:", In("s", ("s1", "s2"))),
    ("lookup:Thing:s:", Regex("s", "^\\Qs1\\E")),
    ("lookup:Thing:n:", Compare("n", "$eq", 0.5)),
    ("lookup:Thing:n:", both(Compare("n", "$gte", 1), Compare("n", "$lt", 5))),
    ("lookup:Thing:d:", Compare("d", "$lt", DATE)),
    ("lookup:Thing:createdAt:", Compare("createdAt", "$gt", DATE)),
    ("lookup:Thing:p:", Compare("p", "$eq", POINTER)),
    ("lookup:Thing:p:", In("p", (POINTER, {**POINTER, "objectId": "u"}))),
    ("lookup:Thing:b:", Compare("b", "$eq", True)),
    ("lookup:Thing:o.k:", Compare("o.k", "$eq", "x")),
    ("lookup:Thing:_token:", Compare("_token", "$eq", "k3")),
    ("lookup:Thing:folded:", Regex("t", "^\\Qt3\\E$", "i")),
    ("sqlite_autoindex_Thing_1", Compare("objectId", "$eq", "t1")),
    ("sqlite_autoindex_Thing_1", In("objectId", ("t1", "t2"))),
]


@pytest.mark.parametrize(
    ("index", "where"), SEARCHES, ids=lambda value: type(value).__name__ if not isinstance(value, str) else value
)
async def test_a_condition_is_answered_by_its_index(store: SqliteStorage, index: str, where: Where) -> None:
    found = await plan(store, Query(where, limit=10))

    either = {index, index.replace("lookup:", "parsepy_down:")}
    assert any(f"USING INDEX {name}" in found for name in either)
    assert "SCAN Thing\n" not in f"{found}\n"


@pytest.mark.parametrize("path", ["s", "n", "d", "b", "p", "createdAt"])
@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
async def test_an_order_is_read_from_its_index(store: SqliteStorage, path: str, descending: bool) -> None:
    found = await plan(store, Query(ALLOWED, (Order(path, descending),), limit=10))

    role = "parsepy_down" if descending else "lookup"
    newest = "parsepy_newest:Thing" if path == "createdAt" and descending else f"{role}:Thing:{path}:"
    assert f"SCAN Thing USING INDEX {newest}" in found or f"SCAN Thing USING INDEX {role}:Thing:{path}:" in found
    assert "TEMP B-TREE" not in found


async def test_clients_do_not_see_the_indexes_of_the_server(store: SqliteStorage) -> None:
    made = await store._read(
        lambda connection, catalog: connection.execute("SELECT name FROM sqlite_master").fetchall()
    )
    own = {name.decode() for (name,) in made if name.startswith(b"parsepy_")}

    assert "parsepy_newest:Thing" in own
    assert any(name.startswith("parsepy_down:Thing:n:") for name in own)
    assert set(await store.indexes(SCHEMA)) <= set(INDEXES)


async def test_what_indexes_of_untyped_paths_find_is_what_matches(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("array", _token=["k3", "k4"]), thing("number", _token=3)])

    assert [row["objectId"] for row in await store.find(SCHEMA, Query(Compare("_token", "$eq", "k3")))] == [
        "t3",
        "array",
    ]
    assert [row["objectId"] for row in await store.find(SCHEMA, Query(Compare("_token", "$eq", 3)))] == ["number"]


async def test_explain_tells_what_is_done_outside_of_sqlite(store: SqliteStorage) -> None:
    found = await plan(store, Query(Near("g", 1, 2)))

    assert found.splitlines()[-2:] == ["FILTER BY PREDICATE", "SORT BY KEY"]


async def test_a_text_equal_but_for_case_is_found_with_a_line_feed_too(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("x", t="STRASSE"), thing("y", t="strasse\n"), thing("z", t="straße!")])

    rows = await store.find(SCHEMA, Query(Regex("t", "^Strasse$", "i")))

    assert [row["objectId"] for row in rows] == ["x", "y"]
