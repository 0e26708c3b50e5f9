"""Plans, hints and limits of time, as MongoDB itself takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.compat.servers import fresh_database
from tests.inprocess import Client, started

pytestmark = pytest.mark.real_mongo


@pytest.fixture
async def client(mongo_server: str, tmp_path: Path) -> AsyncIterator[Client]:
    """An app on an empty database, with a class that holds one object."""
    async with (
        fresh_database("mongo", mongo_server) as uri,
        started({"databaseURI": uri, "databaseOptions": {"maxTimeMS": 5000}}, folder=tmp_path) as made,
    ):
        await made.create("Score", n=1)
        yield made.as_("master")


@pytest.mark.parametrize("verbosity", ["queryPlanner", "executionStats", "allPlansExecution", "true"])
async def test_a_plan_is_the_one_document_that_mongodb_gives(client: Client, verbosity: str) -> None:
    answer = await client.get("/classes/Score", where={"n": 1}, explain=verbosity)

    assert answer.body["results"]["queryPlanner"]["winningPlan"]["stage"]
    assert ("executionStats" in answer.body["results"]) is (verbosity != "queryPlanner")


async def test_a_hint_decides_the_plan(client: Client) -> None:
    for hint in ("_id_", {"_id": 1}):
        answer = await client.get("/classes/Score", where={"n": 1}, hint=hint, explain="queryPlanner")
        assert "_id_" in str(answer.body["results"]["queryPlanner"]["winningPlan"])


async def test_a_hint_to_no_index_is_a_mistake_of_the_client(client: Client) -> None:
    assert (await client.get("/classes/Score", where={"n": 1}, hint="nothing")).code == 102


@pytest.mark.parametrize("preference", ["PRIMARY", "PRIMARY_PREFERRED", "SECONDARY_PREFERRED", "NEAREST"])
async def test_rows_come_from_the_servers_that_are_preferred(client: Client, preference: str) -> None:
    answer = await client.get("/classes/Score", where={"n": 1}, readPreference=preference, comment="why", count=1)

    assert ([row["n"] for row in answer.body["results"]], answer.body["count"]) == ([1], 1)
