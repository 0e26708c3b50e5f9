"""How the dashboard's calls arrive: the envelope of its SDK, preflights, consoles; and what every page asks first."""

from __future__ import annotations

from tests.compat.differential.dashboard_form import PROFILE, Dashboard
from tests.compat.differential.declare import NUMBER, declare
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

CONSOLE = ("X-Parse-Application-Id", "X-Parse-Master-Key", "X-Parse-REST-API-Key", "X-Parse-Session-Token")
IMPORT = ("Content-Type", "X-Parse-Application-Id", "X-Parse-Master-Key")


@scenario("dashboard-1/envelope", profile=PROFILE)
async def every_verb_goes_as_a_post_of_plain_text(s: Script) -> None:
    page, path = Dashboard(s), f"classes/{s.name('Score')}"
    made = await page.call("POST", path, {"points": 1})
    await page.call("GET", f"{path}/{made.id}")
    await page.call("GET", path, {"where": {"points": 1}, "limit": 100, "order": "-createdAt"})
    await page.call("PUT", f"{path}/{made.id}", {"points": 2})
    await page.call("DELETE", f"{path}/{made.id}")
    await page.call("DELETE", f"{path}/{made.id}")


@scenario("dashboard-1/envelope", profile=PROFILE)
async def the_master_key_in_the_body_is_as_good_as_in_a_header(s: Script) -> None:
    page, name = Dashboard(s), s.name("Secret")
    await page.add_row(name, {"points": 1, "ACL": {}})
    await page.find(name)
    await page.call("GET", f"classes/{name}", {"where": {}}, master=False)
    await page.call("GET", f"schemas/{name}", master=False)
    await page.call("GET", f"schemas/{name}", {"_MasterKey": "wrong"}, master=False)
    await page.call("GET", f"schemas/{name}", {"_MasterKey": "readonly"}, master=False)
    await page.call("DELETE", f"schemas/{name}", {"_MasterKey": "readonly"}, master=False)


@scenario("dashboard-1/javascript-key", profile=PROFILE)
async def calls_without_the_master_key_need_the_javascript_key(s: Script) -> None:
    for key in ("js", "wrong", ""):
        page = Dashboard(s, javascript_key=key)
        await page.find(s.name("Score"))
        await page.call("GET", f"classes/{s.name('Score')}", {"where": {}}, master=False)
        await page.call("POST", "login", {"username": s.name("nobody"), "password": "x"}, master=False)


@scenario("dashboard-1/read-only", profile=PROFILE)
async def who_only_reads_opens_every_page(s: Script) -> None:
    page = Dashboard(s).read_only()
    name = await declare(s, "Score", {"points": NUMBER})
    await Dashboard(s).add_row(name, {"points": 1, "ACL": {}})
    for path in ("serverInfo", "schemas", "schemas/", "config", "hooks/functions", "hooks/triggers", "push_audiences"):
        s.note(path, (await page.call("GET", path, record=False)).status)
    for path in ("cloud_code/jobs", "cloud_code/jobs/data", "classes/_JobStatus", "classes/_User", "classes/_Role"):
        s.note(path, (await page.call("GET", path, record=False)).status)
    await page.find(name, limit=100, order="-createdAt")
    await page.count(name)
    await page.call("GET", f"aggregate/{name}", {"distinct": "points", "where": {}})
    await page.call("GET", f"aggregate/{name}", {"pipeline": [{"$match": {"points": 1}}], "readPreference": None})
    await page.find(s.name("DashboardConfig"), {"appId": "test"}, limit=1)


@scenario("dashboard-1/read-only", profile=PROFILE)
async def who_only_reads_changes_nothing(s: Script) -> None:
    page = Dashboard(s).read_only()
    name = await declare(s, "Score", {"points": NUMBER})
    made = await Dashboard(s).add_row(name, {"points": 1})
    row = f"classes/{name}/{made}"
    await page.call("POST", f"classes/{name}", {"points": 2})
    await page.call("PUT", row, {"points": 2})
    await page.call("DELETE", row)
    await page.batch([{"method": "DELETE", "path": row, "body": {}}])
    await page.call("DELETE", f"purge/{name}")
    await page.call("POST", f"schemas/{s.name('Other')}", {"className": s.name("Other")})
    await page.add_column(name, "more", type="String")
    await page.call("DELETE", f"schemas/{name}")
    await page.call("PUT", "config", {"params": {"a": 1}, "masterKeyOnly": {"a": False}})
    await page.call("POST", "hooks/functions", {"functionName": "far", "url": "https://hooks.example/far"})
    await page.call("POST", "jobs", {"jobName": "sweep"})
    await page.call("POST", "cloud_code/jobs", {"job_schedule": {"jobName": "sweep"}})
    await page.call("DELETE", "push_audiences/missing000")
    await page.call("POST", "files/note.txt", {"base64": "YQ==", "fileData": {}, "_ContentType": "text/plain"})
    await page.find(name)


@scenario("dashboard-1/preflight", profile=PROFILE)
async def what_has_parse_headers_is_asked_for_before(s: Script) -> None:
    page = Dashboard(s)
    await page.preflight("GET", f"classes/{s.name('Score')}", *CONSOLE)
    await page.preflight("PUT", f"classes/{s.name('Score')}/abc", *CONSOLE, "Content-Type")
    await page.preflight("POST", "batch", *IMPORT)
    await page.preflight("POST", "batch", "Content-Type", "X-Parse-Application-Id", "X-Parse-Maintenance-Key")
    await page.preflight("DELETE", "no/such/route", *CONSOLE)


@scenario("dashboard-1/schemas-slash", profile=PROFILE)
async def schemas_answer_with_a_slash_at_the_end_and_without(s: Script) -> None:
    page = Dashboard(s)
    name = await declare(s, "Score", {"points": NUMBER})
    for path in ("schemas", "schemas/"):
        answer = await page.call("GET", path, record=False)
        s.note(path, [one for one in answer["results"] if one["className"] == name])
    await page.call("GET", f"schemas/{name}/")
    await page.call("POST", "schemas/", {"className": s.name("Other")})


@scenario("dashboard-1/console-text", profile=PROFILE)
async def bodies_of_the_rest_console_are_plain_text_beside_headers(s: Script) -> None:
    page, path = Dashboard(s), f"classes/{s.name('Score')}"
    plain = {"Content-Type": "text/plain;charset=UTF-8"}
    made = await page.fetched("POST", path, '{"name":"John"}', headers=plain)
    await page.fetched("PUT", f"{path}/{made.id}", '{"name":"Jane"}', headers=plain)
    await page.fetched("POST", path, "", headers=plain)
    await page.fetched("GET", f"{path}?where=%7B%22name%22%3A%22Jane%22%7D")
    await page.fetched("GET", f"{path}?where={{")
    await page.fetched("DELETE", f"{path}/{made.id}")


@scenario("dashboard-1/errors", profile=PROFILE)
async def an_error_is_told_in_the_words_that_the_page_shows(s: Script) -> None:
    page = Dashboard(s)
    await page.call("GET", "serverInfo", {"_MasterKey": "wrong"}, master=False)
    await page.call("GET", "serverInfo", {"_MasterKey": ""}, master=False)
    await page.call("GET", f"classes/{s.name('Score')}/missing000")
    await page.call("POST", "schemas/1abc", {"className": "1abc"})
    await page.call("GET", "releases/latest", label="not a route")


@scenario("dashboard-2/server-info", profile=PROFILE)
async def every_page_asks_what_the_server_can_do(s: Script) -> None:
    page = Dashboard(s)
    answer = await page.call("GET", "serverInfo", record=False)
    s.note("version", answer["parseServerVersion"])
    features = answer["features"]
    for section in ("globalConfig", "hooks", "cloudCode", "schemas", "logs"):
        s.note(section, features[section])
    s.note("sections that need more", sorted(features))
    s.note("no push adapter", [features["push"][name] for name in ("immediatePush", "scheduledPush", "storedPushData")])


@scenario("dashboard-2/apps", profile=PROFILE, serial=True)
async def the_apps_page_counts_users_and_installations(s: Script) -> None:
    page = Dashboard(s)
    user = {"username": s.name("ann"), "password": "x"}
    phone = {"deviceType": "ios", "installationId": s.name("phone")}
    for name, path, fields in (("_User", "users", user), ("_Installation", "installations", phone)):
        before = await counted(page, name)
        await page.call("POST", path, fields)
        s.note(name, await counted(page, name) - before)


async def counted(page: Dashboard, class_name: str) -> int:
    """How many rows a class has that other scenarios fill as well."""
    answer = await page.call("GET", f"classes/{class_name}", {"where": {}, "limit": 0, "count": 1}, record=False)
    return int(answer["count"])
