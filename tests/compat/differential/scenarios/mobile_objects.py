"""Objects, batches, values and operations as the mobile SDKs send them."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.mobile_forms import Ios, Swift
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

VALUES: dict[str, Any] = {
    "text": "a",
    "number": 1.5,
    "on": True,
    "nothing": None,
    "list": [1, "a", None],
    "map": {"a": {"b": 1}},
    "date": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
    "bytes": {"__type": "Bytes", "base64": "aGVsbG8="},
    "place": {"__type": "GeoPoint", "latitude": 40.5, "longitude": -30.25},
    "area": {"__type": "Polygon", "coordinates": [[0, 0], [0, 1], [1, 1], [1, 0]]},
}


@scenario("mobile-3/create", profile="mobile")
async def a_create_holds_values_and_operations(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    body = {"points": {"__op": "Increment", "amount": 2}, "tags": {"__op": "AddUnique", "objects": ["a"]}, "name": "a"}
    for made in (await Ios(s).command("POST", path, body), await Swift(s).request("POST", path, body)):
        await Ios(s).command("GET", f"{path}/{made.id}")


@scenario("mobile-3/create", profile="mobile")
async def swift_creates_with_an_acl(s: Script) -> None:
    ann = await Swift(s).request("POST", "users", {"username": s.name("ann"), "password": "secret"})
    # Two entries in an order that does not hang on the id: it stands in the recorded body.
    acl = {"*": {"read": True}, ann.id: {"read": True, "write": True}}
    made = await Swift(s, ann.token).create("Score", {"ACL": acl, "points": 1})
    await Swift(s).request("GET", f"classes/{s.name('Score')}/{made}")
    await Swift(s).request("PUT", f"classes/{s.name('Score')}/{made}", {"points": 2})


@scenario("mobile-3/update", profile="mobile")
async def an_update_holds_dirty_keys_only(s: Script) -> None:
    made = await Ios(s).create("Score", {"points": 1, "name": "ann", "gone": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await Ios(s).command("PUT", path, {"points": {"__op": "Increment", "amount": 1}, "gone": {"__op": "Delete"}})
    await Swift(s).request("PUT", path, {"name": "bob", "points": 5})
    await Ios(s).command("GET", path)


@scenario("mobile-3/fetch", profile="mobile")
async def swift_fetches_with_an_include_as_json(s: Script) -> None:
    kid = await Swift(s).create("Kid", {"name": "ann"})
    made = await Swift(s).create("Score", {"kid": s.pointer("Kid", kid), "points": 1})
    path = f"classes/{s.name('Score')}/{made}"
    await Swift(s).request("GET", path, params={"include": ["kid"]})
    await Swift(s).request("GET", path, params={"include": ["*"]})
    await Swift(s).request("GET", path, params={"include": ["kid", "other"]})
    await Ios(s).command("GET", path)


@scenario("mobile-3/delete", profile="mobile")
async def a_delete_answers_an_empty_object(s: Script) -> None:
    for phone_is_swift in (False, True):
        made = await Ios(s).create("Score", {"points": 1})
        path = f"classes/{s.name('Score')}/{made}"
        if phone_is_swift:
            await Swift(s).request("DELETE", path)
        else:
            await Ios(s).command("DELETE", path)
        await Ios(s).command("DELETE", path)


@scenario("mobile-3/save-all", profile="mobile")
async def ios_saves_many_objects_in_a_batch(s: Script) -> None:
    made = await Ios(s).create("Score", {"points": 1})
    path = f"/parse/classes/{s.name('Score')}"
    requests = [
        {"method": "POST", "path": path, "body": {"points": 2}},
        {"method": "PUT", "path": f"{path}/{made}", "body": {"points": {"__op": "Increment", "amount": 5}}},
        {"method": "PUT", "path": f"{path}/noSuchId00", "body": {"points": 5}},
        {"method": "POST", "path": path, "body": {"points": "text"}},
    ]
    await Ios(s).command("POST", "batch", {"requests": requests})


@scenario("mobile-3/save-all", profile="mobile")
async def swift_saves_many_objects_without_a_transaction(s: Script) -> None:
    path = f"/parse/classes/{s.name('Score')}"
    requests = [{"method": "POST", "path": path, "body": {"points": number}} for number in range(50)]
    await Swift(s).request("POST", "batch", {"requests": requests[:3], "transaction": False})
    saved = await s.post(
        "batch",
        {"requests": requests, "transaction": False},
        record=False,
        headers=Swift(s).headers("POST"),
        as_="nobody",
    )
    await Swift(s).request("GET", f"classes/{s.name('Score')}", params={"limit": 0, "skip": 0, "count": True})
    await s.get("health", label=f"{len(saved.body)} answers, all good: {all('success' in one for one in saved.body)}")


@scenario("mobile-3/delete-all", profile="mobile")
async def ios_and_swift_delete_many_objects_in_a_batch(s: Script) -> None:
    path = f"/parse/classes/{s.name('Score')}"
    ids = [await Ios(s).create("Score", {"points": number}) for number in range(3)]
    await Ios(s).command("POST", "batch", {"requests": [{"method": "DELETE", "path": f"{path}/{ids[0]}", "body": {}}]})
    requests = [{"method": "DELETE", "path": f"{path}/{one}"} for one in (*ids[1:], "noSuchId00")]
    await Swift(s).request("POST", "batch", {"requests": requests, "transaction": False})
    await Ios(s).find("Score", {"count": "1", "limit": "0"})


@scenario("mobile-3/batch-paths", profile="mobile")
async def users_are_saved_in_a_batch_under_both_paths(s: Script) -> None:
    ann = await Ios(s).sign_up()
    entry = {"method": "PUT", "path": f"/parse/classes/_User/{ann.id}", "body": {"age": 7}}
    await Ios(s, ann.token).command("POST", "batch", {"requests": [entry]})
    entry = {"method": "PUT", "path": f"/parse/users/{ann.id}", "body": {"age": 8}}
    await Swift(s, ann.token).request("POST", "batch", {"requests": [entry], "transaction": False})
    await Swift(s).request("POST", "batch", {"requests": [entry], "transaction": False})
    await Ios(s, ann.token).command("GET", "users/me")


@scenario("mobile-3/batch-paths", profile="mobile")
async def batch_paths_without_the_mount_are_refused(s: Script) -> None:
    entry = {"method": "POST", "path": f"/classes/{s.name('Score')}", "body": {}}
    await Ios(s).command("POST", "batch", {"requests": [entry]})
    await Swift(s).request("POST", "batch", {"requests": [entry], "transaction": False})


@scenario("mobile-3/fetch-all", profile="mobile")
async def many_objects_are_fetched_by_their_ids(s: Script) -> None:
    ids = [await Ios(s).create("Score", {"points": number}) for number in range(3)]
    where = {"objectId": {"$in": [*ids[:2], "noSuchId00"]}}
    await Ios(s).find("Score", {"where": where, "limit": "3", "order": "points"})
    await Ios(s).find("Score", {"where": {"objectId": {"$in": []}}, "limit": "0"})


@scenario("mobile-3/role", profile="mobile")
async def roles_are_saved_under_both_paths(s: Script) -> None:
    ann = await Ios(s).sign_up()
    users = {"__op": "AddRelation", "objects": [{"__type": "Pointer", "className": "_User", "objectId": ann.id}]}
    acl = {"*": {"read": True}, ann.id: {"write": True}}
    made = await Ios(s, ann.token).command("POST", "classes/_Role", {"name": s.name("one"), "ACL": acl, "users": users})
    await Swift(s, ann.token).request("POST", "roles", {"name": s.name("two"), "ACL": acl})
    remove = {"__op": "RemoveRelation", "objects": users["objects"]}
    await Ios(s, ann.token).command("PUT", f"classes/_Role/{made.id}", {"users": remove})
    await Ios(s).command("PUT", f"classes/_Role/{made.id}", {"users": users})
    role = {"__type": "Pointer", "className": "_Role", "objectId": made.id}
    where = {"$relatedTo": {"object": role, "key": "users"}}
    await Ios(s, ann.token).command("GET", "classes/_User", {"where": where, "count": "1", "limit": "0"})


@scenario("mobile-3/values", profile="mobile")
async def every_kind_of_value_comes_back_as_sent(s: Script) -> None:
    made = await Ios(s).create("Score", VALUES)
    await Ios(s).command("GET", f"classes/{s.name('Score')}/{made}")
    made = await Swift(s).create("Score", VALUES)
    await Swift(s).request("GET", f"classes/{s.name('Score')}/{made}")


@scenario("mobile-3/values", profile="mobile")
async def values_inside_values_come_back_as_sent(s: Script) -> None:
    inner = {key: value for key, value in VALUES.items() if key != "area"}
    made = await Ios(s).create("Score", {"map": inner, "list": list(inner.values())})
    await Ios(s).command("GET", f"classes/{s.name('Score')}/{made}")


@scenario("mobile-3/values", profile="mobile")
async def pointers_relations_and_files_come_back(s: Script) -> None:
    kid = await Ios(s).create("Kid", {"name": "ann"})
    ann = await Ios(s).sign_up()
    saved = await s.post("files/a.txt", b"text", headers=Swift(s, ann.token).headers("POST"), as_="nobody")
    file = {"__type": "File", "name": saved["name"], "url": saved["url"]}
    pointer = s.pointer("Kid", kid)
    relation = {"__type": "Relation", "className": s.name("Kid")}
    made = await Ios(s).create("Score", {"file": file, "kid": pointer, "kids": relation, "all": [pointer, file]})
    await Ios(s).command("GET", f"classes/{s.name('Score')}/{made}")


@scenario("mobile-3/operations", profile="mobile")
async def all_operations_may_stand_in_a_create(s: Script) -> None:
    kid, other = await Ios(s).create("Kid", {"name": "a"}), await Ios(s).create("Kid", {"name": "b"})
    add = {"__op": "AddRelation", "objects": [s.pointer("Kid", kid)]}
    remove = {"__op": "RemoveRelation", "objects": [s.pointer("Kid", other)]}
    made = await Ios(s).create(
        "Score",
        {
            "gone": {"__op": "Delete"},
            "points": {"__op": "Increment", "amount": 1},
            "list": {"__op": "Add", "objects": [1, 1]},
            "only": {"__op": "AddUnique", "objects": [1, 2]},
            "none": {"__op": "Remove", "objects": [1]},
            "kids": {"__op": "Batch", "ops": [add, remove]},
        },
    )
    await Ios(s).command("GET", f"classes/{s.name('Score')}/{made}")
    where = {"$relatedTo": {"object": s.pointer("Score", made), "key": "kids"}}
    await Ios(s).find("Kid", {"where": where})


@scenario("mobile-3/operations", profile="mobile")
async def all_operations_may_stand_in_an_update(s: Script) -> None:
    kid = await Ios(s).create("Kid", {"name": "a"})
    made = await Ios(s).create("Score", {"points": 1, "list": [1, 2], "gone": 1, "ref": s.pointer("Kid", kid)})
    path = f"classes/{s.name('Score')}/{made}"
    await Ios(s).command(
        "PUT",
        path,
        {
            "points": {"__op": "Increment", "amount": -3},
            "list": {"__op": "Remove", "objects": [1, 9]},
            "gone": {"__op": "Delete"},
            "ref": {"__op": "Delete"},
            "kids": {"__op": "AddRelation", "objects": [s.pointer("Kid", kid)]},
        },
    )
    await Ios(s).command("PUT", path, {"kids": {"__op": "RemoveRelation", "objects": [s.pointer("Kid", kid)]}})
    await Ios(s).command("GET", path)


@scenario("mobile-3/refusals", profile="mobile")
async def missing_objects_have_code_101(s: Script) -> None:
    await Ios(s).create("Score", {"points": 1})
    path = f"classes/{s.name('Score')}/noSuchId00"
    await Ios(s).command("GET", path)
    await Ios(s).command("PUT", path, {"points": 2})
    await Ios(s).command("DELETE", path)
    await Swift(s).request("PUT", path, {"points": 2})


@scenario("mobile-3/refusals", profile="mobile")
async def wrong_types_keys_and_class_names_have_their_codes(s: Script) -> None:
    made = await Ios(s).create("Score", {"points": 1})
    await Ios(s).command("PUT", f"classes/{s.name('Score')}/{made}", {"points": "text"})
    await Ios(s).command("PUT", f"classes/{s.name('Score')}/{made}", {"bad-key": 1})
    await Ios(s).command(
        "PUT", f"classes/{s.name('Score')}/{made}", {"objectId": "x", "createdAt": 1}, label="own keys"
    )
    await Ios(s).command("POST", "classes/bad-name", {"points": 1})
    await Ios(s).command("POST", "classes/1name", {"points": 1})
