"""1.9 Which fields come back from a write."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("1.9/create")
async def a_create_answers_id_and_date_only(s: Script) -> None:
    ann = await s.sign_up("ann")
    date = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    await s.post(f"classes/{s.name('Score')}", {"points": 1, "at": date, "owner": ann.pointer, "tags": ["a"]})
    await s.post(f"classes/{s.name('Score')}", {"at": {"__type": "Date", "iso": "2020-01-02T03:04:05Z"}, "n": None})


@scenario("1.9/create")
async def a_signup_answers_the_token(s: Script) -> None:
    await s.post("users", {"username": s.name("ann"), "password": "secret", "email": s.email("ann")})
    await s.post("users", {"username": s.name("bob"), "password": "secret"}, as_="master")
    cloud = {"X-Parse-Installation-Id": "cloud"}
    await s.post("users", {"username": s.name("carl"), "password": "secret"}, headers=cloud)


@scenario("1.9/create", "1.9/auth-data")
async def an_anonymous_signup_answers_its_generated_name(s: Script) -> None:
    auth = {"anonymous": {"id": s.name("device")}}
    await s.post("users", {"authData": auth})
    again = await s.post("users", {"authData": auth})
    await s.put(f"users/{again.id}", {"authData": auth}, as_=again.token)
    await s.put(f"users/{again.id}", {"phone": "1"}, as_=again.token)


@scenario("1.9/update")
async def an_update_answers_its_date_only(s: Script) -> None:
    made = await s.create("Score", {"points": 1, "gone": 1})
    await s.put(f"classes/{s.name('Score')}/{made}", {"points": 2, "fresh": {"a": [1]}, "gone": {"__op": "Delete"}})
    await s.put(f"classes/{s.name('Score')}/{made}", {"more.inner": 1}, as_="master")


@scenario("1.9/update")
async def a_password_change_answers_a_token(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.put(f"users/{ann.id}", {"phone": "1"}, as_=ann)
    await s.put(f"users/{ann.id}", {"password": "new"}, as_=ann)


@scenario("1.9/operations")
async def results_of_operations_come_back_whole(s: Script) -> None:
    made = await s.create("Score", {"points": 1, "tags": ["a", "b"], "name": "ann"})
    path = f"classes/{s.name('Score')}/{made}"
    await s.put(path, {"points": {"__op": "Increment", "amount": 4}, "name": "bob"})
    await s.put(path, {"tags": {"__op": "Add", "objects": ["b", "c"]}})
    await s.put(path, {"tags": {"__op": "AddUnique", "objects": ["c", "d"]}})
    await s.put(path, {"tags": {"__op": "Remove", "objects": ["b"]}})
    await s.put(path, {"fresh": {"__op": "Increment", "amount": 1.5}, "list": {"__op": "Add", "objects": [1]}})


@scenario("1.9/operations")
async def results_of_operations_in_a_create(s: Script) -> None:
    body = {
        "points": {"__op": "Increment", "amount": 4},
        "tags": {"__op": "Add", "objects": ["a", "a"]},
        "only": {"__op": "AddUnique", "objects": ["a", "a"]},
        "none": {"__op": "Remove", "objects": ["a"]},
        "gone": {"__op": "Delete"},
    }
    made = await s.post(f"classes/{s.name('Score')}", body)
    await s.get(f"classes/{s.name('Score')}/{made.id}")


@scenario("1.9/operations")
async def a_dotted_operation_brings_the_whole_object_back(s: Script) -> None:
    made = await s.create("Score", {"stats": {"won": 1, "lost": 2}})
    path = f"classes/{s.name('Score')}/{made}"
    await s.put(path, {"stats.won": {"__op": "Increment", "amount": 1}})
    await s.put(path, {"stats.drawn": 5})
    await s.put(path, {"stats.lost": {"__op": "Delete"}})
    await s.get(path)


@scenario("1.9/operations")
async def relation_operations_bring_nothing_back(s: Script) -> None:
    team = await s.create("Team", {"title": "red"})
    add = {"__op": "AddRelation", "objects": [s.pointer("Team", team)]}
    made = await s.post(f"classes/{s.name('Score')}", {"teams": add})
    path = f"classes/{s.name('Score')}/{made.id}"
    await s.put(path, {"teams": add})
    await s.put(path, {"teams": {"__op": "RemoveRelation", "objects": [s.pointer("Team", team)]}})


@scenario("1.9/operations")
async def what_the_caller_may_not_read_after_an_operation(s: Script) -> None:
    ann = await s.sign_up("ann")
    made = await s.create("Score", {"points": 41, "ACL": {ann.id: {"write": True}}}, as_="master")
    await s.put(f"classes/{s.name('Score')}/{made}", {"points": {"__op": "Increment", "amount": 1}}, as_=ann)
    await s.get(f"classes/{s.name('Score')}/{made}", as_=ann)


@scenario("1.9/before-save", profile="routes")
async def what_before_save_changed_comes_back(s: Script) -> None:
    made = await s.post("classes/RtChanged", {"score": 500, "name": "ann"})
    await s.put(f"classes/RtChanged/{made.id}", {"score": 300})
    await s.put(f"classes/RtChanged/{made.id}", {"name": "bob"})
    await s.post("classes/RtChanged", {"score": 5, "checked": True})


@scenario("1.9/before-save", profile="routes")
async def operations_of_before_save_come_back_as_values(s: Script) -> None:
    made = await s.post("classes/RtCounted", {"name": "ann"})
    await s.put(f"classes/RtCounted/{made.id}", {"name": "bob"})
    await s.put(f"classes/RtCounted/{made.id}", {"saves": {"__op": "Increment", "amount": 10}})
    await s.get(f"classes/RtCounted/{made.id}")


@scenario("1.9/before-save", profile="routes")
async def a_value_that_before_save_put_back_comes_back(s: Script) -> None:
    made = await s.post("classes/RtReverted", {"points": 1})
    await s.put(f"classes/RtReverted/{made.id}", {"points": 5})
    await s.get(f"classes/RtReverted/{made.id}")


@scenario("1.9/defaults")
async def defaults_of_the_schema_come_back(s: Script) -> None:
    fields = {
        "level": {"type": "Number", "defaultValue": 1},
        "kind": {"type": "String", "defaultValue": "plain", "required": True},
        "on": {"type": "Boolean", "defaultValue": False},
    }
    await s.post(
        f"schemas/{s.name('Score')}", {"className": s.name("Score"), "fields": fields}, as_="master", record=False
    )
    await s.post(f"classes/{s.name('Score')}", {"points": 1})
    await s.post(f"classes/{s.name('Score')}", {"level": 2, "kind": "plain"})
    made = await s.post(f"classes/{s.name('Score')}", {"level": None, "kind": ""})
    if made.status == 201:
        await s.put(f"classes/{s.name('Score')}/{made.id}", {"points": 2})


@scenario("1.9/defaults")
async def the_default_acl_of_the_class_comes_back(s: Script) -> None:
    ann = await s.sign_up("ann")
    acl = {"*": {"read": True}, "currentUser": {"read": True, "write": True}}
    permissions = {action: {"*": True} for action in ("find", "get", "create", "update", "delete", "count", "addField")}
    body = {"className": s.name("Score"), "classLevelPermissions": {**permissions, "ACL": acl}}
    await s.post(f"schemas/{s.name('Score')}", body, as_="master", record=False)
    await s.post(f"classes/{s.name('Score')}", {"points": 1}, as_=ann)
    await s.post(f"classes/{s.name('Score')}", {"points": 1})
    await s.post(f"classes/{s.name('Score')}", {"points": 1, "ACL": {"*": {"read": True}}}, as_=ann)


@scenario("1.9/unset-by-hook", profile="routes")
async def a_field_unset_by_before_save_comes_back_as_delete(s: Script) -> None:
    made = await s.post("classes/RtUnset", {"secret": "x", "name": "ann"})
    await s.put(f"classes/RtUnset/{made.id}", {"secret": "y"})
    await s.put(f"classes/RtUnset/{made.id}", {"name": "bob"})
    await s.get(f"classes/RtUnset/{made.id}")


@scenario("1.9/sent-values", profile="routes")
async def values_equal_to_the_sent_ones_are_left_out(s: Script) -> None:
    made = await s.post("classes/RtChanged", {"kept": {"a": [1]}, "checked": True, "score": 100})
    await s.put(f"classes/RtChanged/{made.id}", {"kept": "x", "checked": True})


@scenario("1.9/after-save", profile="routes")
async def a_plain_object_from_after_save_is_the_answer(s: Script) -> None:
    made = await s.post("classes/RtAnswered", {"points": 1})
    await s.get("classes/RtAnswered", params={"keys": "points", "limit": 1}, label=f"status {made.status}")
    found = await s.get("classes/RtAnswered", record=False)
    await s.put(f"classes/RtAnswered/{found['results'][0]['objectId']}", {"points": 2})


@scenario("1.9/after-save", profile="routes")
async def after_save_that_returns_nothing_changes_nothing(s: Script) -> None:
    made = await s.post("classes/RtSilent", {"points": 1})
    await s.put(f"classes/RtSilent/{made.id}", {"points": {"__op": "Increment", "amount": 1}})
