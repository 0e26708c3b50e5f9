"""Reading by paths, through objects and arrays."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.model.paths import MISSING, candidates, candidates_at, elements, leaves, read_path

POINTER = {"__type": "Pointer", "className": "T", "objectId": "x"}
DATE = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
ROW: dict[str, Any] = {
    "objectId": "id",
    "createdAt": "2020-01-01T00:00:00.000Z",
    "updatedAt": None,
    "n": 1,
    "null": None,
    "o": {"k": 1, "null": None, "deep": {"x": [1, {"y": 2}]}, "p": POINTER, "d": DATE, "0": "zero"},
    "a": [1, [2, 3], {"k": 5, "l": [6, 7]}, {"0": "x"}, None],
    "p": POINTER,
    "e": [],
    "ACL": {"u": {"read": True, "write": True}, "*": {"read": True}},
}

READ: list[tuple[str, Any]] = [
    ("n", 1),
    ("null", None),
    ("gone", MISSING),
    ("o.k", 1),
    ("o.null", None),
    ("o.gone", MISSING),
    ("o.k.x", MISSING),
    ("n.x", MISSING),
    ("o.deep.x.1.y", 2),
    ("o.deep.x.2", MISSING),
    ("o.deep.x.y", MISSING),
    ("o.p.objectId", "x"),
    ("o.d.iso", MISSING),
    ("o.0", "zero"),
    ("p.objectId", MISSING),
    ("a.0", 1),
    ("a.1.1", 3),
    ("a.-1", MISSING),
    ("a.99999999999999999999", MISSING),
    ("a.", MISSING),
    ("createdAt", DATE),
    ("updatedAt", None),
    ("_rperm", ["*", "u"]),
    ("_wperm", ["u"]),
]


@pytest.mark.parametrize(("path", "value"), READ)
def test_a_path_leads_to_one_value(path: str, value: Any) -> None:
    assert read_path(ROW, path) == value


def test_a_public_object_has_no_lists_of_permissions() -> None:
    assert read_path({}, "_rperm") is MISSING


LEAVES: list[tuple[str, list[Any]]] = [
    ("n", [(1, False)]),
    ("gone", [(MISSING, False)]),
    ("n.x", [(MISSING, False)]),
    ("p.objectId", [(MISSING, False)]),
    ("a.k", [(5, False), (MISSING, False)]),
    ("a.0", [(1, True), ("x", False)]),
    ("a.1", [([2, 3], True)]),
    ("a.1.0", [(2, True)]),
    ("a.7", []),
    ("a.2.l", [([6, 7], False)]),
    ("a.l.1", [(7, True), (MISSING, False)]),
    ("e.k", []),
    ("o.deep.x.y", [(2, False)]),
    ("o.p.objectId", [("x", False)]),
    ("o.d.iso", [(MISSING, False)]),
]


@pytest.mark.parametrize(("path", "found"), LEAVES)
def test_arrays_on_the_way_are_searched(path: str, found: list[Any]) -> None:
    assert leaves(ROW, path) == found


def test_candidates_are_the_elements_and_the_array() -> None:
    assert candidates(ROW, "a.l") == [6, 7, [6, 7], MISSING]
    assert candidates(ROW, "a.1") == [[2, 3]]
    assert candidates(ROW, "e") == [[]]


def test_elements_are_the_array_taken_apart() -> None:
    assert elements(ROW, "a.l") == [6, 7, MISSING]
    assert elements(ROW, "e") == []


@pytest.mark.parametrize("path", [path for path, _ in READ])
def test_the_short_way_finds_the_same(path: str) -> None:
    assert candidates_at(path)(ROW) == candidates(ROW, path)
