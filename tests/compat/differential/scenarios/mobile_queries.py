"""Queries as the mobile SDKs send them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.mobile_forms import Ios, Swift
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def some_scores(s: Script) -> None:
    """Three rows: ann 1, bob 2, carl 3."""
    for points, (name, tags) in enumerate([("ann", ["a"]), ("bob", ["a", "b"]), ("carl", [])], 1):
        await Ios(s).create("Score", {"points": points, "name": name, "tags": tags})


@scenario("mobile-4/ios-query", profile="mobile")
async def ios_queries_by_post_with_texts(s: Script) -> None:
    await some_scores(s)
    await Ios(s).find("Score", {"where": {"points": {"$gt": 1}}, "order": "-points", "limit": "5", "skip": "1"})
    await Ios(s).find("Score", {"order": "name,-points", "keys": "name,tags", "limit": "2"})
    await Ios(s).find("Score", {"order": "points", "excludeKeys": "tags", "limit": "1"})
    await Ios(s).find("Score", {"limit": "1", "order": "points", "hint": "_id_"})
    await Ios(s).find("Score", {})


@scenario("mobile-4/ios-query", profile="mobile")
async def ios_parameters_that_the_server_does_not_know(s: Script) -> None:
    await some_scores(s)
    await Ios(s).find("Score", {"limit": "1", "order": "points", "trace": "1"})
    await Ios(s).find("Score", {"explain": "1"})


@scenario("mobile-4/ios-query", profile="mobile")
async def limits_and_skips_that_are_odd_texts(s: Script) -> None:
    await some_scores(s)
    for number in ("-1", "0", "1.5", "two", ""):
        await Ios(s).find("Score", {"order": "points", "keys": "points", "limit": number})
        await Ios(s).find("Score", {"order": "points", "keys": "points", "skip": number})


@scenario("mobile-4/ios-count", profile="mobile")
async def ios_counts_with_texts(s: Script) -> None:
    await some_scores(s)
    await Ios(s).find("Score", {"count": "1", "limit": "0"})
    await Ios(s).find("Score", {"count": "1", "limit": "0", "where": {"points": {"$gte": 2}}})
    await Ios(s).find("Missing", {"count": "1", "limit": "0"})


@scenario("mobile-4/operators", profile="mobile")
async def comparisons_of_the_sdks(s: Script) -> None:
    await some_scores(s)
    for where in (
        {"points": {"$lt": 2}},
        {"points": {"$lte": 2, "$gt": 1}},
        {"points": {"$ne": 2}},
        {"name": "bob"},
        {"points": {"$in": [1, 3]}},
        {"name": {"$nin": ["ann", "bob"]}},
        {"name": {"$exists": True}},
        {"other": {"$exists": False}, "points": {"$gte": 3}},
    ):
        await Ios(s).find("Score", {"where": where, "order": "points", "keys": "points"})


@scenario("mobile-4/operators", profile="mobile")
async def array_and_logical_operators_of_the_sdks(s: Script) -> None:
    await some_scores(s)
    either: list[dict[str, Any]] = [{"points": 1}, {"name": "carl"}]
    for where in (
        {"tags": {"$all": ["a", "b"]}},
        {"tags": "a"},
        {"tags": {"$containedBy": ["a"]}},
        {"$or": either},
        {"$and": [{"points": {"$gt": 1}}, {"points": {"$lt": 3}}]},
        {"$nor": either},
    ):
        await Ios(s).find("Score", {"where": where, "order": "points", "keys": "points"})


@scenario("mobile-4/operators", profile="mobile")
async def subqueries_of_the_sdks(s: Script) -> None:
    ann = await Ios(s).create("Kid", {"name": "ann", "age": 3})
    for points, name in enumerate(["ann", "bob"], 1):
        kid = {"kid": s.pointer("Kid", ann)} if name == "ann" else {}
        await Ios(s).create("Score", {"points": points, "name": name, **kid})
    kids = {"className": s.name("Kid"), "where": {"age": {"$gt": 2}}, "limit": "10"}
    select = {"key": "name", "query": {"className": s.name("Kid"), "where": {}}}
    for where in (
        {"kid": {"$inQuery": kids}},
        {"kid": {"$notInQuery": kids}},
        {"name": {"$select": select}},
        {"name": {"$dontSelect": select}},
    ):
        await Ios(s).find("Score", {"where": where, "order": "points", "keys": "points"})


@scenario("mobile-4/operators", profile="mobile")
async def members_of_a_relation_are_queried(s: Script) -> None:
    kids = [await Ios(s).create("Kid", {"name": name}) for name in ("ann", "bob", "carl")]
    add = {"__op": "AddRelation", "objects": [s.pointer("Kid", kid) for kid in kids[:2]]}
    made = await Ios(s).create("Score", {"kids": add})
    where = {"$relatedTo": {"object": s.pointer("Score", made), "key": "kids"}}
    await Ios(s).find("Kid", {"where": where, "order": "name"})
    await Swift(s).request(
        "GET", f"classes/{s.name('Kid')}", params={"limit": 1, "skip": 1, "order": ["name"], "where": where}
    )


@scenario("mobile-4/geo-operators", profile="mobile", reference_store="postgres")
async def geo_constraints_of_the_sdks(s: Script) -> None:
    for number in range(3):
        place = {"__type": "GeoPoint", "latitude": 10.0 * number, "longitude": 10.0 * number}
        await Ios(s).create("Place", {"at": place, "number": number})
    origin = {"__type": "GeoPoint", "latitude": 0.0, "longitude": 0.0}
    corner = {"__type": "GeoPoint", "latitude": 15.0, "longitude": 15.0}
    area = [origin, {**origin, "latitude": 15.0}, corner, {**origin, "longitude": 15.0}]
    for where in (
        {"at": {"$nearSphere": origin}},
        {"at": {"$nearSphere": corner, "$maxDistance": 0.2}},
        {"at": {"$within": {"$box": [{**origin, "latitude": -1.0, "longitude": -1.0}, corner]}}},
        {"at": {"$geoWithin": {"$polygon": area}}},
    ):
        order = {} if "$nearSphere" in where["at"] else {"order": "number"}
        await Ios(s).find("Place", {"where": where, "keys": "number", **order})


@scenario("mobile-4/geo-operators", profile="mobile", reference_store="postgres")
async def areas_that_hold_a_point_are_found(s: Script) -> None:
    square = {"__type": "Polygon", "coordinates": [[0, 0], [0, 10], [10, 10], [10, 0]]}
    await Ios(s).create("Area", {"area": square, "number": 1})
    for latitude in (5.0, 50.0):
        point = {"__type": "GeoPoint", "latitude": latitude, "longitude": 5.0}
        await Ios(s).find("Area", {"where": {"area": {"$geoIntersects": {"$point": point}}}, "keys": "number"})


@scenario("mobile-4/text-operator", profile="mobile", reference_store="postgres")
async def full_text_search_of_the_sdks(s: Script) -> None:
    for text in ("the quick brown fox", "a lazy dog", "foxes and dogs"):
        await Ios(s).create("Note", {"text": text})
    where = {"text": {"$text": {"$search": {"$term": "fox"}}}}
    await Ios(s).find("Note", {"where": where, "order": "text"})
    await Ios(s).find("Note", {"where": {"text": {"$text": {"$search": {"$term": "cat"}}}}})


@scenario("mobile-4/prefix", profile="mobile")
async def prefixes_and_parts_are_quoted_expressions(s: Script) -> None:
    for name in ("ann", "anna", "Ann.x", "an", "a\\Eb"):
        await Ios(s).create("Score", {"name": name})
    for regex in (r"^\Qann\E", r"\Qn\E", r"^\QAnn.\E", r"\Q.\E$", r"^\Qa\E\\E\Qb\E", r"^\Q\E"):
        await Ios(s).find("Score", {"where": {"name": {"$regex": regex}}, "order": "name", "keys": "name"})


@scenario("mobile-4/prefix", profile="mobile")
async def expressions_have_options(s: Script) -> None:
    for name in ("ann", "Ann", "first\nann"):
        await Ios(s).create("Score", {"name": name})
    for options in ("i", "m", "im", "x", "s"):
        where = {"name": {"$regex": "^ann", "$options": options}}
        await Ios(s).find("Score", {"where": where, "order": "name", "keys": "name"})


@scenario("mobile-4/relation-target", profile="mobile")
async def the_target_of_a_relation_is_named_in_each_result(s: Script) -> None:
    kids = [await Ios(s).create("Kid", {"name": name}) for name in ("ann", "bob")]
    add = {"__op": "AddRelation", "objects": [s.pointer("Kid", kid) for kid in kids]}
    made = await Ios(s).create("Score", {"kids": add, "points": 1})
    where = {"$relatedTo": {"object": s.pointer("Score", made), "key": "kids"}}
    await Ios(s).find("Score", {"where": where, "redirectClassNameForKey": "kids", "order": "name"})
    await Ios(s).find("Score", {"where": {"points": 1}, "redirectClassNameForKey": "nokey"})
    await Ios(s).find("Score", {"where": {}, "redirectClassNameForKey": "points"})


@scenario("mobile-4/results", profile="mobile")
async def included_pointers_are_whole_objects(s: Script) -> None:
    school = await Ios(s).create("School", {"name": "east"})
    kid = await Ios(s).create("Kid", {"name": "ann", "school": s.pointer("School", school)})
    await Ios(s).create("Score", {"kid": s.pointer("Kid", kid), "points": 1})
    await Ios(s).create("Score", {"kid": s.pointer("Kid", "noSuchId00"), "points": 2})
    for include in ("kid", "kid.school", "kid,kid.school", "nothing"):
        await Ios(s).find("Score", {"include": include, "order": "points"})


@scenario("mobile-4/swift-get", profile="mobile")
async def query_items_are_json_texts(s: Script) -> None:
    await some_scores(s)
    path = f"classes/{s.name('Score')}"
    await Swift(s).request(
        "GET",
        path,
        params={"limit": 100, "skip": 0, "order": ["-points"], "keys": ["points"], "where": {"points": {"$gt": 1}}},
    )
    await Swift(s).request("GET", path, params={"limit": 2, "skip": 1, "order": ["points", "-name"]})
    await Swift(s).request(
        "GET",
        path,
        params={
            "limit": 1,
            "skip": 0,
            "where": {},
            "excludeKeys": ["tags"],
            "order": ["name"],
            "include": ["kid", "other.kid"],
        },
    )


@scenario("mobile-4/swift-post", profile="mobile")
async def a_post_query_has_arrays_numbers_and_booleans(s: Script) -> None:
    await some_scores(s)
    path = f"classes/{s.name('Score')}"
    base = {"_method": "GET", "limit": 100, "skip": 0, "where": {}}
    await Swift(s).request("POST", path, {**base, "order": ["-points"], "keys": ["points", "name"]})
    await Swift(s).request("POST", path, {**base, "limit": 1, "skip": 1, "order": ["points"], "include": ["kid"]})
    await Swift(s).request("POST", path, {**base, "where": {"points": {"$gt": 2}}, "includeAll": True})


@scenario("mobile-4/swift-count", profile="mobile")
async def swift_counts_with_a_limit_of_one(s: Script) -> None:
    await some_scores(s)
    path = f"classes/{s.name('Score')}"
    body = {"_method": "GET", "limit": 1, "skip": 0, "where": {"points": {"$gt": 1}}, "count": True}
    await Swift(s).request("POST", path, {**body, "order": ["points"]})
    await Swift(s).request("GET", path, params={"limit": 1, "skip": 0, "order": ["points"]})


@scenario("mobile-4/equal", profile="mobile")
async def equality_may_be_an_operator(s: Script) -> None:
    await some_scores(s)
    for where in (
        {"points": {"$eq": 2}},
        {"name": {"$eq": "ann"}},
        {"tags": {"$eq": "b"}},
        {"tags": {"$eq": ["a"]}},
        {"other": {"$eq": None}, "points": {"$eq": 1}},
    ):
        await Swift(s).request(
            "GET",
            f"classes/{s.name('Score')}",
            params={"limit": 100, "skip": 0, "where": where, "order": ["points"], "keys": ["points"]},
        )
