"""The security report: whom it answers, which groups it has, and what checks of cloud code add to it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, CloudError, Query
from parsepy.system.security import report
from tests.inprocess import Client, started
from tests.unit.cloud.test_guide import GUIDE, loaded

ENABLED = {"security": {"enableCheck": True}}
TEXTS = {"warning": "Anyone may come in.", "solution": "Lock them."}


def house(**checks: Any) -> Cloud:
    """Cloud code with a check of group House for each function."""
    cloud = Cloud()
    for title, function in checks.items():
        cloud.security_check(title, group="House", **TEXTS)(function)
    return cloud


async def groups(client: Client) -> dict[str, dict[str, Any]]:
    """The groups of the report by their names."""
    answer = await client.as_("master").get("/security")
    assert answer.status == 200
    return {group["name"]: group for group in answer.body["report"]["groups"]}


async def test_without_the_option_there_is_no_report(tmp_path: Path) -> None:
    async with started(folder=tmp_path) as client:
        answer = await client.as_("master").get("/security")

        assert answer.status == 409
        assert "security.enableCheck" in answer.body["error"]
        assert not (await client.as_("master").get("/serverInfo")).body["features"]["settings"]["securityCheck"]


async def test_the_report_is_for_the_master_key(tmp_path: Path) -> None:
    async with started(ENABLED, folder=tmp_path) as client:
        statuses = [(await client.as_(who).get("/security")).status for who in ("client", "maintenance", "readonly")]

        assert statuses == [403, 403, 200]
        assert (await client.as_("master").get("/serverInfo")).body["features"]["settings"]["securityCheck"]


async def test_one_failed_check_fails_its_group_and_the_report(tmp_path: Path) -> None:
    async with started(ENABLED, house(doors=lambda: True, windows=lambda: False), folder=tmp_path) as client:
        told = (await groups(client))["House"]
        whole = (await client.as_("master").get("/security")).body["report"]

    assert told["state"] == whole["state"] == "fail"
    assert told["checks"] == [
        {"title": "doors", "state": "success"},
        {"title": "windows", "state": "fail", **TEXTS},
    ]
    assert whole["version"] == "1.0.0"


async def test_a_check_may_be_plain_or_async_and_fails_by_raising(tmp_path: Path) -> None:
    async def asks_the_database() -> bool:
        return await Query("_Session").count() == 0

    def raises() -> None:
        raise ValueError("open")

    async def raises_later() -> None:
        await asyncio.sleep(0)
        raise ValueError("open")

    checks = house(asks=asks_the_database, says_nothing=lambda: None, raises=raises, raises_later=raises_later)
    async with started(ENABLED, checks, folder=tmp_path) as client:
        found = (await groups(client))["House"]["checks"]

    assert [check["state"] for check in found] == ["success", "success", "fail", "fail"]


async def test_a_check_that_takes_too_long_is_told_as_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "SECONDS", 0.01)
    async with started(ENABLED, house(waits=asyncio.Event().wait), folder=tmp_path) as client:
        told = (await groups(client))["House"]

    assert told == {"name": "House", "state": "success", "checks": [{"title": "waits", "state": "none"}]}


async def test_cloud_code_may_add_to_a_group_of_the_server(tmp_path: Path) -> None:
    cloud = Cloud()
    cloud.security_check("Doors", group="Database", **TEXTS)(lambda: False)
    file = {"databaseURI": f"sqlite:///{tmp_path}/data.db"}
    async with started({**ENABLED, **file}, cloud, folder=tmp_path) as client:
        titles = [check["title"] for check in (await groups(client))["Database"]["checks"]]

    assert titles == ["Database file closed to other users", "Doors"]


async def test_chosen_groups_come_in_their_order_and_an_unknown_one_fails(tmp_path: Path) -> None:
    chosen = {"security": {"enableCheck": True, "checkGroups": ["House", "Garden", "Database"]}}
    async with started(chosen, house(doors=lambda: True), folder=tmp_path) as client:
        found = await groups(client)

    assert list(found) == ["House", "Garden", "Database"]
    assert [group["state"] for group in found.values()] == ["success", "fail", "success"]


@pytest.mark.parametrize(("logged", "count"), [(True, 1), (False, 0)])
async def test_the_report_is_in_the_log_if_wanted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, logged: bool, count: int
) -> None:
    caplog.set_level(logging.INFO, "parsepy")
    options = {"security": {"enableCheck": True, "enableCheckLog": logged}}
    async with started(options, house(doors=lambda: False), folder=tmp_path) as client:
        await report.log_at_start(client.app)

    told = [record.getMessage() for record in caplog.records if "Security report" in record.getMessage()]
    assert len(told) == count
    assert all("WEAK doors: Anyone may come in. Lock them." in text for text in told)


async def test_nothing_is_checked_at_start_unless_the_report_is_enabled(tmp_path: Path) -> None:
    asked: list[int] = []
    checks = house(counts=lambda: asked.append(1))
    async with started({"security": {"enableCheckLog": True}}, checks, folder=tmp_path) as client:
        await report.log_at_start(client.app)

    assert asked == []


def test_a_check_is_registered_once_and_travels_with_its_registry() -> None:
    cloud, other = house(doors=lambda: True), house(doors=lambda: True)
    whole = Cloud()
    whole.include(cloud)

    assert [check.title for check in whole.security_checks] == ["doors"]
    with pytest.raises(CloudError, match=r"security check doors of House is registered twice: .*test_report.py:"):
        whole.include(other)


@pytest.mark.parametrize(
    ("function", "texts", "reason"),
    [
        (lambda request: True, {}, "must take no argument"),
        (lambda: True, {"warning": ""}, "the warning of a security check is a text"),
        (lambda: True, {"solution": None}, "the solution of a security check is a text"),
        (lambda: True, {"group": 5}, "the group of a security check is a text"),
    ],
)
def test_a_check_that_cannot_be_is_refused(function: Any, texts: dict[str, Any], reason: str) -> None:
    with pytest.raises(CloudError, match=reason):
        Cloud().security_check("Doors", **{**TEXTS, **texts})(function)


async def test_the_checks_of_the_guide_find_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_KEY", "short")
    async with started(ENABLED, loaded(GUIDE / "checks.md", tmp_path), folder=tmp_path) as client:
        before = [check["state"] for check in (await groups(client))["Our rules"]["checks"]]
        users = [(await client.sign_up(name)).pointer for name in ("ann", "bob", "cid", "dan")]
        crowd = {"__op": "AddRelation", "objects": users}
        await client.as_("master").create("_Role", name="admins", ACL={}, users=crowd)
        monkeypatch.setenv("PAYMENT_KEY", "x" * 32)
        after = [check["state"] for check in (await groups(client))["Our rules"]["checks"]]

    assert (before, after) == (["success", "fail"], ["fail", "success"])
