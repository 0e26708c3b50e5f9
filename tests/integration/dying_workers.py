"""Ways to hold a worker between storing a change and telling of it, from outside: then it can be killed there."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from tests.faults.proxy import Proxy
from tests.waiting import until

PAIRS = '"_Join:friends:Score"'
"""Where the pairs of a relation are stored: after the object, and before anybody is told of it."""
MANY = 2_000
LOOK_SECONDS = 0.02

Stored = Callable[[], Awaitable[object]]
"""Returns when the object is stored."""


@asynccontextmanager
async def held_in_sqlite(file: Path, text: str) -> AsyncIterator[Stored]:
    """A trigger keeps the worker's database busy as soon as it stores pairs. The block is given what waits for the object."""
    names = ", ".join(f"numbers n{place}" for place in range(5))
    total = " + ".join(f"n{place}.x" for place in range(5))
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE numbers (x INTEGER)")
        connection.executemany("INSERT INTO numbers VALUES (?)", [(number,) for number in range(MANY)])
        busy = f"SELECT count(*) FROM {names} WHERE {total} < 0"
        connection.execute(f"CREATE TRIGGER busy BEFORE INSERT ON {PAIRS} BEGIN {busy}; END")

        async def stored() -> None:
            found = 'SELECT 1 FROM "Score" WHERE doc LIKE ?'
            await until(lambda: bool(connection.execute(found, [f"%{text}%"]).fetchone()))

        yield stored
        connection.execute("DROP TRIGGER busy")
        connection.execute("DROP TABLE numbers")


@asynccontextmanager
async def held_in_postgres(uri: str, text: str) -> AsyncIterator[Stored]:
    """A lock keeps the worker from storing pairs. The block is given what waits for the object."""
    connection = await asyncpg.connect(uri)
    watching = await asyncpg.connect(uri)

    async def stored() -> None:
        while True:
            if await watching.fetchval('SELECT count(*) FROM "Score" WHERE text = $1', text):
                return
            await asyncio.sleep(LOOK_SECONDS)

    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {PAIRS} IN EXCLUSIVE MODE")
            yield stored
    finally:
        await connection.close()
        await watching.close()


@dataclass
class Trap(Proxy):
    """Stalls, when it is `armed`, as soon as a client sends something that contains the mark."""

    mark: bytes = b""
    armed: bool = False
    caught: asyncio.Event = field(default_factory=asyncio.Event)

    async def _feed(
        self, reader: asyncio.StreamReader, pieces: asyncio.Queue[tuple[float, bytes]], *, is_question: bool
    ) -> None:
        plain = reader.read

        async def read(n: int = -1) -> bytes:
            piece = await plain(n)
            if self.armed and is_question and self.mark in piece:
                self.stall()
                self.caught.set()
            return piece

        reader.read = read  # type: ignore[method-assign]  # what is read is looked at on its way
        await super()._feed(reader, pieces, is_question=is_question)
