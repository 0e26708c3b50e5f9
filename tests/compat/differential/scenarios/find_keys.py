"""3.1 keys and excludeKeys."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import define, find, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def thing(s: Script) -> str:
    """An object with two plain fields, an object and a pointer to another with two fields and a pointer."""
    maker = await s.create("Maker", {"name": "ann", "age": 30}, record=False)
    owner = await s.create("Owner", {"name": "bob", "age": 40, "maker": s.pointer("Maker", maker)}, record=False)
    fields = {"a": 1, "b": "two", "o": {"x": 1, "y": {"z": 2}}, "owner": s.pointer("Owner", owner)}
    return await s.create("Thing", fields, record=False)


async def each(s: Script, *several: dict[str, Any]) -> None:
    """One find for each set of parameters."""
    for params in several:
        await find(s, "Thing", **params)


@scenario("3.1/keys")
async def keys_select_columns(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": "a"}, {"keys": "a,b"}, {"keys": "b,missing"}, {"keys": "missing"}, {"keys": "objectId"})


@scenario("3.1/keys")
async def keys_may_be_a_list(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": ["a", "b"]}, {"keys": '"a"'}, {"keys": "[]"}, {"keys": ["a,b"]})


@scenario("3.1/keys")
async def empty_or_spaced_keys(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": ""}, {"keys": ",a"}, {"keys": "a, b"}, {"keys": " a"}, {"keys": "null"})


@scenario("3.1/keys")
async def keys_of_other_types(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": "1"}, {"keys": "true"}, {"keys": "{}"}, {"keys": "false"}, {"keys": "0"})


@scenario("3.1/keys")
async def invalid_names_in_keys(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": "1a"}, {"keys": "$a"}, {"keys": "a-b"}, {"keys": "_rperm"}, {"keys": "*"})


@scenario("3.1/keys")
async def keys_select_the_acl_with_everything(s: Script) -> None:
    await s.create("Thing", {"a": 1, "b": 2, "ACL": {"*": {"read": True}}})
    await each(s, {"keys": "a"}, {"keys": "createdAt"}, {"keys": "ACL"})


@scenario("3.1/keys", "3.7/keys-include")
async def a_dotted_key_includes_its_parent_and_limits_it(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"keys": "owner.name"},
        {"keys": "owner.name,a"},
        {"keys": "owner.missing"},
        {"keys": "owner"},
        {"keys": "owner,owner.name"},
    )


@scenario("3.1/keys", "3.7/keys-include")
async def a_dotted_key_reaches_through_two_includes(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"keys": "owner.maker.name"},
        {"keys": "owner.name,owner.maker.age", "include": "owner.maker"},
        {"keys": "owner.maker", "include": "owner.maker"},
        {"keys": "a", "include": "owner"},
    )


@scenario("3.1/keys")
async def a_dotted_key_of_an_object_selects_the_column(s: Script) -> None:
    await thing(s)
    await each(s, {"keys": "o.x"}, {"keys": "o.y.z"}, {"keys": "o.none"}, {"keys": "a.x"})


@scenario("3.1/keys")
async def keys_work_for_one_object(s: Script) -> None:
    made = await thing(s)
    for keys in ("a", "owner.name", "o.x", "missing"):
        await s.get(f"classes/{s.name('Thing')}/{made}", params={"keys": keys})


@scenario("3.1/keys")
async def relations_come_whatever_the_keys(s: Script) -> None:
    fan = await s.create("Fan", {"a": 1})
    await s.create("Thing", {"a": 1, "fans": {"__op": "AddRelation", "objects": [s.pointer("Fan", fan)]}})
    await each(s, {"keys": "a"}, {"keys": "fans"}, {"excludeKeys": "fans"}, {"excludeKeys": "a"})


@scenario("3.1/keys")
async def keys_of_users_do_not_force_the_username(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    await s.get("users", params={"keys": "phone", "where": {"objectId": ann.id}})
    await s.get(f"users/{ann.id}", params={"keys": "phone"}, as_=ann)
    await s.get(f"users/{ann.id}", params={"keys": "email,authData,sessionToken"}, as_=ann)
    await s.get(f"users/{ann.id}", params={"excludeKeys": "email,username"}, as_=ann)


@scenario("3.1/keys")
async def a_protected_field_is_not_given_by_keys(s: Script) -> None:
    rights = {"find": {"*": True}, "create": {"*": True}, "protectedFields": {"*": ["b"]}}
    await define(s, "Thing", {"a": {"type": "Number"}, "b": {"type": "Number"}}, classLevelPermissions=rights)
    await s.create("Thing", {"a": 1, "b": 2})
    await each(s, {"keys": "b"}, {"keys": "a,b"}, {"excludeKeys": "a"})
    await find(s, "Thing", keys="b", as_="master")


@scenario("3.1/exclude-keys")
async def exclude_keys_leave_columns_out(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"excludeKeys": "a"},
        {"excludeKeys": "a,b,o,owner"},
        {"excludeKeys": "missing"},
        {"excludeKeys": ["a", "b"]},
        {"excludeKeys": ""},
    )


@scenario("3.1/exclude-keys")
async def what_always_comes_cannot_be_excluded(s: Script) -> None:
    await s.create("Thing", {"a": 1, "ACL": {"*": {"read": True}}})
    await each(s, {"excludeKeys": "objectId,createdAt,updatedAt,ACL"}, {"excludeKeys": "createdAt,a"})


@scenario("3.1/exclude-keys")
async def exclude_keys_are_taken_off_keys(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"keys": "a,b", "excludeKeys": "b"},
        {"keys": "a", "excludeKeys": "a"},
        {"keys": "a,objectId", "excludeKeys": "objectId"},
        {"keys": "a", "excludeKeys": "b"},
    )


@scenario("3.1/exclude-keys")
async def dotted_exclude_keys(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"excludeKeys": "o.x"},
        {"excludeKeys": "owner.name", "include": "owner"},
        {"excludeKeys": "owner", "include": "owner"},
        {"excludeKeys": "name", "include": "owner"},
    )


@scenario("3.1/exclude-keys")
async def exclude_keys_reach_into_two_includes(s: Script) -> None:
    await thing(s)
    await each(
        s,
        {"excludeKeys": "owner.maker.name", "include": "owner.maker"},
        {"excludeKeys": "owner.maker", "include": "owner.maker"},
        {"keys": "owner.name,owner.age", "excludeKeys": "owner.age"},
    )


@scenario("3.1/exclude-keys")
async def exclude_keys_of_other_types(s: Script) -> None:
    await thing(s)
    await each(s, {"excludeKeys": "1"}, {"excludeKeys": "true"}, {"excludeKeys": "{}"}, {"excludeKeys": "null"})


@scenario("3.1/exclude-keys")
async def exclude_keys_work_for_one_object(s: Script) -> None:
    made = await thing(s)
    for keys in ("a,o", "owner", "objectId"):
        await s.get(f"classes/{s.name('Thing')}/{made}", params={"excludeKeys": keys})


@scenario("3.1/keys")
async def null_fields_come_with_and_without_keys(s: Script) -> None:
    await save_all(s, "Thing", [{"a": 1, "b": 2}, {"a": None, "b": None}])
    await each(s, {"order": "n"}, {"order": "n", "keys": "a"}, {"order": "n", "excludeKeys": "a"})
