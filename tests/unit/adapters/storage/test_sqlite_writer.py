"""Writing together: what waits shares a commit, what is refused is refused alone, what fails is never acknowledged."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    StorageUnavailableError,
)
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.ops import Increment, Set, SetOnInsert
from parsepy.model.schema import ClassSchema, Index
from parsepy.model.where import EVERYTHING, Compare, Order, Permits, Query, Regex, both, by_id

from .conftest import THINGS, thing

SCHEMA = ClassSchema("Thing", THINGS.fields, indexes={"s_1": Index("s_1", {"s": 1}, unique=True, sparse=True)})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    store = SqliteStorage(tmp_path / "writer.sqlite")
    await store.open()
    await store.create_class(SCHEMA)
    yield store
    await store.close()


async def test_of_inserts_that_wait_together_only_the_refused_fails(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("before", s="taken")])
    rows = [thing(f"t{n}", s="taken" if n == 7 else f"free{n}") for n in range(200)]
    done = await asyncio.gather(*(store.insert(SCHEMA, [row]) for row in rows), return_exceptions=True)

    refused = [(n, error) for n, error in enumerate(done) if error is not None]
    assert [(n, type(error)) for n, error in refused] == [(7, DuplicateValueError)]
    assert await store.count(SCHEMA, EVERYTHING) == 200


@pytest.mark.parametrize("size", [65, 1_024, 1_025, 2_100])
async def test_many_rows_of_one_insert_are_stored_in_order_as_they_are(store: SqliteStorage, size: int) -> None:
    texts = ["", "\0x\0", 'a"b\\n', "ä\u2028\U0001f600", "null"]
    rows = [
        thing(f"t{n}\0{n}" if n == 70 else f"t{n}", t=texts[n % 5], ACL={f"u{n}": {"read": True}}) for n in range(size)
    ]
    await store.insert(SCHEMA, rows)

    assert await store.find(SCHEMA, Query()) == rows
    mine = Permits("read", frozenset({"u64"}))
    assert [row["objectId"] for row in await store.find(SCHEMA, Query(mine))] == ["t64"]


async def test_many_rows_of_one_insert_are_stored_all_or_none(store: SqliteStorage) -> None:
    with pytest.raises(DuplicateValueError):
        await store.insert(SCHEMA, [thing(f"t{n % 999}") for n in range(1_000)])

    assert await store.count(SCHEMA, EVERYTHING) == 0


async def test_inserts_of_two_classes_in_turn_are_joined_by_class(store: SqliteStorage) -> None:
    other = ClassSchema("Other", THINGS.fields)
    await store.create_class(other)
    seen: list[str] = []
    store._writer._connection.set_trace_callback(seen.append)
    await asyncio.gather(*(store.insert((SCHEMA, other)[n % 2], [thing(f"t{n}")]) for n in range(40)))

    assert [sql[:19] for sql in seen if sql.startswith("INSERT")] == ['INSERT INTO "Thing"', 'INSERT INTO "Other"']
    assert [row["objectId"] for row in await store.find(other, Query())] == [f"t{n}" for n in range(1, 40, 2)]


async def test_of_updates_that_wait_together_only_the_refused_fails(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing(f"t{n}", s=f"s{n}", n=n) for n in range(100)])
    changes = [{"s": Set("s1")} if n == 50 else {"n": Increment(1)} for n in range(100)]
    changes[60] = {"s": Increment(1)}
    calls = (store.update(SCHEMA, by_id(f"t{n}"), ops) for n, ops in enumerate(changes))
    done = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(done[n]) for n in (50, 60)] == [DuplicateValueError, InvalidValueError]
    assert done[3] == thing("t3", s="s3", n=4)
    rows = await store.find(SCHEMA, Query())
    assert [row["n"] for row in rows] == [n if n in {50, 60} else n + 1 for n in range(100)]


async def test_updates_of_one_object_that_wait_together_build_on_each_other(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("a", n=0)])
    done = await asyncio.gather(*(store.update(SCHEMA, by_id("a"), {"n": Increment(1)}) for _ in range(300)))

    assert sorted(row["n"] for row in done if row) == list(range(1, 301))
    assert await store.get(SCHEMA, "a") == thing("a", n=300)


async def test_updates_that_wait_together_change_only_what_their_conditions_let_them(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("a", n=1, ACL={"u": {"write": True}}), thing("b", n=1)])
    mine, others = Permits("write", frozenset({"u"})), Permits("write", frozenset({"v"}))
    wheres = [
        both(by_id("a"), others),
        both(by_id("a"), mine, Compare("n", "$eq", 1)),
        both(by_id("a"), mine, Compare("n", "$eq", 1)),
        both(by_id("b"), others),
        by_id("nobody"),
    ]
    done = await asyncio.gather(*(store.update(SCHEMA, where, {"n": Increment(1)}) for where in wheres))

    assert [row["n"] if row else None for row in done] == [None, 2, None, 2, None]


async def test_writes_of_all_sorts_take_effect_in_the_order_of_their_calls(store: SqliteStorage) -> None:
    calls = [
        store.insert(SCHEMA, [thing("a", n=1)]),
        store.update(SCHEMA, by_id("a"), {"n": Increment(1)}),
        store.delete(SCHEMA, by_id("a")),
        store.update(SCHEMA, by_id("a"), {"n": Increment(1)}),
        store.insert(SCHEMA, [thing("a", n=10), thing("b", n=20)]),
        store.update(SCHEMA, Compare("n", "$gt", 5), {"n": Increment(1)}),
        store.update(SCHEMA, by_id("c"), {"n": SetOnInsert(5)}, upsert=True),
    ]
    done = await asyncio.gather(*calls)

    assert done[1:4] == [thing("a", n=2), 1, None]
    assert await store.find(SCHEMA, Query(order=(Order("objectId"),), limit=2)) == [thing("a", n=11), thing("b", n=20)]
    assert await store.get(SCHEMA, "c") == {"objectId": "c", "n": 5}


async def test_many_objects_are_stored_wholly_or_not_at_all(store: SqliteStorage) -> None:
    with pytest.raises(DuplicateValueError):
        await store.insert(SCHEMA, [thing(f"t{n}", s="same" if n in {0, 199} else None) for n in range(200)])
    await store.insert(SCHEMA, [thing(f"t{n}") for n in range(200)])

    assert await store.delete(SCHEMA, Regex("objectId", "9$")) == 20
    assert await store.count(SCHEMA, EVERYTHING) == 180


async def test_what_json_cannot_hold_is_refused(store: SqliteStorage) -> None:
    for value in ({1, 2}, "\ud800", object()):
        with pytest.raises(InvalidValueError):
            await store.insert(SCHEMA, [thing("a", o=value)])

    assert await store.count(SCHEMA, EVERYTHING) == 0


async def test_an_id_that_cannot_be_written_is_nobodys_and_harms_no_neighbour(store: SqliteStorage) -> None:
    await store.insert(SCHEMA, [thing("a", n=1), thing("é", n=1)])
    ids = ["a", "\ud800", "a\0b", "é"]
    calls = (store.update(SCHEMA, by_id(name), {"n": Increment(1)}) for name in ids)
    done = await asyncio.gather(*calls, return_exceptions=True)

    assert [done[0], done[2], done[3]] == [thing("a", n=2), None, thing("é", n=2)]
    assert isinstance(done[1], InvalidQueryError)
    assert [await store.find(SCHEMA, Query(by_id(name))) for name in ids[1:3]] == [[], []]


async def test_a_write_that_nobody_waits_for_any_more_does_no_harm(store: SqliteStorage) -> None:
    forgotten = asyncio.ensure_future(store.insert(SCHEMA, [thing("a")]))
    await asyncio.sleep(0)
    forgotten.cancel()
    await store.insert(SCHEMA, [thing("b")])

    assert forgotten.cancelled()
    assert await store.get(SCHEMA, "b") == thing("b")


async def test_closing_finishes_what_was_accepted(store: SqliteStorage) -> None:
    calls = [asyncio.ensure_future(store.insert(SCHEMA, [thing(f"t{n}")])) for n in range(100)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*calls)
    await store.open()

    assert await store.count(SCHEMA, EVERYTHING) == 100


async def test_a_closed_store_is_unavailable(store: SqliteStorage) -> None:
    await store.close()

    for call in (store.ping(), store.get(SCHEMA, "a"), store.insert(SCHEMA, [thing("a")])):
        with pytest.raises(StorageUnavailableError):
            await call
    with pytest.raises(StorageUnavailableError):
        async with store.transaction():
            pass


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema
from parsepy.model.where import EVERYTHING, Query

async def main(path):
    schema, store, kept = ClassSchema("Thing", {}), SqliteStorage(path), []
    await store.open()
    await store.create_class(schema)
    async def insert(name):
        await store.insert(schema, [{"objectId": name, "text": "x" * 2000}])
        kept.append(name)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    failed = []
    for lot in range(12):
        calls = [insert(f"{lot}-{n}") for n in range(40)]
        failed += [type(e) for e in await asyncio.gather(*calls, return_exceptions=True) if e]
    assert failed and set(failed) == {StorageUnavailableError}, failed
    assert kept
    assert (await store.get(schema, kept[0]))["objectId"] == kept[0]
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await insert("after")
    await store.close()
    await store.open()
    assert {row["objectId"] for row in await store.find(schema, Query())} == set(kept)
    await store.close()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_a_full_disk_acknowledges_nothing_and_ends_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "full.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert (done.returncode, done.stderr) == (0, "")
