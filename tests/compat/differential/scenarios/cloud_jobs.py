"""5.6 Jobs: starting them, their status, and the routes of schedules."""

from __future__ import annotations

import asyncio

from tests.compat.differential.answers import Answer
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "jobs"
STEPS = 100


async def ended(s: Script, started: Answer) -> None:
    """Note the status of a job as soon as it has ended."""
    path = f"classes/_JobStatus/{started.headers['X-Parse-Job-Status-Id']}"
    for _ in range(STEPS):
        found = await s.get(path, as_="master", record=False)
        if found["status"] != "running":
            break
        await asyncio.sleep(0.05)
    await s.get(path, as_="master", label="ended")


@scenario("5.1/job", "5.6/start", "5.6/status", profile=PROFILE)
async def a_job_is_started_and_its_status_tells_how_it_ended(s: Script) -> None:
    for name in ("quick", "silent", "counted", "talks", "fails", "refuses"):
        await ended(s, await s.post(f"jobs/{name}", {}, as_="master"))


@scenario("5.1/start-job", profile=PROFILE)
async def cloud_code_starts_jobs_and_asks_how_they_are(s: Script) -> None:
    for job in ("quick", "fails", "unknown"):
        await s.post("functions/starting", {"job": job})
    await s.post("functions/named")


@scenario("5.6/start", profile=PROFILE)
async def a_job_gets_parameters_from_body_and_query(s: Script) -> None:
    day = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
    body = {"what": s.name("told"), "number": 3, "day": day, "source": "body"}
    await ended(s, await s.post("jobs/tells?source=query", body, as_="master"))
    params = {"where": {"what": s.name("told")}, "excludeKeys": "ACL"}
    await s.get("classes/Seen", params=params, as_="master", label="seen")


@scenario("5.6/start", profile=PROFILE)
async def a_job_is_named_in_the_body_or_the_path(s: Script) -> None:
    await s.post("jobs", {"jobName": "quick"}, as_="master")
    await s.post("jobs/quick", {"jobName": "never there"}, as_="master")
    await s.post("jobs/never%20started?x=1", {}, as_="client")
    await s.post("jobs", {"jobName": "nobody"}, as_="master")
    await s.post("jobs/nobody", {}, as_="master")
    await s.post("jobs", {}, as_="master")


@scenario("5.6/keys", profile=PROFILE)
async def only_the_whole_master_key_starts_jobs(s: Script) -> None:
    ann = await s.sign_up("ann")
    for who in ("nobody", "client", "readonly", "maintenance", ann):
        await s.post("jobs/quick", {}, as_=who)
        await s.post("jobs", {"jobName": "quick"}, as_=who)


@scenario("5.6/keys", profile=PROFILE)
async def clients_do_not_see_statuses(s: Script) -> None:
    await s.get("classes/_JobStatus")
    await s.get("classes/_JobSchedule")
    await s.post("classes/_JobSchedule", {"jobName": "quick"})


@scenario("5.6/schedule", profile=PROFILE, serial=True)
async def a_schedule_is_made_changed_and_removed(s: Script) -> None:
    full = {
        "jobName": "quick",
        "description": "every day",
        "params": '{"a":1}',
        "daysOfWeek": [1, 1, 1, 1, 1, 0, 0],
        "timeOfDay": "12:30:00.000Z",
        "repeatMinutes": 30,
        "startAfter": "2099-01-02T03:04:05.678Z",
    }
    made = await s.post("cloud_code/jobs", {"job_schedule": full}, as_="master")
    await s.get("cloud_code/jobs", as_="master")
    await s.get("cloud_code/jobs/data", as_="master")
    path = f"cloud_code/jobs/{made.id}"
    await s.put(path, {"job_schedule": {**full, "description": "changed"}}, as_="master")
    await s.get("cloud_code/jobs", as_="master")
    await s.delete(path, as_="master")
    await s.get("cloud_code/jobs/data", as_="master")
    await s.delete(path, as_="master")


@scenario("5.6/schedule", profile=PROFILE, serial=True)
async def a_schedule_starts_now_unless_it_says_when(s: Script) -> None:
    made = await s.post("cloud_code/jobs", {"job_schedule": {"jobName": "never started"}}, as_="master")
    found = await s.get("cloud_code/jobs", as_="master", record=False)
    await s.post("functions/none", {"isText": isinstance(found.body[0]["startAfter"], str)})
    await s.delete(f"cloud_code/jobs/{made.id}", as_="master")


@scenario("5.6/schedule", profile=PROFILE, serial=True)
async def a_schedule_may_hold_null(s: Script) -> None:
    plan = {"jobName": "quick", "description": None, "startAfter": "2099-01-02T03:04:05.678Z"}
    made = await s.post("cloud_code/jobs", {"job_schedule": plan}, as_="master")
    await s.get("cloud_code/jobs", as_="master")
    await s.delete(f"cloud_code/jobs/{made.id}", as_="master")


@scenario("5.6/schedule-refused", profile=PROFILE, serial=True)
async def a_schedule_of_an_unknown_job_is_refused(s: Script) -> None:
    await s.post("cloud_code/jobs", {"job_schedule": {"jobName": "nobody"}}, as_="master")
    await s.put("cloud_code/jobs/abc", {"job_schedule": {"jobName": "nobody"}}, as_="master")
    await s.put("cloud_code/jobs/abc", {"job_schedule": {"jobName": "quick"}}, as_="master")
    far = "2099-01-02T03:04:05.678Z"
    await s.post("cloud_code/jobs", {"job_schedule": {"jobName": "quick", "oops": 1, "startAfter": far}}, as_="master")
    await s.post("cloud_code/jobs", {"job_schedule": {"jobName": "quick", "repeatMinutes": "a"}}, as_="master")


@scenario("5.6/keys", profile=PROFILE, serial=True)
async def only_the_master_key_sees_and_changes_schedules(s: Script) -> None:
    for who in ("client", "readonly", "maintenance"):
        await s.get("cloud_code/jobs", as_=who)
        await s.get("cloud_code/jobs/data", as_=who)
        await s.post("cloud_code/jobs", {"job_schedule": {"jobName": "quick"}}, as_=who)
        await s.put("cloud_code/jobs/abc", {"job_schedule": {"jobName": "quick"}}, as_=who)
        await s.delete("cloud_code/jobs/abc", as_=who)
