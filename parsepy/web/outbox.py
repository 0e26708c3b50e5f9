"""What goes out to one live client, as text frames of WebSocket (RFC 6455, 5.2)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

MOST_WAITING_BYTES = 1 << 20
"""How far a client may fall behind."""

PING = b"\x89\x00"
_TEXT = b"\x81"
_SHORT, _MEDIUM = 126, 1 << 16


class Outbox:
    """The way to one client. Frames go straight to its connection, which writes what the client takes and keeps the rest."""

    def __init__(
        self, socket: web.WebSocketResponse, writer: AbstractStreamWriter, transport: asyncio.Transport
    ) -> None:
        self._socket = socket
        self._writer = writer
        self._transport = transport
        self.is_overrun = False

    def send(self, message: bytes) -> None:
        """Send a message; a client that is too far behind is cut off."""
        self._write(_framed(message))

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._write(PING)

    async def drained(self) -> None:
        """Return when most of what was sent is on its way, or the client is gone."""
        with suppress(ConnectionError):
            await self._writer.drain()

    def cut(self) -> None:
        """Let the client go at once: what still waits is lost."""
        self._transport.abort()

    def end(self) -> None:
        """Let the client go. Nobody waits for one that takes nothing."""
        if self._transport.get_write_buffer_size():
            self._transport.abort()

    def _write(self, frame: bytes) -> None:
        transport = self._transport
        if self._socket.closed or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MOST_WAITING_BYTES:
            # Nothing more reaches a client whose window is full, no reason either.
            self.is_overrun = True
            transport.abort()
            return
        transport.write(frame)


def _framed(message: bytes) -> bytes:
    length = len(message)
    if length < _SHORT:
        return b"".join((_TEXT, length.to_bytes(1), message))
    if length < _MEDIUM:
        return b"".join((_TEXT, b"\x7e", length.to_bytes(2), message))
    return b"".join((_TEXT, b"\x7f", length.to_bytes(8), message))
