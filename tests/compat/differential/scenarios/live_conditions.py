"""6.7 Live queries: which objects meet which conditions. Every condition is one subscription, and its number is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

Row = dict[str, Any]

EARLY, LATE = ({"__type": "Date", "iso": f"20{year}-01-02T03:04:05.678Z"} for year in (20, 21))
OTHER = {"__type": "Pointer", "className": "Other", "objectId": "aaaaaaaaaa"}
ANOTHER = {**OTHER, "objectId": "bbbbbbbbbb"}


def place(latitude: float, longitude: float) -> Row:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


async def met(s: Script, conditions: Sequence[Row], rows: Sequence[Row]) -> None:
    """Follow the conditions, make the objects, and note for each object by which conditions it was told."""
    async with s.live("ann") as ann:
        for number, where in enumerate(conditions, 1):
            await ann.follow("Row", where, number=number)
        for row in rows:
            await s.create("Row", row, as_="master", record=False)
            numbers = [event["requestId"] for event in await s.heard(ann)]
            s.note(f"conditions met by {row}", numbers)


@scenario("6.7/equality", profile="live")
async def equality(s: Script) -> None:
    values: tuple[Any, ...] = ("x", "", 1, 1.5, True, False, OTHER, EARLY, {"b": 1}, [1, 2])
    conditions: list[Row] = [{"a": value} for value in values]
    rows: list[Row] = [{"a": value} for value in ("x", "X", "")]
    await met(s, conditions, [*rows, {"b": "x"}])


@scenario("6.7/equality", profile="live")
async def equality_of_numbers_and_truth_values(s: Script) -> None:
    await met(s, [{"n": value} for value in (1, 1.5, 0, True, "1")], [{"n": 1}, {"n": 1.0}, {"n": 1.5}, {"n": 0}])
    await met(s, [{"t": value} for value in (True, False, 1, 0)], [{"t": True}, {"t": False}])


@scenario("6.7/equality", profile="live")
async def equality_of_pointers_and_dates(s: Script) -> None:
    await met(s, [{"of": one} for one in (OTHER, ANOTHER, "aaaaaaaaaa")], [{"of": OTHER}, {"of": ANOTHER}, {}])
    await met(s, [{"at": one} for one in (EARLY, LATE, EARLY["iso"])], [{"at": EARLY}, {"at": LATE}])


@scenario("6.7/equality", profile="live")
async def equality_with_elements_of_arrays(s: Script) -> None:
    conditions = [{"list": value} for value in (1, "1", OTHER, EARLY)]
    await met(s, conditions, [{"list": [1, 2]}, {"list": []}, {"list": ["1"]}, {"list": [OTHER, EARLY]}])


@scenario("6.7/equality", profile="live")
async def equality_of_inner_keys(s: Script) -> None:
    conditions: list[Row] = [{"d.a": 1}, {"d.a.b": 2}, {"d.a": {"$exists": True}}, {"d.a": {"$gt": 0}}, {"d.at": EARLY}]
    await met(s, conditions, [{"d": {"a": 1}}, {"d": {"a": {"b": 2}}}, {"d": {}}, {"d": {"at": EARLY}}])


@scenario("6.7/equality", profile="live")
async def equality_of_the_servers_own_fields(s: Script) -> None:
    now = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
    conditions: list[Row] = [{"createdAt": {"$gt": now}}, {"createdAt": {"$lt": now}}, {"updatedAt": {"$gt": now}}]
    await met(s, conditions, [{"a": 1}])


@scenario("6.7/null", profile="live")
async def null_as_a_condition(s: Script) -> None:
    conditions: list[Row] = [{"a": None}, {"a": {"$eq": None}}, {"a": {"$ne": None}}, {"a": {"$in": [None]}}]
    await met(s, conditions, [{"b": 1}, {"a": None}, {"a": 1}])


@scenario("6.7/order", profile="live")
async def less_and_greater(s: Script) -> None:
    conditions: list[Row] = [{"n": {name: 2}} for name in ("$lt", "$lte", "$gt", "$gte")]
    await met(s, [*conditions, {"n": {"$gt": 1, "$lt": 3}}], [{"n": 1}, {"n": 2}, {"n": 3}])
    await met(s, [{"at": {"$gt": EARLY}}, {"at": {"$lte": EARLY}}], [{"at": EARLY}, {"at": LATE}])
    await met(s, [{"s": {"$gt": "b"}}, {"s": {"$lte": "b"}}], [{"s": "a"}, {"s": "b"}, {"s": "c"}])


@scenario("6.7/order", profile="live")
async def less_and_greater_than_what_is_missing(s: Script) -> None:
    conditions: list[Row] = [{"n": {name: 2}} for name in ("$lt", "$lte", "$gt", "$gte")]
    await met(s, conditions, [{"other": 1}])


@scenario("6.7/sets", profile="live")
async def sets_of_plain_values(s: Script) -> None:
    conditions: list[Row] = [
        {"n": {"$eq": 1}},
        {"n": {"$ne": 1}},
        {"n": {"$in": [1, 2]}},
        {"n": {"$in": []}},
        {"n": {"$nin": [1, 2]}},
        {"n": {"$exists": True}},
        {"n": {"$exists": False}},
        {"n": {"$in": [1, 2], "$ne": 1}},
    ]
    await met(s, conditions, [{"n": 1}, {"n": 2}, {"n": 3}, {"other": 1}])


@scenario("6.7/sets", profile="live")
async def sets_of_pointers_and_dates(s: Script) -> None:
    conditions: list[Row] = [
        {"of": {"$in": [OTHER]}},
        {"of": {"$nin": [OTHER]}},
        {"of": {"$ne": OTHER}},
        {"of": {"$eq": OTHER}},
    ]
    await met(s, conditions, [{"of": OTHER}, {"of": ANOTHER}])


@scenario("6.7/sets", profile="live")
async def sets_of_dates(s: Script) -> None:
    conditions: list[Row] = [{"at": {"$in": [EARLY]}}, {"at": {"$ne": EARLY}}, {"at": {"$eq": EARLY}}]
    await met(s, conditions, [{"at": EARLY}, {"at": LATE}])


@scenario("6.7/sets", profile="live")
async def sets_of_arrays(s: Script) -> None:
    conditions: list[Row] = [
        {"list": {"$all": [1, 2]}},
        {"list": {"$all": [1]}},
        {"list": {"$containedBy": [1, 2, 3]}},
        {"list": {"$in": [1, 5]}},
        {"list": {"$nin": [1]}},
    ]
    await met(s, conditions, [{"list": [1, 2]}, {"list": [2, 3]}, {"list": [4]}])


@scenario("6.7/sets", profile="live")
async def sets_and_what_is_missing(s: Script) -> None:
    conditions: list[Row] = [{"list": {"$all": [1]}}, {"list": {"$in": [1]}}, {"list": {"$nin": [1]}}]
    await met(s, conditions, [{"other": 1}, {"list": []}])


@scenario("6.7/patterns", profile="live")
async def patterns(s: Script) -> None:
    conditions: list[Row] = [
        {"s": {"$regex": "^ab"}},
        {"s": {"$regex": "^AB", "$options": "i"}},
        {"s": {"$regex": r"^\Qa.b\E"}},
        {"s": {"$regex": r"\Q.\E"}},
        {"s": {"$regex": "b$", "$options": "m"}},
        {"s": {"$regex": "a.b", "$options": "s"}},
        {"s": {"$regex": "^$"}},
    ]
    await met(s, conditions, [{"s": "abc"}, {"s": "ABC"}, {"s": "a.b"}, {"s": "a\nb"}, {"s": "ab\nc"}, {"s": ""}])


@scenario("6.7/patterns", profile="live")
async def patterns_and_what_is_no_text(s: Script) -> None:
    conditions: list[Row] = [{"v": {"$regex": "1"}}, {"v": {"$regex": "undefined"}}]
    await met(s, conditions, [{"v": 1}, {"other": 1}])


@scenario("6.7/geo", profile="live")
async def places(s: Script) -> None:
    here = place(10, 10)
    square = [place(0, 0), place(0, 20), place(20, 20), place(20, 0)]
    conditions: list[Row] = [
        {"p": {"$nearSphere": here, "$maxDistance": 0.1}},
        {"p": {"$nearSphere": here}},
        {"p": {"$within": {"$box": [place(5, 5), place(15, 15)]}}},
        {"p": {"$geoWithin": {"$polygon": square}}},
        {"p": {"$geoWithin": {"$centerSphere": [[10, 10], 0.1]}}},
    ]
    await met(s, conditions, [{"p": here}, {"p": place(12, 12)}, {"p": place(18, 18)}, {"p": place(50, 50)}])


@scenario("6.7/geo", profile="live")
async def areas(s: Script) -> None:
    square = {"__type": "Polygon", "coordinates": [[0, 0], [0, 20], [20, 20], [20, 0]]}
    conditions: list[Row] = [{"area": {"$geoIntersects": {"$point": place(*at)}}} for at in ((10, 10), (30, 30))]
    await met(s, conditions, [{"area": square}])


@scenario("6.7/geo", "6.7/sets", profile="live")
async def what_stands_beside_a_place_or_a_set(s: Script) -> None:
    here = place(10, 10)
    conditions: list[Row] = [
        {"p": {"$nearSphere": here, "$exists": False}},
        {"list": {"$containedBy": [1, 2], "$exists": False}},
    ]
    await met(s, conditions, [{"p": here}, {"list": [1]}])


@scenario("6.7/logic", profile="live")
async def logic(s: Script) -> None:
    conditions: list[Row] = [
        {"$or": [{"a": 1}, {"b": 1}]},
        {"$and": [{"a": 1}, {"b": 1}]},
        {"$nor": [{"a": 1}, {"b": 1}]},
        {"$or": [{"a": 1}, {"$and": [{"b": 1}, {"c": 1}]}]},
        {"$or": [{"a": 1}, {"b": 1}], "c": 1},
        {"a": 1, "b": 1},
        {},
    ]
    await met(s, conditions, [{"a": 1}, {"b": 1}, {"a": 1, "b": 1}, {"b": 1, "c": 1}, {"c": 1}])


@scenario("6.7/equality", "6.3/subscribed", profile="live")
async def equal_conditions_of_several_clients(s: Script) -> None:
    async with s.live("ann") as ann, s.live("bob") as bob:
        for client, number in ((ann, 1), (ann, 2), (bob, 1)):
            await client.follow("Row", {"a": 1, "b": {"$in": [1, 2]}}, number=number)
        await s.create("Row", {"a": 1, "b": 1})
        await s.told(ann, bob)
        await ann.say({"op": "unsubscribe", "requestId": 1})
        await s.create("Row", {"a": 1, "b": 2})
        await s.told(ann, bob)
