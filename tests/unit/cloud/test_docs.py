"""The guide's examples and the worked example run as they are printed."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud
from parsepy.cloud import loader
from tests.inprocess import Client, started

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/cloud-code.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
CALLS = re.findall(r'await Parse\.Cloud\.run\("([\w.]+)", (.*)\); // (.*)', GUIDE)
CLOUD_NAMES = re.compile(r"`(?:cloud|Cloud)\.(\w+)")


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "guide_code.py").write_text("\n\n".join(PYTHON))
    return loader.load(str(tmp_path / "guide_code.py"))


@pytest.fixture
async def client(tmp_path: Path, guide: Cloud) -> AsyncIterator[Client]:
    async with started({}, guide, folder=tmp_path) as found:
        yield found


async def test_the_calls_of_the_guide_answer_as_printed(client: Client) -> None:
    assert len(CALLS) >= 9
    for name, params, printed in CALLS:
        answer = await client.post(f"/functions/{name}", json.loads(params))
        if printed.startswith("error "):
            assert (name, answer.code) == (name, int(printed.removeprefix("error ")))
        else:
            assert (name, answer.body) == (name, {"result": json.loads(printed)})


async def test_the_triggers_of_the_guide_do_what_it_says(client: Client) -> None:
    master, ann = client.as_("master"), await client.sign_up("ann")
    saved = await client.as_(ann.token).post("/classes/GameScore", {"points": 9000})
    score = f"/classes/GameScore/{saved.body['objectId']}"
    await master.create("Player", banned=True)
    await master.create("Player", rating=2.6)

    assert (saved.body["checked"], saved.body["ACL"]) == (True, {ann.id: {"read": True, "write": True}})
    assert (await client.post("/classes/GameScore", {"points": 9001})).code == 142
    assert (await client.as_(ann.token).delete(score)).code == 119
    assert (await client.get(score)).code == 101
    assert [row["rating"] for row in (await client.get("/classes/Player")).body["results"]] == [3]
    assert [row["games"] for row in (await master.get("/classes/Totals")).body["results"]] == [1]


async def test_the_triggers_of_logins_and_of_the_configuration_do_what_the_guide_says(client: Client) -> None:
    master = client.as_("master")
    ann, bob = await client.sign_up("ann"), await client.sign_up("bob", banned=True)
    login = await client.post("/login", {"username": "ann", "password": "ann-secret"})
    await client.as_(ann.token).post("/logout")
    stored = (await master.get(f"/users/{ann.id}")).body
    await master.put("/config", {"params": {"title": "Chess"}})

    assert (await client.post("/login", {"username": "bob", "password": "bob-secret"})).code == 119
    assert (login.status, bob.name) == (200, "bob")
    assert (stored["logins"], stored["lastSeen"]["__type"]) == (1, "Date")
    assert (await master.put("/config", {"params": {"title": ""}})).code == 142
    assert (await client.get("/config")).body["params"] == {"title": "Chess"}


async def test_the_triggers_of_files_do_what_the_guide_says(client: Client) -> None:
    stored = await client.as_("master").post("/files/a.txt", b"hello")
    found = await client.get(f"/files/test/{stored.body['name']}")

    assert (found.body, found.headers["X-Length"]) == (b"hello\n-- stored by parsepy", "26")


async def test_the_job_of_the_guide_does_what_it_says(client: Client) -> None:
    master = client.as_("master")
    for points in (1, 5, 9):
        await client.create("GameScore", points=points)
    started_job = await master.post("/jobs/sweep", {"below": 6})
    status = await ended(master, started_job.headers["X-Parse-Job-Status-Id"])

    assert (status["status"], status["message"]) == ("succeeded", "2 removed")
    assert [row["points"] for row in (await client.get("/classes/GameScore")).body["results"]] == [9]


async def ended(master: Client, job_id: str) -> dict[str, Any]:
    """The status of a job at its end."""
    while True:
        status = await master.get(f"/classes/_JobStatus/{job_id}")
        if status.body["status"] != "running":
            return dict(status.body)
        await asyncio.sleep(0.01)


async def test_the_tests_of_the_guide_pass(guide: Cloud) -> None:
    module: dict[str, Any] = vars(sys.modules["guide_code"])
    tests = [test for name, test in module.items() if name.startswith("test_") and inspect.iscoroutinefunction(test)]
    for test in tests:
        await test()

    assert len(tests) == 2
    assert guide.triggers


def test_the_guide_names_only_what_is_there() -> None:
    assert [name for name in CLOUD_NAMES.findall(GUIDE) if not hasattr(Cloud, name)] == []


@pytest.fixture
async def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    async with started({}, loader.load(str(ROOT / "cloud/main.py")), folder=tmp_path) as found:
        yield found


async def test_the_worked_example_keeps_a_game(example: Client) -> None:
    master, ann = example.as_("master"), await example.sign_up("ann")
    signed_in = example.as_(ann.token)
    for points in (5, 9000, 7):
        assert (await signed_in.post("/classes/GameScore", {"score": points})).body["player"] == ann.pointer

    best = await example.post("/functions/bestScores", {"limit": 2})
    assert [row["score"] for row in best.body["result"]] == [9000, 7]
    assert (await signed_in.post("/functions/myTotal")).body == {"result": {"games": 3, "points": 9012}}
    record = f"/classes/GameScore/{best.body['result'][0]['objectId']}"
    assert (await signed_in.delete(record)).code == 119
    assert (await master.get("/classes/Statistics")).body["results"][0]["games"] == 3


async def test_the_worked_example_refuses_and_hides(example: Client) -> None:
    master = example.as_("master")
    await master.create("Player", rating=2.6)
    await master.create("Player", banned=True)

    assert (await example.post("/functions/hello", {"name": "Ann"})).body == {"result": "Hello Ann"}
    assert (await example.post("/functions/myTotal")).code == 142
    assert (await example.post("/classes/GameScore", {"score": 9001})).code == 142
    assert (await example.post("/classes/GameScore", {})).code == 142
    assert [row.get("rating") for row in (await example.get("/classes/Player")).body["results"]] == [3]
