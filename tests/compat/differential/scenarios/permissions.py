"""2.7 Class-level permissions: every branch of the decision for one operation."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.declare import NUMBER, OPEN, USER, declare, declare_open, make_role
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

FIELDS = {"n": NUMBER, "owner": USER}
OPERATIONS = ("find", "get", "count", "create", "update", "delete", "addField")


async def prepared(s: Script, **permissions: Any) -> str:
    """The class Box, all open but for these, with one object; gives the object's id."""
    await declare_open(s, "Box", FIELDS, **permissions)
    return await s.create("Box", {"n": 1}, as_="master")


async def every_operation(s: Script, made: str, who: str | User) -> None:
    """One request for each operation; the object is deleted in the end if that is allowed."""
    path = f"classes/{s.name('Box')}"
    await s.get(path, params={"keys": "n", "order": "createdAt"}, as_=who, label="find")
    await s.get(f"{path}/{made}", params={"keys": "n"}, as_=who, label="get")
    await s.get(path, params={"count": 1, "limit": 0}, as_=who, label="count")
    await s.post(path, {"n": 5}, as_=who, label="create")
    await s.put(f"{path}/{made}", {"n": 2}, as_=who, label="update")
    await s.put(f"{path}/{made}", {"fresh": 2}, as_=who, label="addField on update")
    await s.post(path, {"other": 2}, as_=who, label="addField on create")
    await s.delete(f"{path}/{made}", as_=who, label="delete")


@scenario("2.7/evaluation-star")
async def a_star_allows_everybody(s: Script) -> None:
    made = await prepared(s)
    await every_operation(s, made, "client")


@scenario("2.7/evaluation-nobody")
async def an_empty_entry_allows_nobody(s: Script) -> None:
    ann = await s.sign_up()
    made = await prepared(s, **{operation: {} for operation in OPERATIONS})
    await every_operation(s, made, "client")
    await every_operation(s, made, ann)


@scenario("2.7/evaluation-nobody")
async def each_operation_is_closed_alone(s: Script) -> None:
    for operation in OPERATIONS:
        name = await declare_open(s, f"Only{operation}", FIELDS, **{operation: {}})
        made = await s.create(f"Only{operation}", {"n": 1}, as_="master")
        await s.get(f"classes/{name}")
        await s.get(f"classes/{name}/{made}")
        await s.get(f"classes/{name}", params={"count": 1, "limit": 0})
        await s.post(f"classes/{name}", {"n": 2}, label=f"{operation} is closed")
        await s.put(f"classes/{name}/{made}", {"n": 2})
        await s.put(f"classes/{name}/{made}", {"fresh": 2})
        await s.delete(f"classes/{name}/{made}")


@scenario("2.7/evaluation-master")
async def master_and_maintainer_skip_permissions(s: Script) -> None:
    closed: dict[str, Any] = {operation: {} for operation in OPERATIONS}
    made = await prepared(s, **closed)
    await every_operation(s, made, "maintenance")
    again = await s.create("Box", {"n": 1}, as_="master")
    await every_operation(s, again, "master")


@scenario("2.7/evaluation-master")
async def the_read_only_key_reads_only(s: Script) -> None:
    made = await prepared(s, **{operation: {} for operation in OPERATIONS})
    await every_operation(s, made, "readonly")


@scenario("2.7/evaluation-id")
async def a_user_id_allows_that_user(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    made = await prepared(s, **{operation: {ann.id: True} for operation in OPERATIONS})
    for who in ("client", bob, ann):
        await every_operation(s, made, who)


@scenario("2.7/evaluation-role")
async def a_role_allows_its_users(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "admins", users=[ann.id])
    made = await prepared(s, **{operation: {f"role:{s.name('admins')}": True} for operation in OPERATIONS})
    for who in ("client", bob, ann):
        await every_operation(s, made, who)


@scenario("2.7/evaluation-role")
async def a_parent_role_allows_users_of_its_child(s: Script) -> None:
    ann = await s.sign_up()
    child = await make_role(s, "child", users=[ann.id])
    await make_role(s, "parent", roles=[child])
    made = await prepared(s, find={f"role:{s.name('parent')}": True}, get={f"role:{s.name('child')}": True})
    for who in ("client", ann):
        await s.get(f"classes/{s.name('Box')}", as_=who)
        await s.get(f"classes/{s.name('Box')}/{made}", as_=who)


@scenario("2.7/evaluation-authenticated")
async def requires_authentication_allows_users(s: Script) -> None:
    ann = await s.sign_up()
    made = await prepared(s, **{operation: {"requiresAuthentication": True} for operation in OPERATIONS})
    for who in ("client", ann):
        await every_operation(s, made, who)


@scenario("2.7/evaluation-authenticated")
async def requires_authentication_beside_a_role(s: Script) -> None:
    ann = await s.sign_up()
    await make_role(s, "admins")
    entry = {"requiresAuthentication": True, f"role:{s.name('admins')}": True}
    made = await prepared(s, find=entry, delete=entry)
    for who in ("client", ann):
        await s.get(f"classes/{s.name('Box')}", as_=who)
        await s.delete(f"classes/{s.name('Box')}/{made}", as_=who)


@scenario("2.7/evaluation-several")
async def any_of_several_entries_is_enough(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    await make_role(s, "admins", users=[bob.id])
    await prepared(s, find={ann.id: True, f"role:{s.name('admins')}": True})
    for who in ("client", ann, bob):
        await s.get(f"classes/{s.name('Box')}", as_=who)


@scenario("2.7/evaluation-get")
async def get_is_a_query_by_one_id(s: Script) -> None:
    made = await prepared(s, find={})
    path = f"classes/{s.name('Box')}"
    for where in (
        {"objectId": made},
        {"objectId": made, "n": 1},
        {"objectId": {"$in": [made]}},
        {"objectId": {"$eq": made}},
        {"$or": [{"objectId": made}]},
        {"objectId": "missing123"},
        {},
    ):
        await s.get(path, params={"where": where})
    await s.get(f"{path}/{made}")


@scenario("2.7/evaluation-get")
async def a_query_by_id_needs_get_not_find(s: Script) -> None:
    made = await prepared(s, get={})
    path = f"classes/{s.name('Box')}"
    for where in ({"objectId": made}, {"objectId": {"$in": [made]}}, {"n": 1}):
        await s.get(path, params={"where": where})
    await s.get(f"{path}/{made}")


@scenario("2.7/evaluation-count")
async def count_has_a_permission_of_its_own(s: Script) -> None:
    for base, closed in (("NoCount", "count"), ("NoFind", "find")):
        name = await declare_open(s, base, FIELDS, **{closed: {}})
        made = await s.create(base, {"n": 1}, as_="master")
        await s.get(f"classes/{name}", params={"count": 1})
        await s.get(f"classes/{name}", params={"count": 1, "limit": 0})
        await s.get(f"classes/{name}", params={"count": 1, "limit": 0, "where": {"objectId": made}})
        await s.get(f"classes/{name}")


@scenario("2.7/evaluation-add-field")
async def add_field_is_needed_for_keys_that_are_new(s: Script) -> None:
    made = await prepared(s, addField={})
    path = f"classes/{s.name('Box')}"
    for body in (
        {"n": 2},
        {"fresh": 1},
        {"fresh": None},
        {"fresh": {"__op": "Delete"}},
        {"n": 3, "fresh": 1},
        {"fresh": {"__op": "Increment", "amount": 1}},
        {"fresh.a": 1},
        {"fresh": {"__op": "Add", "objects": [1]}},
    ):
        await s.put(f"{path}/{made}", body)
        await s.post(path, body)
    await s.get(f"schemas/{s.name('Box')}", as_="master")


@scenario("2.7/evaluation-add-field")
async def a_user_with_add_field_adds_fields(s: Script) -> None:
    ann = await s.sign_up()
    made = await prepared(s, addField={ann.id: True})
    for who in ("client", ann):
        await s.put(f"classes/{s.name('Box')}/{made}", {"fresh": 1}, as_=who)
        await s.post(f"classes/{s.name('Box')}", {"other": 1}, as_=who)
    await s.get(f"schemas/{s.name('Box')}", as_="master")


@scenario("2.7/evaluation-missing")
async def an_operation_missing_from_stored_permissions_is_for_nobody(s: Script) -> None:
    await declare(s, "Box", FIELDS, {"find": {"*": True}})
    made = await s.create("Box", {"n": 1}, as_="master")
    await every_operation(s, made, "client")


@scenario("2.7/evaluation-missing")
async def without_stored_permissions_all_is_open(s: Script) -> None:
    await declare(s, "Box", FIELDS)
    made = await s.create("Box", {"n": 1}, as_="master")
    await every_operation(s, made, "client")


@scenario("2.7/detailed-errors", profile="detailed")
async def refusals_tell_the_operation_if_configured(s: Script) -> None:
    made = await prepared(s, **{operation: {} for operation in OPERATIONS})
    await every_operation(s, made, "client")


@scenario("2.7/detailed-errors", profile="detailed")
async def a_missing_login_is_told_if_configured(s: Script) -> None:
    made = await prepared(s, **{operation: {"requiresAuthentication": True} for operation in OPERATIONS})
    await every_operation(s, made, "client")


@scenario("2.7/detailed-errors", profile="detailed")
async def an_unreachable_class_is_told_if_configured(s: Script) -> None:
    for name in ("_JobStatus", "_Join:users:_Role", "_Installation", "_Hooks"):
        await s.get(f"classes/{name}")
        await s.post(f"classes/{name}", {"deviceType": "ios", "installationId": s.name("i")}, record=False)
        await s.delete(f"classes/{name}/none")
    await s.get("schemas")
    await s.put(f"classes/{s.name('Box')}/none", {"n": 1}, as_="readonly")


@scenario("2.7/evaluation-read-path")
async def permissions_hold_on_every_way_of_reading(s: Script) -> None:
    made = await prepared(s, find={}, get={}, count={})
    holder = await s.create("Holder", {"p": s.pointer("Box", made)})
    box = s.name("Box")
    await s.get(f"classes/{s.name('Holder')}/{holder}", params={"include": "p"})
    await s.get(f"classes/{s.name('Holder')}", params={"where": {"p": {"$inQuery": {"className": box, "where": {}}}}})
    select = {"query": {"className": box, "where": {}}, "key": "n"}
    await s.get(f"classes/{s.name('Holder')}", params={"where": {"n": {"$select": select}}})
    related = {"$relatedTo": {"object": s.pointer("Box", made), "key": "others"}}
    await s.get(f"classes/{s.name('Holder')}", params={"where": related})


@scenario("2.7/evaluation-read-path")
async def an_open_get_is_enough_to_include(s: Script) -> None:
    made = await prepared(s, find={})
    second = await s.create("Box", {"n": 2}, as_="master")
    holder = await s.create("Holder", {"p": s.pointer("Box", made)})
    await s.get(f"classes/{s.name('Holder')}/{holder}", params={"include": "p"})
    await s.create("Holder", {"p": s.pointer("Box", second)})
    await s.get(f"classes/{s.name('Holder')}", params={"include": "p", "order": "createdAt"})


@scenario("2.7/evaluation-batch")
async def permissions_hold_inside_a_batch(s: Script) -> None:
    made = await prepared(s, create={}, delete={})
    path = f"/parse/classes/{s.name('Box')}"
    requests = [
        {"method": "POST", "path": path, "body": {"n": 1}},
        {"method": "DELETE", "path": f"{path}/{made}"},
        {"method": "PUT", "path": f"{path}/{made}", "body": {"n": 2}},
    ]
    await s.post("batch", {"requests": requests})


@scenario("2.7/class-creation", profile="custom-ids")
async def clients_make_no_class_if_that_is_off(s: Script) -> None:
    body = {"username": s.name("ann"), "password": "secret", "objectId": s.name("ann")}
    made = await s.post("users", body)
    for n, who in enumerate(("client", made.token, "readonly", "maintenance", "master")):
        await s.post(f"classes/{s.name('Fresh')}", {"objectId": f"number{n}"}, as_=who)
    await s.get(f"schemas/{s.name('Fresh')}", as_="master")


@scenario("2.7/class-creation", profile="custom-ids")
async def clients_still_add_fields_and_find_no_missing_class(s: Script) -> None:
    name = await declare(s, "Known", FIELDS)
    await s.post(f"classes/{name}", {"objectId": "one", "extra": 1})
    await s.get(f"classes/{s.name('Missing')}")
    await s.get(f"classes/{s.name('Missing')}/one")
    await s.put(f"classes/{s.name('Missing')}/one", {"n": 1})
    await s.delete(f"classes/{s.name('Missing')}/one")
    await s.get(f"classes/{s.name('Missing')}", as_="master")
    await s.post("roles", {"objectId": "r", "name": s.name("r"), "ACL": {}})


@scenario("2.7/clp-acl")
async def the_permissions_acl_is_the_default_of_new_objects(s: Script) -> None:
    ann = await s.sign_up()
    acl = {"currentUser": {"read": True, "write": True}, "role:admin": {"read": True}}
    name = await declare(s, "Box", FIELDS, {**OPEN, "ACL": acl})
    for who in ("client", ann, "master"):
        made = await s.post(f"classes/{name}", {"n": 1}, as_=who)
        await s.get(f"classes/{name}/{made.id}", as_="master")


@scenario("2.7/clp-acl")
async def an_acl_that_is_sent_wins(s: Script) -> None:
    ann = await s.sign_up()
    name = await declare(s, "Box", FIELDS, {**OPEN, "ACL": {"currentUser": {"read": True}}})
    for sent in ({"*": {"read": True}}, {}, None):
        made = await s.post(f"classes/{name}", {"n": 1, "ACL": sent}, as_=ann)
        await s.get(f"classes/{name}/{made.body.get('objectId')}", as_="master")


@scenario("2.7/clp-acl")
async def a_public_permissions_acl_adds_nothing(s: Script) -> None:
    name = await declare(s, "Box", FIELDS, {**OPEN, "ACL": {"*": {"read": True, "write": True}}})
    made = await s.post(f"classes/{name}", {"n": 1})
    await s.get(f"classes/{name}/{made.id}", as_="master")
    await s.put(f"classes/{name}/{made.id}", {"n": 2})


@scenario("2.7/clp-acl")
async def flags_of_the_permissions_acl_that_are_false(s: Script) -> None:
    ann = await s.sign_up()
    acl = {"*": {"read": True, "write": False}, "currentUser": {"write": True, "read": False}, "aaaaaaaaaa": {}}
    name = await declare(s, "Box", FIELDS, {**OPEN, "ACL": acl})
    made = await s.post(f"classes/{name}", {"n": 1}, as_=ann)
    await s.get(f"classes/{name}/{made.id}", as_="master")
