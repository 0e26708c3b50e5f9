"""5.3 Validators: what functions and triggers ask of their callers before they run."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User


async def signed_up(s: Script, name: str = "ann", **fields: Any) -> User:
    """A user whom the trigger of users lets in."""
    return await s.sign_up(name, **{"kind": "a", **fields})


async def in_role(s: Script, role: str, *users: User) -> None:
    """Put users into a role of a fixed name, which is made if it is not there."""
    body = {"users": {"__op": "AddRelation", "objects": [user.pointer for user in users]}}
    found = await s.get("roles", params={"where": {"name": role}}, as_="master", record=False)
    if found["results"]:
        await s.put(f"roles/{found['results'][0]['objectId']}", body, as_="master", record=False)
    else:
        await s.post("roles", {"name": role, "ACL": {}, **body}, as_="master", record=False)


async def each(s: Script, function: str, *bodies: dict[str, Any], as_: str | User = "client") -> None:
    for body in bodies:
        await s.post(f"functions/{function}", body, as_=as_)


@scenario("5.3/require-user", profile="validators")
async def a_function_asks_for_a_user(s: Script) -> None:
    ann = await signed_up(s)
    for who in ("client", ann, "master", "readonly", "maintenance"):
        await s.post("functions/user", {"a": 1}, as_=who)


@scenario("5.3/require-master", profile="validators")
async def a_function_asks_for_the_master_key(s: Script) -> None:
    ann = await signed_up(s)
    for who in ("client", ann, "master", "readonly", "maintenance"):
        await s.post("functions/master", {"a": 1}, as_=who)
        await s.post("functions/userAndMaster", {"a": 1}, as_=who)


@scenario("5.3/validate-master-key", profile="validators")
async def the_master_key_is_checked_only_if_asked_for(s: Script) -> None:
    for who in ("client", "master", "readonly"):
        await s.post("functions/userForMasterToo", {}, as_=who)
        await s.post("functions/masterChecked", {}, as_=who)
        await s.post("functions/listForMasterToo", {}, as_=who)
        await s.post("functions/list", {}, as_=who)


@scenario("5.3/roles", profile="validators", serial=True)
async def a_function_asks_for_one_of_several_roles(s: Script) -> None:
    ann, bob = await signed_up(s, "ann"), await signed_up(s, "bob")
    await in_role(s, "VdEditors", ann)
    await in_role(s, "VdReaders", bob)
    for who in (ann, bob, "client", "master"):
        await s.post("functions/anyRole", {}, as_=who)
        await s.post("functions/anyRoleByFunction", {}, as_=who)


@scenario("5.3/roles", profile="validators", serial=True)
async def a_function_asks_for_all_of_several_roles(s: Script) -> None:
    ann, bob = await signed_up(s, "ann"), await signed_up(s, "bob")
    await in_role(s, "VdEditors", ann, bob)
    await in_role(s, "VdAdmins", ann)
    for who in (ann, bob, "client", "master"):
        await s.post("functions/allRoles", {}, as_=who)
        await s.post("functions/allRolesLater", {}, as_=who)


@scenario("5.3/user-keys", profile="validators")
async def a_function_asks_for_fields_of_the_user(s: Script) -> None:
    users = [
        await signed_up(s, "ann", phone="1", city="x"),
        await signed_up(s, "bob", phone="1"),
        await signed_up(s, "cid"),
        await signed_up(s, "dan", phone="", city=None),
    ]
    callers: list[str | User] = [*users, "client", "master"]
    for who in callers:
        await s.post("functions/userKeys", {}, as_=who)


@scenario("5.3/user-keys", profile="validators")
async def a_function_asks_for_values_of_fields_of_the_user(s: Script) -> None:
    users = [
        await signed_up(s, "ann", level=1),
        await signed_up(s, "bob", kind="b", level=3),
        await signed_up(s, "cid", kind="a"),
    ]
    callers: list[str | User] = [*users, "client", "master"]
    for who in callers:
        await s.post("functions/userKeyOptions", {}, as_=who)


@scenario("5.3/fields-list", profile="validators")
async def a_list_of_fields_names_what_must_be_given(s: Script) -> None:
    await each(
        s,
        "list",
        {"a": 1, "b": 2},
        {"a": 1},
        {"b": 2},
        {},
        {"a": None, "b": 1},
        {"a": 0, "b": ""},
        {"a": False, "b": []},
    )


@scenario("5.3/fields-type", profile="validators")
async def a_field_must_be_of_its_type(s: Script) -> None:
    for name in ("text", "number", "flag", "list", "map"):
        await each(s, "types", *({name: value} for value in ("x", 1, 1.5, True, [1], {"a": 1}, None)))
    await s.post("functions/types", {})


@scenario("5.3/fields-type", profile="validators")
async def decoded_values_are_objects(s: Script) -> None:
    date = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    point = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
    for name in ("text", "map"):
        await each(s, "types", {name: date}, {name: point})


@scenario("5.3/fields-required", profile="validators")
async def a_required_field_must_be_given(s: Script) -> None:
    await each(
        s,
        "required",
        {"a": 1, "b": 2},
        {"a": 1},
        {"b": 1},
        {},
        {"a": "x", "b": 1},
        {"a": None, "b": 1},
        {"a": 0, "b": False},
    )


@scenario("5.3/fields-default", profile="validators")
async def a_default_stands_for_what_is_missing(s: Script) -> None:
    await each(
        s, "defaults", {}, {"a": 1, "b": "y", "c": 2, "d": True}, {"a": None}, {"a": 0, "b": "", "d": False}, {"b": 1}
    )
    await s.post("functions/defaults", {}, as_="master")


@scenario("5.3/fields-options", profile="validators")
async def a_field_is_one_of_its_options(s: Script) -> None:
    await each(
        s,
        "options",
        {},
        {"a": "x"},
        {"a": "z"},
        {"a": None},
        {"b": "only"},
        {"b": "other"},
        {"c": 1},
        {"c": 3},
        {"c": "1"},
        {"d": True},
        {"d": "true"},
        {"d": 1},
    )


@scenario("5.3/fields-options", profile="validators")
async def options_may_be_a_function(s: Script) -> None:
    await each(s, "optionFunctions", {"a": 2}, {"a": 1}, {"b": 2}, {"b": 1}, {"c": 2}, {"c": 1}, {"d": "d"}, {"d": "x"})


@scenario("5.3/fields-options", profile="validators")
async def type_comes_before_options(s: Script) -> None:
    await each(s, "typeAndOptions", {"a": "x"}, {"a": "y"}, {"a": 1}, {})


@scenario("5.3/order", profile="validators")
async def user_comes_before_fields_before_fields_of_the_user(s: Script) -> None:
    ann, bob = await signed_up(s, "ann"), await signed_up(s, "bob", phone="1")
    for who in ("client", ann, bob):
        await each(s, "many", {}, {"a": 1}, {"a": 1, "b": 2}, as_=who)


@scenario("5.3/function", profile="validators")
async def a_function_refuses_by_raising(s: Script) -> None:
    await each(
        s,
        "byFunction",
        {},
        {"how": "plain", "message": "own text"},
        {"how": "parse", "message": "own text"},
        {"how": "false"},
    )
    await s.post("functions/byFunction", {"how": "plain", "message": "own text"}, as_="master")


@scenario("5.3/function", profile="validators")
async def an_async_function_refuses_too(s: Script) -> None:
    await s.post("functions/byAsyncFunction", {})
    await s.post("functions/byAsyncFunction", {}, as_=await signed_up(s))


@scenario("5.3/unknown-function", profile="validators")
async def an_unknown_function_has_no_validator(s: Script) -> None:
    await s.post("functions/unknown", {})


@scenario("5.3/triggers", profile="validators")
async def fields_of_a_save_trigger_are_those_of_the_object(s: Script) -> None:
    made = await s.post("classes/VdTyped", {"n": 1, "kind": "b"})
    await s.put(f"classes/VdTyped/{made.id}", {"text": "x"})
    await s.put(f"classes/VdTyped/{made.id}", {"n": {"__op": "Delete"}})
    await s.put(f"classes/VdTyped/{made.id}", {"n": {"__op": "Increment", "amount": 1}})
    await s.get(f"classes/VdTyped/{made.id}")


@scenario("5.3/triggers", profile="validators")
async def a_save_with_wrong_fields_is_refused(s: Script) -> None:
    for body in ({}, {"n": "x"}, {"n": 1, "kind": "c"}, {"n": 1, "text": 1}, {"n": None}):
        await s.post("classes/VdTyped", body)
    await s.post("classes/VdTyped", {}, as_="master")
    await s.post("classes/VdListed", {"a": 1})
    await s.post("classes/VdListed", {"a": 1, "b": 1})


@scenario("5.3/triggers-default", profile="validators")
async def a_default_is_set_on_the_object(s: Script) -> None:
    made = await s.post("classes/VdTyped", {"n": 1})
    await s.get(f"classes/VdTyped/{made.id}")
    await s.put(f"classes/VdTyped/{made.id}", {"kind": "b"})
    await s.put(f"classes/VdTyped/{made.id}", {"text": "x"})
    await s.get(f"classes/VdTyped/{made.id}")


@scenario("5.3/triggers-constant", profile="validators")
async def a_constant_field_stays_as_it_was(s: Script) -> None:
    made = await s.post("classes/VdConstant", {"fixed": 1, "kept": "a"})
    await s.get(f"classes/VdConstant/{made.id}")
    await s.put(f"classes/VdConstant/{made.id}", {"fixed": 2, "kept": "b"})
    await s.get(f"classes/VdConstant/{made.id}")
    await s.put(f"classes/VdConstant/{made.id}", {"kept": {"__op": "Delete"}}, as_="master")
    await s.get(f"classes/VdConstant/{made.id}")


@scenario("5.3/triggers", profile="validators")
async def a_save_trigger_asks_for_a_user_or_the_master_key(s: Script) -> None:
    ann = await signed_up(s)
    for who in ("client", ann, "master", "maintenance"):
        await s.post("classes/VdUser", {"a": 1}, as_=who)
        await s.post("classes/VdMaster", {"a": 1}, as_=who)


@scenario("5.3/skip-with-master-key", profile="validators")
async def a_trigger_may_be_skipped_for_the_master_key(s: Script) -> None:
    ann = await signed_up(s)
    for who in ("client", ann, "master", "maintenance"):
        await s.post("classes/VdSkipped", {"a": 1}, as_=who)


@scenario("5.3/triggers", profile="validators")
async def a_function_refuses_a_save(s: Script) -> None:
    await s.post("classes/VdFunction", {"bad": False})
    await s.post("classes/VdFunction", {"bad": True})


@scenario("5.3/triggers", profile="validators")
async def a_refusing_validator_of_after_save_changes_nothing(s: Script) -> None:
    await s.post("classes/VdAfter", {"a": 1})
    await s.post("classes/VdAfter", {"a": 1}, as_=await signed_up(s))


@scenario("5.3/triggers", profile="validators")
async def a_delete_trigger_asks_for_a_user(s: Script) -> None:
    ann = await signed_up(s)
    for name in ("VdDelete", "VdAfterDelete"):
        first = (await s.post(f"classes/{name}", {"a": 1})).id
        second = (await s.post(f"classes/{name}", {"a": 1})).id
        await s.delete(f"classes/{name}/{first}")
        await s.get(f"classes/{name}/{first}")
        await s.delete(f"classes/{name}/{second}", as_=ann)


@scenario("5.3/triggers", profile="validators")
async def a_find_trigger_asks_for_a_user(s: Script) -> None:
    ann = await signed_up(s)
    for name in ("VdFind", "VdAfterFind"):
        made = (await s.post(f"classes/{name}", {"a": 1})).id
        for who in ("client", ann, "master"):
            await s.get(f"classes/{name}/{made}", as_=who)
        await s.get(f"classes/{name}")


@scenario("5.3/new-user", profile="validators")
async def a_user_who_signs_up_counts_as_the_user(s: Script) -> None:
    name = s.name("ann")
    for fields in ({"kind": "c"}, {}, {"kind": "a", "phone": 1}, {"kind": "a", "phone": "1"}):
        await s.post("users", {"username": name, "password": "secret", **fields})


@scenario("5.3/new-user", profile="validators")
async def a_user_who_changes_himself_is_checked(s: Script) -> None:
    ann = await signed_up(s)
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=ann)
    await s.put(f"users/{ann.id}", {"phone": 1}, as_=ann)
    await s.put(f"users/{ann.id}", {"phone": "2"}, as_="master")
