"""Classes, their columns and unique indexes, and transactions, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from parsepy.adapters.storage.base import (
    ClassExistsError,
    DuplicateValueError,
    InvalidQueryError,
    Storage,
    StorageError,
)
from parsepy.model.ops import Set, Unset
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index, SchemaChange, join_class_name
from parsepy.model.system_classes import DEFAULT_FIELDS
from parsepy.model.where import EVERYTHING, Compare, Order, Query, Regex, Text, by_id

from .conftest import THINGS, thing

PAIRS = ClassSchema(
    join_class_name("members", "Team"),
    {name: Field(FieldType.STRING) for name in ("objectId", "owningId", "relatedId")},
    indexes={name: Index(name, {name: 1}) for name in ("owningId", "relatedId")},
)


TEAM = {"__type": "Pointer", "className": "Team", "objectId": "x"}


def unique(*paths: str, sparse: bool = False, case_insensitive: bool = False) -> Index:
    return Index("_".join(paths), dict.fromkeys(paths, 1), True, sparse, case_insensitive)


async def indexed(store: Storage, index: Index, *rows: Mapping[str, Any]) -> ClassSchema:
    """The class of things with one index and some rows, named by their position."""
    schema = THINGS.applied(SchemaChange(add_indexes={index.name: index}))
    await store.create_class(schema)
    await store.insert(schema, [thing(str(at), **row) for at, row in enumerate(rows)])
    return schema


async def test_classes_are_listed_as_they_were_created(storage: Storage) -> None:
    permissions = ClassPermissions({"find": {"*": True}, "protectedFields": {"*": ["s"]}})
    field = Field(FieldType.NUMBER, required=True, default=5)
    schema = ClassSchema("Team", {**DEFAULT_FIELDS, "n": field}, permissions, {"n": Index("n", {"n": 1})})
    await storage.create_class(schema)
    await storage.create_class(PAIRS)

    assert await storage.load_classes() == [schema]


async def test_a_class_is_created_once(thing_store: Storage) -> None:
    with pytest.raises(ClassExistsError):
        await thing_store.create_class(THINGS)

    assert len(await thing_store.load_classes()) == 1


async def test_the_first_null_is_stored_though_the_class_has_columns_that_the_store_has_not(storage: Storage) -> None:
    narrow = ClassSchema("Team", {**DEFAULT_FIELDS, "n": Field(FieldType.NUMBER)})
    wide = narrow.applied(SchemaChange(add_fields={"late": Field(FieldType.STRING)}))
    await storage.create_class(narrow)

    await storage.insert(wide, [thing("a", n=None)])

    assert (await storage.find(wide, Query()))[0]["n"] is None


async def test_class_names_tell_case_apart(thing_store: Storage) -> None:
    other = ClassSchema("thing", THINGS.fields)
    await thing_store.create_class(other)
    await thing_store.insert(other, [thing("a")])

    assert await thing_store.count(THINGS, EVERYTHING) == 0
    assert await thing_store.count(other, EVERYTHING) == 1


async def test_a_dropped_class_is_gone_with_its_objects(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a")])
    await thing_store.drop_class(THINGS)
    await thing_store.drop_class(THINGS)

    assert await thing_store.load_classes() == []
    assert await thing_store.find(THINGS, Query()) == []
    await thing_store.create_class(THINGS)
    assert await thing_store.count(THINGS, EVERYTHING) == 0


async def test_objects_of_a_class_that_is_not_there_are_refused(storage: Storage) -> None:
    with pytest.raises(StorageError):
        await storage.insert(THINGS, [thing("a")])


async def test_changes_of_a_class_are_kept(thing_store: Storage) -> None:
    change = SchemaChange(
        add_fields={"new": Field(FieldType.STRING, default="x")},
        drop_fields=frozenset({"s"}),
        permissions=ClassPermissions({"get": {}}),
        add_indexes={"n": Index("n", {"n": 1})},
    )

    await thing_store.alter_class(THINGS, change)
    await thing_store.alter_class(THINGS, change)

    assert await thing_store.load_classes() == [THINGS.applied(change)]


async def test_changes_of_others_are_kept(thing_store: Storage) -> None:
    await thing_store.alter_class(THINGS, SchemaChange(add_fields={"x": Field(FieldType.STRING)}))
    await thing_store.alter_class(THINGS, SchemaChange(add_fields={"y": Field(FieldType.STRING)}))

    (schema,) = await thing_store.load_classes()
    assert {"x", "y"} < schema.fields.keys()


async def test_dropped_fields_lose_their_data(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", s="x", n=1), thing("b", n=2)])

    await thing_store.alter_class(THINGS, SchemaChange(drop_fields=frozenset({"s"})))
    await thing_store.alter_class(THINGS, SchemaChange(add_fields={"s": Field(FieldType.NUMBER)}))

    (schema,) = await thing_store.load_classes()
    assert await thing_store.find(schema, Query()) == [thing("a", n=1), thing("b", n=2)]


async def test_a_new_field_of_another_type_is_found(thing_store: Storage) -> None:
    await thing_store.alter_class(THINGS, SchemaChange(drop_fields=frozenset({"s"})))
    await thing_store.alter_class(THINGS, SchemaChange(add_fields={"s": Field(FieldType.NUMBER)}))
    (schema,) = await thing_store.load_classes()
    await thing_store.insert(schema, [thing("a", s=1), thing("b", s=10), thing("c", s=9)])

    found = await thing_store.find(schema, Query(Compare("s", "$gt", 1), order=(Order("s"),)))

    assert [row["objectId"] for row in found] == ["c", "b"]


async def test_pairs_of_a_relation_are_objects_of_a_class(storage: Storage) -> None:
    await storage.create_class(PAIRS)
    row = {"objectId": "a:b", "owningId": "a", "relatedId": "b"}
    await storage.insert(PAIRS, [row])

    assert await storage.find(PAIRS, Query(Compare("owningId", "$eq", "a"))) == [row]
    upserted = await storage.update(PAIRS, by_id("a:b"), {"owningId": Set("a"), "relatedId": Set("b")}, upsert=True)
    assert upserted == row
    assert await storage.delete(PAIRS, Compare("relatedId", "$eq", "b")) == 1


UNIQUE: list[tuple[Index, dict[str, Any], dict[str, Any]]] = [
    (unique("s"), {"s": "x"}, {"s": "x"}),
    (unique("s"), {}, {}),
    (unique("s"), {"s": None}, {}),
    (unique("n"), {"n": 1}, {"n": 1.0}),
    (unique("s", sparse=True), {"s": "x"}, {"s": "x"}),
    (unique("s", case_insensitive=True), {"s": "Ann"}, {"s": "aNN"}),
    (unique("s", case_insensitive=True), {"s": "ÄRGER"}, {"s": "ärger"}),
    (unique("s", "n"), {"s": "x", "n": 1}, {"s": "x", "n": 1}),
    (unique("s", "n"), {"s": "x"}, {"s": "x", "n": None}),
    (unique("s", "n", sparse=True), {"s": "x"}, {"s": "x"}),
    (unique("o.k"), {"o": {"k": 1}}, {"o": {"k": 1}}),
    (unique("o.k.id", sparse=True), {"o": {"k": {"id": "x"}}}, {"o": {"k": {"id": "x"}}}),
    (unique("p"), {"p": TEAM}, {"p": TEAM}),
]
DIFFERENT: list[tuple[Index, dict[str, Any], dict[str, Any]]] = [
    (unique("s"), {"s": "x"}, {"s": "X"}),
    (unique("s"), {"s": "x"}, {}),
    (unique("s", sparse=True), {}, {}),
    (unique("s", sparse=True), {"s": None}, {"s": None}),
    (unique("s", case_insensitive=True), {"s": "e"}, {"s": "é"}),
    (unique("s", "n"), {"s": "x", "n": 1}, {"s": "x", "n": 2}),
    (unique("s", "n", sparse=True), {}, {}),
    (unique("o.k"), {"o": {"k": 1}}, {"o": {"k": "1"}}),
    (unique("o.k.id", sparse=True), {"o": {}}, {}),
    (unique("o.k"), {"o": {"k": 1}}, {"o": {"k": True}}),
]


@pytest.mark.parametrize(("index", "first", "second"), UNIQUE, ids=[f"{case[0]} {case[1:]}" for case in UNIQUE])
async def test_a_unique_value_is_stored_once(
    storage: Storage, index: Index, first: dict[str, Any], second: dict[str, Any]
) -> None:
    schema = await indexed(storage, index, first)

    with pytest.raises(DuplicateValueError) as refused:
        await storage.insert(schema, [thing("new", **second)])

    assert refused.value.field == next(iter(index.keys))
    assert await storage.find(schema, Query()) == [thing("0", **first)]


@pytest.mark.parametrize(("index", "first", "second"), DIFFERENT, ids=[f"{c[0]} {c[1:]}" for c in DIFFERENT])
async def test_different_values_pass_a_unique_index(
    storage: Storage, index: Index, first: dict[str, Any], second: dict[str, Any]
) -> None:
    schema = await indexed(storage, index, first, second)

    assert await storage.count(schema, EVERYTHING) == 2


async def test_an_update_may_not_take_a_unique_value(storage: Storage) -> None:
    schema = await indexed(storage, unique("s"), {"s": "x"}, {"s": "y"})

    with pytest.raises(DuplicateValueError) as refused:
        await storage.update(schema, by_id("1"), {"s": Set("x"), "n": Set(1)})

    assert refused.value.field == "s"
    assert await storage.get(schema, "1") == thing("1", s="y")


async def test_an_object_may_keep_its_unique_value(storage: Storage) -> None:
    schema = await indexed(storage, unique("s", case_insensitive=True), {"s": "x"})

    assert await storage.update(schema, by_id("0"), {"s": Set("X")}) == thing("0", s="X")


async def test_a_value_is_free_when_its_object_changes_or_goes(storage: Storage) -> None:
    schema = await indexed(storage, unique("s", sparse=True), {"s": "x"}, {"s": "y"})

    await storage.update(schema, by_id("0"), {"s": Unset()})
    await storage.delete(schema, by_id("1"))
    await storage.insert(schema, [thing("2", s="x"), thing("3", s="y")])

    assert await storage.count(schema, EVERYTHING) == 3


async def test_of_concurrent_inserts_of_one_value_one_succeeds(storage: Storage) -> None:
    schema = await indexed(storage, unique("s"))

    inserts = (storage.insert(schema, [thing(str(at), s="x")]) for at in range(8))
    results = await asyncio.gather(*inserts, return_exceptions=True)

    assert sum(isinstance(result, DuplicateValueError) for result in results) == 7
    assert await storage.count(schema, EVERYTHING) == 1


async def test_a_unique_index_that_does_not_fit_is_not_made(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", s="x"), thing("b", s="x")])
    change = SchemaChange(add_indexes={"s": unique("s")}, add_fields={"new": Field(FieldType.STRING)})

    with pytest.raises(DuplicateValueError):
        await thing_store.alter_class(THINGS, change)

    assert await thing_store.load_classes() == [THINGS]
    await thing_store.insert(THINGS, [thing("c", s="x")])


async def test_a_dropped_index_binds_no_longer(storage: Storage) -> None:
    schema = await indexed(storage, unique("s"), {"s": "x"})

    await storage.alter_class(schema, SchemaChange(drop_indexes=frozenset({"s"})))
    (schema,) = await storage.load_classes()
    await storage.insert(schema, [thing("new", s="x")])

    assert await storage.count(schema, EVERYTHING) == 2


async def test_a_unique_index_binds_objects_from_before(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", s="x")])
    await thing_store.alter_class(THINGS, SchemaChange(add_indexes={"s": unique("s")}))
    (schema,) = await thing_store.load_classes()

    with pytest.raises(DuplicateValueError):
        await thing_store.insert(schema, [thing("b", s="x")])


async def test_a_transaction_takes_effect_as_a_whole(thing_store: Storage) -> None:
    async with thing_store.transaction() as inner:
        await inner.insert(THINGS, [thing("a", n=1)])
        await inner.update(THINGS, by_id("a"), {"n": Set(2)})
        assert await inner.get(THINGS, "a") == thing("a", n=2)

    assert await thing_store.find(THINGS, Query()) == [thing("a", n=2)]


async def test_a_failed_transaction_leaves_no_trace(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1)])
    other = ClassSchema("Other", THINGS.fields)

    async def fail() -> None:
        async with thing_store.transaction() as inner:
            await inner.create_class(other)
            await inner.insert(THINGS, [thing("b")])
            await inner.update(THINGS, by_id("a"), {"n": Set(2)})
            await inner.delete(THINGS, by_id("a"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await thing_store.find(THINGS, Query()) == [thing("a", n=1)]
    assert await thing_store.load_classes() == [THINGS]


async def test_a_refused_write_does_not_end_the_transaction(thing_store: Storage) -> None:
    async with thing_store.transaction() as inner:
        await inner.insert(THINGS, [thing("a")])
        with pytest.raises(DuplicateValueError):
            await inner.insert(THINGS, [thing("b"), thing("a")])
        await inner.insert(THINGS, [thing("c")])

    assert [row["objectId"] for row in await thing_store.find(THINGS, Query())] == ["a", "c"]


async def test_others_do_not_see_what_is_not_committed(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1)])

    async with thing_store.transaction() as inner:
        await inner.update(THINGS, by_id("a"), {"n": Set(2)})
        assert await thing_store.get(THINGS, "a") == thing("a", n=1)
        assert await thing_store.count(THINGS, Compare("n", "$eq", 2)) == 0

    assert await thing_store.get(THINGS, "a") == thing("a", n=2)


async def test_writers_outside_wait_for_a_transaction(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=0)])

    async with thing_store.transaction() as inner:
        outside = asyncio.ensure_future(thing_store.update(THINGS, by_id("a"), {"s": Set("late")}))
        await inner.update(THINGS, by_id("a"), {"n": Set(1)})
        await asyncio.sleep(0.01)

    assert await outside == thing("a", n=1, s="late")


MALFORMED = [Regex("s", "("), Regex("s", "[z-a]"), Regex("a", "(?P<n"), Regex("s", "(?=")]


@pytest.mark.parametrize("where", MALFORMED, ids=str)
async def test_a_malformed_pattern_is_refused(thing_store: Storage, where: Regex) -> None:
    await thing_store.insert(THINGS, [thing("a", s="x", a=["x"])])

    with pytest.raises(InvalidQueryError):
        await thing_store.find(THINGS, Query(where))


async def test_a_pattern_that_takes_too_long_is_refused(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", s="a" * 40 + "!")])

    with pytest.raises(InvalidQueryError):
        await thing_store.count(THINGS, Regex("s", r"^(?=a)((a|aa)+)+\1$"))


async def test_a_store_answers(thing_store: Storage) -> None:
    await thing_store.ping()

    assert await thing_store.count(THINGS, Text("t", "x")) == 0
