"""6.5 and 6.6 Live queries: who is told what, by ACLs, class-level permissions and protected fields."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import NUMBER, USER, declare_open, make_role
from tests.compat.differential.live import LiveClient
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

READ = {"read": True}


def only(*users: User) -> dict[str, Any]:
    return {user.id: {"read": True, "write": True} for user in users}


async def change(s: Script, object_id: str, fields: dict[str, Any], base: str = "Score") -> None:
    await s.put(f"classes/{s.name(base)}/{object_id}", fields, as_="master")


async def remove(s: Script, object_id: str, base: str = "Score") -> None:
    await s.delete(f"classes/{s.name(base)}/{object_id}", as_="master")


async def all_follow(*clients: LiveClient, base: str = "Score") -> None:
    for client in clients:
        await client.follow(base)


@scenario("6.6/acl", "6.5/token", profile="live")
async def an_object_is_told_to_those_who_may_read_it(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs, s.live("nobodys") as nobodys:
        await all_follow(anns, bobs, nobodys)
        for acl in (only(ann), only(ann, bob), {"*": READ}, {}, {ann.id: {"write": True}}, {bob.id: READ, "*": READ}):
            score = await s.create("Score", {"ACL": acl}, as_="master")
            await change(s, score, {"points": 1})
            await remove(s, score)
            await s.told(anns, bobs, nobodys)


@scenario("6.6/acl", profile="live")
async def an_object_is_told_to_users_of_its_roles(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    editors = await make_role(s, "Editors", users=[ann.id])
    await make_role(s, "Authors", roles=[editors])
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs, s.live("nobodys") as nobodys:
        await all_follow(anns, bobs, nobodys)
        for role in ("Editors", "Authors", "Nobody"):
            await s.create("Score", {"ACL": {f"role:{s.name(role)}": READ}}, as_="master")
            await s.told(anns, bobs, nobodys)


@scenario("6.5/token", "6.5/bad-token", profile="live")
async def the_token_of_the_subscription_counts(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    async with s.live("nobodys") as nobodys, s.live("bads", sessionToken="r:00000000000000000000000000000000") as bads:
        await nobodys.follow("Score", token=ann.token, number=1)
        await nobodys.follow("Score", token=bob.token, number=2)
        await nobodys.follow("Score", token="r:ffffffffffffffffffffffffffffffff", number=3)
        await bads.follow("Score", number=1)
        await bads.follow("Score", token=ann.token, number=2)
        await s.create("Score", {"ACL": only(ann)}, as_="master")
        await s.told(nobodys, bads)
        await s.create("Score")
        await s.told(nobodys, bads)


@scenario("6.5/token", profile="live")
async def the_token_of_the_connection_counts_beside_that_of_the_subscription(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    async with s.live("anns", ann) as anns:
        await anns.follow("Score", token=bob.token)
        for user in (ann, bob):
            await s.create("Score", {"ACL": only(user)}, as_="master")
            await s.told(anns)


@scenario("6.5/token", profile="live")
async def the_token_of_the_connection_alone(s: Script) -> None:
    ann = await s.sign_up("ann")
    await declare_open(s, "Box", {"n": NUMBER, "owner": USER}, find={"pointerFields": ["owner"]})
    await declare_open(s, "Safe", {"n": NUMBER}, protectedFields={"*": ["n"], ann.id: []})
    async with s.live("anns", ann) as anns:
        for number, base in enumerate(("Score", "Box", "Safe"), 1):
            await anns.follow(base, token="", number=number)
        await s.create("Score", {"ACL": only(ann)}, as_="master")
        await s.create("Box", {"n": 1, "owner": ann.pointer}, as_="master")
        await s.create("Safe", {"n": 1}, as_="master")
        await s.told(anns)


@scenario("6.6/lost-access", "6.6/gained-access", profile="live")
async def access_comes_and_goes(s: Script) -> None:
    ann = await s.sign_up("ann")
    async with s.live("anns", ann) as anns, s.live("nobodys") as nobodys:
        await all_follow(anns, nobodys)
        score = await s.create("Score", {"points": 1})
        await s.told(anns, nobodys)
        for number, acl in enumerate((only(ann), {}, only(ann), {"*": READ})):
            await change(s, score, {"points": number + 2, "ACL": acl})
            await s.told(anns, nobodys)


@scenario("6.6/lost-access", profile="live")
async def an_acl_is_deleted(s: Script) -> None:
    async with s.live("nobodys") as nobodys:
        await nobodys.follow("Score")
        score = await s.create("Score", {"points": 1, "ACL": {"*": READ}})
        await change(s, score, {"points": 2, "ACL": {"__op": "Delete"}})
        await s.told(nobodys)
        await s.get(f"classes/{s.name('Score')}/{score}")


@scenario("6.6/lost-access", "6.6/gained-access", profile="live")
async def access_and_condition_change_at_once(s: Script) -> None:
    ann = await s.sign_up("ann")
    async with s.live("anns", ann) as anns:
        await anns.follow("Score", {"points": {"$gt": 5}})
        score = await s.create("Score", {"points": 6, "ACL": only(ann)}, as_="master")
        for fields in (
            {"points": 1, "ACL": {}},
            {"points": 7, "ACL": only(ann)},
            {"points": 2},
            {"points": 8, "ACL": {}},
            {"points": 9, "ACL": only(ann)},
        ):
            await change(s, score, fields)
            await s.told(anns)


@scenario("6.4/permission", "6.6/get-or-find", profile="live")
async def class_level_permissions_refuse_subscriptions(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "Editors", users=[ann.id])
    await declare_open(s, "Shut", {"n": NUMBER}, find={}, get={})
    await declare_open(s, "Anns", {"n": NUMBER}, find={ann.id: True})
    await declare_open(s, "Members", {"n": NUMBER}, find={"requiresAuthentication": True})
    await declare_open(s, "Gets", {"n": NUMBER}, find={})
    one = {"objectId": "aaaaaaaaaa"}
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs, s.live("nobodys") as nobodys:
        for client in (anns, bobs, nobodys):
            for base in ("Shut", "Anns", "Members", "Gets"):
                await client.follow(base)
            await client.follow("Gets", one)
            await client.follow("Gets", {"objectId": {"$in": ["aaaaaaaaaa"]}})
            await client.follow("Gets", {**one, "n": 1})


@scenario("6.4/permission", profile="live")
async def a_role_that_may_find(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "Editors", users=[ann.id])
    await declare_open(s, "Edited", {"n": NUMBER}, find={f"role:{s.name('Editors')}": True})
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs:
        await all_follow(anns, bobs, base="Edited")
        await s.create("Edited", {"n": 1}, as_="master")
        await s.told(anns, bobs)


@scenario("6.6/permissions", profile="live")
async def permissions_that_change_count_at_the_next_event(s: Script) -> None:
    ann = await s.sign_up("ann")
    await declare_open(s, "Box", {"n": NUMBER})
    async with s.live("nobodys") as nobodys:
        await nobodys.follow("Box", {"n": {"$gt": 0}}, token=ann.token, number=1)
        await nobodys.follow("Box", {"n": {"$gt": 0}}, number=2)
        box = await s.create("Box", {"n": 1})
        await s.told(nobodys)
        shut = {"classLevelPermissions": {"find": {ann.id: True}, "get": {}, "update": {}, "create": {}, "delete": {}}}
        await s.put(f"schemas/{s.name('Box')}", {"className": s.name("Box"), **shut}, as_="master", record=False)
        await change(s, box, {"n": 2}, "Box")
        await s.told(nobodys, label="shut for one of two")
        await remove(s, box, "Box")
        await s.told(nobodys, label="deleted")


@scenario("6.6/permissions", profile="live")
async def refusals_of_events_that_do_not_match(s: Script) -> None:
    await declare_open(s, "Box", {"n": NUMBER})
    async with s.live("nobodys") as nobodys:
        await nobodys.follow("Box", {"n": 7})
        nobody: dict[str, Any] = {"find": {}, "get": {}, "update": {}, "create": {}, "delete": {}}
        shut = {"classLevelPermissions": nobody}
        await s.put(f"schemas/{s.name('Box')}", {"className": s.name("Box"), **shut}, as_="master", record=False)
        await s.create("Box", {"n": 1}, as_="master")
        await s.told(nobodys)


@scenario("6.6/pointer-permissions", profile="live")
async def only_objects_that_point_to_the_user_are_told(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    fields = {"n": NUMBER, "owner": USER, "friends": {"type": "Array"}}
    await declare_open(s, "Box", fields, find={"pointerFields": ["owner", "friends"]})
    await declare_open(s, "Old", fields, find={}, readUserFields=["owner"])
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs, s.live("nobodys") as nobodys:
        for client in (anns, bobs, nobodys):
            await client.follow("Box", number=1)
            await client.follow("Old", number=2)
        for base in ("Box", "Old"):
            for holder in ({"owner": ann.pointer}, {"friends": [bob.pointer]}, {}):
                thing = await s.create(base, {"n": 1, **holder}, as_="master")
                await change(s, thing, {"n": 2}, base)
                await remove(s, thing, base)
                await s.told(anns, bobs, nobodys, label=base)


@scenario("6.6/pointer-permissions", profile="live")
async def an_object_that_points_to_somebody_else_from_now_on(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await declare_open(s, "Box", {"n": NUMBER, "owner": USER}, find={"pointerFields": ["owner"]})
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs:
        await all_follow(anns, bobs, base="Box")
        box = await s.create("Box", {"n": 1, "owner": ann.pointer}, as_="master")
        await s.told(anns, bobs)
        await change(s, box, {"n": 2, "owner": bob.pointer}, "Box")
        await s.told(anns, bobs)


@scenario("6.6/protected", "6.4/permission", profile="live")
async def protected_fields_are_neither_told_nor_asked_for(s: Script) -> None:
    ann = await s.sign_up("ann")
    fields = {"secret": NUMBER, "n": NUMBER, "data": {"type": "Object"}}
    await declare_open(s, "Safe", fields, protectedFields={"*": ["secret", "data"], ann.id: ["data"]})
    async with s.live("anns", ann) as anns, s.live("nobodys") as nobodys:
        for client in (anns, nobodys):
            await client.follow("Safe", {"secret": 1})
            await client.follow("Safe", {"data.a": 1})
            await client.follow("Safe", {"$or": [{"secret": 1}, {"n": 1}]})
            await client.follow("Safe", watch=["secret"])
            await client.follow("Safe", watch=["data.a"])
            await client.follow("Safe", number=1)
            await client.follow("Safe", number=2, keys=["secret", "n"])
        safe = await s.create("Safe", {"secret": 1, "n": 1, "data": {"a": 1}}, as_="master")
        await change(s, safe, {"n": 2}, "Safe")
        await remove(s, safe, "Safe")
        await s.told(anns, nobodys)


@scenario("6.6/protected", profile="live")
async def protected_fields_by_role_and_by_pointer(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "Editors", users=[ann.id])
    fields = {"secret": NUMBER, "owner": USER}
    guard = {"*": ["secret"], f"role:{s.name('Editors')}": []}
    await declare_open(s, "Edited", fields, protectedFields=guard)
    await declare_open(s, "Owned", fields, protectedFields={"*": ["secret"], "userField:owner": []})
    async with s.live("anns", ann) as anns, s.live("bobs", bob) as bobs:
        for client in (anns, bobs):
            await client.follow("Edited", number=1)
            await client.follow("Owned", number=2)
        for base in ("Edited", "Owned"):
            await s.create(base, {"secret": 1, "owner": ann.pointer}, as_="master")
            await s.told(anns, bobs)


@scenario("6.6/users", profile="live")
async def users_are_told_without_secrets(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    async with s.live("anns", ann) as anns, s.live("nobodys") as nobodys:
        for client in (anns, nobodys):
            await client.follow("_User", {"objectId": ann.id})
        for fields in ({"phone": "2"}, {"ACL": {"*": READ}}, {"phone": "3"}):
            await s.put(f"users/{ann.id}", fields, as_="master")
            await s.told(anns, nobodys)
        await s.delete(f"users/{ann.id}", as_="master")
        await s.told(anns, nobodys)


@scenario("6.6/users", profile="live")
async def auth_data_of_the_user_himself(s: Script) -> None:
    made = await s.post("users", {"authData": {"anonymous": {"id": s.name("device")}}})
    async with s.live("anns", User(made.id, made.token, "ann")) as anns:
        await anns.follow("_User", {"objectId": made.id})
        await s.put(f"users/{made.id}", {"phone": "1"}, as_=made.token)
        await s.told(anns)


@scenario("6.6/users", profile="live")
async def conditions_on_secrets_of_users(s: Script) -> None:
    ann = await s.sign_up("ann")
    async with s.live("anns", ann) as anns:
        for field in ("sessionToken", "email", "_hashed_password", "authData", "authData.anonymous.id", "_rperm"):
            await anns.follow("_User", {field: "a"})
            await anns.follow("_User", {"$or": [{field: "a"}, {"username": "b"}]})
            await anns.follow("_User", {"username": "b"}, watch=[field])


@scenario("6.5/sessions", "6.4/session", profile="live")
async def sessions_are_told_to_their_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    async with s.live("anns", ann) as anns, s.live("nobodys") as nobodys:
        await nobodys.follow("_Session")
        await nobodys.follow("_Session", {"user": ann.pointer})
        await anns.follow("_Session", number=1)
        await anns.follow("_Session", {"user": ann.pointer}, keys=["user", "createdWith"], number=2)
        for username in (ann.username, bob.username):
            await s.post("login", {"username": username, "password": "secret"})
            await s.told(anns, nobodys)


@scenario("6.5/sessions", profile="live")
async def sessions_of_somebody_else(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    async with s.live("anns", ann) as anns:
        await anns.follow("_Session", {"user": bob.pointer})
        for username in (ann.username, bob.username):
            await s.post("login", {"username": username, "password": "secret"})
            await s.told(anns)


@scenario("6.4/permission", profile="live", serial=True)
async def the_servers_own_classes(s: Script) -> None:
    ann = await s.sign_up("ann")
    names = ("_Role", "_Installation", "_JobStatus", "_PushStatus", "_Hooks", "_GlobalConfig", "_Audience", "_Join:a:B")
    async with s.live("anns", ann) as anns:
        for class_name in (*names, "_SCHEMA", "_Idempotency", "_Product"):
            await anns.follow(class_name)


@scenario("6.6/acl", profile="live")
async def roles_can_be_followed(s: Script) -> None:
    ann = await s.sign_up("ann")
    async with s.live("anns", ann) as anns:
        await anns.follow("_Role", {"name": s.name("Editors")})
        role = await make_role(s, "Editors", users=[ann.id])
        await s.told(anns)
        await s.put(f"roles/{role}", {"note": "a"}, as_="master")
        await s.told(anns)
