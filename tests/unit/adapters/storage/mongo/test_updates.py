"""Operations as the updates that MongoDB is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parsepy.adapters.storage.mongo.updates import compile_update, keys_of
from parsepy.model.documents import Documents, UnstorableError
from parsepy.model.ops import Add, AddUnique, Increment, Ops, Relate, Remove, Set, SetOnInsert, Unset
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import DEFAULT_FIELDS, built_in_schema

POINTER = {"__type": "Pointer", "className": "Team", "objectId": "x"}
FIELDS = {
    "s": Field(FieldType.STRING),
    "n": Field(FieldType.NUMBER),
    "a": Field(FieldType.ARRAY),
    "o": Field(FieldType.OBJECT),
    "p": Field(FieldType.POINTER, "Team"),
    "g": Field(FieldType.GEO_POINT),
}
THING = Documents(ClassSchema("Thing", {**DEFAULT_FIELDS, **FIELDS}))
USER = Documents(built_in_schema("_User"))
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_000)

UPDATES: list[tuple[Ops, dict[str, Any]]] = [
    ({"s": Set("x"), "p": Set(POINTER)}, {"$set": {"s": "x", "_p_p": "Team$x"}}),
    ({"updatedAt": Set("2026-01-02T03:04:05.678Z")}, {"$set": {"_updated_at": MOMENT}}),
    ({"s": Set(None)}, {"$set": {"s": None}}),
    ({"p": Unset()}, {"$unset": {"_p_p": ""}}),
    ({"n": Increment(2**40)}, {"$inc": {"n": float(2**40)}}),
    ({"o.k": Increment(1)}, {"$inc": {"o.k": 1}}),
    ({"a": Add((1, POINTER))}, {"$push": {"a": {"$each": [1, POINTER]}}}),
    ({"a": AddUnique((1,))}, {"$addToSet": {"a": {"$each": [1]}}}),
    ({"a": Remove(([1],))}, {"$pullAll": {"a": [[1]]}}),
    ({"s": SetOnInsert("x")}, {}),
    (
        {"ACL": Set({"u": {"read": True, "write": True}})},
        {"$set": {"_rperm": ["u"], "_wperm": ["u"], "_acl": {"u": {"w": True, "r": True}}}},
    ),
    ({"ACL": Unset()}, {"$unset": {"_rperm": "", "_wperm": "", "_acl": ""}}),
]


@pytest.mark.parametrize(("ops", "changes"), UPDATES, ids=[str(ops) for ops, _ in UPDATES])
def test_operations_are_native_updates(ops: Ops, changes: dict[str, Any]) -> None:
    update = compile_update(THING, ops)

    assert update is not None
    assert (update.changes, update.guards) == (changes, {})


def test_upserts_say_what_is_for_new_objects_only() -> None:
    update = compile_update(THING, {"s": SetOnInsert("x"), "ACL": SetOnInsert({})}, upsert=True)

    assert update is not None
    assert update.changes == {"$setOnInsert": {"s": "x", "_rperm": [], "_wperm": [], "_acl": {}}}


def test_providers_are_set_one_by_one() -> None:
    update = compile_update(USER, {"authData.x": Set({"id": "1"}), "authData.y": Unset()})

    assert update is not None
    assert update.changes == {"$set": {"_auth_data_x": {"id": "1"}}, "$unset": {"_auth_data_y": ""}}


def test_a_path_through_an_object_is_kept_out_of_pointers() -> None:
    update = compile_update(THING, {"o.k.l": Set(1)})

    assert update is not None
    assert update.guards == {"o.k.__type": {"$exists": False}}


@pytest.mark.parametrize("path", ["a.0", "a.1.k", "o.l.0", "p.objectId", "g.0"])
def test_what_mongodb_would_do_otherwise_needs_the_object(path: str) -> None:
    assert compile_update(THING, {path: Set(1)}) is None


def test_all_of_a_users_providers_need_the_object() -> None:
    before, after = {"_id": "u", "_auth_data_x": {}, "email": "e"}, {"_id": "u", "_auth_data_y": {}}

    assert compile_update(USER, {"authData": Set({"x": {}})}) is None
    assert keys_of(USER, {"authData": Unset()}, before, after) == {"_auth_data_x", "_auth_data_y"}


def test_the_keys_that_operations_touch_are_those_of_columns() -> None:
    assert keys_of(THING, {"p": Unset(), "o.k": Set(1), "ACL": Unset()}) == {"_p_p", "o", "_rperm", "_wperm", "_acl"}


@pytest.mark.parametrize("path", ["$set", "_rperm", "_p_p", "o.$x", "o..x", "o.a\0b"])
def test_names_that_documents_use_themselves_are_refused(path: str) -> None:
    with pytest.raises(UnstorableError):
        compile_update(THING, {path: Set(1)})


def test_relations_are_not_in_documents() -> None:
    with pytest.raises(ValueError, match="members"):
        compile_update(THING, {"members": Relate("Team")})
