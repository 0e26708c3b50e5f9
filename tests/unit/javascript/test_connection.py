"""Messages on the socket: whole ones come in however the bytes arrive, and values of the SDK go out as clients send them."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from parsepy import GeoPoint, ParseObject
from parsepy.javascript.connection import HEAD, MOST_BYTES, Connection


class Ends:
    """A connection and the other end of its socket; what came in, and whether the connection is lost."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.lost = asyncio.Event()
        self.connection = Connection(self.received.append, self.lost.set)

    async def open(self) -> socket.socket:
        """Connect; gives the other end."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        await self.connection.open(ours)
        return theirs


def frame(message: Any) -> bytes:
    body = orjson.dumps(message)
    return HEAD.pack(len(body)) + body


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_messages_are_whole_however_the_bytes_arrive(size: int) -> None:
    ends = Ends()
    sent = b"".join(map(frame, (["pong", 1], ["log", "info", "ä" * 20], ["done", 2, {}])))

    for start in range(0, len(sent), size):
        ends.connection.data_received(sent[start : start + size])

    assert ends.received == [["pong", 1], ["log", "info", "ä" * 20], ["done", 2, {}]]


async def test_values_go_out_as_clients_send_them() -> None:
    ends = Ends()
    with await ends.open() as other:
        values = [datetime(2020, 1, 2, tzinfo=UTC), GeoPoint(1, 2), ParseObject("Score", "abc"), b"a"]
        ends.connection.send("call", 1, values)
        content = await asyncio.to_thread(other.recv, 4096)
        ends.connection.close()

    assert orjson.loads(content[HEAD.size :]) == [
        "call",
        1,
        [
            {"__type": "Date", "iso": "2020-01-02T00:00:00.000Z"},
            {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
            {"__type": "Pointer", "className": "Score", "objectId": "abc"},
            {"__type": "Upload", "base64": "YQ=="},
        ],
    ]


async def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        Ends().connection.send("call", object())


async def test_the_end_of_the_other_side_is_told() -> None:
    ends = Ends()
    (await ends.open()).close()

    async with asyncio.timeout(10):
        await ends.lost.wait()
    ends.connection.send("ping", 1)
    assert ends.received == []


async def test_a_length_that_no_message_has_closes_the_connection() -> None:
    ends = Ends()
    with await ends.open() as other:
        other.sendall(HEAD.pack(MOST_BYTES + 1))
        async with asyncio.timeout(10):
            await ends.lost.wait()

    assert ends.received == []
