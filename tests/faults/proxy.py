"""A TCP proxy that can delay, cut, stall and refuse: the network between a server and its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.compat.processes import free_port

CHUNK = 1 << 16


@dataclass
class Proxy:
    """Forwards connections on `port` to `target` on the same host. `delay` seconds pass each way before bytes go on."""

    target: int
    port: int = field(default_factory=free_port)
    delay: float = 0.0
    questions: int = 0
    """How often clients sent something: a request and its answer make one round trip."""
    _server: asyncio.Server | None = None
    _links: set[_Link] = field(default_factory=set)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self) -> None:
        """Take connections (again)."""
        self._flowing.set()
        self._server = await asyncio.start_server(self._linked, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Refuse connections from now on, and cut those that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.cut()

    async def cut(self) -> None:
        """Reset all connections, as a firewall or a crash does. New ones are taken."""
        links = list(self._links)
        for link in links:
            link.task.cancel()
        await asyncio.gather(*(link.task for link in links), return_exceptions=True)

    def stall(self) -> None:
        """Hold back all bytes, without a sign to anybody."""
        self._flowing.clear()

    def resume(self) -> None:
        """Let the bytes flow again."""
        self._flowing.set()

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._links)

    async def _linked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        link = _Link(task)
        self._links.add(link)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.CancelledError):
            # The server of asyncio reports a task that ends by cancellation.
            pass
        finally:
            await _reset(writer)
            self._links.discard(link)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [
            asyncio.create_task(self._pump(reader, far_writer, is_question=True)),
            asyncio.create_task(self._pump(far_reader, writer, is_question=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # First of all: whoever is cut while he is closing gets no further than the next wait.
            far_writer.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _reset(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_question: bool) -> None:
        """Hand on what comes until the end, each piece after the delay."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        feeding = asyncio.create_task(self._feed(reader, pieces, is_question=is_question))
        try:
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(due - loop.time())
                await self._flowing.wait()
                if not piece:
                    return
                writer.write(piece)
                await writer.drain()
        finally:
            feeding.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await feeding

    async def _feed(
        self, reader: asyncio.StreamReader, pieces: asyncio.Queue[tuple[float, bytes]], *, is_question: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                piece = await reader.read(CHUNK)
            except OSError:
                piece = b""
            self.questions += is_question and bool(piece)
            pieces.put_nowait((loop.time() + self.delay, piece))
            if not piece:
                return


async def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection at once, and wait until it has ended."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


@dataclass(eq=False)
class _Link:
    """A connection through the proxy."""

    task: asyncio.Task[None]


@asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    """A proxy in front of a port."""
    proxy = Proxy(target)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
