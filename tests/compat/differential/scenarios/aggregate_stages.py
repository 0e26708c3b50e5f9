"""3.5 The stages of aggregations."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.aggregates import SALES, aggregate, sell
from tests.compat.differential.questions import save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

BY_ID = {"$sort": {"_id": 1}}
BY_N = {"$sort": {"n": 1}}
ONLY_N = {"$project": {"_id": 0, "n": 1}}


@scenario("3.5/stages")
async def a_group_for_each_key(s: Script) -> None:
    outputs = {"sold": {"$sum": "$sold"}, "count": {"$sum": 1}, "mean": {"$avg": "$price"}}
    await sell(s, [{"$group": {"_id": "$shop", **outputs}}, BY_ID], [{"$group": {"_id": None, **outputs}}])


@scenario("3.5/stages")
async def a_group_of_several_keys(s: Script) -> None:
    await sell(s, [{"$group": {"_id": {"shop": "$shop", "item": "$item"}, "sold": {"$sum": "$sold"}}}, BY_ID])


@scenario("3.5/stages")
async def a_group_by_an_expression(s: Script) -> None:
    await sell(
        s,
        [{"$group": {"_id": {"$month": "$at"}, "n": {"$sum": 1}}}, BY_ID],
        [{"$group": {"_id": {"$gt": ["$price", 5]}, "n": {"$sum": 1}}}, BY_ID],
    )


@scenario("3.5/stages")
async def extremes_of_groups(s: Script) -> None:
    await sell(
        s,
        [{"$group": {"_id": "$shop", "min": {"$min": "$price"}, "max": {"$max": "$sold"}}}, BY_ID],
        [BY_N, {"$group": {"_id": "$shop", "first": {"$first": "$item"}, "last": {"$last": "$sold"}}}, BY_ID],
    )


@scenario("3.5/stages")
async def lists_of_groups(s: Script) -> None:
    await sell(
        s,
        [BY_N, {"$group": {"_id": "$shop", "items": {"$push": "$item"}, "prices": {"$push": "$price"}}}, BY_ID],
        [
            {"$group": {"_id": "$shop", "items": {"$addToSet": "$item"}}},
            {"$project": {"k": {"$size": "$items"}}},
            BY_ID,
        ],
        [BY_N, {"$group": {"_id": None, "rows": {"$push": {"i": "$item", "p": "$price"}}}}],
    )


@scenario("3.5/stages")
async def groups_of_expressions(s: Script) -> None:
    earned = {"$sum": {"$multiply": ["$price", "$sold"]}}
    await sell(s, [{"$group": {"_id": "$item", "earned": earned}}, BY_ID])


@scenario("3.5/stages")
async def groups_without_rows(s: Script) -> None:
    await sell(
        s,
        [{"$match": {"n": 99}}, {"$group": {"_id": None, "n": {"$sum": 1}}}],
        [{"$match": {"n": 99}}, {"$count": "c"}],
    )


@scenario("3.5/stages")
async def sorted_limited_skipped(s: Script) -> None:
    await sell(
        s,
        [{"$sort": {"price": -1}}, ONLY_N],
        [{"$sort": {"shop": 1, "price": 1}}, ONLY_N],
        [BY_N, {"$skip": 1}, {"$limit": 2}, ONLY_N],
        [BY_N, {"$limit": 3}, {"$skip": 2}, ONLY_N],
        [{"$sort": {"tags": 1, "n": 1}}, ONLY_N],
        [{"$sort": {"tags": -1, "n": 1}}, ONLY_N],
    )


@scenario("3.5/stages")
async def projected_fields(s: Script) -> None:
    await sell(
        s,
        [BY_N, {"$project": {"item": 1, "_id": 0}}],
        [BY_N, {"$project": {"item": True, "x": "$price", "_id": False}}],
        [BY_N, {"$project": {"item": 1, "price": 0}}],
    )


@scenario("3.5/stages")
async def projected_parts_of_objects(s: Script) -> None:
    rows: list[dict[str, Any]] = [
        {"o": {"a": 1, "b": {"c": 2, "d": 3}}, "l": [{"k": 1, "m": 2}, {"m": 3}, 7]},
        {"o": {"a": 5}},
    ]
    await save_all(s, "Thing", rows)
    for shape in (
        {"o.a": 1},
        {"o.b.c": 0, "_created_at": 0, "_updated_at": 0, "_id": 0},
    ):
        await aggregate(s, [BY_N, {"$project": shape}, {"$project": {"_id": 0}}])


@scenario("3.5/stages")
async def added_fields(s: Script) -> None:
    shown = {"$project": {"_id": 0, "n": 1, "x": 1, "o": 1, "price": 1}}
    await sell(
        s,
        [BY_N, {"$addFields": {"x": {"$add": ["$price", "$sold"]}, "price": "no"}}, shown],
    )


@scenario("3.5/stages")
async def unset_fields(s: Script) -> None:
    rest = {"$project": {"_id": 0, "_created_at": 0, "_updated_at": 0, "at": 0}}
    await sell(s, [BY_N, {"$unset": "price"}, rest], [BY_N, {"$unset": ["price", "tags"]}, rest])


@scenario("3.5/stages")
async def unwound_arrays(s: Script) -> None:
    shown = {"$project": {"_id": 0, "n": 1, "tags": 1, "place": 1}}
    await sell(
        s,
        [BY_N, {"$unwind": "$tags"}, shown],
        [BY_N, {"$unwind": {"path": "$tags"}}, shown],
        [BY_N, {"$unwind": {"path": "$tags", "preserveNullAndEmptyArrays": True}}, shown],
        [BY_N, {"$unwind": {"path": "$tags", "includeArrayIndex": "place"}}, shown],
        [BY_N, {"$unwind": "$item"}, {"$project": {"_id": 0, "n": 1, "item": 1}}],
    )


@scenario("3.5/stages")
async def counted_rows(s: Script) -> None:
    await sell(
        s,
        [{"$count": "total"}],
        [{"$match": {"shop": "north"}}, {"$count": "total"}],
    )


@scenario("3.5/stages")
async def sorted_by_count(s: Script) -> None:
    await sell(
        s,
        [{"$match": {"n": {"$lt": 3}}}, {"$sortByCount": "$shop"}],
        [{"$match": {"n": {"$lt": 3}}}, {"$unwind": "$tags"}, {"$match": {"n": 1}}, {"$sortByCount": "$tags"}],
    )


@scenario("3.5/stages")
async def buckets(s: Script) -> None:
    await sell(s, [{"$bucket": {"groupBy": "$price", "boundaries": [0, 5, 10, 20]}}])
    bucket = {"groupBy": "$price", "boundaries": [0, 5], "default": "more", "output": {"sold": {"$sum": "$sold"}}}
    await sell(
        s,
        [{"$bucket": bucket}],
    )


@scenario("3.5/stages")
async def facets(s: Script) -> None:
    parts = {
        "shops": [{"$group": {"_id": "$shop", "n": {"$sum": 1}}}, BY_ID],
        "dear": [{"$match": {"price": {"$gt": 9}}}, {"$count": "n"}],
        "none": [{"$match": {"n": 99}}],
    }
    await sell(s, [{"$facet": parts}])


@scenario("3.5/stages")
async def samples(s: Script) -> None:
    await sell(s, [{"$sample": {"size": 3}}, {"$count": "n"}], [{"$sample": {"size": 100}}, {"$count": "n"}])


@scenario("3.5/stages")
async def replaced_roots(s: Script) -> None:
    await sell(
        s,
        [BY_N, {"$replaceRoot": {"newRoot": {"name": "$item", "p": "$price"}}}],
    )


@scenario("3.5/lookup")
async def joined_classes(s: Script) -> None:
    await save_all(s, "Shop", [{"name": "north", "city": "A"}, {"name": "south", "city": "B"}, {"city": "C"}])
    lookup = {"from": s.name("Shop"), "localField": "shop", "foreignField": "name", "as": "at"}
    shown = {"$project": {"_id": 0, "n": 1, "at": {"$size": "$at"}}}
    await sell(s, [BY_N, {"$lookup": lookup}, shown])
    await aggregate(s, [BY_N, {"$lookup": {**lookup, "from": s.name("Nowhere")}}, shown], of="Sale")


@scenario("3.5/lookup")
async def joined_arrays(s: Script) -> None:
    await save_all(s, "Tag", [{"name": "hot"}, {"name": "new"}, {"name": "cold"}])
    lookup = {"from": s.name("Tag"), "localField": "tags", "foreignField": "name", "as": "found"}
    await sell(s, [BY_N, {"$lookup": lookup}, {"$project": {"_id": 0, "n": 1, "k": {"$size": "$found"}}}])


@scenario("3.5/lookup")
async def joined_by_a_pipeline(s: Script) -> None:
    await save_all(s, "Shop", [{"name": "north", "size": 3}, {"name": "south", "size": 9}])
    inner = [{"$match": {"size": {"$gt": 5}}}, {"$project": {"_id": 0, "size": 1}}]
    lookup = {"from": s.name("Shop"), "pipeline": inner, "as": "at"}
    await sell(s, [BY_N, {"$lookup": lookup}, {"$project": {"_id": 0, "n": 1, "at": 1}}])


@scenario("3.5/lookup")
async def joined_by_pointer(s: Script) -> None:
    team = await s.create("Team", {"name": "red"}, record=False)
    await save_all(s, "Thing", [{"team": s.pointer("Team", team)}])
    team_id = {"$arrayElemAt": [{"$split": ["$_p_team", {"$literal": "$"}]}, 1]}
    lookup = {"from": s.name("Team"), "localField": "team_id", "foreignField": "_id", "as": "teams"}
    stages = [{"$addFields": {"team_id": team_id}}, {"$lookup": lookup}, {"$unwind": "$teams"}]
    await aggregate(s, [*stages, {"$project": {"_id": 0, "name": "$teams.name"}}])


@scenario("3.5/stages")
async def stages_follow_each_other(s: Script) -> None:
    stages = [
        {"$match": {"price": {"$gte": 3}}},
        {"$addFields": {"earned": {"$multiply": ["$price", "$sold"]}}},
        {"$group": {"_id": "$shop", "earned": {"$sum": "$earned"}, "items": {"$addToSet": "$item"}}},
        {"$match": {"earned": {"$gt": 1}}},
        {"$project": {"earned": {"$floor": "$earned"}, "kinds": {"$size": "$items"}}},
        {"$sort": {"earned": -1}},
        {"$limit": 1},
    ]
    await save_all(s, "Sale", SALES)
    await aggregate(s, stages, of="Sale")


@scenario("3.5/stages")
async def unknown_stages_are_refused(s: Script) -> None:
    await sell(s, [{"$frobnicate": {}}])
