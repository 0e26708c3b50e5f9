"""Connections that the store holds: as many as it may, each with its prepared statements, never reset in between."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.postgres.address import Address
from parsepy.adapters.storage.postgres.errors import DRIVER

MOST_STATEMENTS = 400
"""Prepared statements that one connection keeps; the one that was not used for the longest time goes first."""

WAIT_SECONDS = 10.0
"""How long a call waits for a free connection, and a connection for the server."""

_EASE = "64MB"

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Session:
    """One connection. Calls must not overlap."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.free_since = 0.0
        self._statements: OrderedDict[str, PreparedStatement[asyncpg.Record]] = OrderedDict()

    async def _statement(self, sql: str) -> PreparedStatement[asyncpg.Record]:
        found = self._statements.get(sql)
        if found is not None:
            self._statements.move_to_end(sql)
            return found
        if len(self._statements) >= MOST_STATEMENTS:
            self._statements.popitem(last=False)
        statement = self._statements[sql] = await self.connection.prepare(sql)
        return statement

    async def value(self, sql: str, args: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None if there is none."""
        return await (self._statements.get(sql) or await self._statement(sql)).fetchval(*args)

    async def row(self, sql: str, args: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The values of the first row."""
        found = await (self._statements.get(sql) or await self._statement(sql)).fetchrow(*args)
        return tuple(found or ())

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> list[asyncpg.Record]:
        """All rows."""
        return await (await self._statement(sql)).fetch(*args)

    async def rows_at_ease(self, sql: str, args: Sequence[Any] = ()) -> list[asyncpg.Record]:
        """All rows of a statement that may keep much in memory, for it groups or sorts a whole table."""
        if self.connection.is_in_transaction():
            return await self.rows(sql, args)
        async with self.connection.transaction(readonly=True):
            await self.run(f"SET LOCAL work_mem = '{_EASE}'")
            return await self.rows(sql, args)

    async def changed(self, sql: str, args: Sequence[Any] = ()) -> int:
        """How many rows a statement without results has touched."""
        statement = await self._statement(sql)
        await statement.fetch(*args)
        return int(str(statement.get_statusmsg()).rpartition(" ")[2])

    async def run(self, sql: str) -> None:
        """Statements without parameters and results, in one round trip."""
        await self.connection.execute(sql)

    async def pieces(self, sql: str, args: Sequence[Any], size: int) -> AsyncGenerator[list[asyncpg.Record]]:
        """The rows by and by, all of one snapshot; the connection is taken until the end.

        A cursor needs a transaction, and that is three more round trips: what fits into one piece is had without.
        """
        if not self.connection.is_in_transaction():
            rows = await self.rows(f"SELECT * FROM ({sql}) piece LIMIT {size + 1}", args)
            if len(rows) <= size:
                yield rows
                return
            async with self.connection.transaction(readonly=True):
                async for piece in _fetched(await self._statement(sql), args, size):
                    yield piece
            return
        async for piece in _fetched(await self._statement(sql), args, size):
            yield piece

    @property
    def is_usable(self) -> bool:
        """Whether the connection is open and outside of any transaction."""
        return not self.connection.is_closed() and not self.connection.is_in_transaction()


async def _fetched(
    statement: PreparedStatement[asyncpg.Record], args: Sequence[Any], size: int
) -> AsyncGenerator[list[asyncpg.Record]]:
    cursor = await statement.cursor(*args)
    while piece := await cursor.fetch(size):
        yield piece


async def connect(address: Address, seconds: float | None) -> Connection:
    """A new connection; `seconds` bounds every statement. Dates come in UTC, whatever the server's zone is."""
    settings = {"timezone": "UTC", "application_name": address.application_name}
    if seconds:
        settings["statement_timeout"] = str(max(1, int(seconds * 1000)))
    connection: Connection = await asyncpg.connect(
        address.dsn, ssl=address.encryption, timeout=WAIT_SECONDS, server_settings=settings, statement_cache_size=0
    )
    if address.keep_alive:
        _keep_alive(connection)
    return connection


def _keep_alive(connection: Connection) -> None:
    transport: asyncio.BaseTransport = connection._transport  # type: ignore[attr-defined]  # the only way to its socket
    found = transport.get_extra_info("socket")
    with suppress(OSError, AttributeError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _give_up(turn: asyncio.Future[Session | None]) -> None:
    if not turn.done():
        turn.set_exception(StorageUnavailableError("all connections to the database are taken"))


class Pool:
    """Sessions for those who ask, made when needed. Who finds all of them taken waits in line, but not for ever."""

    def __init__(
        self, make: Callable[[], Awaitable[Connection]], size: int, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._make = make
        self._size = size
        self._wait_seconds = wait_seconds
        self._idle: list[Session] = []
        self._taken = 0
        self._waiting: deque[asyncio.Future[Session | None]] = deque()
        self._closed = False
        self._emptied: asyncio.Event | None = None

    async def take(self, *, fresh: bool = False) -> Session:
        """A session of one's own until `give`; a `fresh` one was connected just now. Raises StorageUnavailableError."""
        if self._closed:
            raise StorageUnavailableError("the database is closed")
        if fresh:
            self._drop_idle()
        while self._idle:
            session = self._idle.pop()
            if session.is_usable:
                self._taken += 1
                return session
        if self._taken < self._size:
            self._taken += 1
            return await self._connected()
        return await self._waited()

    async def _connected(self) -> Session:
        """A new session in a place that is taken already."""
        try:
            return Session(await self._make())
        except BaseException:
            self._leave(None)
            raise

    async def _waited(self) -> Session:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Session | None] = loop.create_future()
        self._waiting.append(turn)
        # `wait_for` would cost as much as all else here.
        timer = loop.call_later(self._wait_seconds, _give_up, turn)
        try:
            session = await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:
                self._leave(turn.result())
            raise
        finally:
            timer.cancel()
        return session if session is not None else await self._connected()

    def give(self, session: Session) -> None:
        """Hand a session back; one that broke or was left inside a transaction is not used again."""
        if session.is_usable and not self._closed:
            self._leave(session)
        else:
            session.connection.terminate()
            self._leave(None)

    def _leave(self, session: Session | None) -> None:
        """Free a place, with its session if that is still good: the next in line gets it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(session)
                return
        self._taken -= 1
        if session is not None:
            session.free_since = asyncio.get_running_loop().time()
            self._idle.append(session)
        if self._taken == 0 and self._emptied is not None:
            self._emptied.set()

    def _drop_idle(self) -> None:
        for session in self._idle:
            session.connection.terminate()
        self._idle.clear()

    async def trim(self, seconds: float) -> None:
        """Close what nobody has used for so long; runs until it is cancelled."""
        while True:
            await asyncio.sleep(min(seconds, 1.0))
            until = asyncio.get_running_loop().time() - seconds
            old = [session for session in self._idle if session.free_since <= until]
            self._idle = [session for session in self._idle if session.free_since > until]
            for session in old:
                await session.connection.close()

    async def close(self, seconds: float) -> None:
        """Let what runs end, for so long at most, and close all connections."""
        self._closed = True
        self._emptied = asyncio.Event()
        if self._taken:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), seconds)
        idle, self._idle = self._idle, []
        for session in idle:
            with suppress(OSError, *DRIVER):
                await session.connection.close(timeout=seconds)
