"""2.6 Roles: who is in one, and what the server keeps of it."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import make_role
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User


def relation(op: str, class_name: str, *ids: str) -> dict[str, Any]:
    pointers = [{"__type": "Pointer", "className": class_name, "objectId": one} for one in ids]
    return {"__op": op, "objects": pointers}


async def note_for(s: Script, role: str) -> str:
    return await s.create("Note", {"n": 1, "ACL": {f"role:{s.name(role)}": {"read": True, "write": True}}})


async def seen(s: Script, note: str, *callers: str | User) -> None:
    for who in callers:
        await s.get(f"classes/{s.name('Note')}/{note}", params={"keys": "n"}, as_=who)


@scenario("2.6/membership")
async def members_of_a_child_role_are_in_its_parent(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    child = await make_role(s, "child", users=[ann.id])
    await make_role(s, "parent", users=[bob.id], roles=[child])
    await seen(s, await note_for(s, "parent"), ann, bob)
    await seen(s, await note_for(s, "child"), ann, bob)


@scenario("2.6/membership")
async def membership_goes_up_any_number_of_levels(s: Script) -> None:
    ann = await s.sign_up()
    below = await make_role(s, "level0", users=[ann.id])
    for level in range(1, 5):
        below = await make_role(s, f"level{level}", roles=[below])
    for level in (0, 1, 4):
        await seen(s, await note_for(s, f"level{level}"), ann, "client")


@scenario("2.6/membership")
async def a_circle_of_roles_does_no_harm(s: Script) -> None:
    ann = await s.sign_up()
    first = await make_role(s, "first", users=[ann.id])
    second = await make_role(s, "second", roles=[first])
    await s.put(f"roles/{first}", {"roles": relation("AddRelation", "_Role", second)}, as_="master")
    await seen(s, await note_for(s, "second"), ann)
    await seen(s, await note_for(s, "first"), ann)


@scenario("2.6/membership")
async def a_user_reaches_a_role_by_two_ways(s: Script) -> None:
    ann = await s.sign_up()
    base = await make_role(s, "base", users=[ann.id])
    left, right = await make_role(s, "left", roles=[base]), await make_role(s, "right", roles=[base])
    await make_role(s, "top", roles=[left, right])
    await seen(s, await note_for(s, "top"), ann)


@scenario("2.6/membership")
async def a_role_that_is_private_still_counts(s: Script) -> None:
    ann = await s.sign_up()
    body = {"name": s.name("secret"), "ACL": {}, "users": relation("AddRelation", "_User", ann.id)}
    await s.post("roles", body, as_="master")
    await seen(s, await note_for(s, "secret"), ann)


@scenario("2.6/role-cache")
async def joining_and_leaving_a_role_takes_effect_at_once(s: Script) -> None:
    ann = await s.sign_up()
    role = await make_role(s, "club")
    note = await note_for(s, "club")
    await seen(s, note, ann)
    await s.put(f"roles/{role}", {"users": relation("AddRelation", "_User", ann.id)}, as_="master")
    await seen(s, note, ann)
    await s.put(f"roles/{role}", {"users": relation("RemoveRelation", "_User", ann.id)}, as_="master")
    await seen(s, note, ann)


@scenario("2.6/role-cache")
async def a_deleted_role_opens_nothing_to_new_users(s: Script) -> None:
    ann = await s.sign_up()
    role = await make_role(s, "club", users=[ann.id])
    note = await note_for(s, "club")
    await s.delete(f"roles/{role}", as_="master")
    await seen(s, note, ann)


@scenario("2.6/role-name")
async def a_role_name_is_not_checked_and_may_change(s: Script) -> None:
    ann = await s.sign_up()
    for base in ("with space", "ä", "a.b:c", "-"):
        await s.post("roles", {"name": s.name(base), "ACL": {}}, as_="master")
    role = await make_role(s, "before", users=[ann.id])
    note = await note_for(s, "after")
    await seen(s, note, ann)
    await s.put(f"roles/{role}", {"name": s.name("after")}, as_="master")
    await seen(s, note, ann)


@scenario("2.6/role-name")
async def a_role_name_is_unique(s: Script) -> None:
    await make_role(s, "club")
    other = await make_role(s, "other")
    await s.post("roles", {"name": s.name("club"), "ACL": {}}, as_="master")
    await s.put(f"roles/{other}", {"name": s.name("club")}, as_="master")
    await s.post("roles", {"name": s.name("CLUB"), "ACL": {}}, as_="master")


@scenario("2.6/role-acl")
async def the_acl_of_a_role_decides_who_changes_it(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    acl = {"*": {"read": True}, ann.id: {"write": True}}
    role = await s.post("roles", {"name": s.name("club"), "ACL": acl}, as_=ann)
    for who in ("client", bob, ann):
        await s.get(f"roles/{role.id}", as_=who)
        await s.put(f"roles/{role.id}", {"users": relation("AddRelation", "_User", bob.id)}, as_=who)
        await s.delete(f"roles/{role.id}", as_=who)


@scenario("2.6/role-acl")
async def a_client_may_make_a_role(s: Script) -> None:
    await s.post("roles", {"name": s.name("club"), "ACL": {"*": {"read": True}}})
    await s.get("roles", params={"where": {"name": s.name("club")}})
