"""Operations: reading them from JSON, new objects, upserts."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.apply_ops import InvalidOperationError, apply, new_object, parse_ops, upserted
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Relate, Remove, Set, SetOnInsert, Unset
from parsepy.model.where import And, Compare, In, Or


def pointer(object_id: str, class_name: str = "T") -> dict[str, Any]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}


def relation(op: str, *ids: str) -> dict[str, Any]:
    return {"__op": op, "objects": [pointer(id_) for id_ in ids]}


READ: list[tuple[Any, Op]] = [
    (1.0, Set(1)),
    (None, Set(None)),
    ({"a": [1.0]}, Set({"a": [1]})),
    (pointer("x"), Set(pointer("x"))),
    ({"__op": "Delete"}, Unset()),
    ({"__op": "Increment", "amount": 2.0}, Increment(2)),
    ({"__op": "Increment", "amount": -0.5}, Increment(-0.5)),
    ({"__op": "Add", "objects": [1, {"a": 1.0}]}, Add((1, {"a": 1}))),
    ({"__op": "AddUnique", "objects": []}, AddUnique(())),
    ({"__op": "Remove", "objects": [pointer("x")]}, Remove((pointer("x"),))),
    (relation("AddRelation", "x", "y", "x"), Relate("T", add=("x", "y"))),
    (relation("RemoveRelation", "x"), Relate("T", remove=("x",))),
    (
        {"__op": "Batch", "ops": [relation("AddRelation", "x", "y"), relation("RemoveRelation", "z")]},
        Relate("T", ("x", "y"), ("z",)),
    ),
    (
        {"__op": "Batch", "ops": [relation("AddRelation", "x", "y"), relation("RemoveRelation", "x")]},
        Relate("T", ("y",), ("x",)),
    ),
    ({"__op": "Batch", "ops": [relation("RemoveRelation", "x"), relation("AddRelation", "x")]}, Relate("T", ("x",))),
    ({"__type": "Relation", "className": "T"}, Relate("T")),
    ({"__op": "", "a": 1}, Set({"__op": "", "a": 1})),
]


@pytest.mark.parametrize(("sent", "op"), READ, ids=str)
def test_json_is_read_as_an_operation(sent: Any, op: Op) -> None:
    assert parse_ops({"f": sent, "f.g": sent}) == {"f": op, "f.g": op}


def test_an_acl_is_stored_with_its_true_flags_and_null_changes_nothing() -> None:
    assert parse_ops({"ACL": {"u": {"read": True, "write": False}}}) == {"ACL": Set({"u": {"read": True}})}
    assert parse_ops({"ACL": None}) == {}


JSON, UNAVAILABLE, TYPE = ErrorCode.INVALID_JSON, ErrorCode.COMMAND_UNAVAILABLE, ErrorCode.INCORRECT_TYPE
ADD, REMOVE = "objects to add must be an array", "objects to remove must be an array"
REFUSED: list[tuple[Any, ErrorCode, str]] = [
    ({"__op": "Foo"}, UNAVAILABLE, "The Foo operator is not supported yet."),
    ({"__op": 5}, UNAVAILABLE, "The 5 operator is not supported yet."),
    ({"__op": ["Add"]}, UNAVAILABLE, "The ['Add'] operator is not supported yet."),
    ({"__op": "SetOnInsert", "amount": 1}, UNAVAILABLE, "The SetOnInsert operator is not supported yet."),
    ({"__op": "Increment"}, JSON, "incrementing must provide a number"),
    ({"__op": "Increment", "amount": "1"}, JSON, "incrementing must provide a number"),
    ({"__op": "Increment", "amount": True}, JSON, "incrementing must provide a number"),
    ({"__op": "Add", "objects": 5}, JSON, ADD),
    ({"__op": "AddUnique"}, JSON, ADD),
    ({"__op": "Remove", "objects": {}}, JSON, REMOVE),
    ({"__op": "AddRelation", "objects": []}, JSON, ADD),
    ({"__op": "AddRelation"}, JSON, ADD),
    ({"__op": "RemoveRelation", "objects": 5}, JSON, REMOVE),
    ({"__op": "AddRelation", "objects": [5]}, JSON, "a relation holds pointers only"),
    (
        {"__op": "AddRelation", "objects": [pointer("a"), pointer("b", "U")]},
        TYPE,
        "a relation holds objects of one class only",
    ),
    ({"__op": "Batch", "ops": []}, JSON, "ops must be an array"),
    (
        {"__op": "Batch", "ops": [{"__op": "Increment", "amount": 1}]},
        UNAVAILABLE,
        "The Batch operator is not supported yet.",
    ),
    ({"__type": "Foo"}, TYPE, "This is not a valid Foo"),
]


@pytest.mark.parametrize(("sent", "code", "message"), REFUSED, ids=str)
def test_malformed_operations_are_refused(sent: Any, code: ErrorCode, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_ops({"f": sent})

    assert (refused.value.code, refused.value.message) == (code, message)


@pytest.mark.parametrize("op", ["Increment", "Add", "AddUnique", "Remove"])
def test_a_create_refuses_them_with_one_text(op: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_ops({"f": {"__op": op, "objects": 5}}, creating=True)

    assert (refused.value.code, refused.value.message) == (JSON, ADD)


def test_a_new_object_takes_operations_as_values() -> None:
    ops: Ops = {
        "objectId": Set("x"),
        "n": Increment(2),
        "a": Add((1, 1)),
        "u": AddUnique((1, 1)),
        "r": Remove((1,)),
        "d": Unset(),
        "i": SetOnInsert(5),
        "o.k.l": Set(1),
        "o.m": Increment(3),
    }

    assert new_object(ops) == {
        "objectId": "x",
        "n": 2,
        "a": [1, 1],
        "u": [1, 1],
        "r": [],
        "i": 5,
        "o": {"k": {"l": 1}, "m": 3},
    }


def test_an_upsert_starts_from_the_equalities() -> None:
    where = And((Compare("objectId", "$eq", "x"), In("b", (1,)), In("c", (1, 2)), Or((Compare("d", "$eq", 1),))))

    assert upserted(where, {"n": Increment(1), "s": SetOnInsert("y")}) == {"objectId": "x", "b": 1, "n": 1, "s": "y"}


def test_values_of_operations_are_not_shared_with_the_object() -> None:
    value = {"k": [1]}
    row: dict[str, Any] = {"a": []}
    apply(row, {"o": Set(value), "a": Add((value,))})
    row["o"]["k"].append(2)
    row["a"][0]["k"].append(3)

    assert value == {"k": [1]}


@pytest.mark.parametrize("op", [Relate("T", ("x",))])
def test_relations_never_reach_an_object(op: Op) -> None:
    with pytest.raises(InvalidOperationError, match="relations are not stored"):
        apply({}, {"r": op})


def test_a_refusal_names_the_path_and_no_value() -> None:
    with pytest.raises(InvalidOperationError) as refused:
        apply({"o": {"secret": "hunter2"}}, {"o.secret": Increment(1)})

    assert refused.value.message == "o.secret: cannot increment a String"
    assert refused.value.code == TYPE


def test_paths_may_not_nest_without_end() -> None:
    with pytest.raises(InvalidOperationError, match="values may be nested 100 deep"):
        apply({}, {".".join("a" * 1000): Set(1)})


def test_numbers_stay_in_range() -> None:
    row: dict[str, Any] = {"n": 1e308, "m": 2**53}

    with pytest.raises(InvalidOperationError, match="out of range"):
        apply(row, {"n": Increment(1e308)})
    apply(row, {"m": Increment(1)})

    assert row["m"] == float(2**53)


@pytest.mark.parametrize("path", ["a.b", "a.99999999999", "o.x.b", "n.b", "gone.b.c", "p.b"])
def test_unsetting_what_is_not_there_changes_nothing(path: str) -> None:
    row = {"a": [1], "o": {}, "n": 1, "p": pointer("x")}
    apply(row, {path: Unset()})

    assert row == {"a": [1], "o": {}, "n": 1, "p": pointer("x")}
