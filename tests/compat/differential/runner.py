"""Runs scenarios, those of one profile on one server, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import aiohttp

from tests.compat.differential.answers import Record
from tests.compat.differential.normalise import Run, normalise
from tests.compat.differential.profiles import PROFILES
from tests.compat.differential.registry import Scenario
from tests.compat.differential.script import Script
from tests.compat.processes import Child, StartError
from tests.compat.servers import REAL_MONGODB, OwnStore, Server, Store, parsepy, reference, store_server

SCENARIOS_AT_ONCE = 8
SERVERS_AT_ONCE = 2
# As for the reference; see oracle/reference.cjs.
FILES_ON_DISK = {"filesAdapter": {"module": "@parse/fs-files-adapter", "options": {}}}


@dataclass(frozen=True, order=True)
class Group:
    """The scenarios that share a server. `store` is the reference's."""

    profile: str
    store: Store


Code = Literal["py", "js"]
"""The language of the cloud code that parsepy runs; the reference's is always JavaScript."""
Outcome = list[Record]
Start = Callable[[Group], contextlib.AbstractAsyncContextManager[Server]]


def grouped(scenarios: Iterable[Scenario]) -> dict[Group, list[Scenario]]:
    """Scenarios by the server they run on, in a stable order."""
    groups: dict[Group, list[Scenario]] = {}
    for one in scenarios:
        groups.setdefault(Group(one.profile, one.store), []).append(one)
    return dict(sorted(groups.items()))


def needs_real_mongo(one: Scenario) -> bool:
    """Whether the stand-in for MongoDB cannot do what it needs, for us no more than for the reference."""
    return one.real_mongo or one.store != "mongo"


def can_run(one: Scenario, store: OwnStore) -> bool:
    """Whether parsepy's store, as it is at hand, can do what the scenario needs."""
    return store != "mongo" or REAL_MONGODB in os.environ or not needs_real_mongo(one)


async def run_on_parsepy(
    scenarios: Iterable[Scenario], store: OwnStore = "sqlite", address: str | None = None, *, code: Code = "py"
) -> dict[str, Outcome]:
    """Transcripts by scenario name. A scenario that had to stop ends with a `stopped` record.

    All run on one store; `address` reuses a database server that is running. With the `code` "js" it is the reference's
    own cloud code that runs.
    """
    async with contextlib.AsyncExitStack() as stack:
        if address is None and (store == "mongo" or store == "postgres"):
            address = await stack.enter_async_context(store_server(store))

        def start(group: Group) -> contextlib.AbstractAsyncContextManager[Server]:
            profile = PROFILES[group.profile]
            return parsepy(
                {**FILES_ON_DISK, **profile.all_options},
                store,
                cloud=profile.cloud_code(f".{code}"),
                address=address,
            )

        return await _run(scenarios, start)


async def run_on_reference(scenarios: Iterable[Scenario]) -> dict[str, Outcome]:
    """The same on the real Parse Server; the stores are started once, for all profiles."""
    wanted = list(scenarios)
    async with contextlib.AsyncExitStack() as stack:
        stores = {one.store for one in wanted}
        addresses = {store: await stack.enter_async_context(store_server(store)) for store in stores}

        def start(group: Group) -> contextlib.AbstractAsyncContextManager[Server]:
            profile = PROFILES[group.profile]
            cloud = profile.cloud_code(".js")
            return reference(profile.all_options, group.store, cloud=cloud, address=addresses[group.store])

        return await _run(wanted, start)


async def _run(scenarios: Iterable[Scenario], start: Start) -> dict[str, Outcome]:
    limit = asyncio.Semaphore(SERVERS_AT_ONCE)

    async def run_group(group: Group, members: Sequence[Scenario]) -> dict[str, Outcome]:
        async with limit:
            try:
                async with start(group) as server:
                    return await _run_all(members, server)
            except StartError as problem:
                return _not_started(group, members, str(problem))

    results = await asyncio.gather(*(run_group(group, members) for group, members in grouped(scenarios).items()))
    return {name: outcome for result in results for name, outcome in result.items()}


def _not_started(group: Group, members: Sequence[Scenario], why: str) -> dict[str, Outcome]:
    """Every scenario of the group stopped before its first step; the first one tells all."""
    texts = [f"the server of profile {group.profile!r} {why}", *["no server, as above"] * (len(members) - 1)]
    return {one.name: [_stopped(text)] for one, text in zip(members, texts, strict=True)}


async def _run_all(members: Sequence[Scenario], server: Server) -> dict[str, Outcome]:
    limit = asyncio.Semaphore(SCENARIOS_AT_ONCE)
    async with _session() as session:

        async def run_limited(one: Scenario) -> Outcome:
            async with limit:
                return await _run_one(one, server, session)

        together = [one for one in members if not one.serial]
        results = await asyncio.gather(*map(run_limited, together))
        outcomes = {one.name: outcome for one, outcome in zip(together, results, strict=True)}
        for one in members:
            if one.serial:
                outcomes[one.name] = await _run_one(one, server, session)
    return outcomes


async def _run_one(one: Scenario, server: Server, session: aiohttp.ClientSession) -> Outcome:
    script = Script(one.name, server.url, session)
    started = datetime.now(UTC)
    stopped = None
    try:
        await one.steps(script)
    except (LookupError, TypeError, ValueError, aiohttp.ClientError, TimeoutError) as problem:
        stopped = f"{type(problem).__name__}: {problem}{_end(server.child)}"
    transcript = normalise(script.transcript, Run(server.url, script.tag, started))
    return transcript if stopped is None else [*transcript, _stopped(stopped)]


def _stopped(why: str) -> Record:
    return {"request": "(stopped)", "stopped": why}


def _end(child: Child) -> str:
    return "" if child.alive() else f" (the server ended: {child.text()[-1000:]})"


@contextlib.asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    # The reference hangs up after some refusals; a connection that other scenarios wait on would take them along.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    # Cookies would carry state from one scenario into the next.
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
