"""The database is far, busy or full: everything still works, or is refused with a typed error, and health is answered."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import asyncpg
import pytest

from tests.compat.servers import Store
from tests.faults.clients import Caller
from tests.faults.databases import Postgres
from tests.faults.sites import site

pytestmark = pytest.mark.slow
STORES: tuple[Store, ...] = ("postgres", "mongo")
on_every_server = pytest.mark.parametrize("store", STORES)

ONE_WAY = 0.05
"""Seconds: 100 ms for a round trip."""
FEW = 6
"""Questions to the database that a batch may take: the statement, and what the driver asks on its own meanwhile."""


def batch(size: int) -> dict[str, Any]:
    bodies = [{"n": n, "name": "Ann"} for n in range(size)]
    return {"requests": [{"method": "POST", "path": "/parse/classes/Score", "body": body} for body in bodies]}


async def life_of_an_object(caller: Caller) -> list[int]:
    """The statuses of everything that is done with objects."""
    made = await caller.create(n=1, tags=["a"])
    path = f"/classes/Score/{made.body['objectId']}"
    answers = [
        made,
        await caller.request("GET", path),
        await caller.request("PUT", path, {"n": {"__op": "Increment", "amount": 2}, "fresh": True}),
        await caller.request("GET", "/classes/Score", where='{"n":3}', count=1),
        await caller.request("POST", "/users", {"username": "ann", "password": "secret"}),
        await caller.request("POST", "/login", {"username": "ann", "password": "secret"}),
        await caller.request("DELETE", path),
        await caller.request("GET", path),
    ]
    return [answer.status for answer in answers]


@on_every_server
async def test_a_tenth_of_a_second_of_latency_changes_no_answer(store: Store) -> None:
    async with site(store) as here:
        here.proxy.delay = ONE_WAY

        assert await life_of_an_object(here.caller) == [201, 200, 200, 200, 201, 200, 200, 404]


@on_every_server
async def test_a_batch_of_creates_takes_few_round_trips(store: Store) -> None:
    async with site(store) as here:
        await here.caller.request("POST", "/batch", batch(1))
        here.proxy.delay = ONE_WAY
        before = here.proxy.questions
        answer = await here.caller.request("POST", "/batch", batch(50))

        assert all("success" in entry for entry in answer.body)
        assert here.proxy.questions - before <= FEW
        assert answer.seconds < 2 * ONE_WAY * FEW


async def test_more_slow_requests_than_connections_wait_their_turn_on_postgres() -> None:
    async with site("postgres", parameters="?max=4") as here:
        assert isinstance(here.database, Postgres)
        await here.caller.request("POST", "/classes/Other", {"n": 1})
        holder = await asyncpg.connect(here.database.uri(here.database_name, here.database.port))
        async with holder.transaction():
            await holder.execute('LOCK TABLE "Score" IN ACCESS EXCLUSIVE MODE')
            waiting = [asyncio.create_task(here.caller.create(n=n)) for n in range(1, 40)]
            await asyncio.sleep(0.5)
            health = await here.caller.request("GET", "/health")
        answers = await asyncio.gather(*waiting)
        await holder.close()

        assert health.status == 200, health
        assert {answer.status for answer in answers} == {201}
        assert set(await here.caller.numbers()) == set(range(40))


async def test_more_slow_requests_than_connections_wait_their_turn_on_mongodb() -> None:
    async with site("mongo", databaseOptions={"maxPoolSize": 2}) as here:
        here.proxy.delay = 0.25
        waiting = [asyncio.create_task(here.caller.request("GET", "/classes/Score")) for _ in range(12)]
        await asyncio.sleep(0.1)
        health = await here.caller.request("GET", "/health")
        answers = await asyncio.gather(*waiting)

        assert health.status == 200, health
        assert {answer.status for answer in answers} == {200}


async def test_who_waits_too_long_for_a_connection_is_told_so() -> None:
    options = {"maxPoolSize": 1, "waitQueueTimeoutMS": 300}
    async with site("mongo", databaseOptions=options) as here:
        here.proxy.delay = 0.3
        answers = await asyncio.gather(*(here.caller.request("GET", "/classes/Score") for _ in range(12)))

        refused = [answer for answer in answers if answer.status != 200]
        assert refused
        assert [answer for answer in refused if not answer.is_typed_error] == []
        here.proxy.delay = 0.0
        await here.caller.until_served()


async def test_a_full_disk_refuses_writes_serves_reads_and_is_forgotten_when_there_is_room() -> None:
    async with site("postgres", disk_size=24) as here:
        assert isinstance(here.database, Postgres)
        filler = "CREATE TABLE filler AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 4000) n"
        await here.database.run(filler, here.database_name)
        stored = 1
        while (answer := await here.caller.create(n=stored, text=secrets.token_hex(100_000))).status == 201:
            stored += 1
        assert answer.is_typed_error, answer
        counted = await here.caller.request("GET", "/classes/Score", count=1, limit=0)
        assert counted.body["count"] == stored

        await here.database.run("DROP TABLE filler", here.database_name)
        await here.database.run('DELETE FROM "Score" WHERE n > 1', here.database_name)
        await here.database.run('VACUUM FULL "Score"', here.database_name)
        assert (await here.caller.create(n=1000)).status == 201
        assert here.is_alive
