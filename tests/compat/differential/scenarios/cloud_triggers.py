"""5.4, 5.5 Triggers of saves: what they are told, what they may do, and what the client sees of it."""

from __future__ import annotations

from typing import Any, Unpack

from tests.compat.differential.declare import OPEN
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import How, Script

HEADERS = {"X-Parse-Installation-Id": "phone", "X-Parse-Cloud-Context": '{"a":{"b":1}}', "X-Custom": "mine"}
DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}


async def add_class(s: Script, name: str, fields: dict[str, Any], **permissions: Any) -> None:
    """The class of a trigger, whose name is fixed."""
    body = {"className": name, "fields": fields, "classLevelPermissions": {**OPEN, **permissions}}
    await s.post("schemas", body, as_="master", record=False)


async def create(s: Script, name: str, fields: dict[str, Any], **how: Unpack[How]) -> str:
    """A new object of a class with triggers, whose answer may be the trigger's; gives its id."""
    tag = s.name("made")
    answer = await s.post(f"classes/{name}", {**fields, "tag": tag}, **how)
    if "objectId" in answer.body:
        return answer.id
    found = await s.get(
        f"classes/{name}", params={"where": {"tag": tag}, "order": "-createdAt"}, as_="master", record=False
    )
    return str(found["results"][0]["objectId"])


@scenario("5.4/save", profile="triggers")
async def save_triggers_are_told_who_calls(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("client", ann, "master", "maintenance"):
        await s.post("classes/TgTold", {"a": 1}, as_=who)


@scenario("5.4/save", "5.4/context", profile="triggers")
async def save_triggers_are_told_installation_headers_and_context(s: Script) -> None:
    await s.post("classes/TgTold", {"a": 1}, headers=HEADERS)
    await s.post("classes/TgTold", {"a": 1}, headers=HEADERS, as_="master")
    await s.post("classes/TgTold", {"_ApplicationId": "test", "_context": {"c": 1}, "a": 1}, as_="nobody")


@scenario("5.4/original", profile="triggers")
async def a_create_has_no_original(s: Script) -> None:
    await s.post("classes/TgState", {"text": "x", "list": [1], "map": {"a": 1}, "at": DATE, "none": None})
    await s.post("classes/TgState", {})


@scenario("5.4/original", profile="triggers")
async def an_update_has_the_stored_object_as_original(s: Script) -> None:
    made = await create(s, "TgState", {"text": "x", "n": 1, "list": [1], "map": {"a": 1, "b": 2}})
    for body in (
        {"text": "y"},
        {"text": "y"},
        {"n": {"__op": "Increment", "amount": 2}},
        {"text": {"__op": "Delete"}},
        {"map.a": 5},
        {"list": {"__op": "Add", "objects": [2]}},
        {},
    ):
        await s.put(f"classes/TgState/{made}", body)


@scenario("5.4/original", profile="triggers")
async def pointers_are_not_fetched_and_relations_are_dirty(s: Script) -> None:
    owner = await s.create("Owner", {"name": "ann"})
    relation = {"__op": "AddRelation", "objects": [s.pointer("Owner", owner)]}
    made = await create(s, "TgRelated", {"owner": s.pointer("Owner", owner), "owners": relation})
    await s.put(f"classes/TgRelated/{made}", {"owners": {"__op": "RemoveRelation", "objects": relation["objects"]}})
    await s.put(f"classes/TgRelated/{made}", {"n": 1})


@scenario("5.4/original", profile="triggers")
async def an_object_with_an_acl_shows_it(s: Script) -> None:
    ann = await s.sign_up("ann")
    acl = {ann.id: {"read": True, "write": True}}
    made = await create(s, "TgState", {"text": "x", "ACL": acl}, as_=ann)
    await s.put(f"classes/TgState/{made}", {"ACL": {"*": {"read": True, "write": True}}}, as_=ann)
    await s.put(f"classes/TgState/{made}", {"text": "y"})


@scenario("5.5/before-save", profile="triggers")
async def before_save_sets_fields(s: Script) -> None:
    made = await s.post("classes/TgChanged", {"how": "set", "text": "mine"})
    await s.get(f"classes/TgChanged/{made.id}")
    await s.put(f"classes/TgChanged/{made.id}", {"text": "other"})
    await s.get(f"classes/TgChanged/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def before_save_changes_values_in_place(s: Script) -> None:
    made = await s.post("classes/TgChanged", {"how": "in place", "list": [1]})
    await s.get(f"classes/TgChanged/{made.id}")
    await s.put(f"classes/TgChanged/{made.id}", {"other": 1})
    await s.get(f"classes/TgChanged/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def before_save_uses_operations(s: Script) -> None:
    made = await s.post("classes/TgChanged", {"how": "operations", "n": 1, "list": ["x"], "tags": ["a", "b"]})
    await s.get(f"classes/TgChanged/{made.id}")
    await s.put(f"classes/TgChanged/{made.id}", {"n": {"__op": "Increment", "amount": 1}})
    await s.put(f"classes/TgChanged/{made.id}", {"other": 1})
    await s.get(f"classes/TgChanged/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def before_save_unsets_and_reverts(s: Script) -> None:
    made = await s.post("classes/TgChanged", {"how": "unset", "text": "x"})
    await s.get(f"classes/TgChanged/{made.id}")
    made = await s.post("classes/TgChanged", {"text": "stored"})
    await s.put(f"classes/TgChanged/{made.id}", {"how": "revert", "text": "new"})
    await s.get(f"classes/TgChanged/{made.id}")
    await s.put(f"classes/TgChanged/{made.id}", {"how": "unset"})
    await s.get(f"classes/TgChanged/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def before_save_sets_an_acl_and_a_pointer(s: Script) -> None:
    made = await s.post("classes/TgChanged", {"how": "acl"})
    await s.get(f"classes/TgChanged/{made.id}")
    await s.put(f"classes/TgChanged/{made.id}", {"text": "x"})
    made = await s.post("classes/TgChanged", {"how": "pointer"})
    await s.get(f"classes/TgChanged/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def what_before_save_writes_is_checked(s: Script) -> None:
    await s.post("classes/TgChanged", {"how": "fine"})
    await s.post("classes/TgChanged", {"how": "bad name"})
    await s.post("classes/TgChanged", {"how": "wrong type"})


@scenario("5.5/before-save-set-unset", profile="triggers")
async def setting_and_unsetting_a_field_is_unsetting(s: Script) -> None:
    made = await s.post("classes/TgSetUnset", {"a": 1})
    await s.get(f"classes/TgSetUnset/{made.id}")
    await s.put(f"classes/TgSetUnset/{made.id}", {"a": 2})
    await s.get(f"classes/TgSetUnset/{made.id}")


@scenario("5.5/before-save-return", profile="triggers")
async def what_before_save_returns_is_ignored(s: Script) -> None:
    made = await s.post("classes/TgReturned", {"a": 1})
    await s.get(f"classes/TgReturned/{made.id}")


@scenario("5.5/before-save", profile="triggers")
async def before_save_is_awaited(s: Script) -> None:
    made = await s.post("classes/TgLater", {"a": 1})
    await s.get(f"classes/TgLater/{made.id}")


@scenario("5.5/order", profile="triggers")
async def an_update_of_what_is_not_there_comes_before_the_trigger(s: Script) -> None:
    await s.post("classes/TgNever", {"a": 1})
    await s.put("classes/TgNever/noSuchId00", {"a": 1})
    await s.put("classes/TgNever/noSuchId00", {"a": 1}, as_="master")
    await s.get("classes/TgNever")


@scenario("5.5/order", profile="triggers")
async def permissions_come_before_the_trigger(s: Script) -> None:
    await add_class(s, "TgOnlyFound", {}, create={}, update={})
    await s.post("classes/TgOnlyFound", {"a": 1})
    ann = await s.sign_up("ann")
    made = await create(s, "TgChanged", {"ACL": {ann.id: {"read": True, "write": True}}, "text": "x"}, as_=ann)
    await s.put(f"classes/TgChanged/{made}", {"how": "bad name"})
    await s.put(f"classes/TgChanged/{made}", {"how": "bad name"}, as_=ann)


@scenario("5.5/order", profile="triggers")
async def the_form_of_a_body_comes_before_or_after_the_trigger(s: Script) -> None:
    await add_class(s, "TgNever", {"n": {"type": "Number"}})
    for body in (
        {"n": "text"},
        {"bad-name": 1},
        {"objectId": "mine"},
        {"ACL": 7},
        {"_hashed_password": "x"},
        {"n": {"__op": "Nonsense"}},
        {"a": {"$b": 1}},
    ):
        await s.post("classes/TgNever", body)


@scenario("5.5/order", profile="triggers")
async def required_fields_are_checked_after_the_trigger(s: Script) -> None:
    needed = {"needed": {"type": "String", "required": True}, "fill": {"type": "Boolean"}}
    await add_class(s, "TgRequired", needed)
    await s.post("classes/TgRequired", {"fill": True})
    await s.post("classes/TgRequired", {"fill": False})
    await s.post("classes/TgRequired", {"needed": "given"})


@scenario("5.5/order", profile="triggers")
async def class_creation_comes_before_the_trigger(s: Script) -> None:
    for name in ("bad-class", "_Nothing", "1Class"):
        await s.post(f"classes/{name}", {"a": 1})


@scenario("5.5/after-save", profile="triggers")
async def what_after_save_returns_is_the_answer(s: Script) -> None:
    tag = s.name("made")
    for how in ("object", "empty object", "later", "text", "number", "false", "nothing"):
        await s.post("classes/TgAnswered", {"how": how, "tag": tag})
    await s.get("classes/TgAnswered", params={"where": {"tag": tag}, "keys": "how", "order": "how"})


@scenario("5.5/after-save", profile="triggers")
async def a_date_returned_by_after_save(s: Script) -> None:
    await s.post("classes/TgAnswered", {"how": "date"})


@scenario("5.5/after-save", profile="triggers")
async def what_after_save_returns_answers_an_update(s: Script) -> None:
    made = (await s.post("classes/TgAnswered", {"how": "nothing"})).id
    for how in ("object", "text", "nothing"):
        await s.put(f"classes/TgAnswered/{made}", {"how": how})


@scenario("5.5/after-save", profile="triggers")
async def objects_returned_by_after_save_are_the_answer(s: Script) -> None:
    made = await s.post("classes/TgAnswered", {"how": "same", "a": 1})
    await s.put(f"classes/TgAnswered/{made.id}", {"a": 2})
    await s.post("classes/TgAnswered", {"how": "other"})


@scenario("5.5/after-save", profile="triggers")
async def after_save_that_fails_changes_nothing(s: Script) -> None:
    for how in ("parse error", "error"):
        made = await s.post("classes/TgAnswered", {"how": how})
        await s.get(f"classes/TgAnswered/{made.id}")
        await s.put(f"classes/TgAnswered/{made.id}", {"a": 1})


@scenario("5.5/after-save", profile="triggers")
async def what_after_save_sets_is_not_stored(s: Script) -> None:
    made = await s.post("classes/TgAnswered", {"how": "changed", "tag": s.name("made")})
    await s.get("classes/TgAnswered", params={"where": {"tag": s.name("made")}})
    await s.put(f"classes/TgAnswered/{made.id}", {"a": 1})


@scenario("5.5/nested", profile="triggers")
async def after_save_saves_other_objects(s: Script) -> None:
    name = s.name("team")
    for _ in range(2):
        made = await s.post("classes/TgCounted", {"name": name}, headers={"X-Parse-Installation-Id": "phone"})
    await s.put(f"classes/TgCounted/{made.id}", {"a": 1})
    await s.get("classes/TgTotal", params={"where": {"name": name}})


@scenario("5.4/context", profile="triggers")
async def the_context_goes_from_before_save_to_after_save(s: Script) -> None:
    await s.post("classes/TgContext", {"a": 1})
    await s.post("classes/TgContext", {"a": 1}, headers={"X-Parse-Cloud-Context": '{"before":1,"mine":[1]}'})


@scenario("5.4/context", profile="triggers")
async def entries_of_a_batch_share_the_context(s: Script) -> None:
    entry = {"method": "POST", "path": "/parse/classes/TgContext", "body": {"a": 1}}
    await s.post("batch", {"requests": [entry, entry]}, headers={"X-Parse-Cloud-Context": '{"mine":1}'})


@scenario("5.1/class-names", profile="triggers")
async def a_trigger_is_registered_for_an_sdk_class(s: Script) -> None:
    made = await s.post("classes/TgSubclass", {"a": 1})
    await s.get(f"classes/TgSubclass/{made.id}")


@scenario("5.5/users", profile="triggers")
async def before_save_of_users_sees_the_plain_password(s: Script) -> None:
    made = await s.post("users", {"username": s.name("ann"), "password": "secret", "how": "tell"})
    await s.get("users/me", as_=made.token)
    changed = await s.put(f"users/{made.id}", {"password": "other"}, as_=made.token)
    await s.get("users/me", as_=changed.token)
    await s.put(f"users/{made.id}", {"phone": "1"}, as_=changed.token)
    await s.post("login", {"username": s.name("ann"), "password": "other"})


@scenario("5.5/users", profile="triggers")
async def before_save_of_users_sees_auth_data_as_sent(s: Script) -> None:
    auth = {"authData": {"anonymous": {"id": s.name("phone")}}}
    made = await s.post("users", {**auth, "how": "tell"})
    await s.get("users/me", as_=made.token)


@scenario("5.5/users", profile="triggers")
async def before_save_of_users_may_refuse_and_rename(s: Script) -> None:
    await s.post("users", {"username": s.name("ann"), "password": "secret", "how": "refuse"})
    await s.post("login", {"username": s.name("ann"), "password": "secret"})
    made = await s.post("users", {"username": s.name("bob"), "password": "secret", "how": "rename"})
    await s.get("users/me", as_=made.token)
    await s.post("users", {"username": s.name("bob"), "password": "secret", "how": "rename"})
    await s.post("login", {"username": f"{s.name('bob')}.renamed", "password": "secret"})


@scenario("5.5/users", profile="triggers")
async def after_save_of_a_signup_has_the_session_token(s: Script) -> None:
    await s.post("users", {"username": s.name("ann"), "password": "secret", "how": "token"})
    made = await s.post("login", {"username": s.name("ann"), "password": "secret"})
    await s.put(f"users/{made.id}", {"phone": "1"}, as_=made.token)
    await s.put(f"users/{made.id}", {"password": "other"}, as_=made.token)


@scenario("5.5/users", "4.7/login", profile="triggers")
async def a_login_by_auth_data_runs_after_save(s: Script) -> None:
    auth = {"authData": {"anonymous": {"id": s.name("phone")}}}
    await s.post("users", {**auth, "how": "token"})
    await s.post("users", auth)
    await s.post("users", {**auth, "how": "refuse"})


@scenario("5.5/users", profile="triggers")
async def before_delete_of_users_may_refuse(s: Script) -> None:
    ann = await s.sign_up("ann", how="stay")
    bob = await s.sign_up("bob")
    await s.delete(f"users/{ann.id}", as_=ann)
    await s.delete(f"users/{ann.id}", as_=bob)
    await s.delete(f"users/{bob.id}", as_=bob)
    await s.get("users/me", as_=ann)


@scenario("5.5/built-in", profile="triggers")
async def triggers_run_for_other_built_in_classes(s: Script) -> None:
    made = await s.post("roles", {"name": s.name("admins"), "ACL": {"*": {"read": True}}})
    await s.get(f"roles/{made.id}")
    made = await s.post("installations", {"deviceType": "ios", "installationId": s.name("phone")})
    await s.get(f"installations/{made.id}")
    await s.put(f"installations/{made.id}", {"badge": 1})


@scenario("5.5/batch", profile="triggers")
async def triggers_run_for_every_entry_of_a_batch(s: Script) -> None:
    bodies: list[dict[str, Any]] = [{"how": "set"}, {"how": "bad name"}, {"how": "fine"}]
    entries = [{"method": "POST", "path": "/parse/classes/TgChanged", "body": body} for body in bodies]
    entries.append({"method": "DELETE", "path": "/parse/classes/TgDeleted/noSuchId00", "body": {}})
    await s.post("batch", {"requests": entries})
