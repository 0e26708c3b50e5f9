"""One end of a socket between the supervisor and a worker: frames in both directions, bounded."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from parsepy.adapters.socket_end import SocketEnd

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


class Link(SocketEnd):
    """Sends frames without ever waiting, and hands each that comes in to `received`; `lost` is called at the end."""

    def __init__(self, received: Callable[[Frame], None], lost: Callable[[], None]) -> None:
        super().__init__(lost)
        self._received = received

    def send(self, frame: bytes) -> bool:
        """Send an encoded frame; False if it was dropped because the other end is gone or does not keep up."""
        return self._write(frame, most_waiting=MOST_WAITING)

    def _taken(self, start: int) -> int:
        buffer = self._buffer
        if len(buffer) - start < HEAD.size:
            return start
        length, kind, named = HEAD.unpack_from(buffer, start)
        body = start + HEAD.size
        end: int = body + length
        if len(buffer) < end:
            return start
        self._received(Frame(Kind(kind), buffer[body : body + named].decode(), bytes(buffer[body + named : end])))
        return end
