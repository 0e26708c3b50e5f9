"""6.3 and 6.6 Live queries: which event a change is, what it carries, and in which order events come."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

HIGH = {"points": {"$gt": 5}}


async def change(s: Script, object_id: str, fields: dict[str, Any], base: str = "Score") -> None:
    await s.put(f"classes/{s.name(base)}/{object_id}", fields, as_="master")


async def remove(s: Script, object_id: str, base: str = "Score") -> None:
    await s.delete(f"classes/{s.name(base)}/{object_id}", as_="master")


@scenario("6.6/create", "6.6/update", "6.6/delete", "6.3/events", profile="live")
async def an_object_is_made_changed_and_deleted(s: Script) -> None:
    async with s.live("ann") as ann, s.live("bob", installationId="device-1") as bob:
        await ann.follow("Score")
        await bob.follow("Score", number=7)
        score = await s.create("Score", {"points": 1})
        await s.told(ann, bob)
        await change(s, score, {"points": 2})
        await s.told(ann, bob)
        await change(s, score, {})
        await s.told(ann, bob, label="nothing changed but the time")
        await remove(s, score)
        await s.told(ann, bob)


@scenario("6.6/create", "6.6/enter", "6.6/update", "6.6/leave", "6.6/delete", profile="live")
async def an_object_comes_and_goes(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", HIGH)
        low, high = await s.create("Score", {"points": 1}), await s.create("Score", {"points": 6})
        await s.told(ann, label="one of two was made")
        for points in (2, 7, 8, 3, 4):
            await change(s, low, {"points": points})
            await s.told(ann, label=f"now {points}")
        await remove(s, low)
        await remove(s, high)
        await s.told(ann, label="one of two was deleted")


@scenario("6.6/enter", "6.6/leave", profile="live")
async def a_field_comes_and_goes(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", {"points": {"$exists": True}})
        score = await s.create("Score", {"name": "a"})
        await change(s, score, {"points": {"__op": "Increment", "amount": 2}})
        await s.told(ann)
        await change(s, score, {"points": {"__op": "Delete"}})
        await s.told(ann)


@scenario("6.1/order", profile="live")
async def changes_of_an_object_come_in_their_order(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", keys=["points"])
        score = await s.create("Score", {"points": 0})
        for points in range(1, 6):
            await change(s, score, {"points": points})
        await remove(s, score)
        await s.told(ann)


@scenario("6.3/subscribed", "6.3/events", profile="live")
async def each_subscription_is_told_by_its_number(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", {"points": 1}, number=1)
        await ann.follow("Score", {}, number=2)
        await ann.follow("Other", {}, number=3)
        await s.create("Score", {"points": 1})
        await s.told(ann)
        await ann.say({"op": "unsubscribe", "requestId": 2})
        await s.create("Score", {"points": 1})
        await s.create("Other")
        await s.told(ann)


@scenario("6.3/update", "6.2/update", profile="live")
async def a_subscription_is_replaced(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", {"points": 1})
        query = {"className": s.name("Score"), "where": {"points": 2}, "keys": ["points"]}
        await ann.say({"op": "update", "requestId": 1, "query": query})
        for points in (1, 2):
            await s.create("Score", {"points": points})
        await s.told(ann, label="updated")
        await ann.follow("Score", {"points": 3})
        for points in (2, 3):
            await s.create("Score", {"points": points})
        await s.told(ann, label="subscribed again")


@scenario("6.3/update", profile="live")
async def a_refused_update_leaves_what_was(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", {"points": 1})
        await ann.follow("Score", {"$or": 1}, label="refused")
        await s.create("Score", {"points": 1})
        await s.told(ann)


@scenario("6.3/keys", profile="live")
async def keys_limit_the_object_and_what_it_was(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", keys=["points"], number=1)
        await ann.follow("Score", keys=["missing"], number=2)
        await ann.follow("Score", keys=["objectId", "data.a", "data"], number=3)
        fields = {"points": 1, "name": "a", "data": {"a": 1, "b": 2}}
        score = await s.create("Score", {**fields, "ACL": {"*": {"read": True, "write": True}}})
        await s.told(ann)
        await change(s, score, {"points": 2})
        await s.told(ann)
        await remove(s, score)
        await s.told(ann)


@scenario("6.3/keys", profile="live")
async def keys_of_inner_fields(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", keys=["data.a"])
        await s.create("Score", {"data": {"a": 1, "b": 2}})
        await s.told(ann)


@scenario("6.6/watch", profile="live")
async def watched_fields_decide(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", HIGH, watch=["points"])
        score = await s.create("Score", {"points": 6, "name": "a"})
        await s.told(ann, label="made")
        await change(s, score, {"name": "b"})
        await s.told(ann, label="another field changed")
        await change(s, score, {"points": 7})
        await s.told(ann, label="the watched field changed")
        await change(s, score, {"points": 7, "name": "c"})
        await s.told(ann, label="it was set to what it was")
        for points in (1, 8):
            await change(s, score, {"points": points})
            await s.told(ann, label="it left or entered")
        await remove(s, score)
        await s.told(ann, label="deleted")


@scenario("6.6/watch", profile="live")
async def a_new_object_without_the_watched_field(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", watch=["points"], number=1)
        await ann.follow("Score", {"name": "b"}, watch=["points"], number=2)
        score = await s.create("Score", {"name": "a"})
        await s.told(ann, label="made")
        await change(s, score, {"name": "b"})
        await s.told(ann, label="entered the second")
        await change(s, score, {"name": "a"})
        await s.told(ann, label="left the second")
        await remove(s, score)
        await s.told(ann, label="deleted")


@scenario("6.6/watch", profile="live")
async def watched_values_of_every_kind(s: Script) -> None:
    day, night = ({"__type": "Date", "iso": f"2020-01-02T0{hour}:00:00.000Z"} for hour in (1, 2))
    values: list[tuple[Any, Any]] = [(day, night), ([1, 2], [2, 1]), ({"a": 1}, {"a": 2}), (None, 1)]
    async with s.live("ann") as ann:
        for kind, (first, second) in enumerate(values):
            await ann.follow(f"Kind{kind}", watch=["value"], keys=["value"], number=kind + 1)
            thing = await s.create(f"Kind{kind}", {"value": first})
            await change(s, thing, {"value": first}, f"Kind{kind}")
            await change(s, thing, {"value": second}, f"Kind{kind}")
            await s.told(ann)


@scenario("6.6/watch", profile="live")
async def a_watched_inner_field(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score", watch=["data.a"], keys=["data"])
        score = await s.create("Score", {"data": {"a": 1, "b": 1}})
        await change(s, score, {"data": {"a": 1, "b": 2}})
        await change(s, score, {"data": {"a": 2, "b": 2}})
        await s.told(ann)


@scenario("6.3/object", profile="live")
async def every_type_is_told_as_rest_tells_it(s: Script) -> None:
    other = await s.create("Other", {"name": "a"})
    file = await s.post("files/a.txt", b"text", as_="master", headers={"Content-Type": "text/plain"})
    fields = {
        "text": "a",
        "none": None,
        "list": [1, "a", s.pointer("Other", other), {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}],
        "inner": {"when": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}, "of": s.pointer("Other", other)},
        "when": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
        "of": s.pointer("Other", other),
        "place": {"__type": "GeoPoint", "latitude": 1.5, "longitude": 2.5},
        "area": {"__type": "Polygon", "coordinates": [[0, 0], [0, 1], [1, 1], [0, 0]]},
        "raw": {"__type": "Bytes", "base64": "AQID"},
        # Without its URL, the reference ends: tests/unit/livequery/test_advisories.py.
        "file": {"__type": "File", "name": file["name"], "url": file["url"]},
    }
    async with s.live("ann") as ann:
        await ann.follow("Score")
        score = await s.create("Score", fields)
        await s.told(ann)
        await change(s, score, {"text": "b"})
        await s.told(ann)


@scenario("6.3/object", profile="live")
async def relations_are_told_as_rest_tells_them(s: Script) -> None:
    other = await s.create("Other")
    async with s.live("ann") as ann:
        await ann.follow("Score")
        score = await s.create("Score", {"others": {"__op": "AddRelation", "objects": [s.pointer("Other", other)]}})
        await s.told(ann)
        await change(s, score, {"others": {"__op": "RemoveRelation", "objects": [s.pointer("Other", other)]}})
        await s.told(ann)


@scenario("6.6/update", profile="live")
async def operations_are_told_by_what_they_led_to(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Score")
        score = await s.create("Score", {"points": 1, "list": [1], "data": {"a": 1}})
        for fields in (
            {"points": {"__op": "Increment", "amount": 2}},
            {"list": {"__op": "AddUnique", "objects": [1, 2]}},
            {"list": {"__op": "Remove", "objects": [1]}},
            {"points": {"__op": "Delete"}},
            {"data.a": 5},
        ):
            await change(s, score, fields)
            await s.told(ann)


@scenario("6.6/batch", profile="live")
async def each_object_of_a_batch_is_told(s: Script) -> None:
    first = await s.create("Score", {"points": 1})
    path = f"/parse/classes/{s.name('Score')}"
    async with s.live("ann") as ann:
        await ann.follow("Score", keys=["points"], number=1)
        await ann.follow("Score", HIGH, keys=["points"], number=2)
        requests = [
            {"method": "POST", "path": path, "body": {"points": 6}},
            {"method": "PUT", "path": f"{path}/{first}", "body": {"points": 7}},
            {"method": "PUT", "path": f"{path}/missing000", "body": {"points": 8}},
        ]
        for request in requests:
            await s.post("batch", {"requests": [request]})
        await s.told(ann)
        await s.post("batch", {"requests": [{"method": "DELETE", "path": f"{path}/{first}"}]})
        await s.told(ann)


@scenario("6.6/batch", profile="live", reference_store="postgres")
async def a_transaction_is_told_if_it_is_committed(s: Script) -> None:
    path = f"/parse/classes/{s.name('Score')}"
    await s.create("Score", {"points": 0, "unique": 0}, record=False)
    async with s.live("ann") as ann:
        await ann.follow("Score", keys=["points"])
        made = [{"method": "POST", "path": path, "body": {"points": points}} for points in (1, 2)]
        broken = {"method": "POST", "path": path, "body": {"points": "three"}}
        await s.post("batch", {"requests": made[:1], "transaction": True})
        await s.told(ann, label="committed")
        await s.post("batch", {"requests": [*made, broken], "transaction": True})
        await s.told(ann, label="not committed")


@scenario("6.6/class-names", profile="live")
async def classes_that_are_not_published_are_silent(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Quiet", number=1)
        await ann.follow("NotQuiet", number=2)
        await s.create("Quiet")
        await s.create("NotQuiet")
        await s.told(ann)


@scenario("6.6/create", profile="live")
async def a_class_that_is_not_there_yet_can_be_followed(s: Script) -> None:
    async with s.live("ann") as ann:
        await ann.follow("Later")
        await s.create("Later", {"points": 1})
        await s.told(ann)


@scenario("6.6/update", profile="live")
async def refused_writes_are_not_told(s: Script) -> None:
    score = await s.create("Score", {"points": 1, "ACL": {"*": {"read": True}}})
    async with s.live("ann") as ann:
        await ann.follow("Score")
        path = f"classes/{s.name('Score')}"
        await s.put(f"{path}/{score}", {"points": 2})
        await s.put(f"{path}/{score}", {"points": "two"}, as_="master")
        await s.delete(f"{path}/{score}")
        await s.post(path, {"points": {"__type": "Nothing"}})
        await s.told(ann)


@scenario("6.6/triggers", profile="live")
async def what_before_save_sets_is_told_and_what_after_save_sets_is_not(s: Script) -> None:
    query = {"className": "Stamped", "where": {"tag": s.name("a")}}
    async with s.live("ann") as ann:
        await ann.say({"op": "subscribe", "requestId": 1, "query": query})
        made = await s.post("classes/Stamped", {"tag": s.name("a"), "kept": True})
        await s.told(ann)
        await s.put(f"classes/Stamped/{made.id}", {"n": 2})
        await s.told(ann)
        await s.delete(f"classes/Stamped/{made.id}")
        await s.told(ann, label="refused")
        await s.put(f"classes/Stamped/{made.id}", {"kept": False})
        await s.delete(f"classes/Stamped/{made.id}")
        await s.told(ann)
