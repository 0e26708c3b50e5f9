"""Batches of creates on the database servers: one statement a class, as the server itself counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pymongo import monitoring

from tests.compat.servers import Store, fresh_database
from tests.inprocess import Client, started

pytestmark = pytest.mark.slow

CLASSES = ("A", "B", "C")
OPTIONS = {"requestComplexity": {"batchRequestLimit": -1}, "allowCustomObjectId": True}
COUNTING = """
CREATE TABLE inserts (class text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN INSERT INTO inserts VALUES (TG_TABLE_NAME); RETURN NULL; END';
"""


class InsertListener(monitoring.CommandListener):
    """Counts the insert commands by collection, those of all clients of the process."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Count it."""
        if event.command_name == "insert":
            self.counted[f"{event.database_name}/{event.command['insert']}"] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is noted."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing is noted."""


LISTENER = InsertListener()
monitoring.register(LISTENER)


class Site:
    """A client of an app on a database server, and the server's count of inserts."""

    def __init__(self, client: Client, uri: str) -> None:
        self.client = client.as_("master")
        self._uri = uri
        self._before: Counter[str] = Counter()

    async def watch(self) -> None:
        """Make the classes, and count from now on."""
        for name in CLASSES:
            await self.client.create(name, n=-1, objectId=f"first{name}")
        if self._uri.startswith("postgres"):
            triggers = (
                f'CREATE TRIGGER note AFTER INSERT ON "{name}" FOR EACH STATEMENT EXECUTE FUNCTION note();'
                for name in CLASSES
            )
            await self._sql(COUNTING + "".join(triggers))
        self._before = LISTENER.counted.copy()

    async def inserts(self) -> dict[str, int]:
        """How many statements stored rows, by class."""
        if self._uri.startswith("postgres"):
            return dict(Counter(row["class"] for row in await self._sql("SELECT class FROM inserts")))
        database = self._uri.rpartition("/")[2]
        counted = LISTENER.counted - self._before
        return {name: counted[f"{database}/{name}"] for name in CLASSES if counted[f"{database}/{name}"]}

    async def batch(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results of creates, `class` aside their fields."""
        requests = [
            {"method": "POST", "path": f"/parse/classes/{entry.pop('class')}", "body": entry} for entry in entries
        ]
        answer = await self.client.post("/batch", {"requests": requests})
        assert answer.status == 200, answer
        results: list[dict[str, Any]] = answer.body
        return results

    async def numbers(self, class_name: str) -> list[int]:
        """The field `n` of all objects."""
        found = await self.client.get(f"/classes/{class_name}", limit="10000")
        return sorted(row["n"] for row in found.body["results"])

    async def _sql(self, statement: str) -> Any:
        connection = await asyncpg.connect(self._uri)
        try:
            if statement.startswith("SELECT"):
                return await connection.fetch(statement)
            return await connection.execute(statement)
        finally:
            await connection.close()


@asynccontextmanager
async def opened(uri: str, folder: Path) -> AsyncIterator[Site]:
    """An app on the database."""
    async with started({"databaseURI": uri, **OPTIONS}, folder=folder) as client:
        site = Site(client, uri)
        await site.watch()
        yield site


@pytest.fixture(params=["postgres", "mongo"])
def server(request: pytest.FixtureRequest) -> tuple[Store, str]:
    """Each server, with its address."""
    return request.param, request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
async def site(server: tuple[Store, str], tmp_path: Path) -> AsyncIterator[Site]:
    """An app on each server."""
    async with fresh_database(*server) as uri, opened(uri, tmp_path) as site:
        yield site


@pytest.mark.parametrize("size", [50, 1000])
async def test_a_batch_of_creates_is_one_statement(site: Site, size: int) -> None:
    results = await site.batch([{"class": "A", "n": n} for n in range(size)])

    assert await site.inserts() == {"A": 1}
    assert len({result["success"]["objectId"] for result in results}) == size
    assert await site.numbers("A") == list(range(-1, size))


async def test_a_batch_of_several_classes_is_one_statement_for_each(site: Site) -> None:
    await site.batch([{"class": CLASSES[n % 3], "n": n} for n in range(60)])

    assert await site.inserts() == {"A": 1, "B": 1, "C": 1}
    assert await site.numbers("B") == [-1, *range(1, 60, 3)]


async def test_entries_that_are_refused_fail_alone_and_in_their_place(site: Site) -> None:
    entries: list[dict[str, Any]] = [{"class": "A", "objectId": f"o{n}", "n": n} for n in range(50)]
    entries[3]["objectId"] = "firstA"
    entries[7]["n"] = "a text"
    results = await site.batch(entries)

    assert {n: r["error"]["code"] for n, r in enumerate(results) if "error" in r} == {3: 137, 7: 111}
    assert [r["success"]["objectId"] for r in results[8:]] == [f"o{n}" for n in range(8, 50)]
    assert await site.numbers("A") == [-1, *(n for n in range(50) if n not in {3, 7})]
