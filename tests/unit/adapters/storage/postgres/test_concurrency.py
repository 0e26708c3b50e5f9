"""Several servers on one database: no lost updates, no half classes."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import ClassExistsError, DuplicateValueError
from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.model.ops import Add, AddUnique, Increment, Ops, Set, SetOnInsert, Unset
from parsepy.model.schema import ClassSchema, Field, FieldType, Index, SchemaChange
from parsepy.model.where import EVERYTHING, And, Compare, Query, Where, by_id

from ..conftest import THINGS, thing

pytestmark = pytest.mark.oracle

RELATED = ClassSchema("Owner", {**THINGS.fields, "r": Field(FieldType.RELATION, "Thing")})


@pytest.mark.parametrize("path", ["n", "o.k", "o.k.l", "a.0"])
async def test_no_increment_is_lost(store: PostgresStorage, other: PostgresStorage, path: str) -> None:
    await store.insert(THINGS, [thing("a", n=0, o={"k": {"l": 0} if path == "o.k.l" else 0}, a=[0])])
    both = (each.update(THINGS, by_id("a"), {path: Increment(1)}) for _ in range(20) for each in (store, other))
    await asyncio.gather(*both)

    assert await store.count(THINGS, Compare(path, "$eq", 40)) == 1


async def test_no_element_is_lost(store: PostgresStorage, other: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("a")])
    calls = (
        each.update(THINGS, by_id("a"), {"a": op})
        for at in range(10)
        for each, op in ((store, Add((at,))), (other, AddUnique((at + 100,))))
    )
    await asyncio.gather(*calls)

    row = await store.get(THINGS, "a")
    assert row is not None
    assert sorted(row["a"]) == [*range(10), *range(100, 110)]


CONDITIONAL: list[tuple[Where, Ops]] = [
    (And((by_id("a"), Compare("s", "$eq", "token"))), {"s": Unset()}),
    (Compare("s", "$eq", "token"), {"s": Unset()}),
    (And((by_id("a"), Compare("o.k.0.l", "$eq", 1))), {"o.k": Set([])}),
]


@pytest.mark.parametrize(("where", "ops"), CONDITIONAL, ids=["by id", "by a value", "by a path"])
async def test_who_waited_for_a_row_judges_it_anew(
    store: PostgresStorage, other: PostgresStorage, where: Where, ops: Ops
) -> None:
    await store.insert(THINGS, [thing("a", s="token", o={"k": [{"l": 1}]})])
    calls = (each.update(THINGS, where, ops) for _ in range(8) for each in (store, other))
    answers = await asyncio.gather(*calls)

    assert len([answer for answer in answers if answer is not None]) == 1


async def test_of_several_matches_each_caller_gets_his_own(store: PostgresStorage, other: PostgresStorage) -> None:
    await store.insert(THINGS, [thing(str(at), s="free") for at in range(10)])
    calls = (
        each.update(THINGS, Compare("s", "$eq", "free"), {"s": Set("mine")})
        for _ in range(5)
        for each in (store, other)
    )
    answers = await asyncio.gather(*calls)

    assert sorted(answer["objectId"] for answer in answers if answer is not None) == [str(at) for at in range(10)]


async def test_an_upsert_inserts_once(store: PostgresStorage, other: PostgresStorage) -> None:
    ops: Ops = {"n": Increment(1), "s": SetOnInsert("new")}
    calls = (each.update(THINGS, by_id("a"), ops, upsert=True) for _ in range(10) for each in (store, other))
    await asyncio.gather(*calls)

    assert await store.find(THINGS, Query()) == [{"objectId": "a", "n": 20, "s": "new"}]


async def test_a_class_is_created_by_one_of_several_servers(store: PostgresStorage, other: PostgresStorage) -> None:
    calls = (each.create_class(RELATED) for _ in range(4) for each in (store, other))
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert sum(isinstance(answer, ClassExistsError) for answer in answers) == 7
    assert len([schema for schema in await store.load_classes() if schema.name == "Owner"]) == 1
    await other.insert(RELATED, [thing("a", n=1)])
    assert await store.get(RELATED, "a") == thing("a", n=1)


async def test_fields_of_several_servers_all_stay(store: PostgresStorage, other: PostgresStorage) -> None:
    stores = (store, other)
    changes = [SchemaChange(add_fields={f"f{at}": Field(FieldType.NUMBER)}) for at in range(12)]
    await asyncio.gather(*(stores[at % 2].alter_class(THINGS, change) for at, change in enumerate(changes)))
    (grown,) = await store.load_classes()
    row = thing("a", **{f"f{at}": at for at in range(12)})
    await other.insert(grown, [row])

    assert await store.find(grown, Query()) == [row]


async def test_a_field_that_another_server_dropped_is_nothing(store: PostgresStorage, other: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("a", s="x", n=1)])
    await other.find(THINGS, Query(Compare("s", "$eq", "x")))
    await store.alter_class(THINGS, SchemaChange(drop_fields=frozenset({"s"})))

    assert await other.find(THINGS, Query(Compare("s", "$eq", "x"))) == []
    assert await other.find(THINGS, Query()) == [thing("a", n=1)]


async def test_a_class_that_another_server_dropped_is_empty(store: PostgresStorage, other: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("a")])
    assert await other.get(THINGS, "a") == thing("a")
    await store.drop_class(THINGS)

    assert await other.get(THINGS, "a") is None
    assert await other.delete(THINGS, EVERYTHING) == 0
    await store.create_class(THINGS)
    await other.insert(THINGS, [thing("b")])
    assert await store.find(THINGS, Query()) == [thing("b")]


async def test_writes_go_on_while_fields_are_added(store: PostgresStorage, other: PostgresStorage) -> None:
    async def grow() -> None:
        for at in range(8):
            await other.alter_class(THINGS, SchemaChange(add_fields={f"f{at}": Field(FieldType.STRING)}))

    async def write() -> None:
        for at in range(40):
            await store.insert(THINGS, [thing(f"id{at}", n=at)])
            await store.update(THINGS, by_id(f"id{at}"), {"n": Increment(1)})

    await asyncio.gather(grow(), write())
    assert await other.count(THINGS, Compare("n", "$gt", 0)) == 40


async def test_names_of_indexes_may_be_used_by_several_classes(store: PostgresStorage, direct: Connection) -> None:
    index = Index("mine", {"s": 1, "n": -1})
    twin = ClassSchema("Twin", THINGS.fields, indexes={"mine": index})
    await store.create_class(twin)
    await store.alter_class(THINGS, SchemaChange(add_indexes={"mine": index}))

    found = await direct.fetch("SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%(s NULLS FIRST, n NULLS FIRST)'")
    assert sorted(row[0] for row in found) == ["Thing", "Twin"]
    assert list((await store.indexes(THINGS))["mine"]) == ["s", "n"]
    await store.alter_class(THINGS, SchemaChange(drop_indexes=frozenset({"mine"})))
    assert "mine" not in await store.indexes(THINGS)
    assert "mine" in await store.indexes(twin)


async def test_capitals_make_no_second_user(store: PostgresStorage) -> None:
    fields = {**THINGS.fields, "username": Field(FieldType.STRING)}
    index = Index("case_insensitive_username", {"username": 1}, unique=True, sparse=True, case_insensitive=True)
    users = ClassSchema("_User", fields, indexes={index.name: index})
    await store.create_class(users)
    await store.insert(users, [thing("a", username="Ann"), thing("b"), thing("c")])

    with pytest.raises(DuplicateValueError) as refused:
        await store.insert(users, [thing("d", username="ANN")])

    assert refused.value.field == "username"
