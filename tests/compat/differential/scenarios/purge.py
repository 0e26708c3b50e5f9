"""1.7 DELETE /purge/:class."""

from __future__ import annotations

from tests.compat.differential.declare import make_role
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("1.7/purge")
async def purge_deletes_all_objects_and_keeps_the_class(s: Script) -> None:
    name = s.name("Score")
    for n in range(3):
        await s.create("Score", {"n": n, "ACL": {}})
    await s.delete(f"purge/{name}", as_="master")
    await s.get(f"classes/{name}", as_="master")
    await s.get(f"schemas/{name}", as_="master")
    await s.create("Score", {"n": 1})


@scenario("1.7/purge")
async def purge_of_nothing_is_fine(s: Script) -> None:
    name = s.name("Score")
    await s.delete(f"purge/{name}", as_="master")
    await s.post("schemas", {"className": name}, as_="master")
    await s.delete(f"purge/{name}", as_="master")
    await s.delete(f"purge/{name}", as_="master")


@scenario("1.7/purge")
async def only_master_purges(s: Script) -> None:
    ann = await s.sign_up()
    name = s.name("Score")
    await s.create("Score", {"n": 1})
    for who in ("nobody", "client", ann, "readonly", "maintenance"):
        await s.delete(f"purge/{name}", as_=who)
    await s.get(f"classes/{name}", params={"count": 1, "limit": 0})


@scenario("1.7/purge")
async def purge_of_odd_names(s: Script) -> None:
    for name in ("1abc", "with-dash", "_Nothing", "className"):
        await s.delete(f"purge/{name}", as_="master")
    await s.delete("purge", as_="master")
    await s.get(f"purge/{s.name('Score')}", as_="master")


@scenario("1.7/purge")
async def purge_leaves_relations_of_other_classes(s: Script) -> None:
    other = await s.create("Other", {"n": 1})
    owner = await s.create("Owner", {"others": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}})
    await s.delete(f"purge/{s.name('Other')}", as_="master")
    where = {"$relatedTo": {"object": s.pointer("Owner", owner), "key": "others"}}
    await s.get(f"classes/{s.name('Other')}", params={"where": where})
    await s.get(f"classes/{s.name('Owner')}/{owner}")


@scenario("1.7/purge-caches", serial=True, profile="public-users")
async def purge_of_sessions_ends_them_at_once(s: Script) -> None:
    made = await s.post("users", {"username": s.name("ann"), "password": "secret"}, record=False)
    await s.get("users/me", as_=made.token, params={"keys": "username"}, record=False)
    await s.delete("purge/_Session", as_="master")
    await s.get("users/me", as_=made.token)


@scenario("1.7/purge-caches", serial=True, profile="protected-fields")
async def purge_of_roles_ends_membership_at_once(s: Script) -> None:
    ann = await s.sign_up()
    await make_role(s, "club", users=[ann.id])
    made = await s.create("Note", {"n": 1, "ACL": {f"role:{s.name('club')}": {"read": True}}})
    await s.get(f"classes/{s.name('Note')}/{made}", as_=ann)
    await s.delete("purge/_Role", as_="master")
    await s.get(f"classes/{s.name('Note')}/{made}", as_=ann)
