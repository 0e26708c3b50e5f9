"""Measure both servers in one run: alternating runs of wrk, medians, ratios, latency, memory.

Each server is one process pinned to one core, wrk to the other; the database's processes run where the kernel puts them.
On PostgreSQL both use the same cluster (fsync on) and on MongoDB the same stand-in, each a database of its own; on SQLite
parsepy runs with `synchronous=FULL` and the reference on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bench import fresh
from bench.kinds import PLANS, TITLES, Store
from bench.load import Contender, load, memory_of, pin
from bench.seed import seed
from bench.tables import put, table
from tests.compat.servers import mongo_stand_in, parsepy, postgres_cluster, reference

HERE = Path(__file__).parent
OPTIONS = {"requestComplexity": {"batchRequestLimit": -1}}


@contextlib.asynccontextmanager
async def contenders(store: Store) -> AsyncIterator[tuple[Contender, Contender]]:
    """Both servers, the reference first, with their rows."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        theirs_on = PLANS[store].reference_store
        database = mongo_stand_in() if theirs_on == "mongo" else postgres_cluster()
        address = await stack.enter_async_context(database)
        peer = reference(OPTIONS, theirs_on, cloud=HERE / "main.js", address=address)
        own = parsepy(OPTIONS, store, cloud=HERE / "main.py", address=address)
        theirs = Contender(await stack.enter_async_context(peer), folder / "theirs")
        ours = Contender(await stack.enter_async_context(own), folder / "ours")
        for contender in (theirs, ours):
            pin(contender.server.child.pid)
            await seed(contender)
        yield theirs, ours


async def compare(store: Store, kinds: Sequence[str], rounds: int, seconds: int) -> str:
    """Load both servers in turn, round by round, the idle one waiting; the table of the figures."""
    async with contenders(store) as both:
        for kind in [kind for kind in PLANS[store].aims if kind in kinds for _ in range(rounds)]:
            for contender in both:
                await load(contender, kind, seconds)
        for contender in both:
            contender.memory = memory_of(contender.server.child.pid)
        return table(store, *both)


def main() -> None:
    """Measure and print; with `--write` also into docs/performance.md."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--store", choices=PLANS, action="append", help="measure on this store; all by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--only", choices=TITLES, action="append", help="measure this kind of request")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    chosen = parser.parse_args()
    for store in chosen.store or PLANS:
        text = asyncio.run(compare(store, chosen.only or list(TITLES), chosen.rounds, chosen.seconds))
        print(f"{store}\n\n{text}\n", flush=True)
        if chosen.write:
            put(store, text)
    if not chosen.store and not chosen.only:
        fresh.measure(write=chosen.write)


if __name__ == "__main__":
    main()
