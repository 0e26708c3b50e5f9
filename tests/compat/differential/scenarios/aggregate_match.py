"""3.5 Conditions of `$match`, and the names and values that are mapped in them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.aggregates import aggregate, match
from tests.compat.differential.questions import date, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

SHOWN = {"$project": {"_id": 0, "n": 1}}
SORTED = {"$sort": {"n": 1}}


@scenario("3.5/match")
async def equal_values(s: Script) -> None:
    await match(s, {"i": 7}, {"s": "Hello World"}, {"b": True}, {"f": 10}, {"a": 1}, {"a": [3, 1, 2]}, {"o": {"x": 1}})


@scenario("3.5/match")
async def null_finds_missing_values(s: Script) -> None:
    await match(s, {"i": None}, {"b": {"$ne": None}}, {"i": {"$in": [None, 7]}}, {"i": {"$nin": [None]}})


@scenario("3.5/match")
async def comparisons_stay_within_a_type(s: Script) -> None:
    await match(
        s,
        {"i": {"$gt": -3}},
        {"i": {"$lte": 0}},
        {"s": {"$gte": "a"}},
        {"f": {"$lt": 3, "$gt": -1}},
        {"a": {"$gt": 2}},
    )


@scenario("3.5/match")
async def values_in_lists(s: Script) -> None:
    await match(s, {"i": {"$in": [7, 0]}}, {"a": {"$in": [5, 2]}}, {"i": {"$nin": [7]}}, {"i": {"$in": []}})


@scenario("3.5/match")
async def fields_that_exist(s: Script) -> None:
    await match(s, {"b": {"$exists": True}}, {"b": {"$exists": False}}, {"o.x": {"$exists": True}})


@scenario("3.5/match")
async def logic_in_match(s: Script) -> None:
    await match(
        s, {"$or": [{"i": 7}, {"f": 10}]}, {"$and": [{"n": {"$gt": 0}}, {"i": -3}]}, {"$nor": [{"i": 7}, {"i": 0}]}
    )


@scenario("3.5/match")
async def negated_conditions(s: Script) -> None:
    await match(s, {"i": {"$not": {"$gt": 0}}}, {"s": {"$not": {"$regex": "^H"}}})


@scenario("3.5/match")
async def patterns_in_match(s: Script) -> None:
    await match(s, {"s": {"$regex": "world", "$options": "i"}}, {"s": {"$regex": "^$"}})


@scenario("3.5/match")
async def conditions_on_arrays(s: Script) -> None:
    await match(
        s,
        {"a": {"$size": 3}},
        {"a": {"$all": [1, 5]}},
        {"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}},
        {"l": {"$elemMatch": {"k": 2, "v": "b"}}},
        {"l.k": 2},
        {"l.0.k": 1},
        {"a.0": 3},
    )


@scenario("3.5/match")
async def types_and_remainders(s: Script) -> None:
    await match(
        s, {"i": {"$type": "number"}}, {"s": {"$type": "string"}}, {"i": {"$mod": [4, 3]}}, {"i": {"$type": 10}}
    )


@scenario("3.5/match")
async def expressions_in_match(s: Script) -> None:
    await match(s, {"$expr": {"$gt": ["$i", "$f"]}}, {"$expr": {"$eq": [{"$size": {"$ifNull": ["$a", []]}}, 3]}})


@scenario("3.5/mapping")
async def object_ids_and_dates_of_objects(s: Script) -> None:
    ids = [await s.create("Thing", {"n": n}) for n in range(3)]
    await aggregate(s, [{"$match": {"objectId": ids[1]}}, SHOWN], [{"$match": {"_id": ids[2]}}, SHOWN])
    await aggregate(s, [{"$match": {"objectId": {"$in": ids[:2]}}}, SORTED, SHOWN])
    await aggregate(s, [{"$match": {"createdAt": {"$gte": "2020-01-01T00:00:00.000Z"}}}, SORTED, SHOWN])
    await aggregate(s, [{"$match": {"updatedAt": {"$lt": "2020-01-01T00:00:00.000Z"}}}, SORTED, SHOWN])


@scenario("3.5/mapping")
async def pointers_are_named_by_their_ids(s: Script) -> None:
    team = await s.create("Team")
    other = await s.create("Team")
    rows = [{"team": s.pointer("Team", team)}, {"team": s.pointer("Team", other)}, {}]
    await save_all(s, "Thing", rows)
    await aggregate(
        s, [{"$match": {"team": team}}, SHOWN], [{"$match": {"$or": [{"team": other}, {"n": 2}]}}, SORTED, SHOWN]
    )
    await aggregate(s, [{"$match": {"team": {"$exists": True}}}, SORTED, SHOWN])


@scenario("3.5/mapping")
async def iso_texts_on_date_columns(s: Script) -> None:
    await save_all(s, "Thing", [{"at": date("2024-01-01T00:00:00.000Z")}, {"at": date("2024-06-01T12:00:00.000Z")}, {}])
    await aggregate(s, [{"$match": {"at": "2024-01-01T00:00:00.000Z"}}, SHOWN])
    await aggregate(s, [{"$match": {"at": {"$gt": "2024-02-01"}}}, SHOWN])
    await aggregate(s, [{"$match": {"at": {"$gte": "2024-01-01T00:00:00Z", "$lt": "2024-06-01T00:00:00Z"}}}, SHOWN])


@scenario("3.5/mapping")
async def dates_given_as_parse_dates_and_in_lists(s: Script) -> None:
    await save_all(s, "Thing", [{"at": date("2024-01-01T00:00:00.000Z")}, {}])
    await aggregate(s, [{"$match": {"at": date("2024-01-01T00:00:00.000Z")}}, SHOWN])
    await aggregate(s, [{"$match": {"at": {"$in": ["2024-01-01T00:00:00.000Z"]}}}, SHOWN])


@scenario("3.5/mapping")
async def pointers_given_as_parse_pointers(s: Script) -> None:
    team = await s.create("Team", record=False)
    await save_all(s, "Thing", [{"team": s.pointer("Team", team)}, {}])
    await aggregate(s, [{"$match": {"team": s.pointer("Team", team)}}, SHOWN])


@scenario("3.5/mapping")
async def projected_pointers_dates_and_ids(s: Script) -> None:
    team = await s.create("Team", record=False)
    await save_all(s, "Thing", [{"team": s.pointer("Team", team), "s": "a"}])
    await aggregate(s, [{"$project": {"team": 1, "createdAt": 1}}], [{"$project": {"objectId": 0, "team": 0}}])
    await aggregate(s, [{"$project": {"objectId": 1}}], [{"$project": {"updatedAt": 0, "s": 0}}])


@scenario("3.5/mapping")
async def groups_by_pointer(s: Script) -> None:
    team = await s.create("Team", record=False)
    rows: list[dict[str, Any]] = [
        {"team": s.pointer("Team", team)},
        {"team": s.pointer("Team", team)},
        {"team": None},
        {},
    ]
    await save_all(s, "Thing", rows)
    total = {"$sum": "$n"}
    await aggregate(s, [{"$group": {"_id": "$team", "total": total}}, {"$sort": {"total": 1}}])
    await aggregate(s, [{"$match": {"n": {"$lt": 2}}}, {"$group": {"_id": {"team": "$team"}, "total": total}}])
    await aggregate(s, [{"$match": {"n": 0}}, {"$group": {"_id": None, "teams": {"$push": "$team"}}}])


@scenario("3.5/mapping")
async def other_stages_keep_the_names(s: Script) -> None:
    await save_all(s, "Thing", [{}, {}])
    await aggregate(s, [{"$sort": {"objectId": 1, "n": -1}}, SHOWN], [{"$sort": {"createdAt": 1, "n": -1}}, SHOWN])
    await aggregate(s, [SORTED, {"$addFields": {"made": "$createdAt"}}, {"$project": {"_id": 0, "n": 1, "made": 1}}])
