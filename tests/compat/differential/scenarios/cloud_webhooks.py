"""5.7, 5.8 Functions and triggers on another server: registering them, and what is said in calls of them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.endpoint import Endpoint, endpoint
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "webhooks"
DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}


async def function(s: Script, point: Endpoint, name: str) -> str:
    """Let the endpoint run a function; its name."""
    body = {"functionName": s.name(name), "url": f"{point.url}/{name}"}
    await s.post("hooks/functions", body, as_="master", record=False)
    return s.name(name)


async def trigger(s: Script, point: Endpoint, name: str, class_name: str = "Score") -> None:
    """Let the endpoint run a trigger of a class."""
    body = {"className": s.name(class_name), "triggerName": name, "url": f"{point.url}/{name}"}
    await s.post("hooks/triggers", body, as_="master", record=False)


@scenario("5.7/list", "5.7/create", "5.7/change", profile=PROFILE, serial=True)
async def a_function_is_registered_moved_and_taken_out(s: Script) -> None:
    await s.get("hooks/functions", as_="master")
    await s.post("hooks/functions", {"functionName": "far", "url": "http://hooks.example/far"}, as_="master")
    await s.post("hooks/functions", {"functionName": "far", "url": "http://hooks.example/two"}, as_="master")
    await s.get("hooks/functions", as_="master")
    await s.get("hooks/functions/far", as_="master")
    await s.get("hooks/functions/near", as_="master")
    await s.put("hooks/functions/far", {"url": "http://hooks.example/moved"}, as_="master")
    await s.put("hooks/functions/near", {"url": "http://hooks.example/moved"}, as_="master")
    await s.get("hooks/functions", as_="master")
    await s.put("hooks/functions/far", {"__op": "Delete"}, as_="master")
    await s.get("hooks/functions", as_="master")
    await s.put("hooks/functions/far", {"__op": "Delete"}, as_="master")


@scenario("5.7/list", "5.7/create", "5.7/change", profile=PROFILE, serial=True)
async def a_trigger_is_registered_moved_and_taken_out(s: Script) -> None:
    hook = {"className": "Far", "triggerName": "beforeSave", "url": "http://hooks.example/far"}
    await s.post("hooks/triggers", hook, as_="master")
    await s.post("hooks/triggers", hook, as_="master")
    await s.get("hooks/triggers", as_="master")
    await s.get("hooks/triggers/Far/beforeSave", as_="master")
    await s.get("hooks/triggers/Far/afterSave", as_="master")
    await s.put("hooks/triggers/Far/beforeSave", {"url": "http://hooks.example/moved"}, as_="master")
    await s.put("hooks/triggers/Far/afterSave", {"url": "http://hooks.example/moved"}, as_="master")
    await s.get("hooks/triggers", as_="master")
    await s.put("hooks/triggers/Far/beforeSave", {"__op": "Delete"}, as_="master")
    await s.get("hooks/triggers", as_="master")


@scenario("5.7/create", profile=PROFILE, serial=True)
async def invalid_hooks_are_refused(s: Script) -> None:
    for body in (
        {},
        {"functionName": "far"},
        {"url": "http://hooks.example/far"},
        {"className": "Far", "url": "http://hooks.example/far"},
        {"className": "Far", "triggerName": "beforeDinner", "url": "http://hooks.example/far"},
        {"className": "Far", "triggerName": "beforeSave"},
    ):
        await s.post("hooks/functions", body, as_="master")
        await s.post("hooks/triggers", body, as_="master")
    await s.put("hooks/functions/far", {}, as_="master")
    await s.put("hooks/triggers/Far/beforeSave", {}, as_="master")


@scenario("5.7/keys", profile=PROFILE, serial=True)
async def hooks_are_for_the_master_key(s: Script) -> None:
    hook = {"functionName": "far", "url": "http://hooks.example/far"}
    for who in ("client", "readonly", "maintenance"):
        await s.get("hooks/functions", as_=who)
        await s.get("hooks/triggers", as_=who)
        await s.post("hooks/functions", hook, as_=who)
        await s.put("hooks/functions/far", {"url": "http://hooks.example/moved"}, as_=who)


@scenario("5.8/function", "5.8/key", profile=PROFILE, serial=True)
async def a_function_is_run_by_another_server(s: Script) -> None:
    async with endpoint({"/far": {"success": {"a": [1, "b"]}}}) as point:
        name = await function(s, point, "far")
        pointer = {"__type": "Pointer", "className": "Team", "objectId": "abcdefghij"}
        body = {"n": 1, "day": DATE, "team": pointer, "point": {"__type": "GeoPoint", "latitude": 1, "longitude": 2}}
        await s.post(f"functions/{name}", body, headers={"X-Parse-Cloud-Context": '{"a":1}'})
        await s.post(f"functions/{name}", {}, as_="master", headers={"X-Parse-Installation-Id": "phone"})
        s.note("told", point.calls)


@scenario("5.8/no-result", profile=PROFILE, serial=True)
async def answers_without_a_result(s: Script) -> None:
    replies = {
        "/empty": {},
        "/null": None,
        "/text": (200, "hello"),
        "/blank": (200, ""),
        "/list": [1],
        "/zero": {"success": 0},
    }
    async with endpoint(replies) as point:
        for path in replies:
            name = await function(s, point, path[1:])
            await s.post(f"functions/{name}", {})


@scenario("5.8/errors", profile=PROFILE, serial=True)
async def errors_of_the_other_server(s: Script) -> None:
    replies: dict[str, Any] = {
        "/text": {"error": "it broke"},
        "/object": {"error": {"message": "it broke", "code": 1234}},
        "/coded": {"error": "coded", "code": 999},
    }
    async with endpoint(replies) as point:
        for path in replies:
            name = await function(s, point, path[1:])
            await s.post(f"functions/{name}", {})


@scenario("5.8/trigger", profile=PROFILE, serial=True)
async def triggers_are_run_by_another_server(s: Script) -> None:
    async with endpoint({}) as point:
        for name in ("beforeSave", "afterSave", "beforeDelete", "afterDelete"):
            await trigger(s, point, name)
        object_id = await s.create("Score", {"n": 1, "day": DATE})
        await s.put(f"classes/{s.name('Score')}/{object_id}", {"n": 2}, as_="master")
        await s.delete(f"classes/{s.name('Score')}/{object_id}")
        s.note("told", point.calls)


@scenario("5.8/before-save", profile=PROFILE, serial=True)
async def before_save_replaces_the_object(s: Script) -> None:
    reply = {"success": {"n": 5, "added": DATE, "createdAt": "2020-01-02T03:04:05.678Z", "className": "Other"}}
    async with endpoint({"/beforeSave": reply}) as point:
        await trigger(s, point, "beforeSave")
        object_id = await s.create("Score", {"n": 1, "dropped": "x"})
        await s.get(f"classes/{s.name('Score')}/{object_id}")
        await s.put(f"classes/{s.name('Score')}/{object_id}", {"other": 1})
        await s.get(f"classes/{s.name('Score')}/{object_id}")


@scenario("5.8/before-save", "5.8/errors", profile=PROFILE, serial=True)
async def before_save_refuses_or_keeps_the_object(s: Script) -> None:
    async with endpoint({"/beforeSave": {"error": "not this one"}}) as point:
        await trigger(s, point, "beforeSave")
        await s.post(f"classes/{s.name('Score')}", {"n": 1})
        point.replies["/beforeSave"] = {}
        object_id = await s.create("Score", {"n": 1})
        await s.get(f"classes/{s.name('Score')}/{object_id}")


@scenario("5.8/trigger", profile=PROFILE, serial=True)
async def find_triggers_are_run_by_another_server(s: Script) -> None:
    async with endpoint({}) as point:
        await s.create("Score", {"n": 1})
        await trigger(s, point, "beforeFind")
        params = {"where": {"n": {"$gt": 0}}, "order": "-n", "limit": 5, "keys": "n"}
        await s.get(f"classes/{s.name('Score')}", params=params)
        point.replies["/beforeFind"] = {"error": "hidden"}
        await s.get(f"classes/{s.name('Score')}")
        s.note("told", point.calls)
