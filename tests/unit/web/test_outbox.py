"""What goes out to a live client: whole frames, and only to those who take them."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from parsepy.web.outbox import MOST_WAITING_BYTES, Outbox


class Transport:
    """A connection whose other end takes nothing."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_aborted = False

    def write(self, frame: bytes) -> None:
        self.written.append(frame)

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self.written))

    def is_closing(self) -> bool:
        return self.is_aborted

    def abort(self) -> None:
        self.is_aborted = True


def outbox(transport: Transport) -> Outbox:
    """The way to a client that has not said yet that it goes."""
    writer = cast("AbstractStreamWriter", None)
    return Outbox(web.WebSocketResponse(), writer, cast("asyncio.Transport", transport))


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\0\0\0\0\0\1\0\0"),
    ],
)
def test_a_message_is_one_frame_of_text(length: int, head: bytes) -> None:
    transport = Transport()
    outbox(transport).send(b"x" * length)

    assert transport.written == [head + b"x" * length]


def test_one_message_may_be_of_any_size_for_a_client_that_keeps_up() -> None:
    transport = Transport()
    box = outbox(transport)
    box.send(b"x" * 2 * MOST_WAITING_BYTES)

    assert (len(transport.written), transport.is_aborted) == (1, False)


def test_a_client_that_is_too_far_behind_is_cut_off_and_sent_nothing_more() -> None:
    transport = Transport()
    box = outbox(transport)
    for _ in range(20):
        box.send(b"x" * (MOST_WAITING_BYTES // 10))

    assert (len(transport.written), transport.is_aborted, box.is_overrun) == (10, True, True)


@pytest.mark.parametrize("waits", [True, False])
def test_nobody_waits_at_the_end_for_who_takes_nothing(waits: bool) -> None:
    transport = Transport()
    box = outbox(transport)
    if waits:
        box.send(b"x")
    box.end()

    assert (transport.is_aborted, box.is_overrun) == (waits, False)
