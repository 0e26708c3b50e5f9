"""Clients of a server under test: single requests, and a load that remembers what was acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.compat.servers import Server

HEADERS = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
LONGEST_ANSWER = 40.0


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds it took."""

    status: int
    body: Any
    seconds: float

    @property
    def is_typed_error(self) -> bool:
        """Whether it says, as Parse says it, that the database is not there now."""
        return (
            self.status == 503 and isinstance(self.body, dict) and self.body.get("code") == 1 and "error" in self.body
        )


@dataclass(frozen=True)
class Caller:
    """Sends requests with the master key."""

    url: str
    session: aiohttp.ClientSession

    async def request(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """Send one request; it must be answered, whatever the answer is."""
        started = time.monotonic()
        params = {name: str(value) for name, value in query.items()}
        async with self.session.request(method, self.url + path, json=body, params=params) as answer:
            return Answer(answer.status, await answer.json(), time.monotonic() - started)

    async def create(self, **fields: Any) -> Answer:
        """Store a score."""
        return await self.request("POST", "/classes/Score", fields)

    async def numbers(self) -> Counter[int]:
        """How often each number is stored in the scores."""
        found = await self.request("GET", "/classes/Score", limit=100_000, keys="n")
        assert found.status == 200, found
        return Counter(row["n"] for row in found.body["results"])

    async def until_served(self, seconds: float = 20.0) -> None:
        """Wait until requests are answered again. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                if (await self.request("GET", "/classes/Score", limit=1)).status == 200:
                    return
                await asyncio.sleep(0.1)


@asynccontextmanager
async def caller(server: Server) -> AsyncIterator[Caller]:
    """Somebody who calls the server."""
    limits = aiohttp.ClientTimeout(total=LONGEST_ANSWER)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(headers=HEADERS, timeout=limits, connector=connector) as session:
        yield Caller(server.url, session)


@dataclass
class Load:
    """Creates and increments without pause, and what became of them."""

    caller: Caller
    counter_id: str
    acknowledged: set[int] = field(default_factory=set)
    refused: list[Answer] = field(default_factory=list)
    slowest: float = 0.0
    increments: int = 0
    lost_increments: int = 0
    _sent: int = 0
    _stopping: bool = False

    async def create_on(self) -> None:
        """Create numbered scores until the end."""
        while not self._stopping:
            self._sent += 1
            number = self._sent
            answer = self._noted(await self.caller.create(n=number))
            if answer.status == 201:
                self.acknowledged.add(number)

    async def increment_on(self) -> None:
        """Add one to the counter until the end."""
        while not self._stopping:
            body = {"count": {"__op": "Increment", "amount": 1}}
            answer = self._noted(await self.caller.request("PUT", f"/classes/Counter/{self.counter_id}", body))
            if answer.status == 200:
                self.increments += 1
            else:
                self.lost_increments += 1

    def _noted(self, answer: Answer) -> Answer:
        self.slowest = max(self.slowest, answer.seconds)
        if answer.status >= 400:
            self.refused.append(answer)
        return answer

    async def check(self) -> None:
        """What was acknowledged is stored, once; what was refused is stored at most once."""
        stored = await self.caller.numbers()
        counted = (await self.caller.request("GET", f"/classes/Counter/{self.counter_id}")).body["count"]
        assert self.acknowledged - stored.keys() == set()
        assert {number: times for number, times in stored.items() if times > 1} == {}
        assert self.increments <= counted <= self.increments + self.lost_increments


@asynccontextmanager
async def load(by: Caller, workers: int = 4) -> AsyncIterator[Load]:
    """A load for as long as the block lasts; every request that was sent is answered at its end."""
    made = await by.request("POST", "/classes/Counter", {"count": 0})
    running = Load(by, made.body["objectId"])
    async with asyncio.TaskGroup() as tasks:
        for _ in range(workers):
            tasks.create_task(running.create_on())
            tasks.create_task(running.increment_on())
        try:
            yield running
        finally:
            running._stopping = True
