"""Pages that report on the server: its log, and how safe its settings are."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.dashboard_form import Dashboard
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

PROFILE = "reports"
TRIES = 100
WAIT_SECONDS = 0.1


async def until_logged(page: Dashboard, text: str, level: str = "info") -> list[dict[str, Any]]:
    """The lines of the log once one of them has the text."""
    rows: list[dict[str, Any]] = []
    for _ in range(TRIES):
        rows = (await page.call("GET", f"scriptlog?level={level}&n=100", record=False)).body
        if any(text in row["message"] for row in rows):
            break
        await asyncio.sleep(WAIT_SECONDS)
    return rows


def times(answer: Answer) -> list[str]:
    """When the lines of an answer were written."""
    return [row["timestamp"] for row in answer.body]


@scenario("dashboard-13/logs", profile=PROFILE)
async def what_cloud_code_logs_is_shown_with_level_and_time(s: Script) -> None:
    page, word = Dashboard(s), s.name("hello")
    await page.call("POST", "functions/say", {"word": word})
    await page.call("POST", "functions/complain", {"word": word})
    for level, text in (("info", "said"), ("error", "complained about")):
        rows = await until_logged(page, f"{text} {word}", level)
        found = [row for row in rows if row["message"] == f"{text} {word}"]
        s.note(level, [{"level": row["level"], "time": row["timestamp"][-1]} for row in found])
    errors = (await page.call("GET", "scriptlog?level=error&n=100", record=False)).body
    s.note("levels of errors", sorted({row["level"] for row in errors}))


@scenario("dashboard-13/logs", profile=PROFILE)
async def lines_come_newest_first_unless_the_order_is_another(s: Script) -> None:
    page = Dashboard(s)
    for n in range(3):
        await page.call("POST", "functions/say", {"word": s.name(f"n{n}")}, record=False)
    await until_logged(page, s.name("n2"))
    for order, is_down in (("", True), ("&order=desc", True), ("&order=asc", False), ("&order=other", False)):
        seen = times(await page.call("GET", f"scriptlog?n=5{order}", record=False))
        s.note(order, {"sorted": seen == sorted(seen, reverse=is_down), "count": len(seen)})


@scenario("dashboard-13/logs", profile=PROFILE)
async def so_many_lines_come_as_are_asked_for(s: Script) -> None:
    page = Dashboard(s)
    for n in range(12):
        await page.call("POST", "functions/say", {"word": s.name(f"n{n}")}, record=False)
    await until_logged(page, s.name("n11"))
    for asked in ("", "size=3", "n=2&size=3", "n=word", "n=0", "n=1", "size=word&n="):
        answer = await page.call("GET", f"scriptlog?{asked}", record=False)
        s.note(asked, [answer.status, len(answer.body)])


@scenario("dashboard-13/logs", profile=PROFILE)
async def lines_are_of_the_span_of_time_that_is_asked_for(s: Script) -> None:
    page = Dashboard(s)
    await page.call("POST", "functions/say", {"word": s.name("now")}, record=False)
    await until_logged(page, s.name("now"))
    for asked in (
        "from=2099-01-01T00:00:00.000Z",
        "until=2001-01-01T00:00:00.000Z",
        "from=2001-01-01T00:00:00.000Z&until=2099-01-01",
        "from=nonsense&until=nonsense",
        "from=2099-01-01&until=2001-01-01",
    ):
        answer = await page.call("GET", f"scriptlog?{asked}", record=False)
        s.note(asked, [answer.status, len(answer.body) > 0])


@scenario("dashboard-13/logs", profile=PROFILE)
async def the_log_is_for_the_master_key(s: Script) -> None:
    page = Dashboard(s)
    ann = await s.sign_up("ann")
    await page.call("GET", "scriptlog?level=info&n=100", master=False)
    for who in ("client", "maintenance", ann):
        await s.get("scriptlog", as_=who)
    s.note("read-only", (await s.get("scriptlog", as_="readonly", record=False)).status)


@scenario("dashboard-13/security", profile=PROFILE)
async def the_report_lists_the_checks_of_the_settings_with_what_they_found(s: Script) -> None:
    page = Dashboard(s)
    answer = await page.call("GET", "security", record=False)
    report = answer["report"]
    s.note("report", {**report, "groups": [group["name"] for group in report["groups"]]})
    settings = next(group for group in report["groups"] if group["name"] == "Parse Server Configuration")
    s.note("state", settings["state"])
    for check in settings["checks"]:
        s.note(check["title"], {"state": check["state"], "keys": sorted(check)})


@scenario("dashboard-13/security", profile=PROFILE)
async def the_report_is_for_the_master_key(s: Script) -> None:
    await Dashboard(s).call("GET", "security", master=False)
    for who in ("client", "maintenance"):
        await s.get("security", as_=who)
    s.note("read-only", (await s.get("security", as_="readonly", record=False)).status)


@scenario("dashboard-13/security", profile="dashboard")
async def without_the_option_there_is_no_report(s: Script) -> None:
    await Dashboard(s).call("GET", "security")
    await s.get("security", as_="client")
