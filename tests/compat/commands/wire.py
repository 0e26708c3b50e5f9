"""MongoDB's wire protocol, as far as the recording endpoint speaks it: OP_MSG, and the old OP_QUERY of handshakes."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bson
from bson.codec_options import CodecOptions

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
MORE_TO_COME = 2
HEADER = struct.Struct("<iiii")
OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)

Document = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One request or reply; `wants_reply` is false for writes that nobody waits for."""

    number: int
    document: Document
    opcode: int = OP_MSG
    wants_reply: bool = True


async def read(reader: asyncio.StreamReader) -> Message:
    """The next message. Raises IncompleteReadError at the end of the stream."""
    length, number, _, opcode = HEADER.unpack(await reader.readexactly(HEADER.size))
    body = await reader.readexactly(length - HEADER.size)
    if opcode == OP_QUERY:
        start = body.index(b"\0", 4) + 9
        return Message(number, bson.decode(body[start : start + _int(body, start)], OPTIONS), opcode)
    if opcode == OP_REPLY:
        return Message(number, bson.decode(body[20:], OPTIONS), opcode)
    return Message(number, _sections(body), opcode, wants_reply=not _int(body, 0) & MORE_TO_COME)


def request(number: int, document: Mapping[str, Any]) -> bytes:
    """The bytes of a command."""
    return _message(OP_MSG, struct.pack("<iB", 0, 0) + bson.encode(document), number=number)


def reply(to: Message, document: Mapping[str, Any]) -> bytes:
    """The bytes of the answer to a message, in its own kind."""
    if to.opcode == OP_QUERY:
        return _message(OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(document), answers=to.number)
    return _message(OP_MSG, struct.pack("<iB", 0, 0) + bson.encode(document), answers=to.number)


def _message(opcode: int, body: bytes, *, number: int = 0, answers: int = 0) -> bytes:
    return HEADER.pack(HEADER.size + len(body), number, answers, opcode) + body


def _sections(body: bytes) -> Document:
    """One document of all sections: a sequence of documents is a list in it."""
    document: Document = {}
    position = 4
    end = len(body) - (4 if _int(body, 0) & 1 else 0)
    while position < end:
        kind, position = body[position], position + 1
        size = _int(body, position)
        if kind == 0:
            document = {**bson.decode(body[position : position + size], OPTIONS), **document}
        else:
            name_end = body.index(b"\0", position + 4)
            name = body[position + 4 : name_end].decode()
            document[name] = bson.decode_all(body[name_end + 1 : position + size], OPTIONS)
        position += size
    return document


def _int(body: bytes, position: int) -> int:
    return int.from_bytes(body[position : position + 4], "little", signed=True)
