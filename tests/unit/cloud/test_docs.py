"""The triggers of the guide and the worked example do what is said of them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy import Cloud
from parsepy.cloud import loader
from tests.inprocess import Client, started

from .test_guide import GUIDE, loaded

ROOT = Path(__file__).parents[3]


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(sys, "path", list(sys.path))
    return loaded(GUIDE / "triggers.md", tmp_path)


@pytest.fixture
async def client(tmp_path: Path, guide: Cloud) -> AsyncIterator[Client]:
    async with started({}, guide, folder=tmp_path) as found:
        yield found


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
