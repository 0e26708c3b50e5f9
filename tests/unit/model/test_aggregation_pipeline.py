"""Stages of aggregations over plain documents: what comes out, what is refused, and what bounds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from parsepy.errors import ParseError
from parsepy.model.aggregation.budget import MEGABYTE, Budget
from parsepy.model.aggregation.pipeline import compile_pipeline, results
from parsepy.model.aggregation.stages.base import Run

Document = dict[str, Any]

ROWS: list[Document] = [
    {"_id": 1, "g": "a", "v": 3, "l": [1, 2], "o": {"k": 1}},
    {"_id": 2, "g": "b", "v": 1.5, "l": [], "o": {"k": None}},
    {"_id": 3, "g": "a", "v": 1, "l": None},
    {"_id": 4, "v": None, "l": [[5], 6], "o": {}},
]
OTHERS: dict[str, list[Document]] = {
    "Other": [{"_id": "x", "k": 1}, {"_id": "y", "k": [2, 3]}, {"_id": "z"}],
}


def fetch(collection: str, conditions: Document) -> Iterator[Document]:
    return iter(OTHERS.get(collection, []))


def run(*stages: Document, rows: list[Document] | None = None, budget: Budget | None = None) -> list[Document]:
    setting = Run(budget or Budget(), datetime(2026, 1, 1), fetch)
    return results(compile_pipeline(stages), iter(ROWS if rows is None else rows), setting)


ID = {"$project": {"_id": 1}}

SHAPES: list[tuple[list[Document], list[Document]]] = [
    ([{"$project": {"v": 1}}, {"$limit": 1}], [{"_id": 1, "v": 3}]),
    ([{"$project": {"_id": 0, "x": "$v"}}, {"$limit": 1}], [{"x": 3}]),
    ([{"$project": {"l": 0, "o.k": 0}}, {"$limit": 1}], [{"_id": 1, "g": "a", "v": 3, "o": {}}]),
    ([{"$limit": 1}, {"$project": {"o": {"k": 1}}}], [{"_id": 1, "o": {"k": 1}}]),
    ([{"$limit": 1}, {"$project": {"_id": 0, "o.new": "$g"}}], [{"o": {"new": "a"}}]),
    ([{"$limit": 1}, {"$project": {"_id": 0, "n.m": {"$literal": 1}}}], [{"n": {"m": 1}}]),
    ([{"$match": {"_id": 4}}, {"$project": {"_id": 0, "l": 1}}], [{"l": [[5], 6]}]),
    (
        [{"$limit": 1}, {"$addFields": {"l.x": 1, "v": "$$REMOVE"}}, {"$project": {"l": 1, "v": 1}}],
        [{"_id": 1, "l": [{"x": 1}, {"x": 1}]}],
    ),
    ([{"$limit": 1}, {"$set": {"o": {"m": "$g"}}}, {"$project": {"o": 1}}], [{"_id": 1, "o": {"k": 1, "m": "a"}}]),
    ([{"$unset": ["g", "l", "o.k"]}, {"$limit": 1}], [{"_id": 1, "v": 3, "o": {}}]),
    ([{"$limit": 1}, {"$replaceRoot": {"newRoot": "$o"}}], [{"k": 1}]),
    ([{"$limit": 1}, {"$replaceWith": {"$mergeObjects": [{"a": 1}, "$o"]}}], [{"a": 1, "k": 1}]),
    (
        [{"$unwind": "$l"}, {"$project": {"l": 1}}],
        [{"_id": 1, "l": 1}, {"_id": 1, "l": 2}, {"_id": 4, "l": [5]}, {"_id": 4, "l": 6}],
    ),
    (
        [
            {"$unwind": {"path": "$l", "preserveNullAndEmptyArrays": True, "includeArrayIndex": "at"}},
            {"$match": {"at": None}},
            {"$project": {"l": 1, "at": 1}},
        ],
        [{"_id": 2, "at": None}, {"_id": 3, "l": None, "at": None}],
    ),
    ([{"$sort": {"v": 1}}, ID], [{"_id": 4}, {"_id": 3}, {"_id": 2}, {"_id": 1}]),
    ([{"$sort": {"l": 1}}, ID], [{"_id": 2}, {"_id": 3}, {"_id": 1}, {"_id": 4}]),
    ([{"$sort": {"g": -1, "v": 1}}, {"$limit": 2}, ID], [{"_id": 2}, {"_id": 3}]),
    ([{"$sort": {"_id": -1}}, {"$skip": 3}, ID], [{"_id": 1}]),
    ([{"$count": "n"}], [{"n": 4}]),
    ([{"$match": {"v": 99}}, {"$count": "n"}], []),
    ([{"$sortByCount": "$g"}], [{"_id": "a", "count": 2}, {"_id": "b", "count": 1}, {"_id": None, "count": 1}]),
    ([{"$sample": {"size": 99}}, {"$count": "n"}], [{"n": 4}]),
    ([{"$sample": {"size": 2}}, {"$count": "n"}], [{"n": 2}]),
    ([{"$facet": {"n": [{"$count": "n"}], "none": [{"$limit": 1}, {"$skip": 1}]}}], [{"n": [{"n": 4}], "none": []}]),
    (
        [{"$bucket": {"groupBy": "$v", "boundaries": [0, 2, 4], "default": "other"}}],
        [{"_id": 0, "count": 2}, {"_id": 2, "count": 1}, {"_id": "other", "count": 1}],
    ),
    (
        [{"$bucketAuto": {"groupBy": "$_id", "buckets": 2}}],
        [{"_id": {"min": 1, "max": 3}, "count": 2}, {"_id": {"min": 3, "max": 4}, "count": 2}],
    ),
    (
        [
            {"$match": {"_id": {"$lt": 3}}},
            {"$lookup": {"from": "Other", "localField": "l", "foreignField": "k", "as": "f"}},
            {"$project": {"f._id": 1}},
        ],
        [{"_id": 1, "f": [{"_id": "x"}, {"_id": "y"}]}, {"_id": 2, "f": []}],
    ),
    (
        [
            {"$match": {"_id": 3}},
            {"$lookup": {"from": "Other", "localField": "l", "foreignField": "k", "as": "f"}},
            {"$project": {"f._id": 1}},
        ],
        [{"_id": 3, "f": [{"_id": "z"}]}],
    ),
    (
        [
            {"$match": {"_id": 1}},
            {
                "$lookup": {
                    "from": "Other",
                    "let": {"v": "$_id"},
                    "pipeline": [{"$match": {"$expr": {"$eq": ["$k", "$$v"]}}}, {"$project": {"r": "$$v"}}],
                    "as": "f",
                }
            },
            {"$project": {"f": 1}},
        ],
        [{"_id": 1, "f": [{"_id": "x", "r": 1}]}],
    ),
    (
        [
            {"$match": {"_id": 1}},
            {
                "$lookup": {
                    "from": "Other",
                    "localField": "l",
                    "foreignField": "k",
                    "pipeline": [{"$count": "n"}],
                    "as": "f",
                }
            },
            {"$project": {"f": 1}},
        ],
        [{"_id": 1, "f": [{"n": 2}]}],
    ),
    (
        [{"$limit": 1}, {"$lookup": {"from": "Nobody", "pipeline": [], "as": "f.g"}}, {"$project": {"f": 1}}],
        [{"_id": 1, "f": {"g": []}}],
    ),
]


@pytest.mark.parametrize(("stages", "expected"), SHAPES, ids=[str(case[0])[:90] for case in SHAPES])
def test_stages_do_what_mongodb_does(stages: list[Document], expected: list[Document]) -> None:
    found = run(*stages)

    assert found == expected
    assert [list(document) for document in found] == [list(document) for document in expected]


GROUPS: list[tuple[Any, Any]] = [
    ({"$sum": "$v"}, 5.5),
    ({"$sum": 1}, 4),
    ({"$avg": "$v"}, 5.5 / 3),
    ({"$min": "$v"}, 1),
    ({"$max": "$g"}, "b"),
    ({"$first": "$g"}, "a"),
    ({"$last": "$g"}, None),
    ({"$push": "$g"}, ["a", "b", "a"]),
    ({"$push": "$v"}, [3, 1.5, 1, None]),
    ({"$addToSet": "$g"}, ["a", "b"]),
    ({"$count": {}}, 4),
    ({"$stdDevPop": "$_id"}, 1.25**0.5),
    ({"$stdDevSamp": "$nothing"}, None),
    ({"$mergeObjects": "$o"}, {"k": None}),
    ({"$firstN": {"input": "$_id", "n": 2}}, [1, 2]),
    ({"$lastN": {"input": "$_id", "n": 2}}, [3, 4]),
    ({"$maxN": {"input": "$v", "n": 2}}, [3, 1.5]),
    ({"$minN": {"input": "$v", "n": 2}}, [1, 1.5]),
    ({"$top": {"sortBy": {"v": -1}, "output": "$_id"}}, 1),
    ({"$bottomN": {"sortBy": {"_id": 1}, "output": "$_id", "n": 2}}, [3, 4]),
]


@pytest.mark.parametrize(("accumulator", "expected"), GROUPS, ids=[str(case[0]) for case in GROUPS])
def test_a_group_puts_values_together(accumulator: Any, expected: Any) -> None:
    assert run({"$group": {"_id": None, "r": accumulator}}) == [{"_id": None, "r": expected}]


def test_a_sum_is_exact_to_the_last_digit() -> None:
    rows: list[Document] = [{"v": 0.1}] * 10

    assert run({"$group": {"_id": None, "r": {"$sum": "$v"}}}, rows=rows) == [{"_id": None, "r": 1.0}]


def test_missing_and_null_keys_are_one_group_but_not_inside_of_objects() -> None:
    rows: list[Document] = [{"g": None}, {}]

    assert len(run({"$group": {"_id": "$g"}}, rows=rows)) == 1
    assert run({"$group": {"_id": {"g": "$g"}}}, rows=rows) == [{"_id": {"g": None}}, {"_id": {}}]


MATCHES: list[tuple[Document, list[int]]] = [
    ({"g": "a"}, [1, 3]),
    ({"g": None}, [4]),
    ({"v": {"$gt": 1, "$lt": 3}}, [2]),
    ({"v": {"$gte": None}}, [4]),
    ({"l": 2}, [1]),
    ({"l": [5]}, [4]),
    ({"l": {"$size": 0}}, [2]),
    ({"l": {"$elemMatch": {"$gt": 1, "$lt": 3}}}, [1]),
    ({"l.0": 1}, [1]),
    ({"o.k": {"$exists": True}}, [1, 2]),
    ({"o": {"k": 1}}, [1]),
    ({"g": {"$in": ["b", None]}}, [2, 4]),
    ({"g": {"$nin": ["b", None]}}, [1, 3]),
    ({"g": {"$not": {"$eq": "a"}}}, [2, 4]),
    ({"g": {"$regex": "^A", "$options": "i"}}, [1, 3]),
    ({"v": {"$type": "number"}}, [1, 2, 3]),
    ({"v": {"$type": ["double", 10]}}, [2, 4]),
    ({"v": {"$mod": [2, 1]}}, [1, 2, 3]),
    ({"l": {"$all": [1, 2]}}, [1]),
    ({"$or": [{"g": "b"}, {"v": 3}]}, [1, 2]),
    ({"$nor": [{"g": "b"}, {"v": 3}]}, [3, 4]),
    ({"$expr": {"$gt": ["$v", 2]}}, [1]),
    ({"$comment": "all"}, [1, 2, 3, 4]),
]


@pytest.mark.parametrize(("conditions", "expected"), MATCHES, ids=[str(case[0]) for case in MATCHES])
def test_a_match_takes_mongodbs_query_language(conditions: Document, expected: list[int]) -> None:
    assert [row["_id"] for row in run({"$match": conditions})] == expected


REFUSED: list[tuple[Document, str]] = [
    ({"$frobnicate": {}}, "Unrecognized pipeline stage name: '$frobnicate'"),
    ({"$graphLookup": {}}, "$graphLookup is only supported on MongoDB"),
    ({"$out": "X"}, "$out is only supported on MongoDB"),
    ({"$limit": 0}, "limit must be a positive number"),
    ({"$skip": -1}, "skip must be a non-negative number"),
    ({"$sort": {}}, "at least one sort key"),
    ({"$sort": {"v": 2}}, "1 (for ascending)"),
    ({"$project": {}}, "Invalid $project"),
    ({"$project": {"a": 1, "b": 0}}, "Cannot do exclusion on field b in inclusion projection"),
    ({"$project": {"a": 1, "a.b": 1}}, "Path collision"),
    ({"$group": {"v": {"$sum": 1}}}, "must include an _id"),
    ({"$group": {"_id": 1, "v": {"$frob": 1}}}, "unknown group operator '$frob'"),
    ({"$group": {"_id": 1, "v": 1}}, "must specify one accumulator"),
    ({"$unwind": "l"}, "prefixed with a '$'"),
    ({"$count": "$n"}, "count field"),
    ({"$match": {"v": {"$frob": 1}}}, "unknown operator: $frob"),
    ({"$match": {"$frob": 1}}, "unknown top level operator: $frob"),
    ({"$match": {"v": {"$regex": "("}}}, "regular expression"),
    ({"$lookup": {"from": "X", "as": "y"}}, "$lookup requires"),
    ({"$facet": {"a": [{"$facet": {}}]}}, "$facet is not allowed"),
    ({"$bucket": {"groupBy": "$v", "boundaries": [0, 2]}}, "no default was specified"),
    ({"$bucket": {"groupBy": "$v", "boundaries": [2, 0]}}, "ascending order"),
    ({"$replaceRoot": {"newRoot": "$g"}}, "must evaluate to an object"),
]


@pytest.mark.parametrize(("stage", "message"), REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_cannot_be_done_is_named(stage: Document, message: str) -> None:
    with pytest.raises(ParseError) as refusal:
        run(stage)

    assert refusal.value.code == 102
    assert message in refusal.value.message


BLOCKING: dict[str, Document] = {
    "sort": {"$sort": {"x": 1}},
    "group": {"$group": {"_id": None, "all": {"$push": "$x"}}},
    "keys": {"$group": {"_id": "$x"}},
    "facet": {"$facet": {"a": []}},
    "result": {"$match": {}},
    "sample": {"$sample": {"size": 1000}},
    "bucketAuto": {"$bucketAuto": {"groupBy": "$x", "buckets": 3}},
}


@pytest.mark.parametrize("stage", BLOCKING.values(), ids=BLOCKING)
def test_what_a_stage_holds_is_bounded(stage: Document) -> None:
    text = "x" * MEGABYTE
    rows: Any = ({"x": f"{number}{text}"} for number in range(200))

    with pytest.raises(ParseError, match="memory limit"):
        run(stage, rows=rows)


def test_a_sort_with_a_limit_behind_it_holds_only_the_first() -> None:
    text = "x" * MEGABYTE
    rows: Any = ({"n": -number, "x": f"{number}{text}"} for number in range(200))

    assert run({"$sort": {"n": 1}}, {"$limit": 2}, {"$project": {"n": 1}}, rows=rows) == [{"n": -199}, {"n": -198}]


def test_a_stopped_evaluation_ends() -> None:
    budget = Budget()
    budget.stop()

    with pytest.raises(ParseError, match="time limit"):
        run({"$count": "n"}, rows=[{}] * 1000, budget=budget)
