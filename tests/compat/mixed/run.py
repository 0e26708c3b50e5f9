"""A run of mixed load; by hand: python -m tests.compat.mixed.run --store postgres --second reference --seconds 60."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import aiohttp

from tests.compat.mixed import verdict
from tests.compat.mixed.book import Book
from tests.compat.mixed.sides import Side, Worker
from tests.compat.mixed.work import introduce, prepare, work
from tests.compat.processes import temporary_folder
from tests.compat.servers import Server, Store, fresh_database, parsepy, reference

WORKERS = 8
SCHEMA_CACHE_SECONDS = 2
Second = Literal["parsepy", "reference"]


@dataclass(frozen=True)
class Outcome:
    """What a run showed. `lost` and `unlike` must be empty."""

    book: Book
    lost: Collection[str]
    unlike: Collection[str]


async def mixed_load(store: Store, second: Second, seconds: float, address: str | None = None) -> Outcome:
    """The real Parse Server first, and parsepy (or another one, for comparison) second, on one database."""
    async with contextlib.AsyncExitStack() as stack:
        uri = await stack.enter_async_context(fresh_database(store, address))
        options = options_on(store, uri)
        folder = stack.enter_context(temporary_folder())
        first = await stack.enter_async_context(reference(options, store, folder=_below(folder, "first")))
        start = parsepy if second == "parsepy" else reference
        other = await stack.enter_async_context(start(options, store, folder=_below(folder, "second")))
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        return await _run((first, other), session, seconds)


def options_on(store: Store, uri: str) -> dict[str, Any]:
    """With schema hooks on PostgreSQL. The MongoDB stand-in has no change streams: there a short cache stands in for them."""
    hooks: Mapping[str, Any] = (
        {"enableSchemaHooks": True} if store == "postgres" else {"schemaCacheTtl": SCHEMA_CACHE_SECONDS * 1000}
    )
    files = {"module": "@parse/fs-files-adapter", "options": {}}
    return {"databaseURI": uri, "databaseOptions": hooks, "filesAdapter": files}


async def _run(servers: tuple[Server, Server], session: aiohttp.ClientSession, seconds: float) -> Outcome:
    sides = (Side("first", servers[0].url), Side("second", servers[1].url))
    book = Book()
    workers = [Worker(number, sides, session, book, random.Random(number)) for number in range(WORKERS)]
    ids = await prepare(workers[0])
    await asyncio.gather(*map(introduce, workers))
    until = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(work(worker, ids, until) for worker in workers))
    # Both servers may hold on to a class for this long.
    await asyncio.sleep(SCHEMA_CACHE_SECONDS + 0.5)
    views = [await verdict.view(workers[0], side) for side in sides]
    return Outcome(book, [*verdict.lost(workers[0], views[0])], [*verdict.unlike(views[0], views[1])])


def _below(folder: Path, name: str) -> Path:
    below = folder / name
    below.mkdir()
    return below


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.compat.mixed.run", description=__doc__)
    parser.add_argument("--store", choices=get_args(Store), default="postgres")
    parser.add_argument("--second", choices=get_args(Second), default="parsepy")
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    outcome = asyncio.run(mixed_load(arguments.store, arguments.second, arguments.seconds))
    print("done:", dict(outcome.book.done))
    for trouble, times in sorted(outcome.book.troubles.items()):
        print(f"{times} x {trouble}")
    for line in (*outcome.lost, *outcome.unlike):
        print(line)
    print(f"{len(outcome.lost)} lost, {len(outcome.unlike)} seen differently")


if __name__ == "__main__":
    main()
