"""Pages about code: views, webhooks, jobs, and the REST console."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

ASKED_AT_MOST = 400
PAUSE_SECONDS = 0.05
EVERY_DAY = [1, 1, 1, 1, 1, 1, 1]


@scenario("dashboard-8/view", profile=PROFILE)
async def a_view_is_an_aggregation_or_a_function(s: Script) -> None:
    page, name = Dashboard(s), s.name("Sale")
    for n, kind in enumerate(("a", "b", "a")):
        await page.add_row(name, {"kind": kind, "amount": n})
    total = {"$group": {"_id": "$kind", "total": {"$sum": "$amount"}, "count": {"$sum": 1}}}
    for pipeline in (
        [{"$match": {"amount": {"$gte": 0}}}, total, {"$sort": {"_id": 1}}],
        [{"$match": {"kind": "none"}}],
        [{"$sort": {"amount": -1}}, {"$limit": 1}, {"$project": {"kind": 1}}],
        [{"$count": "rows"}],
        [],
    ):
        await page.call("GET", f"aggregate/{name}", {"pipeline": pipeline, "readPreference": None}, label=str(pipeline))
    await page.call("GET", f"aggregate/{name}", {"pipeline": [{"$nonsense": 1}], "readPreference": None})
    await page.call("GET", f"aggregate/{s.name('Missing')}", {"pipeline": [total], "readPreference": None})
    await page.call("POST", "functions/totals", {})


@scenario("dashboard-8/code", profile=PROFILE)
async def the_files_of_cloud_code_are_not_shown(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "releases/latest")
    s.note("viewCode", "viewCode" in (await page.call("GET", "serverInfo", record=False))["features"]["cloudCode"])


@scenario("dashboard-8/webhooks", profile=PROFILE, serial=True)
async def function_hooks_are_listed_made_moved_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "hooks/functions")
    await page.call("POST", "hooks/functions", {"functionName": "far", "url": "https://hooks.example/far"})
    await page.call("POST", "hooks/functions", {"functionName": "far", "url": "https://hooks.example/again"})
    await page.call("GET", "hooks/functions")
    await page.call("PUT", "hooks/functions/far", {"url": "https://hooks.example/moved"})
    await page.call("GET", "hooks/functions")
    await page.call("PUT", "hooks/functions/far", {"__op": "Delete"})
    await page.call("GET", "hooks/functions")
    await page.call("PUT", "hooks/functions/far", {"__op": "Delete"}, label="once more")


@scenario("dashboard-8/webhooks", profile=PROFILE, serial=True)
async def trigger_hooks_are_listed_made_moved_and_deleted(s: Script) -> None:
    page = Dashboard(s)
    for name in ("beforeSave", "afterSave", "beforeDelete", "afterDelete"):
        hook = {"triggerName": name, "className": "Far", "url": f"https://hooks.example/{name}"}
        await page.call("POST", "hooks/triggers", hook)
    listed = await page.call("GET", "hooks/triggers", record=False)
    s.note("listed", sorted(listed.body, key=lambda one: str(one["triggerName"])))
    await page.call("PUT", "hooks/triggers/Far/beforeSave", {"url": "https://hooks.example/moved"})
    await page.call("PUT", "hooks/triggers/Far/never", {"url": "https://hooks.example/moved"})
    for name in ("beforeSave", "afterSave", "beforeDelete", "afterDelete"):
        await page.call("PUT", f"hooks/triggers/Far/{name}", {"__op": "Delete"})
    await page.call("GET", "hooks/triggers")


@scenario("dashboard-8/webhooks", profile=PROFILE, serial=True)
async def hooks_that_cannot_be_are_refused(s: Script) -> None:
    page = Dashboard(s)
    await page.call("POST", "hooks/functions", {"functionName": "far", "url": ""})
    await page.call("POST", "hooks/functions", {"functionName": "", "url": "https://hooks.example/far"})
    unknown = {"triggerName": "beforeTea", "className": "Far", "url": "https://a.example"}
    await page.call("POST", "hooks/triggers", unknown)
    await page.call("GET", "hooks/functions")


@scenario("dashboard-8/jobs", profile=PROFILE, serial=True)
async def jobs_are_named_whether_scheduled_or_not(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "cloud_code/jobs/data")
    await page.call("GET", "cloud_code/jobs?per_page=50")


@scenario("dashboard-8/run-job", profile=PROFILE, serial=True)
async def a_job_is_run_and_its_status_listed(s: Script) -> None:
    page = Dashboard(s)
    for name in ("sweep", "breaks", "missing"):
        body: dict[str, Any] = {
            "jobName": name,
            "description": "Executing from job schedule web console.",
            "input": {},
            "when": 0,
        }
        started = await page.call("POST", "jobs", body)
        job_id = started.headers.get("X-Parse-Job-Status-Id", "")
        s.note("ended", await ended(page, job_id) if job_id else "never begun")


@scenario("dashboard-8/run-job", profile=PROFILE)
async def statuses_of_jobs_are_a_class(s: Script) -> None:
    page = Dashboard(s)
    answer = await page.call("GET", "classes/_JobStatus", {"where": {}, "order": "-createdAt"}, record=False)
    s.note("status and form", [answer.status, isinstance(answer["results"], list)])
    await page.find("_JobStatus", {"objectId": "missing000"}, order="-createdAt")


async def ended(page: Dashboard, job_id: str) -> dict[str, Any]:
    """What the page shows of a job that has ended; asks until it has."""
    for _ in range(ASKED_AT_MOST):
        body: dict[str, Any] = {"where": {"objectId": job_id}, "order": "-createdAt"}
        found = await page.call("GET", "classes/_JobStatus", body, record=False)
        for row in found["results"]:
            if "finishedAt" in row:
                shown = {name: row.get(name) for name in ("jobName", "message", "status", "source")}
                return {**shown, "finishedAt": row["finishedAt"]["__type"]}
        await asyncio.sleep(PAUSE_SECONDS)
    raise LookupError(f"job {job_id} does not end")


@scenario("dashboard-8/schedule-job", profile=PROFILE, serial=True)
async def a_job_is_scheduled_rescheduled_and_unscheduled(s: Script) -> None:
    page = Dashboard(s)
    plan = {"jobName": "sweep", "description": "nightly", "params": '{"a":1}', "daysOfWeek": EVERY_DAY}
    later = {"startAfter": "2099-01-02T03:04:05.678Z", "timeOfDay": "12:30:00.000Z", "repeatMinutes": 30}
    made = await page.call("POST", "cloud_code/jobs", {"job_schedule": {**plan, **later}})
    await page.call("GET", "cloud_code/jobs?per_page=50")
    await page.call("GET", "cloud_code/jobs/data")
    path = f"cloud_code/jobs/{made.id}"
    await page.call("PUT", path, {"job_schedule": {**plan, **later, "description": "weekly"}})
    await page.call("GET", "cloud_code/jobs?per_page=50")
    await page.call("DELETE", path)
    await page.call("GET", "cloud_code/jobs?per_page=50")
    await page.call("DELETE", path, label="once more")


@scenario("dashboard-8/schedule-job", profile=PROFILE, serial=True)
async def a_schedule_that_cannot_be_is_refused(s: Script) -> None:
    page = Dashboard(s)
    await page.call("POST", "cloud_code/jobs", {"job_schedule": {"jobName": "missing", "daysOfWeek": EVERY_DAY}})
    await page.call("GET", "cloud_code/jobs?per_page=50")


@scenario("dashboard-9/rest", profile=PROFILE)
async def the_rest_console_sends_what_is_typed(s: Script) -> None:
    page, path = Dashboard(s), f"classes/{s.name('Score')}"
    made = await page.fetched("POST", path, '{"score":1}', headers={"Content-Type": "text/plain;charset=UTF-8"})
    await page.fetched("GET", f'{path}?where={{"score":1}}&limit=1', label="as a browser sends it")
    await page.fetched("GET", f"{path}/{made.id}?")
    await page.fetched("GET", f"{path}/{made.id}/?")
    await page.fetched("GET", "no/such/route?")
    await page.fetched("DELETE", f"{path}/{made.id}?")


@scenario("dashboard-9/graphql", profile=PROFILE)
async def there_is_no_graphql_unless_it_is_switched_on(s: Script) -> None:
    introspection = {"query": "query IntrospectionQuery { __schema { queryType { name } } }"}
    await Dashboard(s).fetched("POST", "/graphql", introspection)
    await Dashboard(s).fetched("POST", "graphql", introspection)


@scenario("dashboard-9/rest", profile="client-keys")
async def the_rest_console_may_send_the_rest_key(s: Script) -> None:
    path = f"classes/{s.name('Score')}"
    for key in ("rest", "wrong"):
        headers = {"X-Parse-Application-Id": "test", "X-Parse-REST-API-Key": key}
        await s.post(path, '{"a":1}', as_="nobody", headers={**headers, "Content-Type": "text/plain;charset=UTF-8"})
