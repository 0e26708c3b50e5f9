"""What the dashboard asks of a class with a million rows and 60 columns, on SQLite and PostgreSQL.

Every request is the one that the dashboard's page sends, over HTTP. Beside each slow one `/health`, a get by id and the
first page are asked again and again: what they take then is told too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bench.tables import put
from tests.big_class.cases import CASES, FIRST_PAGE, Case
from tests.big_class.rows import CLASS, fill, object_id, opened
from tests.compat.servers import parsepy, postgres_cluster

ROWS = 1_000_000
STORES = ("sqlite", "postgres")
_HEAD = ("| request | p95, ms | aim | others meanwhile: p95, ms | longest, ms |", "|---|---|---|---|---|")
PAUSE = 0.02
"""Seconds between two requests of those that watch."""


@dataclass(slots=True)
class Times:
    """Seconds of every request of a kind."""

    taken: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Seconds that 95 of 100 did not exceed."""
        return sorted(self.taken)[math.ceil(0.95 * len(self.taken)) - 1] if self.taken else 0.0


class Browser:
    """Sends what the dashboard sends."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The answer to one call. Raises RuntimeError if it is refused."""
        keys = {"_method": method, "_ApplicationId": "test", "_MasterKey": "master", "_ClientVersion": "js8.5.0"}
        sent = orjson.dumps({**body, **keys})
        async with self._session.post(
            f"{self._url}/{path}", data=sent, headers={"Content-Type": "text/plain"}
        ) as answer:
            content = await answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} {body}: {answer.status} {content[:300]!r}")
        return orjson.loads(content)

    async def timed(self, method: str, path: str, body: dict[str, Any]) -> float:
        """Seconds until the answer was read."""
        began = time.perf_counter()
        await self.ask(method, path, body)
        return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Measured:
    """A case, how long it took, and how long those did who asked for something quick meanwhile."""

    case: Case
    own: Times
    beside: Times


async def measure(browser: Browser, case: Case, rounds: int, count: int) -> Measured:
    """Ask the requests of a case one after another."""
    own, beside = Times(), Times()
    watching = asyncio.create_task(_watch(browser, beside, count)) if case.slow else None
    for round_ in range(rounds):
        own.taken.append(await browser.timed(*case.request(round_, count)))
    if watching is not None:
        watching.cancel()
        await asyncio.wait([watching])
    return Measured(case, own, beside)


async def _watch(browser: Browser, times: Times, count: int) -> None:
    quick = [("GET", "health", {}), ("GET", f"classes/{CLASS}/{object_id(count // 2)}", {}), FIRST_PAGE]
    while True:
        for request in quick:
            times.taken.append(await browser.timed(*request))
            await asyncio.sleep(PAUSE)


@contextlib.asynccontextmanager
async def addresses(store: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database, empty unless the folder of an earlier run is given."""
    if store == "sqlite":
        yield f"sqlite:///{folder / 'big.db'}"
        return
    async with postgres_cluster() as address:
        yield f"{address}/postgres"


async def prepare(uri: str, count: int) -> None:
    """Fill the database unless it is filled."""
    async with opened(uri) as storage:
        if not any(schema.name == CLASS for schema in await storage.load_classes()):
            await fill(storage, count)


async def run(uri: str, cases: Sequence[Case], rounds: int, count: int) -> str:
    """All cases on one database; the table of the figures."""
    async with parsepy({"databaseURI": uri}) as server, aiohttp.ClientSession() as session:
        browser = Browser(session, server.url)
        await browser.ask(*FIRST_PAGE)
        measured = []
        for case in cases:
            found = await measure(browser, case, 3 if case.slow else rounds, count)
            print(_line(found), flush=True)
            measured.append(found)
    return "\n".join(
        [
            "| request | p95, ms | aim | others meanwhile: p95, ms | longest, ms |",
            "|---|---|---|---|---|",
            *map(_line, measured),
        ]
    )


def _line(found: Measured) -> str:
    aim = 3_000 if found.case.slow else 100
    beside = f"{found.beside.p95 * 1000:,.0f} | {max(found.beside.taken) * 1000:,.0f}" if found.beside.taken else " | "
    return f"| {found.case.title} | {found.own.p95 * 1000:,.0f} | {aim:,} | {beside} |"


async def main_for(store: str, chosen: argparse.Namespace) -> None:
    """Fill, measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as stack:
            given = getattr(chosen, store)
            uri = given or await stack.enter_async_context(addresses(store, Path(folder)))
            await prepare(uri, chosen.rows)
            cases = [case for case in CASES if not chosen.only or any(part in case.title for part in chosen.only)]
            text = await run(uri, cases, chosen.rounds, chosen.rows)
    if chosen.write:
        put(f"dashboard-{store}", text)


def main() -> None:
    """Measure; with `--write` into docs/performance.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.dashboard", description=__doc__)
    parser.add_argument("--store", choices=STORES, action="append", help="measure on this store; both by default")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=40, help="requests of every quick kind")
    parser.add_argument("--only", action="append", help="measure the kinds with this in their title")
    parser.add_argument("--sqlite", help="address of a filled database that is kept")
    parser.add_argument("--postgres", help="address of a filled database that is kept")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    chosen = parser.parse_args()
    for store in chosen.store or STORES:
        print(store, flush=True)
        asyncio.run(main_for(store, chosen))


if __name__ == "__main__":
    main()
