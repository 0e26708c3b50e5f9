"""2.7 Pointer permissions: pointerFields, readUserFields and writeUserFields."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import ARRAY, NUMBER, OPEN, USER, declare, declare_open
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

FIELDS = {"n": NUMBER, "owner": USER, "second": USER, "friends": ARRAY}
ALL = ("find", "get", "count", "create", "update", "delete", "addField")


async def filled(s: Script, ann: User, bob: User) -> list[str]:
    """Three boxes: ann's, bob's, nobody's; gives their ids."""
    owners: tuple[dict[str, Any], ...] = ({"owner": ann.pointer}, {"owner": bob.pointer}, {})
    return [await s.create("Box", {"n": n, **fields}, as_="master") for n, fields in enumerate(owners)]


async def reads(s: Script, ids: list[str], *callers: str | User) -> None:
    path = f"classes/{s.name('Box')}"
    for who in callers:
        await s.get(path, params={"keys": "n", "order": "n"}, as_=who)
        for one in ids:
            await s.get(f"{path}/{one}", params={"keys": "n"}, as_=who)


async def writes(s: Script, ids: list[str], *callers: str | User) -> None:
    path = f"classes/{s.name('Box')}"
    for who in callers:
        for one in ids:
            await s.put(f"{path}/{one}", {"n": 7}, as_=who)
            await s.delete(f"{path}/{one}", as_=who)


@scenario("2.7/pointer-fields")
async def pointer_fields_limit_reading_to_the_named_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"]}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry, count=entry)
    await reads(s, await filled(s, ann, bob), "client", ann, bob)


@scenario("2.7/pointer-fields")
async def pointer_fields_limit_counting(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await declare_open(s, "Box", FIELDS, count={"pointerFields": ["owner"]})
    await filled(s, ann, bob)
    for who in (ann, "client"):
        await s.get(f"classes/{s.name('Box')}", params={"count": 1, "limit": 0}, as_=who)


@scenario("2.7/pointer-fields")
async def pointer_fields_limit_writing_to_the_named_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"]}
    await declare_open(s, "Box", FIELDS, update=entry, delete=entry)
    await writes(s, await filled(s, ann, bob), "client", ann)


@scenario("2.7/pointer-fields")
async def pointer_fields_may_be_arrays_of_users(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["friends"]}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry, update=entry)
    lists: list[list[Any]] = [[ann.pointer, bob.pointer], [bob.pointer], [], [ann.id]]
    ids = [await s.create("Box", {"n": n, "friends": one}, as_="master") for n, one in enumerate(lists)]
    for who in (ann, "client"):
        await s.get(f"classes/{s.name('Box')}", params={"keys": "n", "order": "n"}, as_=who)
        for one in ids:
            await s.put(f"classes/{s.name('Box')}/{one}", {"n": 9}, as_=who)


@scenario("2.7/pointer-fields")
async def several_pointer_fields_are_alternatives(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner", "second", "friends"]}
    await declare_open(s, "Box", FIELDS, find=entry)
    rows: list[dict[str, Any]] = [
        {"owner": ann.pointer},
        {"second": ann.pointer},
        {"friends": [ann.pointer]},
        {"owner": bob.pointer, "second": ann.pointer},
        {"owner": bob.pointer},
    ]
    for n, fields in enumerate(rows):
        await s.create("Box", {"n": n, **fields}, as_="master")
    for who in (ann, bob, "client"):
        await s.get(f"classes/{s.name('Box')}", params={"keys": "n", "order": "n"}, as_=who)


@scenario("2.7/pointer-fields")
async def a_query_by_the_pointer_field_is_still_constrained(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await declare_open(s, "Box", FIELDS, find={"pointerFields": ["owner"]})
    await filled(s, ann, bob)
    for owner in (ann, bob):
        where = {"owner": owner.pointer}
        await s.get(f"classes/{s.name('Box')}", params={"where": where, "keys": "n"}, as_=ann)
    either = {"$or": [{"n": 0}, {"n": 1}]}
    await s.get(f"classes/{s.name('Box')}", params={"where": either, "keys": "n"}, as_=ann)


@scenario("2.7/pointer-fields")
async def create_is_never_allowed_by_pointer_fields(s: Script) -> None:
    ann = await s.sign_up()
    await declare_open(s, "Box", FIELDS, create={"pointerFields": ["owner"]})
    for who in ("client", ann):
        await s.post(f"classes/{s.name('Box')}", {"n": 1, "owner": ann.pointer}, as_=who)


@scenario("2.7/pointer-fields")
async def add_field_by_pointer_fields_works_on_update_only(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await declare_open(s, "Box", FIELDS, addField={"pointerFields": ["owner"]})
    ids = await filled(s, ann, bob)
    for who in ("client", ann):
        await s.post(f"classes/{s.name('Box')}", {"fresh": 1, "owner": ann.pointer}, as_=who)
        for n, one in enumerate(ids):
            await s.put(f"classes/{s.name('Box')}/{one}", {f"fresh{n}": 1}, as_=who)


@scenario("2.7/pointer-fields")
async def an_entry_beside_pointer_fields_lifts_the_constraint(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"], bob.id: True}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry)
    await reads(s, await filled(s, ann, bob), ann, bob)


@scenario("2.7/pointer-fields")
async def authentication_beside_pointer_fields_keeps_the_constraint(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"], "requiresAuthentication": True}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry)
    await reads(s, await filled(s, ann, bob), "client", ann)


@scenario("2.7/pointer-fields")
async def empty_pointer_fields_allow_nobody(s: Script) -> None:
    ann = await s.sign_up()
    await declare_open(s, "Box", FIELDS, find={"pointerFields": []})
    for who in ("client", ann):
        await s.get(f"classes/{s.name('Box')}", as_=who)


@scenario("2.7/user-fields")
async def read_user_fields_limit_reading(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    closed: dict[str, Any] = {"find": {}, "get": {}, "count": {}}
    await declare(s, "Box", FIELDS, {**OPEN, **closed, "readUserFields": ["owner"]})
    await reads(s, await filled(s, ann, bob), "client", ann)


@scenario("2.7/user-fields")
async def write_user_fields_limit_writing_but_not_creating(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    closed: dict[str, Any] = {key: {} for key in ("create", "update", "delete", "addField")}
    await declare(s, "Box", FIELDS, {**OPEN, **closed, "writeUserFields": ["owner"]})
    ids = await filled(s, ann, bob)
    await s.post(f"classes/{s.name('Box')}", {"n": 1, "owner": ann.pointer}, as_=ann)
    await s.put(f"classes/{s.name('Box')}/{ids[0]}", {"fresh": 1}, as_=ann)
    await s.put(f"classes/{s.name('Box')}/{ids[1]}", {"fresh2": 1}, as_=ann)
    await writes(s, ids, "client", ann)


@scenario("2.7/user-fields")
async def user_fields_do_nothing_where_the_operation_is_open(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await declare(s, "Box", FIELDS, {**OPEN, "readUserFields": ["owner"], "writeUserFields": ["owner"]})
    ids = await filled(s, ann, bob)
    await reads(s, ids, "client", ann)
    await writes(s, ids, ann)


@scenario("2.7/user-fields")
async def user_fields_and_pointer_fields_add_up(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    permissions = {**OPEN, "find": {"pointerFields": ["second"]}, "readUserFields": ["owner"]}
    await declare(s, "Box", FIELDS, permissions)
    for n, fields in enumerate(({"owner": ann.pointer}, {"second": ann.pointer}, {"owner": bob.pointer})):
        await s.create("Box", {"n": n, **fields}, as_="master")
    for who in (ann, "client"):
        await s.get(f"classes/{s.name('Box')}", params={"keys": "n", "order": "n"}, as_=who)


@scenario("2.7/user-fields")
async def user_fields_may_be_arrays(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    closed: dict[str, Any] = {key: {} for key in ALL}
    fields = {"readUserFields": ["friends"], "writeUserFields": ["friends"]}
    await declare(s, "Box", FIELDS, {**closed, **fields})
    made = await s.create("Box", {"n": 1, "friends": [ann.pointer]}, as_="master")
    await reads(s, [made], ann, bob)
    await writes(s, [made], bob, ann)


@scenario("2.7/pointer-fields")
async def the_owner_may_give_an_object_away(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"]}
    await declare_open(s, "Box", FIELDS, update=entry, get=entry)
    made = await s.create("Box", {"n": 1, "owner": ann.pointer}, as_="master")
    path = f"classes/{s.name('Box')}/{made}"
    await s.put(path, {"owner": bob.pointer}, as_=bob)
    await s.put(path, {"owner": bob.pointer}, as_=ann)
    await s.put(path, {"n": 2}, as_=ann)
    await s.put(path, {"n": 2}, as_=bob)


@scenario("2.7/pointer-fields")
async def pointer_permissions_and_acl_must_both_allow(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"]}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry, update=entry)
    acl = {bob.id: {"read": True, "write": True}}
    made = await s.create("Box", {"n": 1, "owner": ann.pointer, "ACL": acl}, as_="master")
    await reads(s, [made], ann, bob)
    await s.put(f"classes/{s.name('Box')}/{made}", {"n": 2}, as_=ann)
    await s.put(f"classes/{s.name('Box')}/{made}", {"n": 2}, as_=bob)


@scenario("2.7/pointer-fields")
async def an_included_object_obeys_pointer_permissions(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    entry = {"pointerFields": ["owner"]}
    await declare_open(s, "Box", FIELDS, find=entry, get=entry)
    for one in await filled(s, ann, bob):
        await s.create("Holder", {"p": s.pointer("Box", one)})
    params = {"include": "p", "order": "createdAt"}
    await s.get(f"classes/{s.name('Holder')}", params=params, as_=ann)
    await s.get(f"classes/{s.name('Holder')}", params=params)
