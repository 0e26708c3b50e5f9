"""Class-level permissions in requests: every text was answered by Parse Server 9.10."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import permissions
from parsepy.model.schema import ClassPermissions, Field, FieldType

FIELDS = {
    "createdAt": Field(FieldType.DATE),
    "a": Field(FieldType.STRING),
    "p": Field(FieldType.POINTER, "_User"),
    "q": Field(FieldType.POINTER, "Team"),
    "l": Field(FieldType.ARRAY),
    "r": Field(FieldType.RELATION, "_User"),
}

NOT_A_COLUMN = "is not a valid column for class level pointer permissions"
NOT_A_KEY = "is not a valid key for class level permissions"
REFUSED: list[tuple[Any, str]] = [
    ({"foo": {}}, "foo is not a valid operation for class level permissions"),
    ({"constructor": {}}, "constructor is not a valid operation for class level permissions"),
    ({"find": None}, "'null' is not a valid value for class level permissions find - must be an object"),
    ({"find": 5}, "'5' is not a valid value for class level permissions find - must be an object"),
    ({"find": "x"}, "'x' is not a valid value for class level permissions find - must be an object"),
    ({"find": {"*": False}}, "'false' is not a valid value for class level permissions acl find:*"),
    ({"find": {"*": None}}, "'null' is not a valid value for class level permissions acl find:*"),
    ({"find": {"*": 1}}, "'1' is not a valid value for class level permissions acl find:*"),
    ({"find": {"": True}}, f"'' {NOT_A_KEY}"),
    ({"find": {"abc_": True}}, f"'abc_' {NOT_A_KEY}"),
    ({"find": {"pointerFields": ["q"]}}, f"'q' {NOT_A_COLUMN} [object Object]"),
    ({"find": {"pointerFields": ["r"]}}, f"'r' {NOT_A_COLUMN} [object Object]"),
    ({"find": {"pointerFields": ["zz"]}}, f"'zz' {NOT_A_COLUMN} [object Object]"),
    ({"find": {"pointerFields": [5]}}, f"'5' {NOT_A_COLUMN} [object Object]"),
    ({"find": {"pointerFields": "p"}}, "'p' is not a valid value for find[pointerFields] - expected an array."),
    ({"readUserFields": ["zz"]}, f"'zz' {NOT_A_COLUMN} readUserFields"),
    ({"readUserFields": "p"}, "'p' is not a valid value for class level permissions readUserFields - must be an array"),
    (
        {"readUserFields": {}},
        "'[object Object]' is not a valid value for class level permissions readUserFields - must be an array",
    ),
    ({"protectedFields": {"*": ["zz"]}}, "Field 'zz' in protectedFields:* does not exist"),
    ({"protectedFields": {"*": ["a.b"]}}, "Field 'a.b' in protectedFields:* does not exist"),
    ({"protectedFields": {"*": [5]}}, "Field '5' in protectedFields:* does not exist"),
    ({"protectedFields": {"*": ["createdAt"]}}, "Default field 'createdAt' can not be protected"),
    ({"protectedFields": {"*": "a"}}, "'a' is not a valid value for protectedFields[*] - expected an array."),
    ({"protectedFields": {"*": None}}, "'null' is not a valid value for protectedFields[*] - expected an array."),
    ({"protectedFields": {"a b": []}}, f"'a b' {NOT_A_KEY}"),
    ({"ACL": {"*": True}}, "'true' is not a valid value for class level permissions acl"),
    ({"ACL": {"*": {"foo": True, "bar": 1}}}, "'foo,bar' is not a valid key for class level permissions acl"),
    ({"ACL": {"*": {"read": 5}}}, "'5' is not a valid value for class level permissions acl"),
    ({"ACL": None}, "'null' is not a valid value for class level permissions ACL - must be an object"),
    ("x", "class level permissions must be an object"),
    (5, "class level permissions must be an object"),
]

ACCEPTED: list[dict[str, Any]] = [
    {"find": {"*": True}},
    {},
    {"find": {"role:x": True, "role:": True, "requiresAuthentication": True, "authenticated": True, "abc": True}},
    {"find": {"pointerFields": ["p", "l"]}, "create": {"pointerFields": []}},
    {"readUserFields": ["p"], "writeUserFields": ["l"]},
    {"protectedFields": {"*": ["a"], "userField:p": ["a"], "userField:zz": [], "authenticated": [], "role:x": []}},
    {"ACL": {"*": {"read": False}, "currentUser": {"read": True, "write": True}, "role:x": {"read": True}}},
    {"ACL": {}},
]


@pytest.mark.parametrize(("given", "text"), REFUSED, ids=[str(given) for given, _ in REFUSED])
def test_invalid_permissions_are_refused_with_the_text_of_parse_server(given: Any, text: str) -> None:
    with pytest.raises(ParseError) as refusal:
        permissions.checked(given, FIELDS)

    assert (refusal.value.code, refusal.value.message) == (ErrorCode.INVALID_JSON, text)


@pytest.mark.parametrize("given", ACCEPTED, ids=str)
def test_valid_permissions_are_stored_as_they_came(given: dict[str, Any]) -> None:
    assert permissions.checked(given, FIELDS).rules == given


def test_an_empty_list_counts_as_an_empty_object() -> None:
    assert permissions.checked({"find": [], "protectedFields": []}, FIELDS).rules == {"find": {}, "protectedFields": {}}


def test_any_text_is_a_user_id_where_clients_choose_ids() -> None:
    given = {"find": {"ann@example.com": True}}

    assert permissions.checked(given, FIELDS, custom_ids=True).rules == given


def test_stored_permissions_are_shown_closed_where_they_are_silent() -> None:
    shown = permissions.shown(ClassPermissions({"find": {"*": True}}), {})

    assert shown == {
        "find": {"*": True},
        "count": {},
        "get": {},
        "create": {},
        "update": {},
        "delete": {},
        "addField": {},
        "protectedFields": {},
    }


def test_a_class_without_permissions_is_shown_open() -> None:
    shown = permissions.shown(None, {"*": ("email",)})

    assert shown["find"] == {"*": True}
    assert shown["ACL"] == {"*": {"read": True, "write": True}}
    assert shown["protectedFields"] == {"*": ["email"]}
    assert permissions.OPEN["protectedFields"] == {"*": []}
