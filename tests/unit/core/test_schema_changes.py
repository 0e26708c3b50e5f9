"""Requests of the schemas API: every refusal was answered by Parse Server 9.10."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.core.schemas import changes as schema_changes
from parsepy.errors import ParseError
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index
from parsepy.model.system_classes import built_in_schema, default_fields, startup_indexes

STRING = Field(FieldType.STRING)
POINTER_A = {"__type": "Pointer", "className": "A", "objectId": "z"}
DATE = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
BAD_NAME = "classnames can only have alphanumeric characters and _, and must start with an alpha character "

REFUSED_FIELDS: list[tuple[Any, int, str]] = [
    ({"x": {}}, 107, "invalid JSON"),
    ({"x": 5}, 107, "invalid JSON"),
    ({"x": None}, 107, "invalid JSON"),
    ({"x": "Number"}, 107, "invalid JSON"),
    ({"x": {"type": 5}}, 107, "invalid JSON"),
    ({"x": {"__op": "Delete"}}, 107, "invalid JSON"),
    ({"x": {"type": "Object", "defaultValue": {"__op": "Delete"}}}, 107, "invalid JSON"),
    ({"x": {"type": "Foo"}}, 111, "invalid field type: Foo"),
    ({"x": {"type": "ACL"}}, 111, "invalid field type: ACL"),
    ({"x": {"type": "Pointer"}}, 135, "type Pointer needs a class name"),
    ({"x": {"type": "Relation"}}, 135, "type Relation needs a class name"),
    ({"x": {"type": "Pointer", "targetClass": 5}}, 107, "invalid JSON"),
    ({"x": {"type": "Relation", "targetClass": "9x"}}, 103, f"Invalid classname: 9x, {BAD_NAME}"),
    ({"length": {"type": "Number"}}, 105, "invalid field name: length"),
    ({"className": {"type": "String"}}, 105, "invalid field name: className"),
    ({"_x": {"type": "Number"}}, 105, "invalid field name: _x"),
    ({"a b": {"type": "Number"}}, 105, "invalid field name: a b"),
    ("x", 105, "invalid field name: 0"),
    ({"objectId": {"type": "String"}}, 136, "field objectId cannot be added"),
    ({"ACL": {"type": "ACL"}}, 136, "field ACL cannot be added"),
    (
        {"g": {"type": "GeoPoint"}, "h": {"type": "GeoPoint"}},
        111,
        "currently, only one GeoPoint field may exist in an object. Adding h when g already exists.",
    ),
    (
        {"x": {"type": "String", "defaultValue": 5}},
        111,
        "schema mismatch for F.x default value; expected String but got Number",
    ),
    (
        {"x": {"type": "Relation", "targetClass": "A", "required": True}},
        111,
        "The 'required' option is not applicable for Relation<A>",
    ),
    (
        {"x": {"type": "Relation", "targetClass": "A", "defaultValue": "x"}},
        111,
        "schema mismatch for F.x default value; expected Relation<A> but got String",
    ),
    (
        {"x": {"type": "Pointer", "targetClass": "A", "defaultValue": {**POINTER_A, "className": "B"}}},
        111,
        "schema mismatch for F.x default value; expected Pointer<A> but got Pointer<B>",
    ),
    (
        {"x": {"type": "Date", "defaultValue": "2020-01-01T00:00:00.000Z"}},
        111,
        "schema mismatch for F.x default value; expected Date but got String",
    ),
]

ACCEPTED_FIELDS: list[dict[str, Any]] = [
    {"type": "String", "defaultValue": ""},
    {"type": "Number", "required": True, "defaultValue": 0},
    {"type": "String", "required": False},
    {"type": "Pointer", "targetClass": "NotThere"},
    {"type": "Pointer", "targetClass": "A", "defaultValue": POINTER_A},
    {"type": "Date", "defaultValue": DATE},
    {"type": "Array", "defaultValue": [1]},
    {"type": "Relation", "targetClass": "_User"},
]


def asked(body: dict[str, Any], *, any_index: bool = False) -> schema_changes.SchemaRequest:
    return schema_changes.read(body, custom_ids=False, any_index=any_index)


def schema_of(
    *, indexes: dict[str, Index] | None = None, permissions: ClassPermissions | None = None, **fields: Field
) -> ClassSchema:
    return ClassSchema("I", {**default_fields("I"), **fields}, permissions, indexes or {})


@pytest.mark.parametrize(("fields", "code", "text"), REFUSED_FIELDS, ids=[str(row[0]) for row in REFUSED_FIELDS])
def test_invalid_fields_are_refused_with_the_text_of_parse_server(fields: Any, code: int, text: str) -> None:
    with pytest.raises(ParseError) as refusal:
        schema_changes.new_class("F", asked({"fields": fields}))

    assert (refusal.value.code, refusal.value.message) == (code, text)


@pytest.mark.parametrize("field", ACCEPTED_FIELDS, ids=str)
def test_valid_fields_are_shown_as_they_were_asked_for(field: dict[str, Any]) -> None:
    schema = schema_changes.new_class("F", asked({"fields": {"x": field}}))

    assert schema_changes.shown(schema)["fields"]["x"] == field


@pytest.mark.parametrize("fields", [{}, [], None])
def test_no_fields_at_all_are_fine_in_any_form(fields: Any) -> None:
    schema = schema_changes.new_class("F", asked({"fields": fields}))

    assert schema.fields == default_fields("F")


@pytest.mark.parametrize("name", ["9x", "length", "_Foo", "_Join:a:B"])
def test_impossible_class_names_are_refused(name: str) -> None:
    with pytest.raises(ParseError) as refusal:
        schema_changes.new_class(name, asked({}))

    assert (refusal.value.code, refusal.value.message) == (103, f"Invalid classname: {name}, {BAD_NAME}")


def test_a_null_opens_a_closed_class_again() -> None:
    closed = schema_of(permissions=ClassPermissions({}))

    changed = closed.applied(schema_changes.change(closed, asked({"classLevelPermissions": None})))

    assert schema_changes.shown(changed)["classLevelPermissions"]["find"] == {"*": True}


def test_permissions_not_spoken_of_stay_as_they_are() -> None:
    closed = schema_of(permissions=ClassPermissions({}))

    assert schema_changes.change(closed, asked({})).permissions is None


CHANGES: list[tuple[Any, int, str]] = [
    ({"a": {"type": "Number"}}, 255, "Field a exists, cannot update."),
    ({"a": "String"}, 255, "Field a exists, cannot update."),
    ({"zz": {"__op": "Delete"}}, 255, "Field zz does not exist, cannot delete."),
    ({"objectId": {"__op": "Delete"}}, 136, "field objectId cannot be changed"),
    ({"ACL": {"__op": "Delete"}}, 136, "field ACL cannot be changed"),
    (
        {"p": {"type": "Pointer", "targetClass": "Other"}},
        111,
        "schema mismatch for I.p; expected Pointer<_User> but got Pointer<Other>",
    ),
    (
        {"a": {"type": "String", "defaultValue": 5}},
        111,
        "schema mismatch for I.a default value; expected String but got Number",
    ),
    (
        {"h": {"type": "GeoPoint"}},
        111,
        "currently, only one GeoPoint field may exist in an object. Adding h when g already exists.",
    ),
    ({"x": None}, 107, "invalid JSON"),
    ({"x": "String"}, 107, "invalid JSON"),
]


@pytest.mark.parametrize(("fields", "code", "text"), CHANGES, ids=[str(row[0]) for row in CHANGES])
def test_invalid_changes_are_refused_with_the_text_of_parse_server(fields: Any, code: int, text: str) -> None:
    schema = schema_of(a=STRING, p=Field(FieldType.POINTER, "_User"), g=Field(FieldType.GEO_POINT))

    with pytest.raises(ParseError) as refusal:
        schema_changes.change(schema, asked({"fields": fields}))

    assert (refusal.value.code, refusal.value.message) == (code, text)


def test_a_field_sent_again_takes_the_new_options_and_loses_the_old() -> None:
    schema = schema_of(a=Field(FieldType.STRING, required=True, default="x"))

    changed = schema.applied(schema_changes.change(schema, asked({"fields": {"a": {"type": "String"}}})))

    assert changed.fields["a"] == STRING


def test_default_columns_may_be_sent_along() -> None:
    given = {"objectId": {"type": "String"}, "ACL": {"type": "ACL"}}

    assert schema_changes.change(schema_of(), asked({"fields": given})).add_fields == {}


def test_a_point_may_move_to_another_column_in_one_request() -> None:
    schema = schema_of(g=Field(FieldType.GEO_POINT))

    change = schema_changes.change(schema, asked({"fields": {"g": {"__op": "Delete"}, "h": {"type": "GeoPoint"}}}))

    assert set(change.add_fields) == {"h"}
    assert change.drop_fields == {"g"}


def test_columns_of_built_in_classes_may_become_required() -> None:
    users = built_in_schema("_User")

    change = schema_changes.change(users, asked({"fields": {"email": {"type": "String", "required": True}}}))

    assert change.add_fields["email"].required


INDEXES: list[tuple[Any, int, str]] = [
    ({"ix": {"a": 1}}, 102, "Index ix exists, cannot update."),
    ({"iy": {"b": 1}}, 102, "Field b does not exist, cannot add index."),
    ({"iy": {"a.b": 1}}, 102, "Field a.b does not exist, cannot add index."),
    ({"iz": {"__op": "Delete"}}, 102, "Index iz does not exist, cannot delete."),
    ({"t": "a"}, 102, "Field 0 does not exist, cannot add index."),
    ({"u": {}}, 102, "Index u names no field, cannot add index."),
    ({"w": None}, 107, "invalid JSON"),
    ({"parsepy_x": {"a": 1}}, 102, "Index names must not begin with parsepy_."),
]


@pytest.mark.parametrize(("indexes", "code", "text"), INDEXES, ids=[str(row[0]) for row in INDEXES])
def test_invalid_indexes_are_refused(indexes: Any, code: int, text: str) -> None:
    schema = schema_of(a=STRING, indexes={"ix": Index("ix", {"a": 1})})

    with pytest.raises(ParseError) as refusal:
        schema_changes.change(schema, asked({"indexes": indexes}))

    assert (refusal.value.code, refusal.value.message) == (code, text)


def test_the_first_index_added_later_brings_the_primary_one_to_light() -> None:
    schema = schema_of(a=STRING)

    changed = schema.applied(schema_changes.change(schema, asked({"indexes": {"q": {"a": -1, "createdAt": 1}}})))

    assert schema_changes.shown(changed)["indexes"] == {"_id_": {"_id": 1}, "q": {"a": -1, "createdAt": 1}}


def test_a_class_made_with_indexes_shows_just_these() -> None:
    body = {"fields": {"a": {"type": "String"}}, "indexes": {"ix": {"a": 1}}}

    assert schema_changes.shown(schema_changes.new_class("I", asked(body)))["indexes"] == {"ix": {"a": 1}}


def test_an_index_may_cover_a_column_of_the_same_request() -> None:
    body = {"fields": {"n": {"type": "Number"}}, "indexes": {"n1": {"n": 1}}}

    assert schema_changes.change(schema_of(), asked(body)).add_indexes["n1"].keys == {"n": 1}


def test_a_pointer_may_be_indexed_under_its_name_in_mongodb() -> None:
    schema = schema_of(p=Field(FieldType.POINTER, "_User"))

    assert schema_changes.change(schema, asked({"indexes": {"i": {"_p_p": 1}}})).add_indexes["i"].keys == {"p": 1}


def test_indexes_on_anything_are_allowed_where_the_check_is_off() -> None:
    change = schema_changes.change(schema_of(), asked({"indexes": {"i": {"zz": 1}}}, any_index=True))

    assert change.add_indexes["i"].keys == {"zz": 1}


def test_the_users_indexes_are_shown_under_their_names_in_mongodb() -> None:
    users = built_in_schema("_User", startup_indexes()["_User"])

    shown = schema_changes.shown(users)["indexes"]

    assert shown["_id_"] == {"_id": 1}
    assert shown["_auth_data_anonymous_id"] == {"_auth_data_anonymous.id": 1}


def test_the_servers_own_indexes_are_not_shown() -> None:
    sessions = built_in_schema("_Session", startup_indexes()["_Session"])

    assert "indexes" not in schema_changes.shown(sessions)
