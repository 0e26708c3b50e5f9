"""2.7 Protected fields: who sees which, and that a hidden field cannot be used to search or sort."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import ARRAY, NUMBER, OBJECT, OPEN, STRING, USER, declare, make_role
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

FIELDS = {"a": STRING, "b": STRING, "c": STRING, "o": OBJECT, "n": NUMBER, "owner": USER, "friends": ARRAY}
VALUES: dict[str, Any] = {"a": "1", "b": "2", "c": "3", "o": {"x": 1}, "n": 4}


async def guarded(s: Script, protected: dict[str, list[str]], **fields: Any) -> str:
    """The class Card with these protected fields and one object in it; gives the object's id."""
    await declare(s, "Card", FIELDS, {**OPEN, "protectedFields": protected})
    return await s.create("Card", {**VALUES, **fields}, as_="master")


async def shown(s: Script, made: str, *callers: str | User) -> None:
    for who in callers:
        await s.get(f"classes/{s.name('Card')}/{made}", as_=who)
        await s.get(f"classes/{s.name('Card')}", as_=who)


@scenario("2.7/protected-star")
async def fields_protected_from_all_are_hidden_from_all_but_master(s: Script) -> None:
    ann = await s.sign_up()
    made = await guarded(s, {"*": ["a", "o"]})
    await shown(s, made, "client", ann, "master", "readonly", "maintenance")


@scenario("2.7/protected-intersection")
async def a_user_is_denied_only_what_every_list_denies(s: Script) -> None:
    ann = await s.sign_up()
    made = await guarded(s, {"*": ["a", "b"], "authenticated": ["b", "c"]})
    await shown(s, made, "client", ann)


@scenario("2.7/protected-intersection")
async def an_empty_list_shows_everything(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"*": ["a", "b"], ann.id: []})
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-intersection")
async def lists_for_users_and_roles_join_in(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "admins", users=[ann.id])
    lists = {"*": ["a", "b", "c"], f"role:{s.name('admins')}": ["b", "c"], ann.id: ["c"], bob.id: ["a"]}
    made = await guarded(s, lists)
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-intersection")
async def two_roles_of_a_user_both_count(s: Script) -> None:
    ann = await s.sign_up()
    await make_role(s, "first", users=[ann.id])
    await make_role(s, "second", users=[ann.id])
    lists = {"*": ["a", "b", "c"], f"role:{s.name('first')}": ["a", "b"], f"role:{s.name('second')}": ["b", "c"]}
    await shown(s, await guarded(s, lists), ann)


@scenario("2.7/protected-intersection")
async def a_list_for_some_without_one_for_all(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"authenticated": ["a"], bob.id: ["b"]})
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-user-field")
async def the_user_a_field_points_to_sees_more(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"*": ["a", "b"], "userField:owner": ["b"]}, owner=ann.pointer)
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-user-field")
async def users_in_an_array_field_see_more(s: Script) -> None:
    ann, bob, eve = await s.sign_up("ann"), await s.sign_up("bob"), await s.sign_up("eve")
    lists = {"*": ["a", "b"], "userField:friends": []}
    made = await guarded(s, lists, friends=[ann.pointer, bob.pointer])
    await shown(s, made, "client", ann, bob, eve)


@scenario("2.7/protected-user-field")
async def each_object_is_judged_alone(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await guarded(s, {"*": ["a"], "userField:owner": []}, owner=ann.pointer)
    await s.create("Card", {**VALUES, "n": 5, "owner": bob.pointer}, as_="master")
    await s.create("Card", {**VALUES, "n": 6}, as_="master")
    for who in (ann, bob, "client"):
        await s.get(f"classes/{s.name('Card')}", params={"order": "n", "keys": "a,b,n"}, as_=who)


@scenario("2.7/protected-user-field")
async def a_user_field_list_alone_hides_from_that_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"userField:owner": ["a"]}, owner=ann.pointer)
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-user-field")
async def several_user_fields_intersect(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    lists = {"*": ["a", "b", "c"], "userField:owner": ["a", "b"], "userField:friends": ["b", "c"]}
    made = await guarded(s, lists, owner=ann.pointer, friends=[ann.pointer, bob.pointer])
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-user-field")
async def user_fields_work_when_keys_leave_them_out(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"*": ["a", "b"], "userField:owner": ["b"]}, owner=ann.pointer)
    for who in (ann, bob):
        await s.get(f"classes/{s.name('Card')}", params={"keys": "a,b"}, as_=who)
        await s.get(f"classes/{s.name('Card')}/{made}", params={"keys": "a,b"}, as_=who)
        await s.get(f"classes/{s.name('Card')}", params={"excludeKeys": "owner"}, as_=who)


@scenario("2.7/protected-user-field")
async def a_user_field_may_itself_be_protected(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await guarded(s, {"*": ["owner", "a"], "userField:owner": ["owner"]}, owner=ann.pointer)
    await shown(s, made, "client", ann, bob)


@scenario("2.7/protected-include")
async def an_included_object_hides_its_protected_fields(s: Script) -> None:
    ann = await s.sign_up()
    made = await guarded(s, {"*": ["a", "o"], ann.id: []})
    holder = await s.create("Holder", {"p": s.pointer("Card", made)})
    for who in ("client", ann, "master"):
        await s.get(f"classes/{s.name('Holder')}/{holder}", params={"include": "p"}, as_=who)
        await s.get(f"classes/{s.name('Holder')}", params={"include": "p", "keys": "p.a,p.b"}, as_=who)


@scenario("2.7/protected-include")
async def a_protected_pointer_is_not_included(s: Script) -> None:
    ann = await s.sign_up(nick="a")
    made = await guarded(s, {"*": ["owner"]}, owner=ann.pointer)
    for who in ("client", ann):
        await s.get(f"classes/{s.name('Card')}/{made}", params={"include": "owner"}, as_=who)
        await s.get(f"classes/{s.name('Card')}", params={"include": "owner", "keys": "owner.nick"}, as_=who)


@scenario("2.7/protected-query")
async def a_protected_field_cannot_be_searched(s: Script) -> None:
    ann = await s.sign_up()
    await guarded(s, {"*": ["a", "o"], ann.id: []})
    wheres: list[dict[str, Any]] = [
        {"a": "1"},
        {"a": {"$exists": True}},
        {"a": {"$regex": "^1"}},
        {"o.x": 1},
        {"$or": [{"a": "1"}, {"b": "2"}]},
        {"$and": [{"b": "2"}, {"$or": [{"a": "1"}]}]},
        {"$nor": [{"a": "0"}]},
        {"b": "2"},
    ]
    for where in wheres:
        for who in ("client", ann):
            await s.get(f"classes/{s.name('Card')}", params={"where": where, "keys": "b"}, as_=who)
    await s.get(f"classes/{s.name('Card')}", params={"where": {"a": "1"}, "keys": "b"}, as_="master")


@scenario("2.7/protected-query")
async def a_protected_field_cannot_be_counted(s: Script) -> None:
    await guarded(s, {"*": ["a"]})
    await s.get(f"classes/{s.name('Card')}", params={"where": {"a": "1"}, "count": 1, "limit": 0})


@scenario("2.7/protected-query")
async def a_protected_field_cannot_be_sorted_by(s: Script) -> None:
    ann = await s.sign_up()
    await guarded(s, {"*": ["a", "o"], ann.id: []})
    for order in ("a", "-a", "b,a", "o.x", "-o.x", "b"):
        for who in ("client", ann):
            await s.get(f"classes/{s.name('Card')}", params={"order": order, "keys": "b"}, as_=who)


@scenario("2.7/protected-query")
async def a_protected_field_cannot_be_searched_in_a_subquery(s: Script) -> None:
    made = await guarded(s, {"*": ["a"]})
    await s.create("Holder", {"p": s.pointer("Card", made), "v": "1"})
    inner = {"className": s.name("Card"), "where": {"a": "1"}}
    for where in (
        {"p": {"$inQuery": inner}},
        {"p": {"$notInQuery": inner}},
        {"v": {"$select": {"query": inner, "key": "b"}}},
        {"v": {"$dontSelect": {"query": inner, "key": "b"}}},
    ):
        await s.get(f"classes/{s.name('Holder')}", params={"where": where, "keys": "v"})


@scenario("2.7/protected-query")
async def a_protected_field_cannot_be_selected_by_a_subquery(s: Script) -> None:
    await guarded(s, {"*": ["a"]})
    await s.create("Holder", {"v": "1"})
    select = {"query": {"className": s.name("Card"), "where": {}}, "key": "a"}
    for where in ({"v": {"$select": select}}, {"v": {"$dontSelect": select}}):
        await s.get(f"classes/{s.name('Holder')}", params={"where": where, "keys": "v"})


@scenario("2.7/protected-query")
async def a_user_field_list_opens_no_search(s: Script) -> None:
    ann = await s.sign_up()
    await guarded(s, {"*": ["a"], "userField:owner": []}, owner=ann.pointer)
    for who in (ann, "client"):
        await s.get(f"classes/{s.name('Card')}", params={"where": {"a": "1"}}, as_=who)
        await s.get(f"classes/{s.name('Card')}", params={"order": "a"}, as_=who)


@scenario("2.7/protected-query", profile="detailed")
async def refusals_name_the_field_if_configured(s: Script) -> None:
    await guarded(s, {"*": ["a"]})
    await s.get(f"classes/{s.name('Card')}", params={"where": {"a": "1"}})
    await s.get(f"classes/{s.name('Card')}", params={"where": {"$or": [{"a": "1"}]}})
    await s.get(f"classes/{s.name('Card')}", params={"order": "-a"})


@scenario("2.7/protected-write")
async def protected_fields_are_written_but_not_shown(s: Script) -> None:
    made = await guarded(s, {"*": ["a", "n"]})
    path = f"classes/{s.name('Card')}"
    await s.put(f"{path}/{made}", {"a": "new", "n": {"__op": "Increment", "amount": 1}})
    await s.get(f"{path}/{made}")
    await s.get(f"{path}/{made}", as_="master")
    await s.post(path, {"a": "x", "b": "y"})


@scenario("2.7/protected-write", profile="protected-fields")
async def answers_to_saves_hide_protected_fields_if_configured(s: Script) -> None:
    made = await guarded(s, {"*": ["a", "n"]})
    path = f"classes/{s.name('Card')}/{made}"
    await s.put(path, {"a": "new", "n": {"__op": "Increment", "amount": 1}})
    await s.put(path, {"a": "new", "n": {"__op": "Increment", "amount": 1}}, as_="master")
    await s.put(path, {"friends": {"__op": "Add", "objects": [1]}, "n": {"__op": "Increment", "amount": 1}})


@scenario("2.7/protected-user")
async def the_email_of_a_user_is_for_the_user_and_master(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret", "email": s.email("ann"), "ACL": {"*": {"read": True}}}
    made = await s.post("users", body)
    bob = await s.sign_up("bob")
    for who in ("client", bob, made.token, "master"):
        await s.get(f"users/{made.id}", as_=who)
        await s.get("users", params={"where": {"objectId": made.id}}, as_=who)
        await s.get("users", params={"where": {"email": s.email("ann")}, "keys": "username"}, as_=who)


@scenario("2.7/protected-user")
async def the_owner_finds_own_email_only_by_own_id(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret", "email": s.email("ann")}
    made = await s.post("users", body)
    for where in (
        {"username": s.name("ann")},
        {"objectId": made.id},
        {"objectId": {"$in": [made.id]}},
        {"objectId": made.id, "username": s.name("ann")},
    ):
        await s.get("users", params={"where": where}, as_=made.token)
    await s.get("users/me", as_=made.token)
    await s.post("login", {"username": s.name("ann"), "password": "secret"})


@scenario("2.7/protected-option", profile="protected-fields")
async def protected_fields_of_the_options_hold_for_the_owner_too(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret", "email": s.email("ann"), "phone": "1"}
    made = await s.post("users", {**body, "ACL": {"*": {"read": True}}})
    for who in ("client", made.token, "master"):
        await s.get(f"users/{made.id}", as_=who)
        await s.get("users", params={"where": {"objectId": made.id}}, as_=who)
    await s.get("users/me", as_=made.token)


@scenario("2.7/protected-option", serial=True, profile="protected-fields")
async def protected_fields_of_options_and_class_are_united(s: Script) -> None:
    body = {"className": "Guarded", "fields": {"secret": STRING, "hidden": STRING, "open": STRING}}
    permissions = {**OPEN, "protectedFields": {"*": ["hidden"]}}
    await s.post("schemas", {**body, "classLevelPermissions": permissions}, as_="master")
    made = await s.post("classes/Guarded", {"secret": "1", "hidden": "2", "open": "3"})
    for who in ("client", "master"):
        await s.get(f"classes/Guarded/{made.id}", as_=who)
    for where in ({"secret": "1"}, {"hidden": "2"}, {"open": "3"}):
        await s.get("classes/Guarded", params={"where": where, "keys": "open"})
    await s.get("schemas/Guarded", as_="master")


@scenario("2.7/auth-data")
async def auth_data_is_seen_by_the_user_and_master_only(s: Script) -> None:
    anonymous = {"id": "0b0b0b0b-5555-6666-7777-888888888888"}
    made = await s.post("users", {"authData": {"anonymous": anonymous}, "ACL": {"*": {"read": True}}})
    bob = await s.sign_up("bob")
    for who in ("client", bob, made.token, "master"):
        await s.get(f"users/{made.id}", as_=who)
        await s.get("users", params={"where": {"objectId": made.id}}, as_=who)


@scenario("2.7/auth-data")
async def session_tokens_are_not_shown_in_users(s: Script) -> None:
    ann = await s.sign_up()
    await s.get(f"users/{ann.id}", as_="master")
    await s.get("users", params={"where": {"objectId": ann.id}, "keys": "sessionToken,username"}, as_=ann)
    await s.get(f"users/{ann.id}", as_=ann)
