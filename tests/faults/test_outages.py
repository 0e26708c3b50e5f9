"""The database goes away and comes back: typed errors meanwhile, nothing lost, nothing twice, and no restart is needed."""

from __future__ import annotations

import asyncio

import pytest

from tests.compat.servers import Store
from tests.faults.clients import load
from tests.faults.databases import Postgres
from tests.faults.sites import site, until

pytestmark = [pytest.mark.slow, pytest.mark.loss]
STORES: tuple[Store, ...] = ("postgres", "mongo")
on_every_server = pytest.mark.parametrize("store", STORES)

LONGEST_REFUSAL = 15.0
"""Seconds after which a request without a database must be answered."""
NOT_PATIENT = {"serverSelectionTimeoutMS": 5_000}
"""The driver of MongoDB waits 30 seconds for a server by itself."""


@on_every_server
async def test_a_restart_of_the_database_under_load_loses_nothing(store: Store) -> None:
    async with site(store) as here:
        async with load(here.caller) as running:
            await until(lambda: len(running.acknowledged) > 50)
            await here.database.stop()
            await asyncio.sleep(1.0)
            await here.database.start()
            await here.caller.until_served()
            before = len(running.acknowledged)
            await until(lambda: len(running.acknowledged) > before + 50)

        assert running.refused
        assert [answer for answer in running.refused if not answer.is_typed_error] == []
        assert running.slowest < LONGEST_REFUSAL
        await running.check()
        assert here.is_alive


@on_every_server
async def test_health_tells_of_an_outage_and_of_its_end(store: Store) -> None:
    async with site(store) as here:
        assert (await here.caller.request("GET", "/health")).body == {"status": "ok"}
        await here.database.stop()
        told = await here.caller.request("GET", "/health")
        assert (told.status, told.body) == (503, {"status": "error"})
        assert told.seconds < LONGEST_REFUSAL

        await here.database.start()
        await here.caller.until_served()
        assert (await here.caller.request("GET", "/health")).status == 200


@on_every_server
async def test_connections_that_are_cut_again_and_again_lose_nothing(store: Store) -> None:
    async with site(store) as here:
        async with load(here.caller) as running:
            for _ in range(5):
                before = len(running.acknowledged)
                await until(lambda before=before: len(running.acknowledged) > before + 20)  # type: ignore[misc]
                await here.proxy.cut()

        assert [answer for answer in running.refused if not answer.is_typed_error] == []
        await running.check()


async def test_backends_that_are_terminated_lose_nothing() -> None:
    async with site("postgres") as here:
        assert isinstance(here.database, Postgres)
        end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'parse_%'"
        async with load(here.caller) as running:
            for _ in range(5):
                before = len(running.acknowledged)
                await until(lambda before=before: len(running.acknowledged) > before + 20)  # type: ignore[misc]
                await here.database.run(end_all)

        assert [answer for answer in running.refused if not answer.is_typed_error] == []
        await running.check()


@on_every_server
async def test_an_idle_server_notices_nothing_of_connections_that_were_cut(store: Store) -> None:
    async with site(store) as here:
        await asyncio.gather(*(here.caller.create(n=n) for n in range(1, 20)))
        await here.proxy.cut()
        await asyncio.sleep(0.2)
        answers = await asyncio.gather(*(here.caller.request("GET", "/classes/Score") for _ in range(20)))

        assert {answer.status for answer in answers} == {200}
        assert (await here.caller.create(n=20)).status == 201


@on_every_server
async def test_refused_connections_are_told_as_such_and_end_with_the_refusal(store: Store) -> None:
    async with site(store, databaseOptions=NOT_PATIENT if store == "mongo" else {}) as here:
        await here.proxy.close()
        answers = await asyncio.gather(*(here.caller.create(n=n) for n in range(1, 40)))
        assert [answer for answer in answers if not answer.is_typed_error] == []
        assert max(answer.seconds for answer in answers) < LONGEST_REFUSAL

        await here.proxy.open()
        await here.caller.until_served()
        assert (await here.caller.create(n=40)).status == 201
        assert set(await here.caller.numbers()) == {0, 40}


@on_every_server
async def test_a_stalled_network_stops_no_health_and_what_was_asked_is_done_once(store: Store) -> None:
    async with site(store) as here:
        here.proxy.stall()
        creating = [asyncio.create_task(here.caller.create(n=n)) for n in range(1, 10)]
        told = await here.caller.request("GET", "/health")
        assert (told.status, told.body) == (503, {"status": "error"})
        assert told.seconds < LONGEST_REFUSAL

        here.proxy.resume()
        answers = await asyncio.gather(*creating)
        await here.caller.until_served()
        stored = await here.caller.numbers()
        assert [a for a in answers if not (a.status == 201 or a.is_typed_error)] == []
        assert [n for n, answer in enumerate(answers, 1) if answer.status == 201 and stored[n] != 1] == []
        assert max(stored.values()) == 1
