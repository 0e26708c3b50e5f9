"""Live connections over WebSocket (RFC 6455): who comes in, what he says, and signs of life."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle

from aiohttp import WSCloseCode, WSMsgType, web

from parsepy.core.background import Background
from parsepy.core.context import App
from parsepy.livequery.connection import Connection
from parsepy.livequery.door import LiveDoor
from parsepy.livequery.messages import RefusedError
from parsepy.web.outbox import Outbox

log = logging.getLogger(__name__)

MOST_FRAME_BYTES = 1 << 20
CLOSE_SECONDS = 3.0
"""How long a client may take to agree to the end of its connection."""

BEATS = 20
"""Clients are not all asked for a sign of life at once: that would keep events waiting."""


class _Socket(web.WebSocketResponse):
    """A connection whose end does not wait for a client that takes nothing."""

    def __init__(self) -> None:
        super().__init__(timeout=CLOSE_SECONDS, autoping=False, max_msg_size=MOST_FRAME_BYTES, compress=False)

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = False) -> bool:
        return await super().close(code=code, message=message, drain=False)

    def forget(self) -> None:
        """Let go of what went on when it ended: errors know that and are known to it, a circle that is found too late."""
        error = self.exception()
        while error is not None:
            error.with_traceback(None)
            error = error.__context__


@dataclass(eq=False, slots=True)
class _Client:
    """A connected client. It `was_heard` if it has said anything since it was last asked for a sign of life."""

    socket: _Socket
    outbox: Outbox
    was_heard: bool = True
    is_being_served: bool = False

    def beat(self) -> None:
        """Ask for a sign of life; who has not answered the last time is gone."""
        if not (self.was_heard or self.is_being_served):
            self.outbox.cut()
            return
        self.was_heard = False
        self.outbox.ping()

    async def converse(self, connection: Connection) -> None:
        """Carry out what it says, until it goes."""
        with contextlib.suppress(ConnectionError):
            async for message in self.socket:
                self.was_heard = True
                if message.type is WSMsgType.PING:
                    await self.socket.pong(message.data)
                elif message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    self.is_being_served = True
                    await connection.handle(message.data)
                    self.is_being_served = False


class LiveSockets:
    """Serves upgraded requests. A client that has been silent for `heartbeat` seconds is asked for a sign of life, and has as
    long to give it.
    """

    def __init__(self, door: LiveDoor, background: Background, heartbeat: float) -> None:
        self._door = door
        self._background = background
        self._heartbeat = heartbeat
        self._rows: tuple[set[_Client], ...] = tuple(set() for _ in range(BEATS))
        self._last_asked = self._rows[-1]
        self._beating: asyncio.Task[None] | None = None

    def reopen(self, apps: Mapping[str, App]) -> None:
        """Go on with other cloud code: these are the same apps, by application id."""
        self._door.reopen(apps)

    def leave(self) -> None:
        """Send every client away, to come back where another process serves in this one's place."""
        for client in [client for row in self._rows for client in row]:
            self._background.start(_dismiss(client.socket), "the end of a live connection")

    async def handle(self, request: web.BaseRequest, ip: str) -> web.WebSocketResponse:
        """Serve a client until it goes."""
        socket, transport = _Socket(), request.transport
        writer = await socket.prepare(request)
        if transport is None:
            return socket
        outbox = Outbox(socket, writer, transport)
        try:
            connection = self._door.connect(outbox, ip)
        except RefusedError as exc:
            outbox.send(exc.encoded())
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            outbox.end()
            return socket
        await self._serve(_Client(socket, outbox), connection, ip)
        return socket

    async def _serve(self, client: _Client, connection: Connection, ip: str) -> None:
        if self._beating is None:
            self._beating = self._background.start(self._beat(), "the heartbeat of live connections")
        row = self._last_asked
        row.add(client)
        try:
            await client.converse(connection)
        except Exception:
            log.exception("a live connection failed")
            await client.socket.close(code=WSCloseCode.INTERNAL_ERROR)
        finally:
            row.discard(client)
            self._door.disconnect(connection, ip, was_too_slow=client.outbox.is_overrun)
            client.outbox.end()
            client.socket.forget()
            if client.outbox.is_overrun:
                log.warning("a live client at %s did not keep up and was let go", ip)

    async def _beat(self) -> None:
        for row in cycle(self._rows):
            await asyncio.sleep(self._heartbeat / BEATS)
            for client in list(row):
                client.beat()
            self._last_asked = row


async def _dismiss(socket: web.WebSocketResponse) -> None:
    await socket.close(code=WSCloseCode.GOING_AWAY)
