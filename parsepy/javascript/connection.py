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

import base64
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from parsepy.adapters.socket_end import SocketEnd
from parsepy.cloud.types import Encodable
from parsepy.model import values

HEAD = struct.Struct(">I")
MOST_BYTES = 256 << 20
"""A longer message is none: the other end talks nonsense."""
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS


class Connection(SocketEnd):
    """Sends messages without waiting, and hands each that comes in to `received`; `lost` is called at the end."""

    def __init__(self, received: Callable[[list[Any]], None], lost: Callable[[], None]) -> None:
        super().__init__(lost)
        self._received = received

    def send(self, *message: Any) -> None:
        """Send one message, if the other end is still there. Raises TypeError for what has no JSON form."""
        body = orjson.dumps(message, default=_json, option=_OPTIONS)
        self._write(HEAD.pack(len(body)) + body)

    def _taken(self, start: int) -> int:
        if len(self._buffer) - start < HEAD.size:
            return start
        (length,) = HEAD.unpack_from(self._buffer, start)
        body = start + HEAD.size
        end: int = body + length
        if length > MOST_BYTES:
            self.close()
            return start
        if len(self._buffer) < end:
            return start
        self._received(orjson.loads(memoryview(self._buffer)[body:end]))
        return end


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
