"""The data browser exports and imports rows."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.dashboard_form import MOUNT, PROFILE, Dashboard
from tests.compat.differential.declare import ARRAY, DATE, NUMBER, OBJECT, STRING, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

JANUARY = {"__type": "Date", "iso": "2020-01-15T00:00:00.000Z"}
MARCH = {"__type": "Date", "iso": "2020-03-15T00:00:00.000Z"}


def entries(class_name: str, *bodies: dict[str, Any]) -> dict[str, Any]:
    """The body of an import of new rows."""
    path = f"{MOUNT}/classes/{class_name}"
    return {"requests": [{"method": "POST", "path": path, "body": body} for body in bodies]}


@scenario("dashboard-6/export", profile="custom-ids")
async def all_rows_are_exported_in_the_order_of_their_ids(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Exported", {"n": NUMBER})
    ids = [f"exported{n:02}" for n in range(5)]
    await page.fetched("POST", "batch", entries(name, *({"objectId": one, "n": n} for n, one in enumerate(ids))))
    await page.find(name, limit=2, order="objectId")
    await page.find(name, {"objectId": {"$gt": ids[1]}}, limit=2, order="objectId")
    await page.find(name, {"objectId": {"$gt": ids[4]}}, limit=2, order="objectId")
    await page.find(name, {"objectId": {"$in": ids[:2]}}, limit=2, order="objectId")
    await page.find(name, {"n": {"$gt": 1}, "objectId": {"$gt": ids[2]}}, limit=100, order="objectId")


@scenario("dashboard-6/import", profile=PROFILE)
async def rows_are_imported_as_new_ones(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER, "at": DATE, "tags": ARRAY, "info": OBJECT, "name": STRING})
    rows = (
        {"n": 1, "at": JANUARY, "tags": ["a"], "info": {"k": 1}, "name": "x"},
        {"n": 2, "fresh": True, "ACL": {"*": {"read": True}}},
        {"n": "text"},
    )
    await page.fetched("POST", "batch", entries(name, *rows))
    await page.find(name, order="n")


@scenario("dashboard-6/import-ids", profile=PROFILE)
async def ids_are_kept_by_no_key_where_clients_may_not_choose_them(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER})
    for as_maintainer in (False, True):
        row = {"objectId": "keptId0001", "n": 1}
        await page.fetched("POST", "batch", entries(name, row), as_maintainer=as_maintainer)
    await page.find(name)


@scenario("dashboard-6/import-ids", profile="custom-ids")
async def ids_are_kept_where_clients_choose_them(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER})
    for n, row in enumerate(({"objectId": "chosen0001"}, {"objectId": "chosen0001"}, {"objectId": ""}, {})):
        await page.fetched("POST", "batch", entries(name, {**row, "n": n}))
    await page.find(name, order="n")


@scenario("dashboard-6/import-times", profile=PROFILE)
async def times_are_kept_by_the_maintenance_key_alone(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER})
    rows = ({"n": 1, "createdAt": JANUARY, "updatedAt": MARCH}, {"n": 2, "createdAt": JANUARY})
    for as_maintainer in (False, True):
        await page.fetched("POST", "batch", entries(name, *rows), as_maintainer=as_maintainer)
    await page.find(name, {"createdAt": {"$lt": MARCH}}, order="n")
    await page.count(name)


@scenario("dashboard-6/import-overwrite", profile=PROFILE)
async def rows_that_are_there_are_overwritten(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER, "name": STRING})
    made = await page.add_row(name, {"n": 1, "name": "before"})
    for as_maintainer in (False, True):
        requests = [
            {"method": "PUT", "path": f"{MOUNT}/classes/{name}/{one}", "body": {"name": "after"}}
            for one in (made, "notThere01")
        ]
        await page.fetched("POST", "batch", {"requests": requests}, as_maintainer=as_maintainer)
    dated = {"name": "dated", "createdAt": JANUARY, "updatedAt": MARCH}
    requests = [{"method": "PUT", "path": f"{MOUNT}/classes/{name}/{made}", "body": dated}]
    for as_maintainer in (False, True):
        await page.fetched("POST", "batch", {"requests": requests}, as_maintainer=as_maintainer)
    await page.find(name)


@scenario("dashboard-6/import-duplicates", profile=PROFILE)
async def an_import_asks_first_which_ids_are_there(s: Script) -> None:
    page, name = Dashboard(s), s.name("Imported")
    made = await page.add_row(name, {"n": 1})
    await page.find(name, {"objectId": {"$in": [made, "notThere01"]}}, keys="objectId", limit=2)


@scenario("dashboard-6/import", profile=PROFILE)
async def what_is_wrong_with_a_batch_is_told(s: Script) -> None:
    page, name = Dashboard(s), s.name("Imported")
    await page.fetched("POST", "batch", {"requests": [{"method": "POST", "path": f"/elsewhere/{name}", "body": {}}]})
    await page.fetched("POST", "batch", {"requests": []})
    await page.fetched("POST", "batch", {})


@scenario("dashboard-6/import", profile="limited-batch")
async def an_import_is_bounded_for_the_maintenance_key_no_more_than_for_the_master_key(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Imported", {"n": NUMBER})
    for as_maintainer in (False, True):
        rows = ({"n": 1}, {"n": 2}, {"n": 3})
        await page.fetched("POST", "batch", entries(name, *rows), as_maintainer=as_maintainer)
    await page.count(name)
