"""Several workers of one server: what one of them changes counts at every other with the next request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.compat.processes import until_printed
from tests.compat.servers import OwnStore, Server, parsepy

pytestmark = pytest.mark.slow
WORKERS = 3
OPTIONS = {
    # What is remembered is remembered for long: only what the workers tell each other can be in time.
    "databaseOptions": {"schemaCacheTtl": 600_000}, "cacheTTL": 600_000, "silent": False, "jsonLogs": True,
    "logsFolder": None, "verifyServerUrl": False,
}  # fmt: skip
CODE = """\
import os
from parsepy import Cloud

cloud = Cloud()


@cloud.define("pid")
async def pid(request):
    return os.getpid()
"""
MASTER = {"X-Parse-Master-Key": "master"}
Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Worker:
    """One worker, on a connection that stays with it."""

    server: Server
    client: aiohttp.ClientSession

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """What it answers to a request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"X-Parse-Application-Id": "test", **named}
        async with self.client.request(method, self.server.url + path, json=body, headers=sent) as answer:
            found: Answer = await answer.json()
            return found

    async def as_master(self, method: str, path: str, body: object = None) -> Answer:
        return await self.ask(method, path, body, **MASTER)


@pytest.fixture(params=["sqlite", "postgres", "mongo"])
def store(request: pytest.FixtureRequest) -> OwnStore:
    found: OwnStore = request.param
    return found


@pytest.fixture
def address(store: OwnStore, request: pytest.FixtureRequest) -> str | None:
    return None if store == "sqlite" else str(request.getfixturevalue(f"{store}_server"))


@pytest.fixture
async def workers(store: OwnStore, address: str | None, tmp_path: Path) -> AsyncIterator[Sequence[Worker]]:
    """A server's workers, each on its own connection."""
    cloud = tmp_path / "main.py"
    cloud.write_text(CODE)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(parsepy(OPTIONS, store, cloud=cloud, address=address, cluster=WORKERS))
        for number in range(1, WORKERS + 1):
            await until_printed(server.child, f'{{"level":"info","message":"Worker {number} serves')
        yield await every_worker(server, stack)


async def every_worker(server: Server, stack: AsyncExitStack) -> Sequence[Worker]:
    """Connections, until each worker has one."""
    found: dict[int, Worker] = {}
    for _ in range(100):
        client = await stack.enter_async_context(session())
        worker = Worker(server, client)
        found.setdefault((await worker.ask("POST", "/functions/pid", {}))["result"], worker)
        if len(found) == WORKERS:
            break
    assert len(found) == WORKERS
    return list(found.values())


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1, keepalive_timeout=60)) as client:
        yield client


async def all_answer(workers: Sequence[Worker], path: str, **headers: str) -> list[Any]:
    """What every worker answers: the error's code, or None."""
    return [answer.get("code") for answer in await asyncio.gather(*(w.ask("GET", path, **headers) for w in workers))]


async def test_a_class_that_is_closed_is_closed_at_every_worker_at_once(workers: Sequence[Worker]) -> None:
    await workers[0].ask("POST", "/classes/Score", {"x": 1})
    for closed in (True, False) * 10:
        permissions = {"find": {} if closed else {"*": True}, "get": {"*": True}}
        await workers[0].as_master("PUT", "/schemas/Score", {"classLevelPermissions": permissions})

        assert await all_answer(workers, "/classes/Score") == [119 if closed else None] * WORKERS


async def test_a_token_is_refused_by_every_worker_right_after_the_log_out(workers: Sequence[Worker]) -> None:
    await workers[0].ask("POST", "/users", {"username": "ann", "password": "secret"})
    for _ in range(5):
        user = await workers[1].ask("POST", "/login", {"username": "ann", "password": "secret"})
        token = {"X_Parse_Session_Token": user["sessionToken"]}
        assert await all_answer(workers, "/users/me", **token) == [None] * WORKERS
        await workers[2].ask("POST", "/logout", **token)

        assert await all_answer(workers, "/users/me", **token) == [209] * WORKERS


async def test_a_lost_role_counts_at_every_worker_at_once(workers: Sequence[Worker]) -> None:
    user = await workers[0].ask("POST", "/users", {"username": "ann", "password": "secret"})
    users = {"objects": [{"__type": "Pointer", "className": "_User", "objectId": user["objectId"]}]}
    role = await workers[0].as_master("POST", "/roles", {"name": "Crew", "ACL": {}})
    plan = await workers[0].as_master("POST", "/classes/Plan", {"ACL": {"role:Crew": {"read": True}}})
    token = {"X_Parse_Session_Token": user["sessionToken"]}
    for op, expected in [("AddRelation", None), ("RemoveRelation", 101)] * 3:
        await workers[1].as_master("PUT", f"/roles/{role['objectId']}", {"users": {"__op": op, **users}})

        assert await all_answer(workers, f"/classes/Plan/{plan['objectId']}", **token) == [expected] * WORKERS


@pytest.mark.parametrize("store", ["sqlite", "postgres", pytest.param("mongo", marks=pytest.mark.real_mongo)])
async def test_a_role_that_is_lost_in_a_transaction_is_lost_with_its_commit(workers: Sequence[Worker]) -> None:
    user = await workers[0].ask("POST", "/users", {"username": "ann", "password": "secret"})
    users = {"objects": [{"__type": "Pointer", "className": "_User", "objectId": user["objectId"]}]}
    role = await workers[0].as_master("POST", "/roles", {"name": "Crew", "ACL": {}})
    plan = await workers[0].as_master("POST", "/classes/Plan", {"ACL": {"role:Crew": {"read": True}}})
    token = {"X_Parse_Session_Token": user["sessionToken"]}
    for op, expected in [("AddRelation", None), ("RemoveRelation", 101)] * 3:
        change = {"method": "PUT", "path": f"/parse/roles/{role['objectId']}", "body": {"users": {"__op": op, **users}}}
        await workers[0].as_master("POST", "/batch", {"requests": [change], "transaction": True})

        assert await all_answer(workers, f"/classes/Plan/{plan['objectId']}", **token) == [expected] * WORKERS


async def test_classes_and_columns_of_one_worker_are_there_at_every_other(workers: Sequence[Worker]) -> None:
    for number in range(5):
        made = await workers[number % WORKERS].ask("POST", "/classes/Grown", {f"c{number}": number})
        query = f'/classes/Grown?where={{"c{number}":{number}}}'
        found = await asyncio.gather(*(worker.ask("GET", query) for worker in workers))

        assert [[row["objectId"] for row in answer["results"]] for answer in found] == [[made["objectId"]]] * WORKERS


async def test_a_null_of_one_worker_is_a_null_at_every_other(workers: Sequence[Worker]) -> None:
    for number in range(5):
        name = f"Nulled{number}"
        first = await workers[0].ask("POST", f"/classes/{name}", {"x": 1})
        assert await all_answer(workers, f"/classes/{name}/{first['objectId']}") == [None] * WORKERS
        made = await workers[1].ask("POST", f"/classes/{name}", {"x": None})
        path = f"/classes/{name}/{made['objectId']}"
        found = await asyncio.gather(*(worker.ask("GET", path) for worker in workers))

        assert [answer.get("x", "missing") for answer in found] == [None] * WORKERS
