"""Pages about the app: its configuration, push, and what the dashboard keeps of its own."""

from __future__ import annotations

import json
from typing import Any

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

GONE = {"__op": "Delete"}
NOBODYS = {"user": {"$exists": False}}
OWN: tuple[str, ...] = ("bool", "string", "number", "array", "object")


@scenario("dashboard-10/config", profile=PROFILE, serial=True)
async def a_parameter_of_every_type_is_made_changed_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    values: dict[str, Any] = {
        "aString": "text",
        "aNumber": 2.5,
        "aBoolean": False,
        "aDate": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
        "anObject": {"k": {"deep": [1]}},
        "anArray": ["a", 1],
        "aGeo": {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
        "aFile": {"__type": "File", "name": "note.txt", "url": "http://files.example/note.txt"},
    }
    for name, value in values.items():
        await page.call("PUT", "config", {"params": {name: value}, "masterKeyOnly": {name: name == "aNumber"}})
    answer = await page.call("GET", "config", record=False)
    s.note("all", {part: {k: v for k, v in answer[part].items() if k in values} for part in answer.body})
    await page.call("PUT", "config", {"params": {"aString": "other"}, "masterKeyOnly": {"aString": True}})
    for name in values:
        await page.call("PUT", "config", {"params": {name: GONE}, "masterKeyOnly": {name: GONE}})
    left = await page.call("GET", "config", record=False)
    s.note("left", {part: [name for name in left[part] if name in values] for part in left.body})


@scenario("dashboard-10/config-add", profile=PROFILE, serial=True)
async def a_value_is_added_to_an_array_parameter(s: Script) -> None:
    page = Dashboard(s)
    await page.call("PUT", "config", {"params": {"list": ["a"]}, "masterKeyOnly": {"list": False}})
    for value in ("b", "a", {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}):
        added = {"__op": "AddUnique", "objects": [value]}
        await page.call("PUT", "config", {"params": {"list": added}, "masterKeyOnly": {"list": False}})
    text = {"__op": "AddUnique", "objects": ["b"]}
    await page.call("PUT", "config", {"params": {"text": "a"}, "masterKeyOnly": {"text": False}})
    await page.call("PUT", "config", {"params": {"text": text}, "masterKeyOnly": {"text": False}})
    await page.call("PUT", "config", {"params": {"text": GONE}, "masterKeyOnly": {"text": GONE}})
    s.note("list", (await page.call("GET", "config", record=False))["params"]["list"])
    await page.call("PUT", "config", {"params": {"list": GONE}, "masterKeyOnly": {"list": GONE}})


@scenario("dashboard-10/config", profile=PROFILE, serial=True)
async def a_parameter_for_the_master_key_is_hidden_from_who_browses(s: Script) -> None:
    page = Dashboard(s)
    params = {"open": 1, "closed": 2}
    await page.call("PUT", "config", {"params": params, "masterKeyOnly": {"open": False, "closed": True}})
    seen = await page.call("GET", "config", master=False, record=False)
    s.note("seen", [name in seen["params"] for name in params])
    await page.call(
        "PUT", "config", {"params": dict.fromkeys(params, GONE), "masterKeyOnly": dict.fromkeys(params, GONE)}
    )


async def keep(page: Dashboard, class_name: str, key: str, **value: Any) -> str:
    """Keep a setting: what it is not is deleted, though it never was there."""
    others = {name: GONE for name in OWN if name not in value}
    return await page.add_row(class_name, {"appId": "test", "key": key, **value, **others, "ACL": {}})


@scenario("dashboard-11/settings", profile=PROFILE)
async def settings_of_every_kind_are_kept_in_a_class_that_begins_with_them(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    await keep(page, name, "browser.panels.settings", object={"open": True, "width": 300})
    await keep(page, name, "config.settings", bool=False)
    history = {"values": [{"time": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}, "value": [1]}]}
    await keep(page, name, "config.history.parameters.aList", object=history)
    await keep(page, name, "config.history.limit", number=0)
    await keep(page, name, "console.js.script.1", string="console.log('\\E')")
    await keep(page, name, "settings.keyboard.binding", array=["a", {"key": "b"}])
    await page.find(name, {"appId": "test", **NOBODYS}, order="key")
    await page.call("GET", f"schemas/{name}")


@scenario("dashboard-11/settings", profile=PROFILE)
async def settings_are_changed_and_deleted(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    made = await keep(page, name, "views.view.1", object={"name": "Mine", "query": '[{"$match":{}}]'})
    where = {"appId": "test", "key": "views.view.1", **NOBODYS}
    await page.find(name, where, limit=1)
    cleared = {one: GONE for one in OWN if one != "object"}
    await page.edit(name, made, object={"name": "Other", "query": []}, **cleared, ACL={})
    await page.edit(name, made, string="plain", **{one: GONE for one in OWN if one != "string"}, ACL={})
    await page.find(name, where, limit=1)
    await page.call("DELETE", f"classes/{name}/{made}")
    await page.find(name, where, limit=1)


@scenario("dashboard-11/settings", profile=PROFILE)
async def settings_are_found_by_the_beginning_of_their_key(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    for n, class_name in enumerate(("Game", "Game", "Other")):
        await keep(page, name, f"browser.filters.filter.{n}", object={"className": class_name, "n": n})
    await keep(page, name, "browserXfilters.filter.9", object={"className": "Game"})
    where = {"appId": "test", "key": {"$regex": "^\\Qbrowser.filters.filter.\\E"}, **NOBODYS}
    await page.find(name, where, order="key", keys="key")
    await page.find(name, {**where, "object.className": "Game"}, order="key", keys="key")
    await page.call("GET", f"classes/{name}", {"where": where}, master=False, label="not for clients")


@scenario("dashboard-11/settings", profile=PROFILE)
async def settings_of_a_user_of_the_dashboard_are_apart(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    ann = (await page.call("POST", "users", {"username": s.name("ann"), "password": "x"})).id
    pointer = {"__type": "Pointer", "className": "_User", "objectId": ann}
    await page.add_row(name, {"appId": "test", "key": "views.view.1", "string": "hers", "user": pointer, "ACL": {}})
    await keep(page, name, "views.view.1", string="everybody's")
    for where in ({"user": pointer}, NOBODYS):
        await page.find(name, {"appId": "test", "key": "views.view.1", **where}, limit=1)


@scenario("dashboard-12/audiences", profile=PROFILE, serial=True)
async def audiences_are_listed_counted_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "push_audiences")
    query = json.dumps({"deviceType": {"$in": ["ios"]}, "channels": s.name("news")})
    made = await page.call("POST", "push_audiences", {"name": s.name("phones"), "query": query})
    phone = {"deviceType": "ios", "installationId": s.name("phone"), "channels": [s.name("news")]}
    await page.add_row("_Installation", phone)
    await page.call("GET", "push_audiences?limit=1000")
    await page.find("_Audience", {"objectId": made.id}, limit=1)
    await page.count("_Installation", query)
    await page.call("DELETE", f"push_audiences/{made.id}")
    await page.call("GET", "push_audiences?limit=1000")
    await page.call("DELETE", f"push_audiences/{made.id}", label="once more")


@scenario("dashboard-12/audiences", profile=PROFILE)
async def a_where_that_is_a_text_is_read_as_json(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Thing")
    await page.add_row(name, {"n": 1})
    for where in ('{"n":1}', '{"n":2}', "{}", "not json"):
        await page.count(name, where)


@scenario("dashboard-12/new-push", profile=PROFILE)
async def the_form_of_a_push_asks_for_audiences_and_counts_installations(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "push_audiences", record=False)
    await page.call("GET", "schemas", record=False)
    await page.count("_Installation", {"deviceType": {"$in": [s.name("toaster")]}})


@scenario("dashboard-12/send", profile=PROFILE)
async def a_push_is_refused_where_none_can_be_sent(s: Script) -> None:
    page = Dashboard(s)
    everybody: dict[str, Any] = {"where": {}, "data": {"alert": "hello", "badge": "Increment"}}
    await page.call("POST", "push", everybody)
    await page.call("POST", "push", {**everybody, "push_time": "2099-01-02T03:04:05.678Z", "audience_id": "a"})
    await page.call("POST", "push", {"data": {"alert": "hello"}}, label="to nobody")
    await page.call("POST", "push", {**everybody, "channels": ["a"]}, label="to both")
    await page.call("POST", "push", {"channels": ["a"], "data": {}}, label="to channels")
    await page.call("POST", "push", everybody, master=False)
    await page.call("POST", "push", {**everybody, "_MasterKey": "readonly"}, master=False)


@scenario("dashboard-12/send", profile="detailed-errors")
async def why_a_push_is_refused_is_told_where_errors_are_not_kept_short(s: Script) -> None:
    for who in ("client", "readonly", "maintenance", "master"):
        await s.post("push", {"where": {}, "data": {"alert": "hello"}}, as_=who)


@scenario("dashboard-12/past", profile=PROFILE)
async def past_pushes_are_rows_whose_query_and_payload_are_texts(s: Script) -> None:
    page = Dashboard(s)
    await page.find("_PushStatus", {"objectId": "missing000"}, limit=10, order="-createdAt")
    pushed = {
        "pushTime": "2020-01-02T03:04:05.678Z",
        "query": '{"deviceType":{"$in":["ios"]}}',
        "payload": '{"alert":"hello","badge":"Increment"}',
        "source": s.name("rest"),
        "title": "news",
        "expiry": 1577934245678,
        "status": "succeeded",
        "numSent": 3,
        "numFailed": 0,
        "pushHash": "5d41402abc4b2a76b9719d911017c592",
        "sentPerType": {"ios": 3},
        "ACL": {},
    }
    made = await page.add_row("_PushStatus", pushed)
    await page.find("_PushStatus", {"source": s.name("rest")}, limit=10, order="-createdAt")
    await page.find("_PushStatus", {"source": s.name("rest")}, limit=10, order="-createdAt", skip=10)
    await page.find("_PushStatus", {"objectId": made}, limit=1)
    await page.call("GET", "classes/_PushStatus", {"where": {}}, master=False, label="not for clients")
