"""The database file: who may read it, what it keeps, and who else may use it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, StorageError, StorageUnavailableError
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.ops import Set
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index, SchemaChange, join_class_name
from parsepy.model.where import EVERYTHING, Compare, Query, by_id

from .conftest import THINGS, thing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "things.sqlite"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStorage]:
    store = SqliteStorage(path)
    await store.open()
    await store.create_class(THINGS)
    yield store
    await store.close()


async def test_the_file_and_its_log_are_for_their_owner_alone(store: SqliteStorage, path: Path) -> None:
    await store.insert(THINGS, [thing("a")])

    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


async def test_objects_and_classes_are_there_after_a_restart(store: SqliteStorage, path: Path) -> None:
    index = Index("by_s", {"s": 1, "n": -1}, unique=True, sparse=True, case_insensitive=True)
    full = ClassSchema("Full", THINGS.fields, ClassPermissions({"find": {"*": True}}), {"by_s": index})
    await store.create_class(full)
    await store.create_class(ClassSchema(join_class_name("f", "Full"), {}))
    await store.insert(full, [thing("a", s="x", o={"deep": [1, None, 0.5]})])
    await store.close()
    await store.open()

    assert await store.load_classes() == [THINGS, full]
    assert await store.get(full, "a") == thing("a", s="x", o={"deep": [1, None, 0.5]})


async def test_a_commit_is_synchronised_with_the_disk(store: SqliteStorage) -> None:
    def modes(connection: sqlite3.Connection, catalog: object) -> tuple[str, int]:
        journal = connection.execute("PRAGMA journal_mode").fetchone()[0].decode()
        return journal, connection.execute("PRAGMA synchronous").fetchone()[0]

    assert await store._write(modes) == ("wal", 2)


async def test_classes_that_differ_in_capitals_are_different(store: SqliteStorage) -> None:
    lower = ClassSchema("thing", THINGS.fields, indexes={"S": Index("S", {"s": 1}), "s": Index("s", {"n": 1})})
    await store.create_class(lower)
    await store.insert(lower, [thing("a")])

    assert await store.count(lower, EVERYTHING) == 1
    assert await store.count(THINGS, EVERYTHING) == 0


@pytest.mark.parametrize("name", ["sqlite_master", "_SCHEMA", "_parsepyLog", 'a"b', "select", "x'; DROP TABLE Thing"])
async def test_any_class_name_makes_a_table_of_its_own(store: SqliteStorage, name: str) -> None:
    odd = ClassSchema(name, THINGS.fields, indexes={"a'\"b": Index("a'\"b", {"s": 1}, unique=True)})
    await store.create_class(odd)
    await store.insert(odd, [thing("a", s="x")])

    with pytest.raises(DuplicateValueError) as refused:
        await store.insert(odd, [thing("b", s="x")])

    assert refused.value.field == "s"
    assert await store.find(odd, Query(Compare("s", "$eq", "x"))) == [thing("a", s="x")]
    assert [schema.name for schema in await store.load_classes()] == ["Thing", name]


async def test_a_second_store_on_the_file_sees_and_changes_the_same_objects(store: SqliteStorage, path: Path) -> None:
    second = SqliteStorage(path)
    await second.open()
    await second.insert(THINGS, [thing("a", n=1)])
    await asyncio.gather(
        *(store.insert(THINGS, [thing(f"s{n}")]) for n in range(50)),
        *(second.insert(THINGS, [thing(f"t{n}")]) for n in range(50)),
    )
    await second.update(THINGS, by_id("a"), {"n": Set(2)})
    await second.close()

    assert await store.get(THINGS, "a") == thing("a", n=2)
    assert await store.count(THINGS, EVERYTHING) == 101


async def test_a_class_that_another_process_dropped_is_empty(store: SqliteStorage, path: Path) -> None:
    await store.insert(THINGS, [thing("a")])
    second = SqliteStorage(path)
    await second.open()
    await second.drop_class(THINGS)
    await second.close()

    assert await store.get(THINGS, "a") is None
    assert await store.find(THINGS, Query()) == []
    assert await store.update(THINGS, by_id("a"), {"n": Set(1)}) is None
    with pytest.raises(StorageError):
        await store.insert(THINGS, [thing("a")])


async def test_a_unique_index_of_another_process_is_named_by_its_field(store: SqliteStorage, path: Path) -> None:
    second = SqliteStorage(path)
    await second.open()
    change = SchemaChange(add_indexes={"s_1": Index("s_1", {"s": 1}, unique=True, sparse=True)})
    await second.alter_class(THINGS, change)
    await second.close()
    await store.insert(THINGS, [thing("a", s="x")])

    with pytest.raises(DuplicateValueError) as refused:
        await store.insert(THINGS, [thing("b", s="x")])

    assert refused.value.field == "s"


async def test_a_write_waits_no_longer_than_the_lock_of_another_process_allows(
    store: SqliteStorage, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(store.insert(THINGS, [thing("a")]))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting

    assert await store.get(THINGS, "a") == thing("a")


async def test_a_file_of_a_later_version_is_left_alone(store: SqliteStorage, path: Path) -> None:
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StorageError, match="format 99"):
        await store.open()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but a text" * 100)

    with pytest.raises(StorageUnavailableError):
        await SqliteStorage(tmp_path / "text").open()


async def test_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError):
        await SqliteStorage(tmp_path).open()


async def test_a_dropped_field_is_gone_from_all_documents(store: SqliteStorage, path: Path) -> None:
    await store.insert(THINGS, [thing(f"t{n}", s=f"é\0{n}", n=n / 7, a=[n]) for n in range(300)])
    await store.alter_class(THINGS, SchemaChange(drop_fields=frozenset({"a", "d"})))

    rows = await store.find(THINGS, Query())

    assert rows == [thing(f"t{n}", s=f"é\0{n}", n=n / 7) for n in range(300)]


async def test_changes_of_a_class_by_two_callers_are_both_kept(store: SqliteStorage) -> None:
    added = [SchemaChange(add_fields={name: Field(FieldType.STRING)}) for name in ("first", "second")]
    await asyncio.gather(*(store.alter_class(THINGS, change) for change in added))

    assert {"first", "second"} <= (await store.load_classes())[0].fields.keys()
