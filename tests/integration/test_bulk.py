"""Batches of creates: what waits together is one statement a class, and what is refused is refused alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.cloud.registry import Cloud
from parsepy.cloud.requests import SaveRequest
from tests.inprocess import Answer, Client, User, started

Inserts = list[str]
"""The statements that stored rows, as SQLite ran them."""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Somebody without a session, on a database file."""
    async with started(on_disk(tmp_path), folder=tmp_path) as client:
        yield client


def on_disk(folder: Path) -> dict[str, Any]:
    """Options for a database file and batches of any size."""
    return {"databaseURI": f"sqlite:///{folder / 'bulk.db'}", "requestComplexity": {"batchRequestLimit": -1}}


def traced(client: Client) -> Inserts:
    """Collects the inserts from now on."""
    storage = client.app.storage
    assert isinstance(storage, SqliteStorage)
    inserts: Inserts = []

    def note(statement: str) -> None:
        if statement.startswith("INSERT") and "_SCHEMA" not in statement:
            inserts.append(statement)

    storage._writer._connection.set_trace_callback(note)
    return inserts


def create(class_name: str, **fields: Any) -> dict[str, Any]:
    """An entry of a batch."""
    return {"method": "POST", "path": f"/parse/classes/{class_name}", "body": fields}


async def batch(client: Client, entries: list[dict[str, Any]]) -> Answer:
    return await client.post("/batch", {"requests": entries})


async def numbers(client: Client, class_name: str = "Score") -> list[int]:
    """The field `n` of all objects in the order of their creation."""
    found = await client.as_("master").get(f"/classes/{class_name}", limit="10000")
    return [row["n"] for row in found.body["results"]]


@pytest.mark.parametrize("size", [2, 50, 64, 65, 1000])
async def test_a_batch_of_creates_is_one_statement(client: Client, size: int) -> None:
    await client.create("Score", n=-1)
    inserts = traced(client)
    answer = await batch(client, [create("Score", n=n) for n in range(size)])

    assert answer.status == 200
    assert len(inserts) == 1
    assert await numbers(client) == list(range(-1, size))
    ids = [result["success"]["objectId"] for result in answer.body]
    assert len(set(ids)) == size
    assert (await client.get(f"/classes/Score/{ids[-1]}")).body["n"] == size - 1


async def test_a_batch_into_a_class_that_is_not_there_is_one_statement(client: Client) -> None:
    inserts = traced(client)
    await batch(client, [create("Score", n=n) for n in range(50)])

    assert len(inserts) == 1
    assert await numbers(client) == list(range(50))


async def test_a_batch_that_adds_a_column_is_one_statement(client: Client) -> None:
    await client.create("Score", n=0)
    inserts = traced(client)
    await batch(client, [create("Score", n=n, name="Ann") for n in range(1, 50)])

    assert len(inserts) == 1
    assert await numbers(client) == list(range(50))


async def test_a_batch_of_a_signed_in_user_is_one_statement(client: Client, ann: User) -> None:
    await client.create("Score", n=0)
    inserts = traced(client)
    answer = await batch(client.as_(ann.token), [create("Score", n=n, ACL=ann.only()) for n in range(1, 50)])

    assert all("success" in result for result in answer.body)
    assert len(inserts) == 1


async def test_a_batch_of_several_classes_is_one_statement_for_each(client: Client) -> None:
    for class_name in ("A", "B", "C"):
        await client.create(class_name, n=-1)
    inserts = traced(client)
    await batch(client, [create("ABC"[n % 3], n=n) for n in range(60)])

    assert Counter(statement.split('"')[1] for statement in inserts) == {"A": 1, "B": 1, "C": 1}
    assert await numbers(client, "B") == [-1, *range(1, 60, 3)]


@pytest.mark.parametrize("size", [50, 1000])
async def test_entries_that_are_refused_fail_alone_and_in_their_place(tmp_path: Path, size: int) -> None:
    async with started(on_disk(tmp_path) | {"allowCustomObjectId": True}, folder=tmp_path) as client:
        await client.create("Score", n=-1, objectId="taken")
        wrong: dict[int, dict[str, Any]] = {3: {"objectId": "taken"}, 7: {"n": "a text"}, 11: {"bad.": 1}}
        entries = [create("Score", **{"objectId": f"o{n}", "n": n, **wrong.get(n, {})}) for n in range(size)]
        answer = await batch(client, entries)

        refused = {n: result["error"]["code"] for n, result in enumerate(answer.body) if "error" in result}
        assert refused == {3: 137, 7: 111, 11: 105}
        assert [r["success"]["objectId"] for r in answer.body[12:]] == [f"o{n}" for n in range(12, size)]
        assert await numbers(client) == [-1, *(n for n in range(size) if n not in wrong)]


async def test_a_batch_of_a_thousand_is_too_long_for_clients_and_not_for_the_master_key(tmp_path: Path) -> None:
    entries = [create("Score", n=n) for n in range(1000)]
    async with started(folder=tmp_path) as client:
        refused = await batch(client, entries)
        served = await batch(client.as_("master"), entries)

    assert (refused.code, refused.body["error"]) == (
        107,
        "Batch request contains 1000 sub-requests, which exceeds the limit of 100.",
    )
    assert len(served.body) == 1000


async def test_triggers_run_for_every_entry_of_a_batch(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.before_save("Score")
    async def double(request: SaveRequest) -> None:
        request.object["n"] *= 2

    async with started(cloud=cloud, folder=tmp_path) as client:
        answer = await batch(client, [create("Score", n=n) for n in range(50)])

        assert [result["success"]["n"] for result in answer.body[1:]] == list(range(2, 100, 2))
        assert await numbers(client) == list(range(0, 100, 2))
