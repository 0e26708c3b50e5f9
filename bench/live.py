"""Live queries beside the real Parse Server, in one run: `python -m bench.live`, with `--write` into docs/performance.md.

Both servers use the same PostgreSQL cluster, one process each on one core; clients and savers are this process, on the other.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

from bench.live_load import Figures, Heard, crowd, measured
from bench.load import CLIENT_CORE, pin
from bench.tables import put
from tests.compat.servers import Server, parsepy, postgres_cluster, reference
from tests.live_crowd import Seat

NAME, CURVE = "live", "live-curve"
OPTIONS = {
    "liveQuery": {"classNames": ["Message"]},
    "startLiveQueryServer": True,
    "verifyServerUrl": False,
    "rateLimit": [],
}
HEADERS = {"X-Parse-Application-Id": "test"}

QUERIES, ROOMS, READERS = 5_000, 50, 500
READ_EACH = 5
"""Every fifth of the readers may read an object."""
RATE = 700.0
ROOM_RATE = 800.0
SUBSCRIPTIONS = (1, 1_000, 100_000)
OF_ONE_CLIENT = 1_000
MOST_OF_REFERENCE = 1_000
"""With more it takes seconds for a save."""
ENOUGH_SECONDS = 10.0
"""Saves without followers end by the clock, all else when enough events have come."""


@dataclass
class Measures:
    """What one server did: by the name of the row, and the cost of a save by the number of subscriptions."""

    server: Server
    subscriptions: Sequence[int]
    rows: dict[str, Figures] = field(default_factory=dict)
    curve: dict[int, Figures] = field(default_factory=dict)

    async def measure(self, seconds: float, wanted: int) -> None:
        """Measure all rows; `wanted` events are enough for each."""
        await self.alone(seconds)
        await self.equality(seconds, wanted)
        await self.rooms(seconds, wanted)
        await self.readers(seconds, wanted)
        for subscriptions in self.subscriptions:
            await self.cost(subscriptions, seconds)

    async def alone(self, seconds: float) -> None:
        """Saves, and nobody follows."""
        await measured(self.server, Heard(), _message, 50, seconds=seconds)
        enough = min(seconds, ENOUGH_SECONDS)
        self.rows["alone"] = await measured(self.server, Heard(), _message, 1_000_000, seconds=enough)

    async def equality(self, seconds: float, wanted: int) -> None:
        """100 clients with 50 subscriptions each, all different; every save is for one of them."""
        queries = [[{"room": f"q{client * 50 + n}"} for n in range(50)] for client in range(QUERIES // 50)]
        row = partial(_in_room, "q", QUERIES)
        async with listening(self.server, queries) as heard:
            self.rows["equality"] = await measured(self.server, heard, row, wanted, rate=RATE, seconds=seconds)

    async def rooms(self, seconds: float, wanted: int) -> None:
        """200 clients with 5 subscriptions each in 50 rooms; every save is for 20 of them."""
        rooms = [[{"room": f"r{(client + 10 * n) % ROOMS}"} for n in range(5)] for client in range(200)]
        row = partial(_in_room, "r", ROOMS)
        async with listening(self.server, rooms) as heard:
            self.rows["rooms"] = await measured(self.server, heard, row, wanted, rate=ROOM_RATE, seconds=seconds)

    async def readers(self, seconds: float, wanted: int) -> None:
        """500 users who follow everything; each object may be read by 100 of them."""
        users = await signed_up(self.server, READERS)
        ids = [user["objectId"] for user in users]
        acls = [{one: {"read": True} for one in ids[n::READ_EACH]} for n in range(READ_EACH)]
        tokens = [user["sessionToken"] for user in users]
        async with listening(self.server, [[{}]] * READERS, tokens) as heard:
            row = partial(_for_some, acls)
            self.rows["readers"] = await measured(self.server, heard, row, wanted // 20, seconds=seconds)

    async def cost(self, subscriptions: int, seconds: float) -> None:
        """What a save costs with so many subscriptions, of which it meets one."""
        clients = max(subscriptions // OF_ONE_CLIENT, 1)
        each = subscriptions // clients
        queries = [[{"room": f"c{client * each + n}"} for n in range(each)] for client in range(clients)]
        async with listening(self.server, queries) as heard:
            row = partial(_in_room, "c", subscriptions)
            self.curve[subscriptions] = await measured(self.server, heard, row, 3_000, seconds=seconds)


def _message(n: int) -> dict[str, Any]:
    return {"text": "Good morning, everybody!", "n": n, "room": "nowhere"}


def _in_room(prefix: str, rooms: int, n: int) -> dict[str, Any]:
    return {**_message(n), "room": f"{prefix}{n * 7919 % rooms}"}


def _for_some(acls: Sequence[Mapping[str, Any]], n: int) -> dict[str, Any]:
    return {**_message(n), "ACL": acls[n % len(acls)]}


@contextlib.asynccontextmanager
async def listening(
    server: Server, wanted: list[list[dict[str, Any]]], tokens: list[str] | None = None
) -> AsyncIterator[Heard]:
    """Clients with these subscriptions, for as long as the block lasts."""
    heard = Heard()
    seats: list[Seat] = await crowd(server, heard, wanted, tokens or ())
    yield heard
    for seat in seats:
        seat.leave()
    await asyncio.gather(*(seat.gone for seat in seats))


async def signed_up(server: Server, number: int) -> list[dict[str, Any]]:
    """Users without passwords: those would take most of the time."""
    users: list[dict[str, Any]] = []
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        for n in range(number):
            body = {"authData": {"anonymous": {"id": f"reader-{n}"}}}
            async with session.post(f"{server.url}/users", json=body) as answer:
                users.append(await answer.json())
    return users


async def compare(seconds: float, wanted: int) -> tuple[Measures, Measures]:
    """Both servers, the reference first, one after the other: the idle one waits."""
    async with contextlib.AsyncExitStack() as stack:
        address = await stack.enter_async_context(postgres_cluster())
        theirs = await stack.enter_async_context(reference(OPTIONS, "postgres", address=address))
        ours = await stack.enter_async_context(parsepy(OPTIONS, "postgres", address=address))
        few = [number for number in SUBSCRIPTIONS if number <= MOST_OF_REFERENCE]
        both = Measures(theirs, few), Measures(ours, SUBSCRIPTIONS)
        if (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(0, {CLIENT_CORE})
        for measures in both:
            pin(measures.server.child.pid)
            await measures.measure(seconds, wanted)
        return both


def table(theirs: Measures, ours: Measures) -> str:
    """The rows with their aims."""
    lines = [
        "| live queries | Parse Server 9.10 | parsepy | ratio | aim | p99, ms: Parse Server | parsepy |",
        "|---|---|---|---|---|---|---|",
    ]
    alone = ours.rows["alone"].changes
    lines.append(_line("saves /s, nobody follows", theirs.rows["alone"].changes, alone, ""))
    theirs_of, ours_of = theirs.rows["equality"], ours.rows["equality"]
    aim = f"{min(20 * theirs_of.events, 0.9 * alone):,.0f} /s, p99 < 50"
    lines.append(
        _line("5,000 different equality queries: events /s", theirs_of.events, ours_of.events, aim, theirs_of, ours_of)
    )
    theirs_of, ours_of = theirs.rows["rooms"], ours.rows["rooms"]
    lines.append(
        _line(
            "50 rooms, 20 subscriptions each: events /s",
            theirs_of.events,
            ours_of.events,
            "3, lower p99",
            theirs_of,
            ours_of,
        )
    )
    theirs_of, ours_of = theirs.rows["readers"], ours.rows["readers"]
    lines.append(
        _line(
            "500 readers by ACL, 100 for each object: changes /s",
            theirs_of.changes,
            ours_of.changes,
            "3",
            theirs_of,
            ours_of,
        )
    )
    return "\n".join(lines)


def _line(title: str, theirs: float, ours: float, aim: str, *of: Figures) -> str:
    p99 = " | ".join(f"{figures.p99:,.0f}" for figures in of) if of else " | "
    return f"| {title} | {theirs:,.0f} | {ours:,.0f} | {ours / theirs:.1f} | {aim} | {p99} |"


def curve(theirs: Measures, ours: Measures) -> str:
    """The cost of a save by the number of subscriptions, all to different values."""
    lines = ["| subscriptions | a save, ms of the processor: Parse Server 9.10 | parsepy |", "|---|---|---|"]
    for subscriptions, figures in ours.curve.items():
        other = theirs.curve.get(subscriptions)
        lines.append(f"| {subscriptions:,} | {f'{other.cpu:.2f}' if other else 'not measured'} | {figures.cpu:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0, help="of each row, at most")
    parser.add_argument("--events", type=int, default=5_000, help="that are enough")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    chosen = parser.parse_args()
    both = asyncio.run(compare(chosen.seconds, chosen.events))
    for name, text in ((NAME, table(*both)), (CURVE, curve(*both))):
        print(f"{name}\n\n{text}\n", flush=True)
        if chosen.write:
            put(name, text)


if __name__ == "__main__":
    main()
