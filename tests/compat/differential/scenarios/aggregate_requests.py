"""3.5 Requests of the aggregate route: parameters, forms of pipelines, results."""

from __future__ import annotations

from tests.compat.differential.aggregates import aggregate
from tests.compat.differential.questions import date, point, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

BY_N = {"$sort": {"n": 1}}


@scenario("3.5/rights")
async def only_the_master_key_aggregates(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$count": "k"}], as_="client")
    await aggregate(s, [{"$count": "k"}], as_="readonly")
    await aggregate(s, [{"$count": "k"}], as_="maintenance")
    await aggregate(s, [{"$count": "k"}], as_="master")


@scenario("3.5/rights", profile="no-readonly-aggregates")
async def the_read_only_key_may_be_kept_from_aggregating(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$count": "k"}], as_="readonly")
    await aggregate(s, [{"$count": "k"}], as_="master")


@scenario("3.5/parameters")
async def a_pipeline_may_be_an_object(s: Script) -> None:
    await save_all(s, "Thing", [{"g": 1}, {"g": 2}, {"g": 1}])
    await aggregate(s, {"$match": {"g": 1}, "$count": "k"})


@scenario("3.5/parameters")
async def stages_may_be_parameters(s: Script) -> None:
    await save_all(s, "Thing", [{"g": 1}, {"g": 2}, {"g": 1}])
    path = f"aggregate/{s.name('Thing')}"
    await s.get(path, params={"$group": {"_id": "$g", "k": {"$sum": 1}}, "$sort": {"_id": 1}}, as_="master")
    await s.get(path, params={"$match": {"g": 2}, "$project": {"_id": 0, "g": 1}}, as_="master")


@scenario("3.5/parameters")
async def without_stages_all_rows_come(s: Script) -> None:
    await save_all(s, "Thing", [{"s": "a"}])
    await s.get(f"aggregate/{s.name('Thing')}", as_="master")
    await aggregate(s, [])


@scenario("3.5/parameters")
async def hints_comments_and_preferences_change_nothing(s: Script) -> None:
    await save_all(s, "Thing", [{}, {}])
    count = [{"$count": "k"}]
    await aggregate(s, count, comment="why")
    await aggregate(s, count, readPreference="SECONDARY_PREFERRED")
    await aggregate(s, count, readPreference="nearest")


@scenario("3.5/parameters")
async def an_unknown_preference_or_plan_is_refused(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$count": "k"}], readPreference="sometimes")
    await aggregate(s, [{"$count": "k"}], explain="why")


@scenario("3.5/rules")
async def a_stage_has_one_key(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$match": {}, "$count": "k"}], [{}])


@scenario("3.5/rules")
async def a_stage_begins_with_a_dollar(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"group": {"objectId": None}}], {"match": {}})
    await s.get(f"aggregate/{s.name('Thing')}", params={"limit": 1}, as_="master")


@scenario("3.5/rules")
async def a_group_needs_its_key(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$group": {"k": {"$sum": 1}}}], [{"$group": {"objectId": "$n", "k": {"$sum": 1}}}])


@scenario("3.5/rules")
async def a_class_that_is_not_there_has_no_rows(s: Script) -> None:
    await aggregate(s, [{"$group": {"_id": None, "k": {"$sum": 1}}}], of="Nowhere")


@scenario("3.5/results")
async def whole_rows_are_decoded_like_objects(s: Script) -> None:
    other = s.pointer("Other", await s.create("Other", record=False))
    values = {
        "s": "a",
        "b": True,
        "d": date("2024-01-02T03:04:05.678Z"),
        "o": {"when": date("2024-01-02T03:04:05.678Z"), "p": other},
        "a": [1, date("2024-01-02T03:04:05.678Z"), other],
        "g": point(10.5, 20.25),
        "p": other,
        "f": {"__type": "File", "name": "a.txt"},
        "y": {"__type": "Bytes", "base64": "aGVsbG8="},
        "z": None,
    }
    await save_all(s, "Thing", [values])
    await aggregate(s, [{"$match": {"n": 0}}])


@scenario("3.5/results")
async def rows_name_the_relations_of_the_class(s: Script) -> None:
    other = s.pointer("Other", await s.create("Other", record=False))
    await save_all(s, "Thing", [{"r": {"__op": "AddRelation", "objects": [other]}}])
    await aggregate(s, [{"$match": {}}], [{"$group": {"_id": None, "k": {"$sum": 1}}}])


@scenario("3.5/results")
async def permissions_are_not_shown(s: Script) -> None:
    await save_all(s, "Thing", [{"ACL": {"*": {"read": True}}}])
    await aggregate(s, [{"$match": {"_rperm": "*"}}], [{"$project": {"_rperm": 1, "ACL": 1}}])


@scenario("3.5/results")
async def keys_of_groups_become_ids(s: Script) -> None:
    await save_all(s, "Thing", [{"g": 5, "t": "x"}, {"g": 0, "t": ""}, {}])
    for row in range(3):
        one = {"$match": {"n": row}}
        await aggregate(s, [one, {"$group": {"_id": "$g"}}], [one, {"$group": {"_id": "$t"}}])


@scenario("3.5/results")
async def other_kinds_of_keys(s: Script) -> None:
    await save_all(s, "Thing", [{"b": True, "o": {"k": 1}, "a": [1, 2], "z": {}}])
    for name in ("$b", "$o", "$a", "$z", "$missing"):
        await aggregate(s, [{"$group": {"_id": name}}])


@scenario("3.5/results")
async def dates_as_keys(s: Script) -> None:
    await save_all(s, "Thing", [{"d": date("2024-01-02T03:04:05.678Z")}])
    await aggregate(s, [{"$group": {"_id": "$d"}}], [{"$group": {"_id": None, "d": {"$max": "$d"}}}])


@scenario("3.5/results")
async def odd_names_are_left_out(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await aggregate(s, [{"$project": {"_id": 0, "a b": "$n", "ok": "$n", "0x": "$n"}}])


@scenario("3.5/raw")
async def raw_values_are_extended_json(s: Script) -> None:
    await save_all(s, "Thing", [{"d": date("2024-01-02T03:04:05.678Z"), "f": 2.5, "o": {"k": 1}}])
    shown = {"$project": {"_id": 0, "n": 1, "d": 1, "f": 1, "o": 1}}
    await aggregate(s, [shown], rawValues=True)
    await aggregate(s, [{"$match": {"d": {"$gte": {"$date": "2024-01-01T00:00:00Z"}}}}, shown], rawValues=True)
    await aggregate(s, [{"$match": {"d": {"$gte": "2024-01-01T00:00:00Z"}}}, shown], rawValues=True)


@scenario("3.5/raw")
async def raw_names_are_those_of_documents(s: Script) -> None:
    team = s.pointer("Team", await s.create("Team"))
    await save_all(s, "Thing", [{"team": team}])
    await aggregate(s, [{"$project": {"n": 1, "_p_team": 1}}, {"$unset": "_id"}], rawFieldNames=True)
    await aggregate(s, [{"$project": {"team": 1, "_id": 0}}], [{"$group": {"_id": "$_p_team"}}], rawFieldNames=True)


@scenario("3.5/raw")
async def raw_values_and_names(s: Script) -> None:
    await save_all(s, "Thing", [{"d": date("2024-01-02T03:04:05.000Z")}])
    stages = [
        {"$match": {"_created_at": {"$gte": {"$date": "2020-01-01T00:00:00Z"}}}},
        {"$group": {"_id": "$d", "n": {"$max": "$n"}}},
    ]
    await aggregate(s, stages, rawValues=True, rawFieldNames=True)
    await aggregate(s, [{"$project": {"_id": 0, "d": 1}}], rawFieldNames=True)


@scenario("3.5/results")
async def users_show_no_hidden_fields(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get(
        "aggregate/_User",
        params={
            "pipeline": [
                {"$match": {"objectId": ann.id}},
                {"$project": {"username": 1, "_hashed_password": 1, "sessionToken": 1}},
            ]
        },
        as_="master",
    )


@scenario("3.5/results")
async def passwords_cannot_be_renamed(s: Script) -> None:
    ann = await s.sign_up("ann")
    one = {"$match": {"objectId": ann.id}}
    renamed = {"$project": {"_id": 0, "x": {"$strLenCP": {"$ifNull": ["$_hashed_password", ""]}}}}
    await s.get("aggregate/_User", params={"pipeline": [one, renamed]}, as_="master")
