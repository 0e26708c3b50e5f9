"""The data browser changes classes: their columns, their permissions, and what is protected."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import OPEN, STRING, USER, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("dashboard-4/create-class", profile=PROFILE)
async def a_class_is_made_with_its_name_alone(s: Script) -> None:
    page, name = Dashboard(s), s.name("Fresh")
    await page.call("POST", f"schemas/{name}", {"className": name})
    await page.find(name, limit=100, order="-createdAt")
    await page.call("POST", f"schemas/{name}", {"className": name}, label="once more")
    await page.call("GET", f"schemas/{name}")


@scenario("dashboard-4/create-class", profile=PROFILE)
async def a_name_that_cannot_be_is_refused(s: Script) -> None:
    page = Dashboard(s)
    for name in ("1abc", "with-dash", "with%20space", "_Own"):
        await page.call("POST", f"schemas/{name}", {"className": name})


@scenario("dashboard-4/create-class", profile=PROFILE, serial=True)
async def a_built_in_class_may_be_chosen_from_the_list(s: Script) -> None:
    page = Dashboard(s)
    await page.call("POST", "schemas/_Product", {"className": "_Product"})
    await page.call("DELETE", "schemas/_Product", label="as it was")


@scenario("dashboard-4/drop-class", profile=PROFILE)
async def a_class_is_dropped_when_it_is_empty(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Old", {"name": STRING})
    made = await page.add_row(name, {"name": "x"})
    await page.call("DELETE", f"schemas/{name}")
    await page.call("DELETE", f"classes/{name}/{made}")
    await page.call("DELETE", f"schemas/{name}")
    await page.call("GET", f"schemas/{name}")
    await page.call("DELETE", f"schemas/{name}", label="once more")


@scenario("dashboard-4/add-column", profile=PROFILE)
async def a_column_of_every_type_is_added(s: Script) -> None:
    page = Dashboard(s)
    name, target = await declare(s, "Wide"), await declare(s, "Target")
    for kind in ("String", "Number", "Boolean", "Date", "Object", "Array", "Polygon", "GeoPoint", "File"):
        await page.add_column(name, f"a{kind}", type=kind)
    await page.add_column(name, "aPointer", type="Pointer", targetClass=target)
    await page.add_column(name, "aUser", type="Pointer", targetClass="_User")
    await page.add_column(name, "aRelation", type="Relation", targetClass=target)
    await page.call("GET", f"schemas/{name}")
    await page.find(name, limit=100, order="-createdAt")


@scenario("dashboard-4/add-column", profile=PROFILE)
async def a_column_has_a_default_and_is_required(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Strict")
    values: dict[str, Any] = {
        "String": "new",
        "Number": 0,
        "Boolean": False,
        "Date": {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"},
        "Object": {"k": [1]},
        "Array": ["x", 1],
        "GeoPoint": {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
    }
    for kind, value in values.items():
        await page.add_column(name, f"a{kind}", type=kind, required=True, defaultValue=value)
    await page.add_row(name)
    await page.find(name)
    await page.add_column(name, "bare", type="String", required=True)
    await page.call("POST", f"classes/{name}")


@scenario("dashboard-4/add-column", profile=PROFILE)
async def a_column_that_cannot_be_is_refused(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Picky", {"taken": STRING})
    await page.add_column(name, "taken", type="Number")
    await page.add_column(name, "taken", type="String")
    await page.add_column(name, "1st", type="String")
    await page.add_column(name, "objectId", type="String")
    await page.add_column(name, "odd", type="Stuff")
    await page.add_column(name, "aPointer", type="Pointer")
    await page.add_column(name, "aDefault", type="Number", defaultValue="text")
    await page.add_column(s.name("Missing"), "name", type="String")


@scenario("dashboard-4/drop-column", profile=PROFILE)
async def a_column_is_dropped_with_its_values(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Narrow", {"name": STRING, "old": STRING, "user": USER})
    await page.add_row(name, {"name": "x", "old": "y"})
    for field in ("old", "user"):
        body = {"className": name, "fields": {field: {"__op": "Delete"}}}
        await page.call("PUT", f"schemas/{name}", body)
    await page.find(name)
    await page.call("PUT", f"schemas/{name}", {"className": name, "fields": {"old": {"__op": "Delete"}}})
    await page.add_column(name, "old", type="Number")
    await page.find(name)


@scenario("dashboard-4/drop-column", profile=PROFILE)
async def columns_of_every_class_stay(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Narrow", {"name": STRING})
    for field in ("objectId", "createdAt", "ACL"):
        await page.call("PUT", f"schemas/{name}", {"className": name, "fields": {field: {"__op": "Delete"}}})


@scenario("dashboard-4/clp", profile=PROFILE)
async def permissions_of_a_class_are_written_as_a_whole(s: Script) -> None:
    page = Dashboard(s)
    ann = (await page.call("POST", "users", {"username": s.name("ann"), "password": "x"})).id
    name = await declare(s, "Guarded", {"owner": USER, "name": STRING})
    for permissions in (
        {**OPEN, "protectedFields": {"*": []}},
        {**OPEN, "delete": {}, "update": {ann: True, f"role:{s.name('boss')}": True}},
        {**OPEN, "get": {"requiresAuthentication": True}, "create": {}, "addField": {}},
        {**OPEN, "update": {"pointerFields": ["owner"]}, "readUserFields": ["owner"], "writeUserFields": []},
    ):
        await page.call("PUT", f"schemas/{name}", {"classLevelPermissions": permissions})
    await page.call("GET", f"schemas/{name}")
    await page.call("GET", f"classes/{name}", {"where": {}}, master=False)
    await page.find(name)


@scenario("dashboard-4/clp", profile=PROFILE)
async def permissions_that_cannot_be_are_refused(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Guarded", {"owner": USER})
    for permissions in (
        {"find": {"not an id": True}},
        {"find": {"*": "yes"}},
        {"fly": {"*": True}},
        {"readUserFields": ["nobody"]},
    ):
        await page.call("PUT", f"schemas/{name}", {"classLevelPermissions": {**OPEN, **permissions}})
    await page.call("GET", f"schemas/{name}")


@scenario("dashboard-4/protected-fields", profile=PROFILE)
async def fields_are_protected_from_some(s: Script) -> None:
    page = Dashboard(s)
    ann = await page.call("POST", "users", {"username": s.name("ann"), "password": "x"})
    name = await declare(s, "Secretive", {"owner": USER, "name": STRING, "pin": STRING})
    await page.add_row(name, {"name": "x", "pin": "1234"})
    protected = {"*": ["pin"], ann.id: [], "authenticated": ["owner"], "userField:owner": []}
    await page.call("PUT", f"schemas/{name}", {"classLevelPermissions": {**OPEN, "protectedFields": protected}})
    await page.call("GET", f"classes/{name}", {"where": {}}, master=False)
    await page.find(name)
    await page.browsing_as(ann.token).call("GET", f"classes/{name}", {"where": {}}, master=False)
    for wrong in ({"*": ["missing"]}, {"*": ["objectId"]}, {"*": "pin"}):
        await page.call("PUT", f"schemas/{name}", {"classLevelPermissions": {**OPEN, "protectedFields": wrong}})


@scenario("dashboard-4/export-schema", profile=PROFILE)
async def the_schema_of_a_class_is_the_file_that_is_exported(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Exported", {"name": {**STRING, "required": True, "defaultValue": "x"}, "user": USER})
    await page.call("GET", f"schemas/{name}")
    listed = await page.call("GET", "schemas/", record=False)
    s.note("in the file of all", [one for one in listed["results"] if one["className"] == name])
    await page.call("GET", f"schemas/{s.name('Missing')}")
