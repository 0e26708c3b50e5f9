"""Messages between workers: who hears them, in which order, and what happens when somebody does not listen."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from parsepy.adapters.pubsub.link import HEAD, MOST_WAITING, Frame, Kind, Link
from parsepy.adapters.pubsub.local import LocalPubSub, Relay
from parsepy.adapters.pubsub.memory import MemoryPubSub


class Supervisor:
    """A relay, with the workers that are linked to it in this process."""

    def __init__(self) -> None:
        self.relay = Relay()
        self.lost = 0
        self.ready: list[int] = []
        self.frames: list[Frame] = []
        self.links: list[Link] = []

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[LocalPubSub]:
        ours, theirs = await self.seat()
        pubsub = LocalPubSub(theirs, self._lose)
        await pubsub.open()
        yield pubsub
        await pubsub.close()
        ours.close()

    async def seat(self) -> tuple[Link, socket.socket]:
        """A link of the relay, and the other end of its socket."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        number = len(self.links)
        link = Link(lambda frame: self._received(number, frame), lambda: self.relay.remove(number))
        await link.open(ours)
        self.relay.add(number, link)
        self.links.append(link)
        return link, theirs

    def _received(self, number: int, frame: Frame) -> None:
        self.frames.append(frame)
        if frame.kind is Kind.READY:
            self.ready.append(number)
        else:
            self.relay.received(number, frame)

    def _lose(self) -> None:
        self.lost += 1


@asynccontextmanager
async def workers(count: int) -> AsyncIterator[tuple[Supervisor, list[LocalPubSub]]]:
    supervisor = Supervisor()
    async with AsyncExitStack() as stack:
        yield supervisor, [await stack.enter_async_context(supervisor.worker()) for _ in range(count)]


async def until(heard: list[bytes], count: int) -> None:
    for _ in range(2000):
        if len(heard) >= count:
            return
        await asyncio.sleep(0.002)


async def test_every_worker_hears_each_message_once_and_in_order() -> None:
    async with workers(3) as (_, linked):
        heard: list[list[bytes]] = [[], [], []]
        for own, pubsub in zip(heard, linked, strict=True):
            pubsub.subscribe("news", own.append)
        for number in range(100):
            linked[0].publish("news", b"%d" % number)
        await asyncio.gather(*(until(own, 100) for own in heard))

        assert heard == [[b"%d" % number for number in range(100)]] * 3


async def test_who_publishes_hears_it_before_the_call_returns() -> None:
    async with workers(1) as (_, [pubsub]):
        heard: list[bytes] = []
        pubsub.subscribe("news", heard.append)
        pubsub.publish("news", b"now")

        assert heard == [b"now"]


async def test_other_channels_are_not_heard() -> None:
    async with workers(2) as (_, [one, two]):
        heard: list[bytes] = []
        two.subscribe("news", heard.append)
        one.publish("other", b"x")
        one.publish("news", b"y" * 300_000)
        await until(heard, 1)

        assert heard == [b"y" * 300_000]


async def test_what_was_published_has_reached_the_others_doors_once_it_is_settled() -> None:
    async with workers(2) as (_, [one, two]):
        heard: list[bytes] = []
        two.subscribe("news", heard.append)
        for number in range(20):
            one.publish("news", b"%d" % number)
            await one.settled()
            await asyncio.sleep(0)
            assert len(heard) >= number


async def test_all_who_wait_in_one_turn_wait_for_one_mark() -> None:
    async with workers(2) as (supervisor, [one, two]):
        heard: list[bytes] = []
        two.subscribe("news", heard.append)

        async def say(number: int) -> None:
            one.publish("news", b"%d" % number)
            await one.settled()

        await asyncio.gather(*(say(number) for number in range(50)))
        await until(heard, 50)

        assert [frame.kind for frame in supervisor.frames] == [Kind.MESSAGE] * 50 + [Kind.MARK]


async def test_a_worker_that_does_not_read_delays_nobody_and_takes_bounded_memory() -> None:
    async with workers(2) as (supervisor, [one, two]):
        stuck, theirs = await supervisor.seat()
        heard: list[bytes] = []
        two.subscribe("news", heard.append)
        for _ in range(12):
            one.publish("news", b"x" * (1 << 20))
            await asyncio.wait_for(one.settled(), 1)
        await until(heard, 12)

        assert not stuck.send(b"more")
        theirs.close()


async def test_a_message_that_cannot_be_sent_is_dropped_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    pubsub = LocalPubSub(theirs, lambda: None)
    await pubsub.open()
    for _ in range(MOST_WAITING // (1 << 20) + 5):
        pubsub.publish("news", b"x" * (1 << 20))

    assert [record.message for record in caplog.records].count(caplog.records[0].message) == 1
    ours.close()
    await pubsub.close()


async def test_a_worker_notices_that_its_supervisor_is_gone_and_that_nothing_settles_any_more() -> None:
    async with workers(1) as (supervisor, [pubsub]):
        supervisor.links[0].close()
        await asyncio.sleep(0.01)
        pubsub.publish("news", b"x")
        await asyncio.wait_for(pubsub.settled(), 1)

        assert supervisor.lost == 1


async def test_a_worker_tells_that_it_is_ready() -> None:
    async with workers(2) as (supervisor, [_, two]):
        two.ready()
        await two.settled()

        assert supervisor.ready == [1]


def test_frames_are_put_together_from_pieces_of_any_size() -> None:
    frames = [Frame(Kind.MESSAGE, "ä", b"one"), Frame(Kind.READY), Frame(Kind.MARK, body=b"7")]
    found: list[Frame] = []
    link = Link(found.append, lambda: None)
    for byte in b"".join(frame.encoded() for frame in frames):
        link.data_received(bytes([byte]))

    assert found == frames
    assert len(Frame(Kind.READY).encoded()) == HEAD.size


async def test_apps_that_share_a_process_hear_each_other() -> None:
    pubsub = MemoryPubSub()
    heard: list[bytes] = []
    pubsub.subscribe("news", heard.append)
    await pubsub.open()
    pubsub.publish("news", b"x")
    pubsub.publish("other", b"y")
    await pubsub.settled()
    await pubsub.close()

    assert heard == [b"x"]
