"""Runs the cases on the real Parse Server or on parsepy, and gives the commands that arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from tests.compat.commands.cases import CASES, PROFILES
from tests.compat.commands.endpoint import REPLICA_SET, Endpoint, endpoint
from tests.compat.commands.normalise import collection, normalised
from tests.compat.commands.session import Case, Session
from tests.compat.commands.wire import Document
from tests.compat.servers import Server, mongo_stand_in, parsepy, reference

Start = Callable[[dict[str, Any]], AbstractAsyncContextManager[Server]]
Outcome = dict[str, list[Document]]
"""Commands by the name of the case; those of a profile's start by `start (PROFILE)`."""

RECORDED = Path(__file__).parent / "recorded.json"
SCHEMA = "_SCHEMA"
WRITES = frozenset({"insert", "update", "delete", "findAndModify", "createIndexes", "dropIndexes", "drop"})
AT_START = frozenset({"createIndexes"})
SETTLED_SECONDS = 0.3


async def run(start: Start, cases: Iterable[Case]) -> Outcome:
    """Every case on servers of their own, one for each profile."""
    by_profile: dict[str, list[Case]] = {}
    for one in cases:
        by_profile.setdefault(one.profile, []).append(one)
    outcome: Outcome = {}
    async with mongo_stand_in() as backend:
        for profile in by_profile:
            async with endpoint(backend) as recorder:
                outcome |= await _run_profile(start, recorder, profile, by_profile[profile])
    return outcome


async def _run_profile(start: Start, recorder: Endpoint, profile: str, cases: Iterable[Case]) -> Outcome:
    uri = f"{recorder.uri}/{profile}?replicaSet={REPLICA_SET}"
    outcome: Outcome = {}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(start({"databaseURI": uri, **PROFILES[profile]}))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)))
        await asyncio.sleep(SETTLED_SECONDS)
        outcome[f"start ({profile})"] = _of_start(recorder.commands)
        for one in cases:
            recorder.forget()
            session = Session(one.name, server.url, http, recorder)
            await one.run(session)
            outcome[one.name] = _of_case(one, session)
    return outcome


def _of_case(one: Case, session: Session) -> list[Document]:
    about = {*session.names, *one.about}
    replaced = {**session.names, **session.replaced}
    return [
        shown
        for command in session.endpoint.commands
        if collection(command) in about and not _is_schema_read(command)
        for shown in normalised(command, replaced)
    ]


def _is_schema_read(command: Document) -> bool:
    return collection(command).endswith(SCHEMA) and next(iter(command)) not in WRITES


def _of_start(commands: Iterable[Document]) -> list[Document]:
    """Indexes and change streams, sorted: a server makes them all at once."""
    found = [
        shown
        for command in commands
        if next(iter(command)) in AT_START or "$changeStream" in (command.get("pipeline") or [{}])[0]
        for shown in normalised(command, {})
    ]
    return sorted(found, key=lambda command: orjson.dumps(command, option=orjson.OPT_SORT_KEYS))


async def run_on_reference(cases: Iterable[Case]) -> Outcome:
    return await run(lambda options: reference(options), cases)


async def run_on_parsepy(cases: Iterable[Case]) -> Outcome:
    return await run(lambda options: parsepy(options), cases)


def chosen(part: str = "") -> list[Case]:
    """The cases with this in their name."""
    return [one for name, one in CASES.cases.items() if part in name]


def load() -> Mapping[str, list[Document]]:
    """The recording of the reference."""
    found: Mapping[str, list[Document]] = orjson.loads(RECORDED.read_bytes()) if RECORDED.exists() else {}
    return found


def save(outcome: Outcome) -> None:
    """Write the recording: a command a line."""
    lines = []
    for name in sorted(outcome):
        commands = ",\n  ".join(orjson.dumps(command).decode() for command in outcome[name])
        lines.append(f"{orjson.dumps(name).decode()}: [" + (f"\n  {commands}\n" if commands else "") + "]")
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
