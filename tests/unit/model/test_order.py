"""The order and the equality of values."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsepy.model.order import compare, equal, folded, identity, order_key

ASCENDING: list[Any] = [
    None,
    -(10**20),
    -1,
    0,
    0.5,
    1,
    2**53,
    "",
    "A",
    "Z",
    "a",
    "ab",
    "é",
    "\uffff",
    "😀",
    {},
    {"a": None},
    {"a": 1},
    {"a": 1, "b": 1},
    {"a": 2},
    {"b": 0},
    {"a": "x"},
    [],
    [1],
    [1, 2],
    [2],
    ["a"],
    {"__type": "Bytes", "base64": "/w=="},
    {"__type": "Bytes", "base64": "AAA="},
    False,
    True,
    {"__type": "Date", "iso": "1999-12-31T23:59:59.999Z"},
    {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"},
]


@pytest.mark.parametrize(("lesser", "greater"), list(combinations(ASCENDING, 2)), ids=repr)
def test_types_and_values_sort_as_in_bson(lesser: Any, greater: Any) -> None:
    assert compare(lesser, greater) < 0 < compare(greater, lesser)


SAME: list[tuple[Any, Any]] = [(1, 1.0), (0, -0.0), ([1], [1.0]), ({"a": 1}, {"a": 1.0}), (None, None)]


@pytest.mark.parametrize(("a", "b"), SAME, ids=repr)
def test_numbers_are_equal_whatever_their_form(a: Any, b: Any) -> None:
    assert equal(a, b)
    assert identity(a) == identity(b)
    assert hash(identity(a)) == hash(identity(b))


DIFFERENT: list[tuple[Any, Any]] = [
    (1, True),
    (0, False),
    ("1", 1),
    ([1], [True]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": 1}, {"a": 1, "b": None}),
    ("a", "A"),
    ("é", "e\u0301"),
    ("2020-01-01T00:00:00.000Z", {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=repr)
def test_what_differs_in_kind_or_order_is_not_equal(a: Any, b: Any) -> None:
    assert not equal(a, b)


VALUES = st.recursive(
    st.sampled_from(ASCENDING),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(VALUES, min_size=3, max_size=3))
def test_the_order_is_total(three: list[Any]) -> None:
    a, b, c = three

    assert compare(a, b) == -compare(b, a)
    assert (compare(a, b) == 0) == equal(a, b)
    assert not (compare(a, b) <= 0 and compare(b, c) <= 0) or compare(a, c) <= 0


def test_kinds_are_those_of_the_values() -> None:
    kinds = [order_key(value)[0] for value in ASCENDING]

    assert kinds == sorted(kinds)


@pytest.mark.parametrize(("a", "b"), list(product(["Ann", "ANN", "ann"], repeat=2)))
def test_folding_takes_the_case_away(a: str, b: str) -> None:
    assert folded(a) == folded(b)
    assert folded(5) == 5
