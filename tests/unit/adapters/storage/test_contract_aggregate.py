"""Aggregations on every store: what goes to the database as a query must give what evaluating all of it gives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parsepy.adapters.storage.base import InvalidQueryError, Object, Storage, StorageUnavailableError
from parsepy.adapters.storage.bridge import Bridge
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.model.aggregation.budget import Budget
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, SchemaChange
from parsepy.model.system_classes import built_in_schema, join_schema
from parsepy.model.where import EVERYTHING

from .conftest import THINGS, thing

Stages = list[dict[str, Any]]

TEAMS = ClassSchema("Team", THINGS.fields)


def date(day: int) -> dict[str, Any]:
    return {"__type": "Date", "iso": f"2024-01-{day:02}T00:00:00.000Z"}


def team(name: str) -> dict[str, Any]:
    return {"__type": "Pointer", "className": "Team", "objectId": name}


ROWS: list[Object] = [
    thing("a", n=1, s="x", b=True, d=date(1), a=[1, 2], o={"k": 1}, p=team("t1")),
    thing("b", n=2.5, s="y", b=False, d=date(2), a=[], o={"k": "1"}, p=team("t2")),
    thing("c", n=1, s=None, d=None, a=None, o=None, p=None),
    thing("d", s="x", d=date(3), a=[{"k": 5}], p=team("t1")),
    thing("e", n=10, s="", b=True, d=date(1), a=[2, "2"], o={}),
]
BY_ID = {"$sort": {"_id": 1}}
ID = {"$project": {"_id": 1}}


@pytest.fixture
async def store(thing_store: Storage) -> Storage:
    await thing_store.insert(THINGS, ROWS)
    await thing_store.create_class(TEAMS)
    await thing_store.insert(TEAMS, [thing("t1", s="red"), thing("t2", s="blue")])
    return thing_store


async def ids(store: Storage, *stages: dict[str, Any]) -> list[Any]:
    return [row["objectId"] for row in await store.aggregate(THINGS, Pipeline(stages))]


MATCHES: list[tuple[dict[str, Any], str]] = [
    ({}, "abcde"),
    ({"n": 1}, "ac"),
    ({"n": {"$gt": 1}}, "be"),
    ({"n": {"$gte": 1, "$lt": 3}}, "abc"),
    ({"n": "1"}, ""),
    ({"n": None}, "d"),
    ({"n": {"$ne": 1}}, "bde"),
    ({"n": {"$in": [2.5, None]}}, "bd"),
    ({"n": {"$exists": False}}, "d"),
    ({"s": "x"}, "ad"),
    ({"s": {"$gt": "w"}}, "abd"),
    ({"s": {"$regex": "^X", "$options": "i"}}, "ad"),
    ({"b": True}, "ae"),
    ({"b": {"$ne": True}}, "bcd"),
    ({"d": "2024-01-01T00:00:00.000Z"}, "ae"),
    ({"d": {"$gt": "2024-01-01"}}, "bd"),
    ({"d": {"$in": ["2024-01-02"]}}, "b"),
    ({"objectId": "c"}, "c"),
    ({"objectId": {"$in": ["a", "z"]}}, "a"),
    ({"createdAt": {"$lt": "2026-02-01"}}, "abcde"),
    ({"p": "t1"}, "ad"),
    ({"p": {"$exists": True}}, "abcd"),
    ({"a": 2}, "ae"),
    ({"a": "2"}, "e"),
    ({"a": {"$size": 0}}, "b"),
    ({"a.k": 5}, "d"),
    ({"o.k": 1}, "a"),
    ({"o.k": {"$exists": True}}, "ab"),
    ({"o": {"k": 1}}, "a"),
    ({"$or": [{"n": 10}, {"s": "y"}]}, "be"),
    ({"$and": [{"n": 1}, {"s": "x"}]}, "a"),
    ({"$or": [{"n": 10}, {"a": {"$size": 2}}]}, "ae"),
    ({"$nor": [{"n": 1}]}, "bde"),
    ({"$expr": {"$gt": ["$n", 2]}}, "be"),
    ({"n": 1, "$expr": {"$eq": ["$s", "x"]}}, "a"),
    ({"unknown": {"$exists": False}}, "abcde"),
    ({"ACL": 1}, ""),
]


@pytest.mark.parametrize(("conditions", "expected"), MATCHES, ids=[str(case[0]) for case in MATCHES])
async def test_a_match_finds(store: Storage, conditions: dict[str, Any], expected: str) -> None:
    assert await ids(store, {"$match": conditions}, BY_ID, ID) == list(expected)
    counted = await store.aggregate(THINGS, Pipeline([{"$match": conditions}, {"$count": "k"}]))
    assert counted == ([{"k": len(expected)}] if expected else [])


WINDOWS: list[tuple[Stages, str]] = [
    ([{"$sort": {"n": 1, "_id": 1}}, {"$limit": 3}], "dac"),
    ([{"$sort": {"n": -1, "_id": 1}}, {"$skip": 1}, {"$limit": 2}], "ba"),
    ([{"$sort": {"d": 1, "_id": -1}}], "ceabd"),
    ([{"$sort": {"a": 1, "_id": 1}}], "bcaed"),
    ([{"$match": {"n": 1}}, {"$sort": {"s": -1}}, {"$limit": 1}], "a"),
    ([{"$match": {"a": 2}}, {"$sort": {"n": -1}}], "ea"),
    ([BY_ID, {"$limit": 3}, {"$skip": 2}], "c"),
    ([BY_ID, {"$limit": 2}, {"$match": {"n": 2.5}}], "b"),
    ([{"$sort": {"createdAt": 1, "_id": -1}}], "edcba"),
]


@pytest.mark.parametrize(("stages", "expected"), WINDOWS, ids=[str(case[0]) for case in WINDOWS])
async def test_orders_and_windows(store: Storage, stages: Stages, expected: str) -> None:
    assert await ids(store, *stages, ID) == list(expected)


GROUPS: list[tuple[Stages, list[Object]]] = [
    ([{"$group": {"_id": None, "k": {"$sum": 1}, "j": {"$sum": 1}}}], [{"objectId": None, "k": 5, "j": 5}]),
    ([{"$match": {"n": 99}}, {"$group": {"_id": None, "k": {"$sum": 1}}}], []),
    ([{"$group": {"_id": None, "k": {"$sum": "$n"}, "m": {"$max": "$d"}}}], [{"objectId": None, "k": 14.5, "m": date(3)}]),
    (
        [{"$group": {"_id": "$p", "k": {"$sum": 1}}}, BY_ID],
        [{"objectId": None, "k": 2}, {"objectId": "t1", "k": 2}, {"objectId": "t2", "k": 1}],
    ),
    (
        [{"$match": {"n": {"$gt": 0}}}, {"$group": {"_id": "$b", "n": {"$avg": "$n"}}}, {"$match": {"_id": True}}],
        [{"objectId": True, "n": 5.5}],
    ),
    ([{"$unwind": "$a"}, {"$match": {"a": 2}}, {"$count": "k"}, {"$project": {"k": 1, "j": "$k"}}], [{"k": 2, "j": 2}]),
    ([{"$count": "k"}, {"$addFields": {"j": {"$add": ["$k", 1]}}}], [{"k": 5, "j": 6}]),
]  # fmt: skip


@pytest.mark.parametrize(("stages", "expected"), GROUPS, ids=[str(case[0]) for case in GROUPS])
async def test_groups_and_counts(store: Storage, stages: Stages, expected: list[Object]) -> None:
    assert await store.aggregate(THINGS, Pipeline(stages)) == expected


async def test_whole_rows_come_back_as_they_were_saved(store: Storage) -> None:
    found = await store.aggregate(THINGS, Pipeline([{"$match": {"n": {"$exists": True}}}, BY_ID]))

    assert found == [row for row in ROWS if "n" in row]


async def test_a_class_is_joined_to_another(store: Storage) -> None:
    name = {"$arrayElemAt": [{"$split": ["$_p_p", {"$literal": "$"}]}, 1]}
    lookup = {"from": "Team", "localField": "team", "foreignField": "_id", "as": "teams"}
    stages: Stages = [BY_ID, {"$addFields": {"team": name}}, {"$lookup": lookup}, {"$unwind": "$teams"}]

    found = await store.aggregate(THINGS, Pipeline([*stages, {"$project": {"_id": 0, "s": "$teams.s"}}]))

    assert found == [{"s": "red"}, {"s": "blue"}, {"s": "red"}]


async def test_pairs_of_a_relation_can_be_joined(store: Storage) -> None:
    pairs = join_schema("Thing", "r")
    await store.create_class(pairs)
    await store.insert(pairs, [{"objectId": "a:t2", "owningId": "a", "relatedId": "t2"}])
    lookup = {"from": pairs.name, "localField": "_id", "foreignField": "owningId", "as": "r"}

    shown = {"$project": {"_id": 0, "related": "$r.relatedId"}}
    stages: Stages = [{"$match": {"objectId": "a"}}, {"$lookup": lookup}, {"$unwind": "$r"}, shown]
    found = await store.aggregate(THINGS, Pipeline(stages))

    assert found == [{"related": "t2"}]


@pytest.mark.parametrize("stage", [{"$frobnicate": {}}, {"$project": {"x": {"$frob": 1}}}, {"$limit": "x"}], ids=str)
async def test_what_cannot_be_done_is_refused(store: Storage, stage: dict[str, Any]) -> None:
    with pytest.raises(InvalidQueryError):
        await store.aggregate(THINGS, Pipeline([stage]))


async def test_a_class_that_is_not_there_has_no_rows(storage: Storage) -> None:
    missing = ClassSchema("Missing", THINGS.fields)

    assert await storage.aggregate(missing, Pipeline([{"$match": {}}])) == []
    assert await storage.aggregate(missing, Pipeline([{"$count": "k"}])) == []


SECRETS = {"_hashed_password": "hash", "_perishable_token": "token", "_password_history": ["old"]}
USERS = built_in_schema("_User")
PEEKS: dict[str, Stages] = {
    "renamed": [{"$project": {"_id": 0, "x": "$_hashed_password"}}],
    "whole": [{"$replaceRoot": {"newRoot": {"x": {"$getField": {"field": "_hashed_password", "input": "$$ROOT"}}}}}],
    "grouped": [{"$group": {"_id": "$_perishable_token"}}, {"$project": {"_id": 0, "x": "$_id"}}],
    "found": [{"$match": {"_hashed_password": {"$regex": "^h"}}}],
}


@pytest.mark.parametrize("stages", PEEKS.values(), ids=PEEKS)
async def test_no_pipeline_sees_the_secrets_of_users(storage: Storage, stages: Stages, request: Any) -> None:
    if "whole" in request.node.name and "mongo" in request.node.name:
        stages = PEEKS["renamed"]  # the stand-in has no $getField
    await storage.create_class(USERS)
    await storage.insert(USERS, [thing("u", username="ann", **SECRETS)])
    for raw in (False, True):
        rows = await storage.aggregate(USERS, Pipeline(stages, raw, raw))
        assert all(row.get("x") is None for row in rows)
        assert "hash" not in str(rows)


async def test_raw_results_show_no_secrets_either(storage: Storage) -> None:
    await storage.create_class(USERS)
    await storage.insert(USERS, [thing("u", username="ann", **SECRETS)])
    joined = {"$lookup": {"from": "_User", "localField": "username", "foreignField": "username", "as": "again"}}

    rows = await storage.aggregate(USERS, Pipeline([joined], raw_values=True, raw_field_names=True))

    assert (rows[0]["username"], rows[0]["again"][0]["username"]) == ("ann", "ann")
    assert not any(secret in str(rows) for secret in ("hash", "token", "old"))


async def test_a_transaction_aggregates_its_own_writes() -> None:
    store = MemoryStorage()
    await store.create_class(THINGS)
    async with store.transaction() as inner:
        await inner.insert(THINGS, [thing("a", n=1)])
        found = await inner.aggregate(THINGS, Pipeline([{"$group": {"_id": "$n"}}]))

    assert found == [{"objectId": 1}]


async def test_a_new_column_is_there_at_once(store: Storage) -> None:
    change = SchemaChange(add_fields={"m": THINGS.fields["n"]})
    await store.alter_class(THINGS, change)

    found = await store.aggregate(THINGS.applied(change), Pipeline([{"$match": {"m": None}}, {"$count": "k"}]))

    assert found == [{"k": 5}]


async def test_an_evaluation_ends_when_nobody_waits_for_it() -> None:
    budget = Budget()
    started = asyncio.Event()

    async def never() -> None:
        started.set()
        await asyncio.Event().wait()

    async def wait() -> None:
        async with Bridge(budget) as bridge:
            await bridge.run(lambda: bridge.ask(never))

    task = asyncio.create_task(wait())
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(Exception, match="time limit"):
        budget.check()


async def test_an_error_of_the_store_reaches_whoever_asked() -> None:
    async def gone() -> None:
        raise StorageUnavailableError("gone")

    with pytest.raises(StorageUnavailableError, match="gone"):
        async with Bridge(Budget()) as bridge:
            await bridge.run(lambda: bridge.ask(gone))


async def test_the_time_of_an_evaluation_is_bounded() -> None:
    store = MemoryStorage()
    await store.create_class(THINGS)
    await store.insert(THINGS, [thing(f"t{n}", n=n) for n in range(5)])
    long = {"$reduce": {"input": {"$range": [0, 1_000_000]}, "initialValue": 0, "in": {"$add": ["$$this", 1]}}}
    pipeline = Pipeline([{"$project": {"x": long}}], options={"maxTimeMS": 100})

    with pytest.raises(InvalidQueryError, match="time limit"):
        await store.aggregate(THINGS, pipeline)
    assert await store.count(THINGS, EVERYTHING) == 5
