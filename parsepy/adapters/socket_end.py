"""One end of a socket pair, over which processes of one host talk: opened, written, closed, and cut into messages."""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import cast


class SocketEnd(asyncio.Protocol, ABC):
    """Writes without ever waiting; `lost` is called when the other end is gone, or this one was closed."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = bytearray()

    async def open(self, end: socket.socket) -> None:
        """Take over one end of a socket pair."""
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=end)

    def close(self) -> None:
        """Let go of the socket when all is sent."""
        if self._transport is not None:
            self._transport.close()

    def _write(self, message: bytes, *, most_waiting: int | None = None) -> bool:
        """Send an encoded message; False if the other end is gone, or more bytes than `most_waiting` wait for it already."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if most_waiting is not None and transport.get_write_buffer_size() > most_waiting:
            return False
        transport.write(message)
        return True

    @abstractmethod
    def _taken(self, start: int) -> int:
        """Take the message that begins at `start` of the buffer; where it ends, or `start` if it is not all there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._transport = None
        self._lost()

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._buffer += data
        start = 0
        while (end := self._taken(start)) > start:
            start = end
        del self._buffer[:start]
