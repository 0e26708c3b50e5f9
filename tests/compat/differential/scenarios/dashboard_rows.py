"""The data browser writes: rows, cells, files, relations."""

from __future__ import annotations

import base64
from typing import Any

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import ARRAY, DATE, NUMBER, OBJECT, STRING, USER, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

GONE = {"__op": "Delete"}


@scenario("dashboard-5/add-row", profile=PROFILE)
async def a_row_is_added_empty_or_with_what_was_typed(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    await page.call("POST", f"classes/{name}")
    await page.call("POST", f"classes/{name}", {"name": "x", "amount": 1})
    await page.call("POST", f"classes/{name}", {"amount": "text"}, label="of another type")
    await page.find(name, order="createdAt,name")


@scenario("dashboard-5/edit-cell", profile=PROFILE)
async def a_cell_of_every_type_is_edited_and_cleared(s: Script) -> None:
    page = Dashboard(s)
    fields = {"aString": STRING, "aNumber": NUMBER, "aDate": DATE, "anArray": ARRAY, "anObject": OBJECT, "aUser": USER}
    name = await declare(s, "Thing", {**fields, "aGeo": {"type": "GeoPoint"}, "aBool": {"type": "Boolean"}})
    ann = (await page.call("POST", "users", {"username": s.name("ann"), "password": "x"})).id
    made = await page.add_row(name)
    values: dict[str, Any] = {
        "aString": "text",
        "aNumber": 2.5,
        "aBool": False,
        "aDate": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
        "anArray": [1, "a", {"b": None}],
        "anObject": {"k": {"deep": [1]}},
        "aUser": {"__type": "Pointer", "className": "_User", "objectId": ann},
        "aGeo": {"__type": "GeoPoint", "latitude": 1.5, "longitude": -2},
    }
    for field, value in values.items():
        await page.edit(name, made, **{field: value})
    await page.find(name)
    for field in values:
        await page.edit(name, made, **{field: GONE})
    await page.find(name)


@scenario("dashboard-5/edit-cell", profile=PROFILE)
async def an_edit_that_cannot_be_is_told(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Thing", {"amount": NUMBER, "needed": {**STRING, "required": True}})
    made = await page.add_row(name, {"needed": "x"})
    await page.edit(name, made, amount="text")
    await page.edit(name, made, needed=GONE)
    await page.edit(name, "gone000000", amount=1)
    await page.find(name)


@scenario("dashboard-5/edit-acl", profile=PROFILE)
async def the_acl_of_a_row_is_written_as_a_whole(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    ann = (await page.call("POST", "users", {"username": s.name("ann"), "password": "x"})).id
    made = await page.add_row(name, {"n": 1})
    for acl in (
        {"*": {"read": True}, ann: {"read": True, "write": True}},
        {f"role:{s.name('boss')}": {"read": True}},
        {},
    ):
        await page.edit(name, made, ACL=acl)
        await page.call("GET", f"classes/{name}", {"where": {}}, master=False)
        await page.find(name)
    await page.edit(name, made, ACL=GONE)
    await page.find(name)


@scenario("dashboard-5/upload", profile=PROFILE)
async def a_file_is_uploaded_and_put_into_a_cell(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Thing", {"file": {"type": "File"}})
    made = await page.add_row(name)
    body = {"base64": base64.b64encode(b"some text").decode(), "fileData": {"metadata": {}, "tags": {}}}
    saved = await page.call("POST", "files/note.txt", {**body, "_ContentType": "text/plain"})
    await page.edit(name, made, file={"__type": "File", "name": saved["name"], "url": saved["url"]})
    await page.find(name)
    await page.edit(name, made, file=GONE)
    await page.find(name)
    await page.call("POST", "files/page.html", {**body, "_ContentType": "text/html"}, label="not let in")


@scenario("dashboard-5/delete-rows", profile=PROFILE)
async def chosen_rows_are_deleted_in_one_batch(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    ids = [await page.add_row(name, {"n": n}) for n in range(3)]
    chosen = [{"method": "DELETE", "path": f"classes/{name}/{one}", "body": {}} for one in (*ids[:2], "gone000000")]
    await page.batch(chosen)
    await page.find(name)
    await page.call("DELETE", f"classes/{name}/{ids[2]}")
    await page.count(name)


@scenario("dashboard-5/clone-rows", profile=PROFILE)
async def chosen_rows_are_cloned_in_one_batch(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Thing", {"n": NUMBER, "at": DATE, "user": USER})
    date = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
    ids = [await page.add_row(name, {"n": n, "at": date, "ACL": {"*": {"read": True}}}) for n in range(2)]
    rows = (await page.find(name, {"objectId": {"$in": ids}}, order="n"))["results"]
    bodies = [{key: row[key] for key in ("n", "at", "ACL")} for row in rows]
    await page.batch([{"method": "POST", "path": f"classes/{name}", "body": body} for body in bodies])
    await page.find(name, order="n", limit=100)


@scenario("dashboard-5/clone-rows", profile=PROFILE)
async def a_clone_that_fails_is_told_by_its_entry(s: Script) -> None:
    page, name = Dashboard(s), s.name("cloned")
    await page.call("POST", "users", {"username": name, "password": "x"})
    await page.batch([{"method": "POST", "path": "users", "body": {"username": name, "password": "x"}}])


@scenario("dashboard-5/refresh-rows", profile=PROFILE)
async def rows_are_read_again_by_their_ids(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    ids = [await page.add_row(name, {"n": n}) for n in range(3)]
    await page.find(name, {"objectId": {"$in": [*ids[:2], "gone000000"]}}, order="n")
    await page.find(name, {"objectId": {"$in": []}})


@scenario("dashboard-5/delete-all-rows", profile=PROFILE)
async def all_rows_of_a_class_are_deleted(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    for n in range(3):
        await page.add_row(name, {"n": n, "ACL": {}})
    await page.call("DELETE", f"purge/{name}")
    await page.count(name)
    await page.call("GET", f"schemas/{name}")
    await page.call("DELETE", f"purge/{s.name('Missing')}")


@scenario("dashboard-5/relations", profile=PROFILE)
async def rows_are_attached_to_a_relation_and_detached(s: Script) -> None:
    page = Dashboard(s)
    target = await declare(s, "Target", {"n": NUMBER})
    owner = await declare(s, "Owner", {"targets": {"type": "Relation", "targetClass": target}})
    ids = [await page.add_row(target, {"n": n}) for n in range(3)]
    made = await page.add_row(owner)
    related = {"$relatedTo": {"object": {"__type": "Pointer", "className": owner, "objectId": made}, "key": "targets"}}
    pointers = [{"__type": "Pointer", "className": target, "objectId": one} for one in ids]
    await page.find(target, {"objectId": {"$in": ids}}, order="n")
    await page.edit(owner, made, targets={"__op": "AddRelation", "objects": pointers[:2]})
    await page.find(target, related, limit=100, order="n")
    await page.count(target, related)
    await page.find(target, {**related, "n": {"$gt": 0}}, limit=100, order="-createdAt")
    await page.edit(owner, made, targets={"__op": "RemoveRelation", "objects": pointers[:1]})
    await page.find(target, related, limit=10, skip=0, order="-createdAt")
    await page.count(target, related)
    await page.find(owner)


@scenario("dashboard-5/relations", profile=PROFILE)
async def a_row_of_another_class_is_not_attached(s: Script) -> None:
    page = Dashboard(s)
    target, other = await declare(s, "Target"), await declare(s, "Other")
    owner = await declare(s, "Owner", {"targets": {"type": "Relation", "targetClass": target}})
    made, stranger = await page.add_row(owner), await page.add_row(other)
    pointer = {"__type": "Pointer", "className": other, "objectId": stranger}
    await page.edit(owner, made, targets={"__op": "AddRelation", "objects": [pointer]})


@scenario("dashboard-5/info-panel", profile=PROFILE)
async def the_info_panel_calls_a_function_with_the_row(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    made = await page.add_row(name, {"name": "shown"})
    row = {"__type": "Pointer", "className": name, "objectId": made}
    await page.call("POST", "functions/panel", {"object": row})
    await page.call("POST", "functions/missing", {"object": row})


@scenario("dashboard-5/script", profile=PROFILE)
async def a_script_is_called_for_each_chosen_row(s: Script) -> None:
    page, name = Dashboard(s), s.name("Thing")
    ids = [await page.add_row(name, {"n": n}) for n in range(2)]
    rows = [{"__type": "Pointer", "className": name, "objectId": one} for one in ids]
    for row in rows:
        await page.call("POST", "functions/archive", {"object": row})
    await page.find(name, order="n")
    await page.call("POST", "functions/form", {"object": rows[0]})
    await page.call("POST", "functions/refuses", {"object": rows[0]})
