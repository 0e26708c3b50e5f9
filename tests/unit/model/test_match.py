"""Compiled conditions and sort keys, apart from what the contract of the stores covers."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.match import SCORE, compile_where, near_key, score_of, sort_key
from parsepy.model.where import (
    And,
    Compare,
    In,
    InQuery,
    Near,
    Or,
    Order,
    Regex,
    RelatedTo,
    Select,
    Text,
    Where,
)

UNRESOLVED: list[Where] = [InQuery("a", {}), Select("a", {}, "k"), RelatedTo({}, "k")]


@pytest.mark.parametrize("where", UNRESOLVED, ids=str)
def test_sub_queries_must_be_resolved_before(where: Where) -> None:
    with pytest.raises(ValueError, match="was not resolved"):
        compile_where(And((Compare("a", "$eq", 1), where)))


def test_a_malformed_pattern_is_refused_when_compiled() -> None:
    with pytest.raises(ParseError) as refused:
        compile_where(Regex("a", "("))

    assert refused.value.code == ErrorCode.INVALID_QUERY


def test_a_compiled_condition_can_be_used_again() -> None:
    holds = compile_where(Or((Compare("a", "$gt", 1), In("b", ("x",)))))

    assert [holds(row) for row in ({"a": 2}, {}, {"b": "x"}, {"a": 1, "b": "y"})] == [True, False, True, False]


@pytest.mark.parametrize("name", ["_rperm", "_wperm"])
def test_permissions_can_be_asked_for_by_their_internal_names(name: str) -> None:
    rows: list[dict[str, Any]] = [{}, {"ACL": {"*": {"read": True, "write": True}}}, {"ACL": {}}]
    holds = compile_where(In(name, (None, "*")))

    assert [holds(row) for row in rows] == [True, True, False]


def test_objects_are_sorted_by_several_keys() -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": "x"}, {"a": 2, "b": "x"}, {"a": 1, "b": "y"}, {"b": "y"}]

    assert sorted(rows, key=sort_key((Order("b", True), Order("a")))) == [rows[3], rows[2], rows[0], rows[1]]


def test_the_nearest_of_several_points_counts() -> None:
    point = {"__type": "GeoPoint", "latitude": 0, "longitude": 0}
    key = near_key(And((Compare("a", "$eq", 1), Near("g", 0, 0))))

    assert key is not None
    assert key({"g": [point | {"latitude": 50}, point]}) == 0
    assert key({}) == float("inf")


def test_without_a_distance_nothing_is_sorted_by_it() -> None:
    assert near_key(Or((Near("g", 0, 0),))) is None


def test_scores_need_a_text_condition() -> None:
    rows = [{"t": "a fox"}, {"t": "fox fox"}, {"t": "dog"}]
    where = And((Text("t", "fox"),))

    assert [score_of(where)(row) for row in rows] == [1.0, 1.5, 0.0]
    assert sorted(rows, key=sort_key((Order(SCORE),), where)) == [rows[1], rows[0], rows[2]]
    assert score_of(None)(rows[0]) == 0
