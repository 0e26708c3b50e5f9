"""The disk of MongoDB is full, and has room again: typed errors meanwhile, nothing is lost, and no restart is needed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.compat.commands.endpoint import REPLICA_SET, serving
from tests.compat.servers import Server, mongo_stand_in, parsepy
from tests.faults.clients import Answer, Caller, caller, load
from tests.faults.full_disk import Disk, SmallMongo
from tests.faults.sites import until

pytestmark = [pytest.mark.slow, pytest.mark.loss]
FULL = [disk for disk in Disk if disk is not Disk.FREE]


@dataclass(frozen=True)
class Site:
    """A server, its client and its database."""

    mongo: SmallMongo
    server: Server
    caller: Caller


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    """A site with a class of scores."""
    async with mongo_stand_in() as backend:
        mongo = SmallMongo(backend)
        async with serving(mongo):
            uri = f"{mongo.uri}/parse_{uuid.uuid4().hex[:12]}?replicaSet={REPLICA_SET}"
            async with parsepy({"databaseURI": uri}) as server, caller(server) as by:
                made = await by.create(n=0)
                assert made.status == 201, made
                yield Site(mongo, server, by)


async def every_write(here: Site, object_id: str) -> list[Answer]:
    """What is answered to a write of each kind."""
    ask = here.caller.request
    path = f"/classes/Score/{object_id}"
    return [
        await here.caller.create(n=1),
        await ask("PUT", path, {"n": 2}),
        await ask("PUT", path, {"n": {"__op": "Increment", "amount": 1}}),
        await ask("PUT", path, {"column": "new"}),
        await ask("DELETE", path),
        await ask("POST", "/classes/Other", {"n": 1}),
        await ask("POST", "/users", {"username": "ann", "password": "secret"}),
    ]


@pytest.mark.parametrize("disk", [Disk.FULL_FOR_COMMANDS, Disk.FULL_FOR_WRITES])
async def test_every_write_to_a_full_disk_is_a_typed_error_and_reads_go_on(here: Site, disk: Disk) -> None:
    scores = await here.caller.request("GET", "/classes/Score")
    here.mongo.disk = disk
    answers = await every_write(here, scores.body["results"][0]["objectId"])

    assert [answer for answer in answers if not answer.is_typed_error] == []
    assert (await here.caller.request("GET", "/classes/Score")).body == scores.body
    assert (await here.caller.request("GET", "/health")).status == 200


@pytest.mark.parametrize("disk", FULL)
async def test_a_disk_that_fills_and_empties_under_load_loses_nothing(here: Site, disk: Disk) -> None:
    async with load(here.caller) as running:
        await until(lambda: len(running.acknowledged) > 20)
        here.mongo.disk = disk
        refused = here.mongo.refused
        await until(lambda: here.mongo.refused > refused + 20)
        here.mongo.disk = Disk.FREE
        before = len(running.acknowledged)
        await until(lambda: len(running.acknowledged) > before + 20)

    assert running.refused
    assert [answer for answer in running.refused if not answer.is_typed_error] == []
    await running.check()
    assert here.server.child.alive()


async def test_what_was_refused_can_be_done_when_there_is_room(here: Site) -> None:
    here.mongo.disk = Disk.FULL_FOR_WRITES
    refused = await asyncio.gather(*(here.caller.create(n=n, column="new") for n in range(1, 30)))
    here.mongo.disk = Disk.FREE
    done = await asyncio.gather(*(here.caller.create(n=n, column="new") for n in range(1, 30)))

    assert {answer.status for answer in refused} == {503}
    assert {answer.status for answer in done} == {201}
    assert await here.caller.numbers() == dict.fromkeys(range(30), 1)
