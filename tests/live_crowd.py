"""Many live clients in one process: each costs a few microseconds for a message, so that the server is what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import orjson

ANSWER_SECONDS = 60.0
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)

Heard = Callable[[bytes], None]


class Seat(asyncio.Protocol):
    """One client. What `heard` is given are the texts of the messages, as they come."""

    def __init__(self, handshake: str, heard: Heard) -> None:
        self._handshake = handshake.encode()
        self._rest = b""
        self._is_open = False
        self._answered: asyncio.Future[None] | None = None
        self.heard = heard
        self.answers_pings = True
        self.pongs: list[bytes] = []
        self.transport: asyncio.Transport | None = None
        self.close_code: int | None = None
        self.gone = asyncio.get_running_loop().create_future()
        self.opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._handshake)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        for waiting in (self.opened, self._answered):
            if waiting is not None and not waiting.done():
                waiting.set_exception(ConnectionResetError("the server has gone"))
        self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._rest += data
        if not self._is_open:
            self._is_open = b"\r\n\r\n" in self._rest
            if not self._is_open:
                return
            head, _, self._rest = self._rest.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 101") or self.opened.done():
                self.leave()
                return
            self.opened.set_result(None)
        self._take_frames()

    def _take_frames(self) -> None:
        buffer, at = self._rest, 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length >= 126:
                start += 2 if length == 126 else 8
                length = int.from_bytes(buffer[at + 2 : start])
            if len(buffer) < start + length:
                break
            self._take(buffer[at] & 15, buffer[start : start + length])
            at = start + length
        self._rest = buffer[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._hear(payload)
        elif opcode == PING and self.answers_pings:
            self.send(payload, PONG)
        elif opcode == PONG:
            self.pongs.append(payload)
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2])
            self.send(payload[:2], CLOSE)

    def _hear(self, payload: bytes) -> None:
        self.heard(payload)
        answered, self._answered = self._answered, None
        if answered is not None and not answered.done():
            answered.set_result(None)

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        """Send a frame, with a mask that changes nothing."""
        assert self.transport is not None
        length = len(payload)
        if length < 126:
            size = bytes([0x80 | length])
        else:
            size = b"\xfe" + length.to_bytes(2) if length < 1 << 16 else b"\xff" + length.to_bytes(8)
        self.transport.write(bytes([0x80 | opcode]) + size + bytes(4) + payload)

    def leave(self) -> None:
        """Go without a word."""
        if self.transport is not None:
            self.transport.abort()

    async def follow(self, class_name: str, where: Mapping[str, Any], number: int = 1) -> None:
        """Subscribe; returns when that is answered."""
        await self.ask(op="subscribe", requestId=number, query={"className": class_name, "where": where})

    async def ask(self, **message: Any) -> None:
        """Send a message; returns when the next one has come."""
        self._answered = asyncio.get_running_loop().create_future()
        self.send(orjson.dumps(message))
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._answered


async def seated(url: str, heard: Heard, *, token: str = "") -> Seat:
    """A connected client of the app `test`; `url` is where the sockets are served, as HTTP."""
    seat = await opened(url, heard)
    try:
        await seat.ask(op="connect", applicationId="test", **({"sessionToken": token} if token else {}))
    except asyncio.CancelledError:
        seat.leave()
        raise
    return seat


async def opened(url: str, heard: Heard) -> Seat:
    """A client that has said nothing so far."""
    address = urlsplit(url)
    handshake = HANDSHAKE.format(path=address.path or "/", host=address.netloc)
    loop = asyncio.get_running_loop()
    _, seat = await loop.create_connection(lambda: Seat(handshake, heard), address.hostname or "", address.port or 80)
    async with asyncio.timeout(ANSWER_SECONDS):
        await seat.opened
    return seat
