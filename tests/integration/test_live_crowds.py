"""What live clients cost a server in memory: many that are silent, and some that come, listen and go."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy.web.listening import allow_connections
from tests.compat.servers import Server, parsepy
from tests.live_crowd import Seat, seated
from tests.waiting import until

pytestmark = pytest.mark.slow

WANTED = 10_000
OTHER_FILES = 200
AT_ONCE = 100
MOST_KIB = 40.0

ROOMS, GUESTS, SAVERS = 20, 100, 4
WARM_UP, STEADY = 3_000, 6_000
"""Saves before the memory is looked at, and until it is looked at again."""
MOST_GROWTH = 1.1

LIVE = {"liveQuery": {"classNames": [".*"]}, "verifyServerUrl": False, "logsFolder": None}
APP = {"X-Parse-Application-Id": "test"}


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    options = {"maxClients": 2 * WANTED, "maxClientsPerAddress": 2 * WANTED}
    async with parsepy({**LIVE, "liveQueryServerOptions": options}, "memory") as running:
        yield running


def memory_of(running: Server) -> int:
    """KiB of a server's process that are in memory, its share of what others have too."""
    lines = Path(f"/proc/{running.child.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@pytest.fixture
def most_sockets() -> int:
    """As many as wanted, or as the machine lets a process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(WANTED, allow_connections() - OTHER_FILES)
    print(f"{most} sockets: the machine allows {hard} files, and allowed {soft} before it was asked")
    return most


async def test_ten_thousand_silent_clients_cost_less_than_forty_kib_each(most_sockets: int) -> None:
    heard: list[bytes] = []
    async with server() as running:
        before = memory_of(running)
        seats = await crowd(running, most_sockets, heard)
        each = (memory_of(running) - before) / most_sockets
        print(f"{each:.1f} KiB for each of {most_sockets} clients with a subscription")
        heard.clear()
        await save(running, {"room": "17"})
        await until(lambda: bool(heard))
        for seat in seats:
            seat.leave()

    assert each <= MOST_KIB
    assert len(heard) == 1


async def crowd(running: Server, number: int, heard: list[bytes]) -> list[Seat]:
    """Clients of which each follows another room."""

    async def one(room: int) -> Seat:
        seat = await seated(running.url, heard.append)
        await seat.follow("Message", {"room": str(room)})
        return seat

    seats: list[Seat] = []
    while len(seats) < number:
        seats += await asyncio.gather(*map(one, range(len(seats), min(len(seats) + AT_ONCE, number))))
    return seats


async def save(running: Server, row: dict[str, Any]) -> None:
    async with (
        aiohttp.ClientSession(headers=APP) as session,
        session.post(f"{running.url}/classes/Message", json=row) as answer,
    ):
        assert answer.status == 201


async def test_memory_does_not_grow_while_clients_come_and_go_and_are_told_of_changes() -> None:
    heard = [0]

    def hear(_: bytes) -> None:
        heard[0] += 1

    async with server() as running, aiohttp.ClientSession(headers=APP) as session:
        guests = [asyncio.create_task(visits(running, hear, number)) for number in range(GUESTS)]
        await talk(running, session, WARM_UP)
        before = memory_of(running)
        await talk(running, session, STEADY)
        after = memory_of(running)
        for guest in guests:
            guest.cancel()
        await asyncio.gather(*guests, return_exceptions=True)
        print(f"{before} KiB, after {STEADY} saves and {heard[0]} events {after} KiB")

    assert heard[0] > STEADY
    assert after < before * MOST_GROWTH


async def visits(running: Server, hear: Any, number: int) -> None:
    """Come, follow rooms, hear of some changes, leave one room, go; again and again."""
    while True:
        seat = await seated(running.url, hear)
        try:
            for room in range(3):
                await seat.follow("Message", {"room": str((number + room) % ROOMS)}, number=room)
            await asyncio.sleep(1 + number / GUESTS)
            await seat.ask(op="unsubscribe", requestId=0)
        finally:
            seat.leave()


async def talk(running: Server, session: aiohttp.ClientSession, number: int) -> None:
    """Change the same few objects so often: what is stored does not grow."""
    url = f"{running.url}/classes/Message"
    ids = []
    for room in range(ROOMS):
        async with session.post(url, json={"room": str(room), "n": 0}) as answer:
            ids.append((await answer.json())["objectId"])
    numbers = count()

    async def one() -> None:
        while (n := next(numbers)) < number:
            async with session.put(f"{url}/{ids[n % ROOMS]}", json={"n": n, "text": "x" * 200}) as answer:
                assert answer.status == 200

    await asyncio.gather(*(one() for _ in range(SAVERS)))
