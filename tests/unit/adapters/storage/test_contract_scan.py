"""Rows in pieces, the indexes that are there, and the watch for changed classes, on every store."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from parsepy.adapters.storage.base import InvalidQueryError, Object, Storage, StorageUnavailableError
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassPermissions, ClassSchema, Index, SchemaChange
from parsepy.model.where import EVERYTHING, And, Compare, Exists, Or, Order, Query, Regex, Text, Where

from .conftest import THINGS, thing

MANY = 700
POLYGONS = "poly_2dsphere"
"""An index that MongoDB has for polygons, as Parse Server makes it."""

MISSING = ClassSchema("Missing", THINGS.fields)


async def scanned(store: Storage, query: Query, schema: ClassSchema = THINGS) -> list[Object]:
    return [row for piece in [piece async for piece in store.scan(schema, query)] for row in piece]


@pytest.fixture
async def full(thing_store: Storage) -> Storage:
    rows = [thing(f"t{n:04}", n=n % 7, s=f"name {n % 5}", o={"k": -n}, a=[n, n % 3]) for n in range(MANY)]
    await thing_store.insert(THINGS, rows)
    return thing_store


QUERIES: dict[str, Query] = {
    "everything": Query(),
    "window": Query(skip=300, limit=290),
    "nothing": Query(limit=0),
    "condition": Query(Compare("n", "$gt", 2)),
    "predicate": Query(And((Regex("s", "name [12]"), Exists("o.k", True)))),
    "order": Query(order=(Order("n", descending=True), Order("s"))),
    "order of a path": Query(Compare("n", "$lt", 4), (Order("o.k"),), limit=300, skip=5),
    "order of an array": Query(order=(Order("a", descending=True),)),
    "ids": Query(Or((Compare("objectId", "$eq", "t0005"), Compare("objectId", "$eq", "t0003")))),
    "score": Query(Text("s", "name"), limit=300, with_score=True),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
async def test_a_scan_gives_what_a_find_gives(full: Storage, query: Query) -> None:
    assert await scanned(full, query) == await full.find(THINGS, query)


async def test_pieces_are_small_and_never_empty(full: Storage) -> None:
    sizes = [len(piece) async for piece in full.scan(THINGS, Query())]

    assert sum(sizes) == MANY
    assert len(sizes) > 1
    assert min(sizes) > 0


async def test_a_class_that_is_not_there_has_nothing_to_scan(storage: Storage) -> None:
    assert await scanned(storage, Query(), MISSING) == []


async def test_a_scan_that_is_left_early_disturbs_nobody(full: Storage) -> None:
    async with aclosing(full.scan(THINGS, Query(order=(Order("n"),)))) as pieces:  # type: ignore[type-var]  # generators all
        first = await anext(pieces)
    await full.delete(THINGS, EVERYTHING)

    assert first
    assert await full.count(THINGS, EVERYTHING) == 0


async def test_a_scan_refuses_what_a_find_refuses(full: Storage) -> None:
    with pytest.raises(InvalidQueryError):
        await scanned(full, Query(Regex("s", "(")))


async def test_a_scan_within_a_transaction_sees_its_writes(full: Storage) -> None:
    async with full.transaction() as inner:
        await inner.insert(THINGS, [thing("new")])
        rows = await scanned(inner, Query())

    assert (len(rows), rows[-1]) == (MANY + 1, thing("new"))


@pytest.mark.parametrize("where", [EVERYTHING, Compare("n", "$eq", 1)], ids=["all", "some"])
async def test_options_change_no_answer(full: Storage, where: Where) -> None:
    options = {"comment": "a note", "hint": {"_id": 1}, "readPreference": "SECONDARY_PREFERRED"}

    assert await full.count(THINGS, where, options) == await full.count(THINGS, where)
    assert await full.distinct(THINGS, "n", where, options) == await full.distinct(THINGS, "n", where)


async def test_indexes_are_listed_with_the_one_on_ids(thing_store: Storage) -> None:
    shown, hidden = Index("s_n", {"s": 1, "n": -1}), Index("parsepy_t", {"t": 1})
    await thing_store.alter_class(THINGS, SchemaChange(add_indexes={"s_n": shown, "parsepy_t": hidden}))

    found = {name: keys for name, keys in (await thing_store.indexes(THINGS)).items() if name != POLYGONS}
    assert found == {"_id_": {"objectId": 1}, "s_n": {"s": 1, "n": -1}}
    assert await thing_store.indexes(MISSING) == {}


async def watched(store: Storage, calls: list[None]) -> None:
    with suppress(StorageUnavailableError):
        await store.watch_classes(lambda: calls.append(None))


async def test_watching_classes_lasts_until_it_is_cancelled(thing_store: Storage) -> None:
    watch = asyncio.create_task(watched(thing_store, []))
    await asyncio.sleep(0.05)
    running = not watch.done()
    watch.cancel()

    assert running
    with pytest.raises(asyncio.CancelledError):
        await watch


CHANGES: dict[str, Any] = {
    "new class": lambda store: store.create_class(ClassSchema("New", THINGS.fields)),
    "new column": lambda store: store.alter_class(THINGS, SchemaChange(add_fields={"extra": THINGS.fields["s"]})),
    "permissions": lambda store: store.alter_class(THINGS, SchemaChange(permissions=ClassPermissions({"find": {}}))),
    "dropped class": lambda store: store.drop_class(THINGS),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_sqlite_tells_of_classes_changed_by_another_process(tmp_path: Path, change: Any) -> None:
    here, there = SqliteStorage(tmp_path / "shared.db"), SqliteStorage(tmp_path / "shared.db")
    told = asyncio.Event()
    async with asyncio.timeout(10):
        await here.open()
        await there.open()
        await here.create_class(THINGS)
        watch = asyncio.create_task(here.watch_classes(told.set))
        await asyncio.sleep(0.1)
        await there.insert(THINGS, [thing("a")])
        await asyncio.sleep(0.6)
        quiet = not told.is_set()
        await change(there)
        await told.wait()
        watch.cancel()
        await here.close()
        await there.close()

    assert quiet


async def test_sqlite_ends_scans_when_it_is_closed(tmp_path: Path) -> None:
    store = SqliteStorage(tmp_path / "closing.db")
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing(f"t{n}") for n in range(MANY)])
    pieces = store.scan(THINGS, Query())
    await anext(pieces)
    await store.close()

    with pytest.raises(StorageUnavailableError):
        await anext(pieces)
