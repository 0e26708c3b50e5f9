"""Live clients and savers in this process: what they say and hear is built and taken apart in a few microseconds."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import orjson

from bench.load import cpu_ms
from tests.compat.servers import Server
from tests.live_crowd import Seat, seated

SAVERS = 16
OPEN_AT_ONCE = 20
QUIET_SECONDS = 2.0
"""Who has heard nothing for as long has heard everything."""

Row = Callable[[int], Mapping[str, Any]]
"""The object of the nth save."""

Subscription = Mapping[str, Any]


@dataclass
class Heard:
    """The milliseconds that each event took from the sending of its save, and when the last one came."""

    latencies: list[float] = field(default_factory=list)
    last: float = 0.0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: bytes) -> None:
        """Note an event; other messages are passed over."""
        if not message.startswith(b'{"op":"create"'):
            return
        self.last = time.perf_counter()
        self.latencies.append((self.last - orjson.loads(message)["object"]["at"]) * 1000)
        self.came.set()

    async def all(self) -> None:
        """Return when nothing more comes."""
        with suppress(TimeoutError):
            while True:
                self.came.clear()
                await asyncio.wait_for(self.came.wait(), QUIET_SECONDS)

    @property
    def p99(self) -> float:
        """Milliseconds below which 99 of 100 events came; infinite if there were none."""
        ordered = sorted(self.latencies)
        return ordered[int(len(ordered) * 0.99)] if ordered else math.inf


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed, per second: events heard, and changes of which everybody was told; milliseconds otherwise."""

    events: float
    changes: float
    p99: float
    cpu: float


async def crowd(
    server: Server, heard: Heard, wanted: Sequence[Sequence[Subscription]], tokens: Sequence[str] = ()
) -> list[Seat]:
    """Connected clients, each with its subscriptions to the class `Message`."""
    seats: list[Seat] = []
    for first in range(0, len(wanted), OPEN_AT_ONCE):
        numbers = range(first, min(first + OPEN_AT_ONCE, len(wanted)))
        come = (_come(server, heard, wanted[n], tokens[n] if tokens else "") for n in numbers)
        seats += await asyncio.gather(*come)
    return seats


async def _come(server: Server, heard: Heard, wanted: Sequence[Subscription], token: str) -> Seat:
    seat = await seated(server.url, heard.take, token=token)
    for number, where in enumerate(wanted):
        await seat.follow("Message", where, number)
    return seat


async def save(server: Server, row: Row, number: int, *, rate: float = math.inf, seconds: float = 30.0) -> int:
    """Make so many objects at this rate, as far as the server goes along and the time allows; how many were made."""
    numbers, started = count(), time.perf_counter()

    async def one() -> int:
        made = 0
        async with asyncio.timeout(10 * seconds):
            saver = await Saver.to(server)
            while (n := next(numbers)) < number and time.perf_counter() - started < seconds:
                await asyncio.sleep(max(0.0, started + n / rate - time.perf_counter()))
                await saver.save(row(n))
                made += 1
            saver.close()
        return made

    return sum(await asyncio.gather(*(one() for _ in range(SAVERS))))


class Saver:
    """One connection over which objects of the class `Message` are made, one after another."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = urlsplit(server.url)
        self._head = (
            f"POST {address.path}/classes/Message HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "X-Parse-Application-Id: test\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, server: Server) -> Saver:
        """A new connection to the server."""
        return cls(server, *await asyncio.open_connection("127.0.0.1", server.port))

    async def save(self, row: Mapping[str, Any]) -> None:
        """Make an object that knows when it was sent. Raises RuntimeError if it is refused."""
        body = orjson.dumps({**row, "at": time.perf_counter()})
        self._writer.write(self._head + b"%d\r\n\r\n" % len(body) + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"a save failed: {head.decode()}")
        fields = dict(line.split(b": ", 1) for line in head.lower().splitlines()[1:] if line)
        await self._reader.readexactly(int(fields[b"content-length"]))

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


async def measured(server: Server, heard: Heard, row: Row, number: int, **pace: float) -> Figures:
    """Make objects while clients listen; returns when they have heard of all."""
    heard.latencies.clear()
    started, before = time.perf_counter(), cpu_ms(server.child.pid)
    heard.last = started
    made = await save(server, row, number, **pace)
    saved = time.perf_counter()
    await heard.all()
    took = max(heard.last, saved) - started
    cpu = (cpu_ms(server.child.pid) - before) / max(made, 1)
    return Figures(len(heard.latencies) / took, made / took, heard.p99, cpu)
