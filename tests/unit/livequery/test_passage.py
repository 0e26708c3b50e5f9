"""Messages of one follower keep their order, however long each of them takes to be made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from parsepy.core.background import Background
from parsepy.livequery.passage import MOST_WAITING, Make, Passage


class Sent:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def send(self, message: bytes) -> None:
        self.messages.append(message)

    async def drained(self) -> None:
        await asyncio.sleep(0)


@pytest.fixture
async def background() -> AsyncIterator[Background]:
    background = Background()
    yield background
    await background.close()


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def passage(sent: Sent, background: Background) -> Passage:
    return Passage(sent, background, lost=b"lost")


def after(gate: asyncio.Event, message: bytes | None) -> Make:
    """A message that is made when the gate opens."""

    async def make() -> bytes | None:
        await gate.wait()
        return message

    return make


async def test_messages_wait_for_those_before_them(passage: Passage, sent: Sent) -> None:
    slow, fast = asyncio.Event(), asyncio.Event()
    fast.set()
    passage.send(b"0")
    passage.make(after(slow, b"1"))
    passage.make(after(fast, None))
    passage.make(after(fast, b"2"))
    passage.send(b"3")
    await asyncio.sleep(0)
    before = list(sent.messages)
    slow.set()
    await passage.drained()

    assert (before, sent.messages) == ([b"0"], [b"0", b"1", b"2", b"3"])


async def test_what_fails_to_be_made_is_left_out(passage: Passage, sent: Sent) -> None:
    async def fail() -> bytes | None:
        raise LookupError("no")

    passage.make(fail)
    passage.send(b"1")
    await passage.drained()

    assert sent.messages == [b"1"]


async def test_nothing_is_sent_after_the_end(passage: Passage, sent: Sent) -> None:
    gate = asyncio.Event()
    passage.make(after(gate, b"1"))
    passage.make(after(gate, b"2"))
    await asyncio.sleep(0)
    passage.close()
    gate.set()
    await passage.drained()

    assert sent.messages == []


async def test_what_waits_is_bounded_and_a_loss_is_told_once(passage: Passage, sent: Sent) -> None:
    gate = asyncio.Event()
    for _ in range(MOST_WAITING + 10):
        passage.make(after(gate, b"event"))
    gate.set()
    await passage.drained()
    passage.send(b"later")

    assert sent.messages == [*[b"event"] * MOST_WAITING, b"lost", b"later"]
