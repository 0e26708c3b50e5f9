"""2.6 ACL: who reads and writes an object."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import make_role
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

READ, WRITE, BOTH = {"read": True}, {"write": True}, {"read": True, "write": True}


async def tried(s: Script, made: str, *callers: str | User) -> None:
    """Each caller finds, gets, updates the object; then each deletes it until somebody may."""
    path = f"classes/{s.name('Note')}"
    for who in callers:
        await s.get(path, params={"keys": "n"}, as_=who)
        await s.get(f"{path}/{made}", params={"keys": "n"}, as_=who)
        await s.put(f"{path}/{made}", {"n": 2}, as_=who)
    for who in callers:
        await s.delete(f"{path}/{made}", as_=who)


@scenario("2.6/public")
async def an_object_without_acl_is_open_to_all(s: Script) -> None:
    ann = await s.sign_up()
    made = await s.create("Note", {"n": 1})
    await tried(s, made, "client", ann)


@scenario("2.6/public")
async def a_public_acl_is_shown_as_sent(s: Script) -> None:
    made = await s.create("Note", {"n": 1, "ACL": {"*": BOTH}})
    await s.get(f"classes/{s.name('Note')}/{made}")
    await s.put(f"classes/{s.name('Note')}/{made}", {"n": 2})


@scenario("2.6/empty")
async def an_empty_acl_is_for_master_only(s: Script) -> None:
    ann = await s.sign_up()
    made = await s.create("Note", {"n": 1, "ACL": {}})
    await s.get(f"classes/{s.name('Note')}/{made}", as_="master")
    await tried(s, made, "client", ann, "readonly", "maintenance", "master")


@scenario("2.6/null")
async def a_null_acl(s: Script) -> None:
    made = await s.post(f"classes/{s.name('Note')}", {"n": 1, "ACL": None})
    await s.get(f"classes/{s.name('Note')}/{made.body.get('objectId')}")
    other = await s.create("Note", {"n": 1, "ACL": {"*": READ}})
    await s.put(f"classes/{s.name('Note')}/{other}", {"ACL": None}, as_="master")
    await s.get(f"classes/{s.name('Note')}/{other}")


@scenario("2.6/read-filter", "2.6/invisible")
async def a_private_object_is_seen_by_its_user_only(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await s.create("Note", {"n": 1, "ACL": {ann.id: BOTH}}, as_=ann)
    await tried(s, made, "client", bob, ann)


@scenario("2.6/read-filter")
async def public_read_lets_all_read_and_one_write(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await s.create("Note", {"n": 1, "ACL": {"*": READ, ann.id: BOTH}}, as_=ann)
    await tried(s, made, "client", bob, ann)


@scenario("2.6/read-filter")
async def a_reader_may_not_write(s: Script) -> None:
    ann = await s.sign_up()
    made = await s.create("Note", {"n": 1, "ACL": {ann.id: READ}})
    await tried(s, made, ann)


@scenario("2.6/write-filter")
async def a_writer_without_read_updates_what_he_does_not_see(s: Script) -> None:
    ann = await s.sign_up()
    made = await s.create("Note", {"n": 1, "ACL": {ann.id: WRITE}})
    await tried(s, made, ann)
    await s.get(f"classes/{s.name('Note')}/{made}", as_="master")


@scenario("2.6/write-filter")
async def public_write_without_read(s: Script) -> None:
    ann = await s.sign_up()
    made = await s.create("Note", {"n": 1, "ACL": {"*": WRITE}})
    await tried(s, made, "client", ann)


@scenario("2.6/write-filter")
async def public_write_is_for_users_too(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await s.create("Note", {"n": 1, "ACL": {ann.id: READ, "*": WRITE}})
    await tried(s, made, bob, ann)


@scenario("2.6/read-filter")
async def count_counts_only_what_is_seen(s: Script) -> None:
    ann = await s.sign_up()
    for acl in ({"*": READ}, {ann.id: READ}, {"someoneelse": READ}):
        await s.create("Note", {"n": 1, "ACL": acl})
    for who in ("client", ann, "master"):
        await s.get(f"classes/{s.name('Note')}", params={"count": 1, "limit": 0}, as_=who)


@scenario("2.6/read-filter")
async def an_included_object_that_is_not_seen_stays_a_pointer(s: Script) -> None:
    ann = await s.sign_up()
    hidden = await s.create("Hidden", {"n": 1, "ACL": {ann.id: BOTH}})
    made = await s.create("Note", {"p": s.pointer("Hidden", hidden)})
    for who in ("client", ann):
        await s.get(f"classes/{s.name('Note')}/{made}", params={"include": "p"}, as_=who)
        await s.get(f"classes/{s.name('Note')}", params={"include": "p"}, as_=who)


@scenario("2.6/true-flags")
async def only_true_flags_are_returned(s: Script) -> None:
    acls: list[dict[str, Any]] = [
        {"*": {"read": True, "write": False}},
        {"aaaaaaaaaa": {"read": False}},
        {"aaaaaaaaaa": {}},
        {"*": READ, "role:x": {"write": True, "read": False}},
    ]
    for acl in acls:
        made = await s.create("Note", {"ACL": acl})
        await s.get(f"classes/{s.name('Note')}/{made}", as_="master")


@scenario("2.6/true-flags")
async def flags_that_are_not_true_or_false(s: Script) -> None:
    flags: list[Any] = [1, "yes", "true", None, 0, "", [], {}]
    for flag in flags:
        made = await s.post(f"classes/{s.name('Note')}", {"ACL": {"*": {"read": flag}}})
        if made.status == 201:
            await s.get(f"classes/{s.name('Note')}/{made.id}", as_="master")


@scenario("2.6/other-keys")
async def keys_other_than_read_and_write_are_dropped(s: Script) -> None:
    made = await s.create("Note", {"ACL": {"*": {"read": True, "delete": True, "admin": 1}}})
    await s.get(f"classes/{s.name('Note')}/{made}")


@scenario("2.6/other-keys")
async def odd_entries_of_an_acl(s: Script) -> None:
    for acl in (
        {"*": True},
        {"*": None},
        {"*": "read"},
        {"*": ["read"]},
        {"": BOTH},
        {"role:": BOTH},
        {"not an id": BOTH},
        {"a.b": BOTH},
        {"$a": BOTH},
    ):
        made = await s.post(f"classes/{s.name('Note')}", {"ACL": acl})
        if made.status == 201:
            await s.get(f"classes/{s.name('Note')}/{made.id}", as_="master")


@scenario("2.6/unresolved")
async def an_unresolved_entry_is_refused(s: Script) -> None:
    for who in ("client", "master"):
        await s.post(f"classes/{s.name('Note')}", {"ACL": {"*unresolved": BOTH}}, as_=who)
    made = await s.create("Note", {"n": 1})
    await s.put(f"classes/{s.name('Note')}/{made}", {"ACL": {"*unresolved": BOTH}})


@scenario("2.6/no-query")
async def acl_may_not_be_queried(s: Script) -> None:
    await s.create("Note", {"ACL": {"*": READ}})
    for where in ({"ACL": {"*": READ}}, {"ACL": {"$exists": True}}, {"ACL.*": READ}):
        for who in ("client", "master"):
            await s.get(f"classes/{s.name('Note')}", params={"where": where}, as_=who)


@scenario("2.6/change")
async def an_acl_is_replaced_as_a_whole(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    path = f"classes/{s.name('Note')}"
    made = await s.create("Note", {"n": 1, "ACL": {ann.id: BOTH}})
    await s.put(f"{path}/{made}", {"ACL": {bob.id: READ}}, as_=bob)
    await s.put(f"{path}/{made}", {"ACL": {bob.id: READ}}, as_=ann)
    for who in (ann, bob):
        await s.get(f"{path}/{made}", as_=who)
        await s.put(f"{path}/{made}", {"n": 2}, as_=who)


@scenario("2.6/change")
async def operations_on_an_acl_are_refused(s: Script) -> None:
    made = await s.create("Note", {"ACL": {"*": BOTH}})
    for value in ({"__op": "Add", "objects": [1]}, {"__op": "Increment", "amount": 1}):
        await s.put(f"classes/{s.name('Note')}/{made}", {"ACL": value})
    await s.put(f"classes/{s.name('Note')}/{made}", {"ACL.*": READ})
    await s.get(f"classes/{s.name('Note')}/{made}", as_="master")


@scenario("2.6/read-filter")
async def a_role_in_an_acl_opens_to_its_users(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "admins", users=[ann.id])
    made = await s.create("Note", {"n": 1, "ACL": {f"role:{s.name('admins')}": BOTH}})
    await tried(s, made, "client", bob, ann)


@scenario("2.6/user-default")
async def a_user_is_readable_and_writable_by_itself_only(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for who in ("client", bob, ann, "master"):
        await s.get(f"users/{ann.id}", as_=who)
        await s.get("users", params={"where": {"objectId": ann.id}}, as_=who)
        await s.put(f"users/{ann.id}", {"nick": "a"}, as_=who)


@scenario("2.6/user-default", profile="public-users")
async def users_are_readable_by_all_if_configured(s: Script) -> None:
    made = await s.post("users", {"username": s.name("ann"), "password": "secret"}, record=False)
    where = {"username": s.name("ann")}
    for who in ("client", made.token):
        answer = await s.get("users", params={"where": where, "keys": "username"}, as_=who, record=False)
        await s.get("users", params={"where": where, "keys": "username", "count": 1, "limit": 0}, as_=who)
        await s.post("functions/none", {"seen": [one["username"] for one in answer["results"]]}, label="who is seen")
    refused = await s.put(f"users/{made.id}", {"nick": "a"}, record=False)
    await s.post("functions/none", {"writing": refused.status})


@scenario("2.6/user-explicit")
async def the_own_rights_of_a_user_are_always_added(s: Script) -> None:
    made = await s.post("users", {"username": s.name("ann"), "password": "secret", "ACL": {"*": READ}})
    await s.get(f"users/{made.id}", as_=made.token)
    await s.put(f"users/{made.id}", {"ACL": {"someone": READ}}, as_=made.token)
    await s.get(f"users/{made.id}", as_=made.token)
    await s.put(f"users/{made.id}", {"ACL": {}}, as_="master")
    await s.get(f"users/{made.id}", as_="master")
    await s.get(f"users/{made.id}", as_=made.token)


@scenario("2.6/user-explicit")
async def signup_by_master_keeps_own_rights_too(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret", "ACL": {"*": READ}}
    made = await s.post("users", body, as_="master")
    await s.get(f"users/{made.id}", as_="master")


@scenario("2.6/own-rules")
async def sessions_and_installations_have_own_rules(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    mine = (await s.get("sessions/me", as_=ann)).id
    await s.get(f"sessions/{mine}", as_=bob)
    await s.delete(f"sessions/{mine}", as_=bob)
    await s.get(f"sessions/{mine}", as_="master")
    made = await s.post("installations", {"installationId": s.name("i"), "deviceType": "ios"}, as_=ann)
    await s.get(f"installations/{made.id}", as_=bob)
    await s.get(f"installations/{made.id}", as_="master")


@scenario("2.6/own-rules")
async def a_job_status_is_for_master_only(s: Script) -> None:
    made = await s.post("classes/_JobStatus", {"jobName": s.name("job"), "ACL": {}}, as_="master")
    await s.get(f"classes/_JobStatus/{made.id}", as_="master")
    await s.get(f"classes/_JobStatus/{made.id}")
    await s.delete(f"classes/_JobStatus/{made.id}", as_="master")
