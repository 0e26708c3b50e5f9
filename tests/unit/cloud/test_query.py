"""Query: the REST form of conditions, the window, and asking for results."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from parsepy import GeoPoint, ParseObject, Query
from parsepy.cloud.actions import CallOptions, acting
from parsepy.model.find_params import FindParams
from tests.unit.cloud.fakes import FakeActions

HERE = GeoPoint(1, 2)
HERE_JSON = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
TEAM = ParseObject("Team", "t1")
TEAM_JSON = {"__type": "Pointer", "className": "Team", "objectId": "t1"}
Q = Query[ParseObject]


class Score(ParseObject):
    class_name = "GameScore"


CONDITIONS: list[tuple[Callable[[Q], Q], dict[str, Any]]] = [
    (lambda q: q.equal_to("team", TEAM), {"team": TEAM_JSON}),
    (lambda q: q.equal_to("x", None), {"x": None}),
    (lambda q: q.not_equal_to("x", 1), {"x": {"$ne": 1}}),
    (lambda q: q.less_than("x", 1).greater_than("x", 0), {"x": {"$lt": 1, "$gt": 0}}),
    (lambda q: q.less_than_or_equal_to("x", 1), {"x": {"$lte": 1}}),
    (lambda q: q.greater_than_or_equal_to("x", 1), {"x": {"$gte": 1}}),
    (lambda q: q.equal_to("x", 1).less_than("x", 2), {"x": {"$eq": 1, "$lt": 2}}),
    (lambda q: q.contained_in("x", (1, TEAM)), {"x": {"$in": [1, TEAM_JSON]}}),
    (lambda q: q.not_contained_in("x", [1]), {"x": {"$nin": [1]}}),
    (lambda q: q.contained_by("x", [1]), {"x": {"$containedBy": [1]}}),
    (lambda q: q.contains_all("x", [1]), {"x": {"$all": [1]}}),
    (lambda q: q.contains_all_starting_with("x", ["a"]), {"x": {"$all": [{"$regex": "^\\Qa\\E"}]}}),
    (lambda q: q.exists("x"), {"x": {"$exists": True}}),
    (lambda q: q.does_not_exist("x"), {"x": {"$exists": False}}),
    (lambda q: q.matches("x", "a.c"), {"x": {"$regex": "a.c"}}),
    (lambda q: q.matches("x", re.compile("a", re.IGNORECASE), "m"), {"x": {"$regex": "a", "$options": "mi"}}),
    (lambda q: q.contains("x", "1+1"), {"x": {"$regex": "\\Q1+1\\E"}}),
    (lambda q: q.starts_with("x", "a\\Eb"), {"x": {"$regex": "^\\Qa\\E\\\\E\\Qb\\E"}}),
    (lambda q: q.ends_with("x", "a"), {"x": {"$regex": "\\Qa\\E$"}}),
    (lambda q: q.full_text("x", "t", language="en"), {"x": {"$text": {"$search": {"$term": "t", "$language": "en"}}}}),
    (lambda q: q.related_to(TEAM, "fans"), {"$relatedTo": {"object": TEAM_JSON, "key": "fans"}}),
    (lambda q: q.near("x", HERE), {"x": {"$nearSphere": HERE_JSON}}),
    (lambda q: q.within_radians("x", HERE, 0.5), {"x": {"$nearSphere": HERE_JSON, "$maxDistance": 0.5}}),
    (lambda q: q.within_kilometers("x", HERE, 6371), {"x": {"$nearSphere": HERE_JSON, "$maxDistance": 1}}),
    (
        lambda q: q.within_miles("x", HERE, 3959, ordered=False),
        {"x": {"$geoWithin": {"$centerSphere": [[2, 1], 1]}}},
    ),
    (lambda q: q.within_geo_box("x", HERE, HERE), {"x": {"$within": {"$box": [HERE_JSON, HERE_JSON]}}}),
    (lambda q: q.within_polygon("x", [HERE]), {"x": {"$geoWithin": {"$polygon": [HERE_JSON]}}}),
    (lambda q: q.polygon_contains("x", HERE), {"x": {"$geoIntersects": {"$point": HERE_JSON}}}),
]
SUB = {"className": "Team", "where": {"city": "Rome"}}
SUB_QUERIES: list[tuple[Callable[[Q, Q], Q], dict[str, Any]]] = [
    (lambda q, sub: q.matches_query("x", sub), {"x": {"$inQuery": SUB}}),
    (lambda q, sub: q.does_not_match_query("x", sub), {"x": {"$notInQuery": SUB}}),
    (lambda q, sub: q.matches_key_in_query("x", "k", sub), {"x": {"$select": {"key": "k", "query": SUB}}}),
    (lambda q, sub: q.does_not_match_key_in_query("x", "k", sub), {"x": {"$dontSelect": {"key": "k", "query": SUB}}}),
]


@pytest.mark.parametrize(("ask", "where"), CONDITIONS, ids=[str(next(iter(w.values())))[:40] for _, w in CONDITIONS])
def test_a_condition_is_sent_as_the_sdks_send_it(ask: Callable[[Q], Q], where: dict[str, Any]) -> None:
    assert ask(Query("GameScore")).where == where


@pytest.mark.parametrize(("ask", "where"), SUB_QUERIES, ids=[str(w)[:20] for _, w in SUB_QUERIES])
def test_a_condition_may_hold_another_query(ask: Callable[[Q, Q], Q], where: dict[str, Any]) -> None:
    assert ask(Query("GameScore"), Query("Team").equal_to("city", "Rome")).where == where


def test_queries_of_one_class_combine() -> None:
    first, second = Query(Score).equal_to("a", 1), Query(Score).equal_to("b", 2)

    assert Query.or_(first, second).where == {"$or": [{"a": 1}, {"b": 2}]}
    assert Query.and_(first, second).where == {"$and": [{"a": 1}, {"b": 2}]}
    assert Query.nor(first, second).where == {"$nor": [{"a": 1}, {"b": 2}]}
    with pytest.raises(ValueError, match="one class"):
        Query.or_(Query("A"), Query("B"))


def test_window_and_form_become_parameters() -> None:
    query = Query("GameScore").limit(5).skip(2).descending("a").add_ascending("b").select("x", "y").exclude("z")
    query.include("team", "team.city").include_all().hint("_id_").comment("why")

    assert query.to_params() == FindParams(
        limit=5,
        skip=2,
        order=("-a", "b"),
        keys=("x", "y"),
        exclude_keys=("z",),
        include=("team", "team.city", "*"),
        hint="_id_",
        comment="why",
    )
    assert Query("T").full_text("x", "t").sort_by_text_score().to_params().order == ("$score",)


async def test_finding_gives_objects_of_the_class_asked_for() -> None:
    actions = FakeActions(rows=[{"objectId": "a", "score": 1}])
    with acting(actions):
        found = await Query(Score).equal_to("score", 1).find(use_master_key=True, context={"c": 1})

    assert isinstance(found[0], Score)
    assert (found[0].id, found[0]["score"]) == ("a", 1)
    assert actions.asked == [("find", "GameScore", FindParams(where={"score": 1}), CallOptions(True, {"c": 1}))]


async def test_first_get_and_count_ask_for_what_they_say() -> None:
    actions = FakeActions(rows=[{"objectId": "a"}, {"objectId": "b"}])
    query = Query("GameScore").include("team")
    with acting(actions):
        first, got, count = await query.first(), await query.get("a"), await query.count()

    assert (first, got, count) == (ParseObject("GameScore", "a"), ParseObject("GameScore", "a"), 2)
    assert actions.asked[0][2] == FindParams(limit=1, include=("team",))
    assert actions.asked[1][:3] == ("get", "GameScore", "a")


async def test_first_of_nothing_is_none() -> None:
    with acting(FakeActions()):
        assert await Query("GameScore").first() is None


async def test_a_pipeline_begins_with_the_conditions_of_the_query() -> None:
    actions = FakeActions(rows=[{"objectId": 1}])
    team = ParseObject("Team", "t")
    with acting(actions):
        found = await Query("GameScore").equal_to("team", team).comment("why").aggregate([{"$limit": 1}])
        await Query("GameScore").aggregate([{"$match": {"team": team}}])

    match = {"$match": {"team": {"__type": "Pointer", "className": "Team", "objectId": "t"}}}
    assert found == [{"objectId": 1}]
    assert [asked[:3] for asked in actions.asked] == [
        ("aggregate", "GameScore", [match, {"$limit": 1}]),
        ("aggregate", "GameScore", [match]),
    ]
    assert actions.asked[0][3].comment == "why"


async def test_different_values_are_asked_for_with_the_conditions_of_the_query() -> None:
    actions = FakeActions(rows=[{"n": 1}])
    with acting(actions):
        assert await Query("GameScore").equal_to("x", 2).distinct("n") == [1]

    assert actions.asked == [("distinct", "GameScore", "n", {"x": 2})]


async def test_each_goes_through_all_in_batches() -> None:
    actions = FakeActions(rows=[{"objectId": name} for name in "abcde"])
    with acting(actions):
        found = [score.id async for score in Query("GameScore").equal_to("x", 1).each(batch_size=2)]

    assert found == list("abcde")
    bounds = [None, {"$gt": "b"}, {"$gt": "d"}, {"$gt": "e"}]
    assert [asked[2].where.get("objectId") for asked in actions.asked] == bounds
    assert actions.asked[0][2].order == ("objectId",)


@pytest.mark.parametrize("key", ["$score", "map.x"])
async def test_each_refuses_an_order_that_has_no_next(key: str) -> None:
    with pytest.raises(ValueError, match="can only be found at once"):
        [score async for score in Query("S").ascending(key)]


async def test_each_keeps_the_limit_and_takes_batches_that_the_server_makes_shorter() -> None:
    actions = FakeActions(rows=[{"objectId": name} for name in "abcde"])
    with acting(actions):
        found = [score.id async for score in Query("S").limit(3).each(batch_size=2)]

    assert found == list("abc")
    assert [asked[2].limit for asked in actions.asked] == [2, 1]


def test_a_query_goes_to_json_and_back() -> None:
    query = Query("S").equal_to("a", 1).limit(0).skip(2).descending("b").select("x", "y").include("team").comment("why")
    form = {"where": {"a": 1}, "limit": 0, "skip": 2, "order": "-b", "keys": "x,y", "include": "team", "comment": "why"}

    assert query.to_json() == form
    assert Query.from_json("S", form).to_params() == query.to_params()
    with pytest.raises(ValueError, match="a query has no frob"):
        Query.from_json("S", {"frob": 1})


async def test_a_find_may_tell_how_many_there_are_in_all() -> None:
    actions = FakeActions(rows=[{"objectId": "a"}, {"objectId": "b"}])
    with acting(actions):
        found, count = await Query(Score).limit(1).find_with_count(session_token="r:1")

    assert (len(found), count) == (1, 2)
    assert actions.asked[0][2:] == (FindParams(limit=1, count=True), CallOptions(session_token="r:1"))


def test_a_copy_changes_for_itself() -> None:
    query = Query("GameScore").contained_in("x", [1])
    query.copy().limit(1).contained_in("x", [2])

    assert query.to_params() == FindParams(where={"x": {"$in": [1]}})


def test_another_query_leaves_open_what_it_does_not_say() -> None:
    asked = FindParams(where={"a": 1}, limit=7, order=("-a",), count=True, is_get=True)

    assert Query("S").equal_to("b", 2).ascending("b").over(asked) == FindParams(
        where={"b": 2}, limit=7, order=("b",), count=True, is_get=True
    )
