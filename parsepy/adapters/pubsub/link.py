"""One end of a socket between the supervisor and a worker: frames in both directions, bounded."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import cast

HEAD = struct.Struct(">IBH")
"""Length of what follows the head, kind, length of the channel's name."""
MOST_WAITING = 8 << 20
"""Bytes that wait for the other end at most; what comes on top is dropped."""


class Kind(IntEnum):
    """What a frame says: a message for others; a mark that the supervisor sends back; the worker is ready."""

    MESSAGE = 1
    MARK = 2
    READY = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """What goes over a link; `channel` and `body` are those of a message, the body of a mark is its number."""

    kind: Kind
    channel: str = ""
    body: bytes = b""

    def encoded(self) -> bytes:
        """The bytes on the socket."""
        name = self.channel.encode()
        return HEAD.pack(len(name) + len(self.body), self.kind, len(name)) + name + self.body


class Link(asyncio.Protocol):
    """Sends frames without ever waiting, and hands each that comes in to `received`; `lost` is called at the end."""

    def __init__(self, received: Callable[[Frame], None], lost: Callable[[], None]) -> None:
        self._received = received
        self._lost = lost
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = bytearray()

    async def open(self, end: socket.socket) -> None:
        """Take over one end of a socket pair."""
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=end)

    def send(self, frame: bytes) -> bool:
        """Send an encoded frame; False if it was dropped because the other end is gone or does not keep up."""
        transport = self._transport
        if transport is None or transport.is_closing() or transport.get_write_buffer_size() > MOST_WAITING:
            return False
        transport.write(frame)
        return True

    def close(self) -> None:
        """Let go of the socket when all is sent."""
        if self._transport is not None:
            self._transport.close()

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
        while len(self._buffer) - start >= HEAD.size:
            length, kind, named = HEAD.unpack_from(self._buffer, start)
            body = start + HEAD.size
            if len(self._buffer) < body + length:
                break
            start = body + length
            frame = Frame(
                Kind(kind), self._buffer[body : body + named].decode(), bytes(self._buffer[body + named : start])
            )
            self._received(frame)
        del self._buffer[:start]
