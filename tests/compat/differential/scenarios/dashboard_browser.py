"""The data browser reads: opening a class, counts, pages, sorting, and the conditions that its filters make."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import ARRAY, DATE, NUMBER, OBJECT, STRING, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

FIELDS = {
    "name": STRING,
    "amount": NUMBER,
    "when": DATE,
    "tags": ARRAY,
    "info": OBJECT,
    "done": {"type": "Boolean"},
    "place": {"type": "GeoPoint"},
}
JANUARY = {"__type": "Date", "iso": "2020-01-15T00:00:00.000Z"}
MARCH = {"__type": "Date", "iso": "2020-03-15T00:00:00.000Z"}
ROWS: tuple[dict[str, Any], ...] = (
    {"name": "abc", "amount": 1, "when": JANUARY, "tags": ["a", 1], "info": {"k": 1, "t": "x"}, "done": True},
    {"name": "abd.*", "amount": 2, "when": MARCH, "tags": ["b"], "info": {"k": 2}, "done": False},
    {"name": "ABC xyz", "amount": 3.5, "tags": [], "info": {"t": {"deep": [1]}}},
    {"name": "\\E a+b (c) $", "amount": 10, "info": {}},
    {"amount": -1},
)


async def filled(s: Script, page: Dashboard) -> str:
    """A class with some rows, numbered so that answers can be put in order."""
    name = await declare(s, "Thing", FIELDS)
    for number, row in enumerate(ROWS):
        await page.add_row(name, {"number": number, **row}, record=False)
    return name


async def filtered(s: Script, page: Dashboard, *conditions: dict[str, Any]) -> None:
    """Ask with each condition for rows and count, as a filter does."""
    name = await filled(s, page)
    for where in conditions:
        await page.find(name, where, limit=100, order="number", keys="number")
        await page.count(name, where)


@scenario("dashboard-3/open", profile=PROFILE)
async def opening_a_class_that_is_empty(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Empty", {"name": STRING})
    await page.call("GET", "config", record=False)
    await page.find(name, limit=100, order="-createdAt")
    await page.count(name)


@scenario("dashboard-3/settings-missing", profile=PROFILE)
async def reading_settings_does_not_make_their_class(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    where = {"appId": "test", "key": "browser.panels.settings", "user": {"$exists": False}}
    await page.find(name, where, limit=1)
    await page.find(name, {"appId": "test", "key": {"$regex": "^\\Qviews.view.\\E"}, "user": {"$exists": False}})
    await page.count(name)
    await page.call("GET", f"schemas/{name}")


@scenario("dashboard-3/settings-missing", profile="closed-classes")
async def nor_where_clients_make_no_classes(s: Script) -> None:
    page, name = Dashboard(s), s.name("DashboardConfig")
    await page.find(name, {"appId": "test", "key": "views.view.1", "user": {"$exists": False}}, limit=1)
    await page.call("GET", f"schemas/{name}")
    await page.add_row(name, {"appId": "test", "key": "views.view.1"})
    await page.find(name, {"appId": "test"})


@scenario("dashboard-3/counts", profile=PROFILE)
async def the_sidebar_counts_every_class_exactly(s: Script) -> None:
    page = Dashboard(s)
    name = await filled(s, page)
    await page.count(name)
    await page.count(s.name("Missing"))
    for built_in in ("_User", "_Role", "_Session", "_Installation", "_Product"):
        answer = await page.call("GET", f"classes/{built_in}", {"where": {}, "limit": 0, "count": 1}, record=False)
        s.note(built_in, [answer.status, type(answer["count"]).__name__, answer["results"]])


@scenario("dashboard-3/rows", "dashboard-3/page", profile=PROFILE)
async def rows_come_newest_first_and_page_by_page(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Paged", {"number": NUMBER})
    days = [f"2020-01-0{day}T00:00:00.000Z" for day in range(1, 8)]
    rows = [{"number": n, "createdAt": {"__type": "Date", "iso": day}} for n, day in enumerate(days)]
    entries = [{"method": "POST", "path": f"/parse/classes/{name}", "body": row} for row in rows]
    await page.fetched("POST", "batch", {"requests": entries}, as_maintainer=True)
    for skip in (0, 3, 6, 9):
        await page.find(name, limit=3, order="-createdAt", **({"skip": skip} if skip else {}))
    await page.find(name, limit=100, order="-createdAt", excludeKeys="number,ACL")


@scenario("dashboard-3/sort", profile=PROFILE)
async def a_click_on_a_head_sorts_up_and_down(s: Script) -> None:
    page = Dashboard(s)
    name = await filled(s, page)
    for order in ("amount", "-amount", "name,number", "-name,number", "when,number", "-done,number"):
        await page.find(name, order=order, limit=100, keys="number")
    by_id = {"where": {}, "order": "objectId", "limit": 100}
    ids = [row["objectId"] for row in (await page.call("GET", f"classes/{name}", by_id, record=False))["results"]]
    s.note("by id", ids == sorted(ids))


@scenario("dashboard-3/unique", profile=PROFILE)
async def the_unique_filter_lists_plain_values(s: Script) -> None:
    page = Dashboard(s)
    name = await filled(s, page)
    for field in ("name", "amount", "done", "when"):
        answer = await page.call("GET", f"aggregate/{name}", {"distinct": field, "where": {}}, record=False)
        s.note(field, sorted(answer["results"], key=str))
    where = {"amount": {"$gt": 1}}
    answer = await page.call("GET", f"aggregate/{name}", {"distinct": "amount", "where": where}, record=False)
    s.note("filtered", sorted(answer["results"]))
    await page.call("GET", f"aggregate/{name}", {"distinct": "missing", "where": {}})
    await page.call("GET", f"aggregate/{s.name('Missing')}", {"distinct": "name", "where": {}})


@scenario("dashboard-3/unique", profile=PROFILE)
async def the_unique_filter_on_pointers_arrays_and_columns_of_every_class(s: Script) -> None:
    page, name = Dashboard(s), s.name("Order")
    target = await page.add_row(s.name("Target"), {"n": 1})
    pointer = {"__type": "Pointer", "className": s.name("Target"), "objectId": target}
    made = await page.add_row(name, {"thing": pointer, "tags": ["a"], "info": {"k": 1}})
    await page.add_row(name, {"thing": pointer, "tags": ["a"]})
    for field in ("thing", "tags", "info"):
        await page.call("GET", f"aggregate/{name}", {"distinct": field, "where": {}}, label=field)
    for field in ("objectId", "createdAt"):
        where = {"objectId": made}
        await page.call("GET", f"aggregate/{name}", {"distinct": field, "where": where}, label=field)


@scenario("dashboard-3/filter-exists", profile=PROFILE)
async def filters_on_what_is_there(s: Script) -> None:
    await filtered(
        s,
        Dashboard(s),
        {"name": {"$exists": True}},
        {"name": {"$exists": False}},
        {"info.k": {"$exists": True}},
        {"info.k": {"$exists": False}},
        {"tags": {"$exists": True}},
    )


@scenario("dashboard-3/filter-equal", profile=PROFILE)
async def filters_on_what_is_equal(s: Script) -> None:
    await filtered(
        s,
        Dashboard(s),
        {"name": "abc"},
        {"name": {"$ne": "abc"}},
        {"done": True},
        {"done": {"$ne": True}},
        {"tags": "a"},
        {"tags": {"$ne": 1}},
        {"info.k": 2},
        {"info.k": {"$ne": 1}, "info.t": "x"},
    )


@scenario("dashboard-3/filter-compare", profile=PROFILE)
async def filters_on_what_is_less_or_greater(s: Script) -> None:
    await filtered(
        s,
        Dashboard(s),
        {"amount": {"$lt": 2}},
        {"amount": {"$gte": 2, "$lte": 3.5}},
        {"when": {"$lt": MARCH}},
        {"when": {"$gte": MARCH}},
        {"createdAt": {"$gt": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}},
        {"updatedAt": {"$lte": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}},
        {"info.k": {"$gt": 1}},
        {"info.k": {"$lte": 1}},
    )


@scenario("dashboard-3/filter-in", profile=PROFILE)
async def filters_on_what_is_one_of_many(s: Script) -> None:
    await filtered(
        s,
        Dashboard(s),
        {"name": {"$in": ["abc", "ABC xyz"]}},
        {"amount": {"$in": [1, 10]}},
        {"tags": {"$in": ["a", "b"]}},
        {"when": {"$in": [JANUARY]}},
        {"name": {"$in": []}},
    )


@scenario("dashboard-3/filter-pattern", profile=PROFILE)
async def filters_on_patterns_with_quoted_parts(s: Script) -> None:
    await filtered(
        s,
        Dashboard(s),
        {"name": {"$regex": "^\\Qabd.*\\E"}},
        {"name": {"$regex": "\\Qc\\E$"}},
        {"name": {"$regex": "\\Q.*\\E"}},
        {"name": {"$regex": "\\Q\\E\\\\E\\Q a+b (c) $\\E"}},
        {"name": {"$regex": "\\Qa+b (c)\\E"}},
        {"name": {"$regex": "^ab", "$options": "i"}},
        {"name": {"$regex": "b[cd]$"}},
        {"name": {"$regex": "XYZ", "$options": "i"}},
        {"info.t": {"$regex": "^\\Qx\\E"}},
    )


@scenario("dashboard-3/filter-pattern", profile=PROFILE)
async def a_broken_pattern_of_a_filter_is_told(s: Script) -> None:
    page = Dashboard(s)
    name = await filled(s, page)
    await page.find(name, {"name": {"$regex": "^\\Qunclosed"}}, keys="number")
    await page.find(name, {"name": {"$regex": "abc", "$options": "q"}}, keys="number")


@scenario("dashboard-3/filter-logic", profile=PROFILE)
async def filters_joined_by_or_and_and(s: Script) -> None:
    small, named = {"amount": {"$lt": 2}}, {"name": {"$regex": "^\\QAB\\E"}}
    await filtered(
        s,
        Dashboard(s),
        {"$or": [small, named]},
        {"$and": [{"amount": {"$gt": 0}}, {"$or": [small, named]}]},
        {"$or": [small, named], "done": {"$exists": True}},
        {"$or": [{"$or": [small]}, {"info.k": 2}]},
    )


@scenario("dashboard-3/filter-other-class", profile=PROFILE)
async def filters_on_rows_of_other_classes(s: Script) -> None:
    page = Dashboard(s)
    things = await filled(s, page)
    first = (await page.find(things, {"number": 0}))["results"][0]["objectId"]
    pointer = {"__type": "Pointer", "className": things, "objectId": first}
    orders = s.name("Order")
    await page.add_row(orders, {"thing": pointer, "thingName": "abc", "n": 1})
    await page.add_row(orders, {"thingName": "nothing", "n": 2})
    sought = {"className": things, "where": {"amount": {"$lt": 2}}}
    for where in (
        {"thing": pointer},
        {"thing": {"$ne": pointer}},
        {"thing": {"$exists": False}},
        {"thing": {"$inQuery": sought}},
        {"thing": {"$inQuery": {"className": things, "where": {"objectId": {"$regex": f"^\\Q{first}\\E"}}}}},
        {"thingName": {"$select": {"key": "name", "query": sought}}},
    ):
        await page.find(orders, where, order="n", keys="n", limit=100)
        await page.count(orders, where)


@scenario("dashboard-3/follow", profile=PROFILE)
async def following_a_pointer_asks_for_one_id(s: Script) -> None:
    page = Dashboard(s)
    made = await page.add_row(s.name("Target"), {"name": "here"})
    await page.find(s.name("Target"), {"objectId": made}, limit=100, order="-createdAt")
    await page.count(s.name("Target"), {"objectId": made})
    await page.find(s.name("Target"), {"objectId": "gone000000"}, limit=100, order="-createdAt")
