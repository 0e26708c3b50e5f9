"""The server's end of the socket to a Node process: messages as JSON lists in both directions.

| from the server | what it means |
|---|---|
| `start {script, settings}` | load the script |
| `call id key given` | run what is registered under the key |
| `answer id answer` | what an `ask` got |
| `ping number` | answer with `pong number` |

| from Node | what it means |
|---|---|
| `ready registrations`, `failed kind text` | how loading the script ended |
| `registered registrations` | more was registered later; all of it again |
| `done id outcome` | how a call ended |
| `ask id call what given` | something is wanted of the server, in the name of a call or (null) of none |
| `log level text` | a line for the server's log |

A message is four bytes for its length and a JSON list that begins with its kind.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import orjson

from parsepy.cloud.types import Encodable
from parsepy.model import values

HEAD = struct.Struct(">I")
MOST_BYTES = 256 << 20
"""A longer message is none: the other end talks nonsense."""
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS


class Connection(asyncio.Protocol):
    """Sends messages without waiting, and hands each that comes in to `received`; `lost` is called at the end."""

    def __init__(self, received: Callable[[list[Any]], None], lost: Callable[[], None]) -> None:
        self._received = received
        self._lost = lost
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = bytearray()

    async def open(self, end: socket.socket) -> None:
        """Take over one end of a socket pair."""
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=end)

    def send(self, *message: Any) -> None:
        """Send one message, if the other end is still there. Raises TypeError for what has no JSON form."""
        body = orjson.dumps(message, default=_json, option=_OPTIONS)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(HEAD.pack(len(body)) + body)

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
            (length,) = HEAD.unpack_from(self._buffer, start)
            end = start + HEAD.size + length
            if length > MOST_BYTES:
                self.close()
                return
            if len(self._buffer) < end:
                break
            message = orjson.loads(memoryview(self._buffer)[start + HEAD.size : end])
            start = end
            self._received(message)
        del self._buffer[:start]


def _json(value: Any) -> Any:
    """The JSON of what cloud code's requests hold: values of the SDK as clients send them, bytes as those of uploads."""
    match value:
        case datetime():
            return values.date_json(value)
        case bytes():
            return {"__type": "Upload", "base64": base64.b64encode(value).decode()}
        case Encodable():
            return value.encoded()
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"there is no JSON for a {type(value).__name__}")
