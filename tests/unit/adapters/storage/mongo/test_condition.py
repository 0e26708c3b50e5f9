"""Conditions as the filters that MongoDB is sent."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest
from bson.objectid import ObjectId
from bson.regex import Regex as Pattern

from parsepy.adapters.storage.mongo.condition import (
    compile_filter,
    compile_order,
    compile_unsorted,
    single_id,
    with_single_values,
)
from parsepy.model.documents import NOWHERE, Documents
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import DEFAULT_FIELDS, built_in_schema, join_schema
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    InQuery,
    Intersects,
    Near,
    Nor,
    Or,
    Order,
    Permits,
    Regex,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
    by_id,
)

DATE = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_000)
POINTER = {"__type": "Pointer", "className": "Team", "objectId": "x"}
POINT = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
FIELDS = {
    "s": Field(FieldType.STRING),
    "n": Field(FieldType.NUMBER),
    "d": Field(FieldType.DATE),
    "a": Field(FieldType.ARRAY),
    "o": Field(FieldType.OBJECT),
    "p": Field(FieldType.POINTER, "Team"),
    "f": Field(FieldType.FILE),
    "g": Field(FieldType.GEO_POINT),
    "poly": Field(FieldType.POLYGON),
}
THING = Documents(ClassSchema("Thing", {**DEFAULT_FIELDS, **FIELDS}))
NOTHING: dict[str, Any] = {"_id": {"$in": []}}
HEX = "507f1f77bcf86cd799439011"

FILTERS: list[tuple[Where, dict[str, Any]]] = [
    (by_id("x"), {"_id": "x"}),
    (by_id(HEX), {"_id": {"$in": [HEX, ObjectId(HEX)]}}),
    (Compare("n", "$eq", 2**40), {"n": float(2**40)}),
    (Compare("s", "$eq", None), {"s": None}),
    (Compare("s", "$ne", "x"), {"s": {"$ne": "x"}}),
    (Compare("o", "$eq", {"$x": 1}), {"o": {"$eq": {"$x": 1}}}),
    (Compare("a", "$eq", [1]), {"a": {"$eq": [1]}}),
    (Compare("d", "$gt", DATE), {"d": {"$gt": MOMENT}}),
    (Compare("createdAt", "$lt", DATE), {"_created_at": {"$lt": MOMENT}}),
    (Compare("createdAt", "$eq", "2026"), {"_created_at": "2026"}),
    (Compare("p", "$eq", POINTER), {"_p_p": "Team$x"}),
    (Compare("p", "$eq", "Team$x"), {"_p_p": {"$eq": {"text": "Team$x"}}}),
    (Compare("f", "$ne", "a"), {"f": {"$ne": {"text": "a"}}}),
    (Compare("g", "$eq", POINT), {"g": {"$eq": [2, 1]}}),
    (Compare("g", "$eq", 2), {"g": {"$eq": {"number": 2}}}),
    (Compare("g", "$gte", POINT), {"$or": [{"g.1": {"$gt": 1}}, {"g.1": 1, "g.0": {"$gte": 2}}]}),
    (Compare("g.0", "$eq", 2), {NOWHERE: 2}),
    (Compare("o.p", "$eq", POINTER), {"o.p": {"$eq": POINTER}}),
    (In("p", (POINTER, None)), {"_p_p": {"$in": ["Team$x", None]}}),
    (In("objectId", ("a", HEX)), {"_id": {"$in": ["a", HEX, ObjectId(HEX)]}}),
    (In("s", ("x",), negated=True), {"s": {"$nin": ["x"]}}),
    (Exists("p", False), {"_p_p": {"$exists": False}}),
    (Regex("s", "^a"), {"s": {"$regex": "^a"}}),
    (Regex("s", "^a", "im"), {"s": {"$regex": "^a", "$options": "im"}}),
    (All("a", (1, Regex("", "^x"))), {"a": {"$all": [1, Pattern("^x", "")]}}),
    (ContainedBy("a", (1, 2)), {"$nor": [{"a": {"$elemMatch": {"$nin": [1, 2]}}}]}),
    (ContainedBy("g", (1, 2)), {}),
    (Permits("read", frozenset({"*", "u"})), {"_rperm": {"$in": [None, "*", "u"]}}),
    (Permits("write", frozenset()), {"_wperm": {"$in": [None]}}),
    (And(()), {}),
    (Or(()), NOTHING),
    (Nor(()), {}),
    (And((by_id("x"), Permits("read", frozenset({"*"})))), {"_id": "x", "_rperm": {"$in": [None, "*"]}}),
    (And((Compare("n", "$gt", 1), Compare("n", "$lt", 3))), {"n": {"$gt": 1, "$lt": 3}}),
    (And((Compare("n", "$eq", 1), Compare("n", "$eq", 2))), {"n": 1, "$and": [{"n": 2}]}),
    (And((Regex("s", "a"), Regex("s", "b"))), {"s": {"$regex": "a"}, "$and": [{"s": {"$regex": "b"}}]}),
    (Or((by_id("x"), Compare("n", "$gt", 1))), {"$or": [{"_id": "x"}, {"n": {"$gt": 1}}]}),
    (Nor((Nor((by_id("x"),)),)), {"$nor": [{"$nor": [{"_id": "x"}]}]}),
    (Text("s", "word"), {"$text": {"$search": "word"}}),
    (
        Text("s", "word", "en", case_sensitive=True, diacritic_sensitive=True),
        {"$text": {"$search": "word", "$language": "en", "$caseSensitive": True, "$diacriticSensitive": True}},
    ),
    (Near("g", 1, 2), {"g": {"$nearSphere": [2, 1]}}),
    (Near("g", 1, 2, 0.1), {"g": {"$nearSphere": [2, 1], "$maxDistance": 0.1}}),
    (Near("g", 1, 2, 9.0), {"g": {"$nearSphere": [2, 1], "$maxDistance": math.pi}}),
    (Near("g", 1, 2, -1.0), NOTHING),
    (Near("s", 1, 2), NOTHING),
    (Or((Near("g", 1, 2),)), {"$or": [{"g": {"$ne": None}}]}),
    (WithinBox("g", (5, 6), (1, 2)), {"g": {"$geoWithin": {"$box": [[2, 1], [6, 5]]}}}),
    (
        WithinPolygon("g", ((0, 0), (0, 1), (1, 1))),
        {"g": {"$geoWithin": {"$polygon": [[0, 0], [1, 0], [1, 1]]}}},
    ),
    (WithinSphere("g", 1, 2, 0.5), {"g": {"$geoWithin": {"$centerSphere": [[2, 1], 0.5]}}}),
    (WithinSphere("g", 1, 2, 4.0), {"g": {"$ne": None}}),
    (
        Intersects("poly", 1, 2),
        {"poly": {"$geoIntersects": {"$geometry": {"type": "Point", "coordinates": [2, 1]}}}},
    ),
    (Intersects("g", 1, 2), NOTHING),
]


@pytest.mark.parametrize(
    ("where", "expected"), FILTERS, ids=[f"{type(where).__name__}-{at}" for at, (where, _) in enumerate(FILTERS)]
)
def test_conditions_are_native_filters(where: Where, expected: dict[str, Any]) -> None:
    assert compile_filter(THING, where) == expected


def test_what_sorts_by_distance_only_limits_it_where_nothing_is_sorted() -> None:
    near = And((Near("g", 1, 2, 0.1), Compare("n", "$gt", 0)))

    assert compile_unsorted(THING, near) == {
        "g": {"$geoWithin": {"$centerSphere": [[2, 1], 0.1]}},
        "n": {"$gt": 0},
    }
    assert compile_unsorted(THING, Near("g", 1, 2)) == {"g": {"$ne": None}}


def test_of_two_distances_the_first_sorts() -> None:
    compiled = compile_filter(THING, And((Near("g", 1, 2), Near("g", 3, 4, 0.5))))

    assert compiled == {
        "g": {"$nearSphere": [2, 1]},
        "$and": [{"g": {"$geoWithin": {"$centerSphere": [[4, 3], 0.5]}}}],
    }


def test_the_providers_of_users_are_keys_of_their_own() -> None:
    users = Documents(built_in_schema("_User"))

    assert compile_filter(users, Compare("authData.x.id", "$eq", "1")) == {"_auth_data_x.id": "1"}


def test_ids_of_pairs_are_both_their_ends() -> None:
    pairs = Documents(join_schema("Team", "members"))

    assert compile_filter(pairs, by_id("o:r")) == {"owningId": "o", "relatedId": "r"}
    assert compile_filter(pairs, In("objectId", ("o:r",))) == {"$or": [{"owningId": "o", "relatedId": "r"}]}
    assert compile_filter(pairs, by_id("nonsense")) == NOTHING


def test_subqueries_must_be_resolved_before() -> None:
    with pytest.raises(ValueError, match="InQuery"):
        compile_filter(THING, InQuery("p", {}))


ORDERS: list[tuple[tuple[Order, ...], dict[str, Any]]] = [
    ((), {}),
    ((Order("n", True), Order("s")), {"n": -1, "s": 1}),
    ((Order("n"), Order("n", True)), {"n": 1}),
    ((Order("createdAt", True),), {"_created_at": -1}),
    ((Order("p"),), {"_p_p": 1}),
    ((Order("g"),), {"g.1": 1, "g.0": 1}),
    ((Order("$score", True),), {"score": {"$meta": "textScore"}}),
]


@pytest.mark.parametrize(("order", "expected"), ORDERS, ids=[str(order) for order, _ in ORDERS])
def test_orders_are_sort_keys(order: tuple[Order, ...], expected: dict[str, Any]) -> None:
    assert list(compile_order(THING, order).items()) == list(expected.items())


def test_a_single_id_is_found_among_conditions() -> None:
    assert single_id(And((Compare("n", "$eq", 1), by_id("x")))) == "x"
    assert single_id(Or((by_id("x"),))) is None


def test_upserts_take_over_lists_of_one_value() -> None:
    where = And((In("objectId", ("x",)), In("n", (1,)), In("s", ("a", "b"))))

    assert with_single_values(where) == And((by_id("x"), Compare("n", "$eq", 1), In("s", ("a", "b"))))
