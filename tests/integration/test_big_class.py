"""The class of `bench.dashboard`, smaller: whatever the dashboard asks of it, SQLite and PostgreSQL answer the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.big_class.cases import CASES, Case
from tests.big_class.rows import SCHEMA, fill, opened, rows
from tests.compat.servers import fresh_database
from tests.inprocess import Client, started

pytestmark = [pytest.mark.slow, pytest.mark.oracle]

ROWS = 3_000


@asynccontextmanager
async def filled(uri: str, folder: Path) -> AsyncIterator[Client]:
    """A client with the master key of an app on a database that holds the class."""
    async with opened(uri) as storage:
        await fill(storage, ROWS)
    async with started({"databaseURI": uri}, folder=folder) as client:
        yield client.as_("master")


async def answer(client: Client, case: Case) -> list[Any]:
    """What a server says to the requests of a case."""
    found = []
    for round_ in range(3):
        _, path, body = case.request(round_, ROWS)
        asked = {
            name: orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
            for name, value in body.items()
        }
        found.append((await client.get(f"/{path}", **asked)).body)
    return found


async def test_both_databases_answer_alike(tmp_path: Path, postgres_server: str) -> None:
    reading = [case for case in CASES if case.request(0, ROWS)[0] == "GET"]
    async with (
        fresh_database("postgres", postgres_server) as uri,
        filled(uri, tmp_path) as there,
        filled(f"sqlite:///{tmp_path / 'big.db'}", tmp_path) as here,
    ):
        differing = [case.title for case in reading if await answer(here, case) != await answer(there, case)]
        counted = (await here.get(f"/classes/{SCHEMA.name}", count="1", limit="0")).body["count"]

    assert differing == []
    assert len(reading) > 70
    assert counted == ROWS == sum(len(lot) for lot in rows(ROWS))
