"""2.7 Which permissions can be stored, and how they are shown."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import ARRAY, BOOLEAN, NUMBER, OBJECT, OPEN, STRING, USER, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

FIELDS = {"n": NUMBER, "owner": USER, "friends": ARRAY, "s": STRING, "o": OBJECT, "b": BOOLEAN}
OPERATIONS = ("find", "get", "count", "create", "update", "delete", "addField")


async def put(s: Script, *permissions: Any) -> None:
    """Put each of these onto the class Box."""
    for one in permissions:
        await s.put(f"schemas/{s.name('Box')}", {"classLevelPermissions": one}, as_="master")


@scenario("2.7/operation-entry")
async def every_kind_of_entity_is_accepted(s: Script) -> None:
    ann = await s.sign_up()
    await declare(s, "Box", FIELDS)
    for operation in OPERATIONS:
        await put(
            s,
            {
                operation: {
                    "*": True,
                    "requiresAuthentication": True,
                    "role:any name": True,
                    ann.id: True,
                    "abc": True,
                    "pointerFields": ["owner", "friends"],
                }
            },
        )


@scenario("2.7/operation-entry", "2.7/invalid")
async def an_operation_that_is_unknown_is_refused(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for key in ("Find", "read", "write", "aggregate", "", "*", "pointerFields"):
        await put(s, {key: {"*": True}})
    await s.post(
        "schemas", {"className": s.name("Other"), "classLevelPermissions": {"read": {"*": True}}}, as_="master"
    )
    await s.get(f"schemas/{s.name('Other')}", as_="master")


@scenario("2.7/invalid")
async def an_entity_that_is_unknown_is_refused(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for entity in (
        "with-dash",
        "role",
        "rol:x",
        "**",
        "a b",
        "",
        "authenticated",
        "userField:owner",
        "currentUser",
        "ä",
    ):
        await put(s, {"find": {entity: True}})


@scenario("2.7/invalid")
async def a_value_other_than_true_is_refused(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    values: list[Any] = [False, None, 1, "true", {}, []]
    for value in values:
        await put(s, {"find": {"*": value}}, {"get": {"requiresAuthentication": value}})


@scenario("2.7/invalid")
async def an_operation_must_be_an_object(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for value in (True, None, 1, "text"):
        await put(s, {"find": value})
    await put(s, {"find": []}, {"protectedFields": True}, {"ACL": "text"}, {"ACL": None})


@scenario("2.7/invalid")
async def permissions_that_are_no_object(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    await put(s, None, True, "text", 1, [], {})


@scenario("2.7/entity-id", profile="custom-ids")
async def with_custom_ids_an_entity_may_be_any_text(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for entity in ("with-dash", "a b", "ä", ""):
        await put(s, {"find": {entity: True}})


@scenario("2.7/pointer-field-columns")
async def pointer_fields_must_point_to_users_or_be_arrays(s: Script) -> None:
    await declare(s, "Box", {**FIELDS, "other": {"type": "Pointer", "targetClass": s.name("Other")}})
    for field in ("n", "s", "o", "b", "other", "missing", "objectId", "ACL", "createdAt", ""):
        await put(s, {"find": {"pointerFields": [field]}})
    await put(s, {"find": {"pointerFields": ["owner", "n"]}}, {"find": {"pointerFields": ["owner", "friends"]}})


@scenario("2.7/pointer-field-columns")
async def user_fields_must_point_to_users_or_be_arrays(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for key in ("readUserFields", "writeUserFields"):
        values: list[Any] = [
            ["owner"],
            ["friends"],
            ["n"],
            ["missing"],
            [],
            "owner",
            {"owner": True},
            None,
            [1],
            [None],
        ]
        for value in values:
            await put(s, {key: value})


@scenario("2.7/pointer-field-columns")
async def pointer_fields_must_be_a_list(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for value in ("owner", True, None, {"owner": True}, 1, [1], [None]):
        await put(s, {"find": {"pointerFields": value}})


@scenario("2.7/pointer-field-columns")
async def a_field_made_in_the_same_request_may_be_named(s: Script) -> None:
    body = {
        "fields": {"boss": USER, "secret": STRING},
        "classLevelPermissions": {"find": {"pointerFields": ["boss"]}, "protectedFields": {"*": ["secret"]}},
    }
    await s.post("schemas", {"className": s.name("Fresh"), **body}, as_="master")
    await declare(s, "Box", FIELDS)
    await s.put(f"schemas/{s.name('Box')}", body, as_="master")


@scenario("2.7/protected-fields-setting")
async def protected_fields_must_be_columns_of_the_user(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for field in ("s", "missing", "objectId", "createdAt", "updatedAt", "ACL", "o.inner", "", 1, None):
        await put(s, {"protectedFields": {"*": [field]}})


@scenario("2.7/protected-fields-setting")
async def protected_fields_have_entities_of_their_own(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    for entity in (
        "*",
        "authenticated",
        "role:x",
        "abcABC123",
        "userField:owner",
        "userField:friends",
        "userField:missing",
        "userField:",
        "requiresAuthentication",
        "with-dash",
        "pointerFields",
        "",
    ):
        await put(s, {"protectedFields": {entity: ["s"]}})


@scenario("2.7/protected-fields-setting")
async def protected_fields_must_be_lists(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    values: list[Any] = ["s", True, None, {"s": True}, 1, [], [[]]]
    for value in values:
        await put(s, {"protectedFields": {"*": value}})


@scenario("2.7/acl-setting")
async def the_default_acl_takes_read_and_write(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    both = {"read": True, "write": False}
    for entity in ("*", "currentUser", "role:x", "abc", "requiresAuthentication", "with-dash", "authenticated"):
        await put(s, {"ACL": {entity: both}})
    await put(s, {"ACL": {"*": {}}}, {"ACL": {}})


@scenario("2.7/acl-setting")
async def the_default_acl_refuses_other_keys_and_values(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    permits: list[Any] = [
        {"delete": True},
        {"read": True, "a": True, "b": 1},
        {"read": 1},
        {"write": "true"},
        {"read": None},
        True,
        None,
        [],
        "text",
    ]
    for permit in permits:
        await put(s, {"ACL": {"*": permit}})


@scenario("2.7/stored-and-shown")
async def without_stored_permissions_the_open_ones_are_shown(s: Script) -> None:
    await s.post("schemas", {"className": s.name("Box"), "fields": {"n": NUMBER}}, as_="master")
    await s.get(f"schemas/{s.name('Box')}", as_="master")
    await s.create("Other", {"n": 1})
    await s.get(f"schemas/{s.name('Other')}", as_="master")


@scenario("2.7/stored-and-shown")
async def what_is_missing_from_stored_permissions_is_shown_as_nobody(s: Script) -> None:
    stored: list[dict[str, Any]] = [{"find": {"*": True}}, {}, {"protectedFields": {"*": []}}, {"readUserFields": []}]
    for permissions in stored:
        name = s.name(f"Box{len(permissions)}{next(iter(permissions), '')}")
        await s.post("schemas", {"className": name, "classLevelPermissions": permissions}, as_="master")
        await s.get(f"schemas/{name}", as_="master")
        await s.get(f"classes/{name}")


@scenario("2.7/put-replaces")
async def a_put_replaces_all_permissions(s: Script) -> None:
    await declare(s, "Box", FIELDS, {**OPEN, "protectedFields": {"*": ["s"]}, "ACL": {"*": {"read": True}}})
    await s.get(f"schemas/{s.name('Box')}", as_="master")
    await put(s, {"find": {"*": True}})
    await s.get(f"schemas/{s.name('Box')}", as_="master")


@scenario("2.7/put-replaces")
async def a_put_without_permissions_leaves_them(s: Script) -> None:
    await declare(s, "Box", FIELDS, {"find": {"*": True}})
    await s.put(f"schemas/{s.name('Box')}", {"fields": {"more": STRING}}, as_="master")
    await s.put(f"schemas/{s.name('Box')}", {}, as_="master")
    await s.get(f"schemas/{s.name('Box')}", as_="master")


@scenario("2.7/put-replaces")
async def a_refused_put_changes_nothing(s: Script) -> None:
    await declare(s, "Box", FIELDS, {"find": {"*": True}})
    body = {"fields": {"more": STRING}, "classLevelPermissions": {"find": {"*": False}}}
    await s.put(f"schemas/{s.name('Box')}", body, as_="master")
    await s.get(f"schemas/{s.name('Box')}", as_="master")


@scenario("2.7/put-replaces")
async def new_permissions_hold_at_once(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    await s.get(f"classes/{s.name('Box')}")
    await put(s, {**OPEN, "find": {}})
    await s.get(f"classes/{s.name('Box')}")
    await put(s, dict(OPEN))
    await s.get(f"classes/{s.name('Box')}")


@scenario("2.7/system-class", serial=True, profile="protected-fields")
async def permissions_of_users_hold_for_signup_and_reading(s: Script) -> None:
    open_ = {**OPEN, "protectedFields": {}}
    for closed in ("create", "get", "find", "update", "delete"):
        await s.put("schemas/_User", {"classLevelPermissions": open_}, as_="master", record=False)
        made = await s.post("users", {"username": s.name(closed), "password": "secret"}, label=f"{closed} is closed")
        await s.put("schemas/_User", {"classLevelPermissions": {**open_, closed: {}}}, as_="master", record=False)
        await s.post("users", {"username": s.name(closed + "2"), "password": "secret"})
        await s.get(f"users/{made.id}", as_=made.token)
        await s.get("users", params={"where": {"username": s.name(closed)}, "keys": "username"}, as_=made.token)
        await s.get("users/me", as_=made.token)
        await s.post("login", {"username": s.name(closed), "password": "secret"})
        await s.put(f"users/{made.id}", {"username": s.name(closed + "3")}, as_=made.token)
        await s.delete(f"users/{made.id}", as_=made.token)
    await s.put("schemas/_User", {"classLevelPermissions": open_}, as_="master", record=False)
