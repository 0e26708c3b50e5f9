"""The names and values of pipelines that are mapped for MongoDB, what is kept from them, and what they read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parsepy.model.aggregation import guard, mapping
from parsepy.model.aggregation.needs import needed_keys
from parsepy.model.pipeline import Pipeline
from parsepy.model.schema import ClassSchema, Field, FieldType

Document = dict[str, Any]

FIELDS = {
    "objectId": Field(FieldType.STRING),
    "createdAt": Field(FieldType.DATE),
    "updatedAt": Field(FieldType.DATE),
    "at": Field(FieldType.DATE),
    "team": Field(FieldType.POINTER, "Team"),
    "s": Field(FieldType.STRING),
    "friends": Field(FieldType.RELATION, "_User"),
}
SCHEMA = ClassSchema("Score", FIELDS)
DAY = datetime(2024, 1, 1)

MAPPED: list[tuple[Document, Document]] = [
    ({"$match": {"objectId": "x"}}, {"$match": {"_id": "x"}}),
    ({"$match": {"createdAt": {"$gt": "2024-01-01"}}}, {"$match": {"_created_at": {"$gt": DAY}}}),
    ({"$match": {"at": {"$in": ["2024-01-01", "x", None]}}}, {"$match": {"at": {"$in": [DAY, "x", None]}}}),
    ({"$match": {"at": None}}, {"$match": {"at": None}}),
    ({"$match": {"team": "t1"}}, {"$match": {"_p_team": "Team$t1"}}),
    ({"$match": {"$or": [{"team": {"$exists": 1}}]}}, {"$match": {"$or": [{"_p_team": {"$exists": 1}}]}}),
    ({"$match": {"s": "2024-01-01"}}, {"$match": {"s": "2024-01-01"}}),
    (
        {"$project": {"objectId": 1, "team": 1, "updatedAt": 1}},
        {"$project": {"_id": 1, "_p_team": 1, "_updated_at": 1}},
    ),
    (
        {"$group": {"_id": "$team", "last": {"$max": "$createdAt"}, "id": {"$push": "$objectId"}}},
        {"$group": {"_id": "$_p_team", "last": {"$max": "$_created_at"}, "id": {"$push": "$objectId"}}},
    ),
    ({"$geoNear": {"near": 1, "query": {"team": "t"}}}, {"$geoNear": {"near": 1, "query": {"_p_team": "Team$t"}}}),
    ({"$sort": {"createdAt": 1}}, {"$sort": {"createdAt": 1}}),
    ({"$addFields": {"x": "$team"}}, {"$addFields": {"x": "$team"}}),
]


@pytest.mark.parametrize(("stage", "expected"), MAPPED, ids=[str(case[0]) for case in MAPPED])
def test_names_and_values_are_mapped_where_the_reference_maps_them(stage: Document, expected: Document) -> None:
    assert mapping.mapped(SCHEMA, Pipeline([stage])) == [expected]


def test_raw_names_and_values_stay() -> None:
    stages = [{"$match": {"team": "t", "createdAt": "2024-01-01"}}, {"$group": {"_id": "$team"}}]

    assert mapping.mapped(SCHEMA, Pipeline(stages, raw_values=True, raw_field_names=True)) == stages
    assert mapping.mapped(SCHEMA, Pipeline(stages, raw_values=True))[0] == {
        "$match": {"_p_team": "t", "_created_at": "2024-01-01"}
    }


def shown(document: Document, *stages: Document, raw_values: bool = False, raw_field_names: bool = False) -> Document:
    pipeline = Pipeline(stages, raw_values, raw_field_names)
    present = mapping.presenter(SCHEMA, pipeline, stages, extended=lambda found: {"extended": found})
    return present(document)


RELATION = {"friends": {"__type": "Relation", "className": "_User"}}


def test_results_are_read_like_objects() -> None:
    document = {
        "_id": "x",
        "_created_at": DAY,
        "_p_team": "Team$t",
        "at": DAY,
        "_rperm": [],
        "n": 2.0,
        "a b": 1,
        "d": [DAY],
    }

    assert shown(document) == RELATION | {
        "objectId": "x",
        "createdAt": "2024-01-01T00:00:00.000Z",
        "team": {"__type": "Pointer", "className": "Team", "objectId": "t"},
        "at": {"__type": "Date", "iso": "2024-01-01T00:00:00.000Z"},
        "n": 2,
        "d": [{"__type": "Date", "iso": "2024-01-01T00:00:00.000Z"}],
    }


@pytest.mark.parametrize(
    ("key", "expected"), [("", None), ({}, None), ([], None), (0, 0), (False, False), (None, None)]
)
def test_an_empty_key_is_null(key: Any, expected: Any) -> None:
    assert shown({"_id": key}) == RELATION | {"objectId": expected}


def test_the_key_of_a_pointer_is_its_id() -> None:
    assert shown({"_id": "Team$t"}, {"$group": {"_id": "$_p_team"}}) == RELATION | {"objectId": "t"}


def test_what_is_no_date_under_the_name_of_a_date_stays() -> None:
    assert shown({"at": 2024}) == RELATION | {"at": 2024}
    assert shown({"at": "2024-01"}) == RELATION | {"at": "2024-01"}


def test_raw_results_keep_names_or_values() -> None:
    document = {"_id": "", "_p_team": "Team$t", "at": DAY}

    assert shown(document, raw_values=True) == {"extended": {"objectId": None, "_p_team": "Team$t", "at": DAY}}
    assert shown(document, raw_field_names=True) == {"_id": "", "_p_team": "Team$t", "at": "2024-01-01T00:00:00.000Z"}


def test_the_group_key_stands_last_as_the_columns_of_a_view_do() -> None:
    stages = [{"$group": {"_id": "$s", "notes": {"$sum": 1}, "most": {"$max": "$n"}}}]
    show = mapping.presenter(SCHEMA, Pipeline(stages), stages, extended=dict)

    assert list(show({"_id": "daily", "notes": 4, "most": 9}))[:3] == ["notes", "most", "objectId"]


NEEDS: list[tuple[list[Document], set[str] | None]] = [
    ([{"$match": {"a.b": 1, "$or": [{"c": 1}]}}, {"$group": {"_id": "$d", "n": {"$sum": "$e.f"}}}], {"a", "c", "d", "e"}),
    ([{"$sort": {"a": 1}}, {"$project": {"b": 1, "x": {"$add": ["$c", 1]}}}], {"_id", "a", "b", "c", "x"}),
    ([{"$project": {"b": 0}}], None),
    ([{"$match": {"a": 1}}], None),
    ([{"$group": {"_id": "$$ROOT"}}], None),
    ([{"$group": {"_id": {"$getField": "a"}}}], None),
    ([{"$lookup": {}}, {"$count": "n"}], None),
    ([{"$unwind": "$a"}, {"$sortByCount": "$b"}], {"a", "b"}),
    ([{"$group": {"_id": 1, "t": {"$top": {"sortBy": {"s": 1}, "output": "$o"}}}}], {"s", "o"}),
    ([{"$count": "n"}], set()),
]  # fmt: skip


@pytest.mark.parametrize(("stages", "expected"), NEEDS, ids=[str(case[0]) for case in NEEDS])
def test_the_keys_that_a_pipeline_reads_are_known(stages: list[Document], expected: set[str] | None) -> None:
    assert needed_keys(stages) == expected


SECRETS = {"$unset": sorted(guard.SECRET_KEYS)}
GUARDED: list[tuple[str, Document, list[Document]]] = [
    ("Score", {"$match": {}}, [{"$match": {}}]),
    ("_User", {"$match": {}}, [SECRETS, {"$match": {}}]),
    ("my_prefix__User", {"$limit": 1}, [SECRETS, {"$limit": 1}]),
    ("_User", {"$geoNear": {}}, [{"$geoNear": {}}, SECRETS]),
    ("_User", {"$match": {"$text": {}}}, [{"$match": {"$text": {}}}, SECRETS]),
    ("Score", {"$unionWith": "_User"}, [{"$unionWith": {"coll": "_User", "pipeline": [SECRETS]}}]),
    (
        "Score",
        {"$lookup": {"from": "_User", "pipeline": [], "as": "u"}},
        [{"$lookup": {"from": "_User", "pipeline": [SECRETS], "as": "u"}}],
    ),
    (
        "Score",
        {"$facet": {"a": [{"$unionWith": "_User"}]}},
        [{"$facet": {"a": [{"$unionWith": {"coll": "_User", "pipeline": [SECRETS]}}]}}],
    ),
]


@pytest.mark.parametrize(("name", "stage", "expected"), GUARDED, ids=[f"{case[0]} {case[1]}" for case in GUARDED])
def test_secret_keys_are_taken_away_wherever_users_come_in(
    name: str, stage: Document, expected: list[Document]
) -> None:
    assert guard.guarded(name, [stage]) == expected


def test_users_that_are_joined_by_fields_lose_their_secrets_behind() -> None:
    stage = {"$lookup": {"from": "_User", "localField": "a", "foreignField": "b", "as": "u"}}

    assert guard.guarded("Score", [stage]) == [stage, {"$unset": [f"u.{key}" for key in sorted(guard.SECRET_KEYS)]}]
