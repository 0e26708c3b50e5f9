"""1.4 Object routes of the built-in classes: /users, /sessions, /roles, /installations, /push_audiences."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("1.4/users")
async def users_are_signed_up_read_changed_and_deleted(s: Script) -> None:
    made = await s.post("users", {"username": s.name("ann"), "password": "secret", "phone": "1"})
    await s.get(f"users/{made.id}", as_=made.token)
    await s.put(f"users/{made.id}", {"phone": "2"}, as_=made.token)
    await s.get("users", params={"where": {"username": s.name("ann")}})
    await s.delete(f"users/{made.id}", as_=made.token)
    await s.get(f"users/{made.id}", as_="master")


@scenario("1.4/users")
async def users_are_not_changed_by_others(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for who in ("client", bob, "readonly"):
        await s.put(f"users/{ann.id}", {"phone": "1"}, as_=who)
        await s.delete(f"users/{ann.id}", as_=who)
    for who in ("master", "maintenance"):
        await s.put(f"users/{ann.id}", {"phone": "2"}, as_=who)
    await s.delete(f"users/{ann.id}", as_="master")


@scenario("1.4/users")
async def users_that_are_not_there_are_not_found(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("users/noSuchId00")
    await s.put("users/noSuchId00", {"phone": "1"}, as_=ann)
    await s.put("users/noSuchId00", {"phone": "1"}, as_="master")
    await s.delete("users/noSuchId00", as_=ann)
    await s.delete("users/noSuchId00", as_="master")


@scenario("1.4/users")
async def a_signup_needs_name_and_password(s: Script) -> None:
    for body in (
        {},
        {"username": s.name("a")},
        {"password": "secret"},
        {"username": "", "password": "secret"},
        {"username": s.name("a"), "password": ""},
        {"username": 1, "password": "secret"},
        {"username": s.name("a"), "password": 1},
        {"username": None, "password": None},
    ):
        await s.post("users", body)


@scenario("1.4/sessions")
async def users_see_their_own_sessions(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await s.get("sessions", as_=ann)
    own = (await s.get("sessions/me", as_=ann)).id
    others = (await s.get("sessions/me", as_=bob)).id
    await s.get(f"sessions/{own}", as_=ann)
    await s.get(f"sessions/{others}", as_=ann)
    await s.get(f"sessions/{own}")
    await s.get(f"sessions/{own}", as_="master")


@scenario("1.4/sessions")
async def sessions_need_a_user_or_the_master_key(s: Script) -> None:
    await s.sign_up("ann")
    await s.get("sessions")
    await s.post("sessions", {})
    await s.put("sessions/noSuchId00", {"a": 1})
    await s.delete("sessions/noSuchId00")
    await s.get("sessions/noSuchId00", as_="master")
    await s.delete("sessions/noSuchId00", as_="master")


@scenario("1.4/sessions")
async def users_change_and_delete_their_own_sessions(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    own = (await s.get("sessions/me", as_=ann)).id
    await s.put(f"sessions/{own}", {"note": "mine"}, as_=ann)
    await s.put(f"sessions/{own}", {"note": "not mine"}, as_=bob)
    await s.delete(f"sessions/{own}", as_=bob)
    await s.delete(f"sessions/{own}", as_=ann)
    await s.get("sessions/me", as_=ann)


@scenario("1.4/roles")
async def roles_are_made_read_changed_and_deleted(s: Script) -> None:
    made = await s.post("roles", {"name": s.name("admins"), "ACL": {"*": {"read": True, "write": True}}})
    await s.get(f"roles/{made.id}")
    await s.get("roles", params={"where": {"name": s.name("admins")}})
    await s.put(f"roles/{made.id}", {"note": "x"})
    await s.delete(f"roles/{made.id}")
    await s.get(f"roles/{made.id}", as_="master")


@scenario("1.4/roles")
async def a_role_needs_a_name_and_an_acl(s: Script) -> None:
    acl: dict[str, Any] = {"*": {"read": True}}
    for body in (
        {},
        {"name": s.name("a")},
        {"ACL": acl},
        {"name": "", "ACL": acl},
        {"name": "bad:name", "ACL": acl},
        {"name": 1, "ACL": acl},
        {"name": s.name("ok"), "ACL": {}},
    ):
        await s.post("roles", body)
    made = await s.post("roles", {"name": s.name("fixed"), "ACL": acl})
    await s.put(f"roles/{made.id}", {"name": s.name("other")}, as_="master")
    await s.post("roles", {"name": s.name("fixed"), "ACL": acl})


@scenario("1.4/roles")
async def roles_take_users_as_operations(s: Script) -> None:
    ann = await s.sign_up("ann")
    users = {"__op": "AddRelation", "objects": [ann.pointer]}
    made = await s.post("roles", {"name": s.name("admins"), "ACL": {"*": {"read": True}}, "users": users})
    role = {"__type": "Pointer", "className": "_Role", "objectId": made.id}
    await s.get(f"roles/{made.id}")
    await s.get("users", params={"where": {"$relatedTo": {"object": role, "key": "users"}}, "keys": "username"})
    acl = {f"role:{s.name('admins')}": {"read": True}}
    thing = await s.create("Thing", {"ACL": acl}, as_="master")
    await s.get(f"classes/{s.name('Thing')}/{thing}", as_=ann)
    await s.get(f"classes/{s.name('Thing')}/{thing}")


@scenario("1.4/installations")
async def installations_are_saved_by_clients_and_listed_by_the_master_key(s: Script) -> None:
    phone = {"deviceType": "ios", "installationId": s.name("phone"), "channels": ["a"]}
    made = await s.post("installations", phone)
    await s.get(f"installations/{made.id}")
    await s.put(f"installations/{made.id}", {"badge": 2})
    await s.get("installations", params={"where": {"installationId": s.name("phone")}}, as_="master")
    await s.get("installations")
    await s.delete(f"installations/{made.id}")
    await s.delete(f"installations/{made.id}", as_="master")
    await s.put(f"installations/{made.id}", {"badge": 3})


@scenario("1.4/installations")
async def an_installation_needs_an_id_and_a_device_type(s: Script) -> None:
    for body in (
        {},
        {"deviceType": "ios"},
        {"installationId": s.name("a")},
        {"deviceType": "ios", "installationId": 1},
        {"deviceType": 1, "installationId": s.name("b")},
    ):
        await s.post("installations", body)


@scenario("1.4/installations")
async def what_identifies_an_installation_cannot_be_changed(s: Script) -> None:
    made = await s.post("installations", {"deviceType": "ios", "installationId": s.name("phone")})
    await s.put(f"installations/{made.id}", {"installationId": s.name("other")})
    await s.put(f"installations/{made.id}", {"deviceType": "android"})
    await s.put(f"installations/{made.id}", {"deviceType": "ios", "badge": 1})


@scenario("1.4/push-audiences")
async def push_audiences_show_their_query_parsed(s: Script) -> None:
    audience = {"name": s.name("ios"), "query": '{"deviceType":"ios"}'}
    made = await s.post("push_audiences", audience, as_="master")
    await s.get(f"push_audiences/{made.id}", as_="master")
    await s.get("push_audiences", params={"where": {"name": s.name("ios")}}, as_="master")
    await s.put(f"push_audiences/{made.id}", {"query": "{}"}, as_="master")
    await s.get(f"push_audiences/{made.id}", as_="readonly")
    await s.get(f"classes/_Audience/{made.id}", as_="master")
    await s.delete(f"push_audiences/{made.id}", as_="master")
    await s.get(f"push_audiences/{made.id}", as_="master")


@scenario("1.4/push-audiences")
async def push_audiences_need_the_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", ann, "maintenance"):
        await s.get("push_audiences", as_=who)
        await s.get("push_audiences/noSuchId00", as_=who)
        await s.post("push_audiences", {"name": "x", "query": "{}"}, as_=who)
        await s.put("push_audiences/noSuchId00", {"name": "x"}, as_=who)
        await s.delete("push_audiences/noSuchId00", as_=who)
    await s.post("push_audiences", {"name": "x", "query": "{}"}, as_="readonly")
