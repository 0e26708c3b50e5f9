"""Candidates of the index are few, and never leave out a condition that an object meets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsepy.livequery.index import ConditionIndex
from parsepy.model import match
from parsepy.model.matching.necessary import Has, Holds, necessary
from parsepy.model.order import identity
from parsepy.model.where import EVERYTHING, NOTHING, All, And, Compare, Exists, In, Nor, Or, Permits, Regex, Where

POINTER = {"__type": "Pointer", "className": "Team", "objectId": "t1"}
VALUES = st.sampled_from([0, 1, 1.0, True, False, "a", "b", "", None, POINTER, {"x": 1}, [1, "a"], ["b"]])
PATHS = st.sampled_from(["f", "g", "f.x", "f.0", "objectId"])
ROWS = st.dictionaries(st.sampled_from(["f", "g", "objectId"]), VALUES, max_size=3)
LEAVES: st.SearchStrategy[Where] = st.one_of(
    st.builds(Compare, PATHS, st.sampled_from(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]), VALUES),
    st.builds(In, PATHS, st.lists(VALUES, max_size=3).map(tuple), st.booleans()),
    st.builds(All, PATHS, st.lists(VALUES | st.just(Regex("", "a")), max_size=2).map(tuple)),
    st.builds(Exists, PATHS, st.booleans()),
    st.builds(Regex, PATHS, st.sampled_from(["a", "^b"])),
)
WHERES: st.SearchStrategy[Where] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        *(st.builds(kind, st.lists(inner, max_size=3).map(tuple)) for kind in (And, Or, Nor)),
    ),
    max_leaves=6,
)


@given(wheres=st.lists(WHERES, max_size=6), rows=st.lists(ROWS, max_size=6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_match_is_left_out(wheres: list[Where], rows: list[dict[str, Any]]) -> None:
    index: ConditionIndex[int] = ConditionIndex()
    for number, where in enumerate(wheres):
        index.add(number, where)

    for row in rows:
        matching = {number for number, where in enumerate(wheres) if match.compile_where(where)(row)}
        assert matching <= index.candidates(row)


@given(wheres=st.lists(WHERES, max_size=6))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_is_removed_leaves_nothing_behind(wheres: list[Where]) -> None:
    index: ConditionIndex[int] = ConditionIndex()
    for number, where in enumerate(wheres):
        index.add(number, where)
    for number, where in enumerate(wheres):
        index.remove(number, where)

    assert not index


@pytest.mark.parametrize("number", [1, 100_000])
def test_equalities_leave_one_candidate_however_many_there_are(number: int) -> None:
    index: ConditionIndex[int] = ConditionIndex()
    for room in range(number):
        index.add(room, And((Compare("room", "$eq", f"room {room}"), Compare("open", "$eq", True))))
    index.add(-1, Compare("other", "$gt", 3))

    assert index.candidates({"room": "room 0", "open": True}) == {0}
    assert index.candidates({"room": "nowhere"}) == set()


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        (EVERYTHING, None),
        (NOTHING, set()),
        (Compare("f", "$eq", None), None),
        (Compare("f", "$ne", 1), None),
        (Permits("read", frozenset({"*"})), None),
        (Compare("f", "$gt", 1), {Has("f")}),
        (In("f", (1, "a")), {Holds("f", identity(1)), Holds("f", identity("a"))}),
        (In("f", (1, None)), None),
        (In("f", (1,), negated=True), None),
        (And((Exists("g", True), Compare("f", "$eq", 1))), {Holds("f", identity(1))}),
        (And((In("f", (1, 2)), Compare("g", "$eq", POINTER))), {Holds("g", identity(POINTER))}),
        (Or((Compare("f", "$eq", 1), Compare("g", "$eq", 2))), {Holds("f", identity(1)), Holds("g", identity(2))}),
        (Or((Compare("f", "$eq", 1), Compare("g", "$ne", 2))), None),
    ],
)
def test_the_most_telling_part_is_chosen(where: Where, keys: set[Any] | None) -> None:
    assert necessary(where) == keys
