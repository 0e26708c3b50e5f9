"""Processes that listen on one socket share the connections."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from parsepy.web.acceptor import Acceptor
from parsepy.web.listening import listen
from parsepy.web.tally import ABSENT, Cell, Share, Tally


class Held(asyncio.Protocol):
    """Counts the connections of one process."""

    def __init__(self) -> None:
        self.transports: list[asyncio.BaseTransport] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transports.append(transport)

    async def close(self) -> None:
        for transport in self.transports:
            transport.close()
        await asyncio.sleep(0)


@contextmanager
def listening(count: int) -> Iterator[tuple[tuple[str, int], list[socket.socket]]]:
    """An address, and a socket that listens there for each of the processes."""
    first = listen("127.0.0.1", 0)
    yield first.getsockname(), [first, *(first.dup() for _ in range(count - 1))]
    first.close()


async def connect(stack: ExitStack, address: tuple[str, int], count: int) -> None:
    for _ in range(count):
        client = stack.enter_context(socket.socket())
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, address)


async def until_held(held: list[Held], count: int) -> list[int]:
    """How many each holds, once they hold so many together."""
    for _ in range(1000):
        if sum(len(one.transports) for one in held) >= count:
            break
        await asyncio.sleep(0.005)
    return [len(one.transports) for one in held]


@pytest.fixture
def tally() -> Iterator[Tally]:
    """A tally of three."""
    with closing(Tally.new(3)) as tally:
        yield tally


async def test_a_burst_of_connections_is_shared_evenly(tally: Tally) -> None:
    held = [Held(), Held(), Held()]
    with listening(3) as (address, sockets), ExitStack() as stack:
        acceptors = [
            Acceptor(sockets[n], lambda own=held[n]: own, Share(tally, n))  # type: ignore[misc]
            for n in range(3)
        ]
        for acceptor in acceptors:
            acceptor.start()
        await connect(stack, address, 30)
        counts = await until_held(held, 30)

        assert sum(counts) == 30
        assert max(counts) - min(counts) <= 3
        for acceptor, own in zip(acceptors, held, strict=True):
            acceptor.close()
            await own.close()


async def test_a_process_that_is_stuck_leaves_its_share_to_the_others(tally: Tally) -> None:
    held = Held()
    tally.write(1, Cell.CONNECTIONS, 0)
    with listening(1) as (address, [own]), ExitStack() as stack:
        acceptor = Acceptor(own, lambda: held, Share(tally, 0))
        acceptor.start()
        await connect(stack, address, 100)
        async with asyncio.timeout(2):
            counts = await until_held([held], 100)

        assert counts == [100]
        acceptor.close()
        await held.close()


async def test_who_has_closed_takes_nothing_and_is_absent(tally: Tally) -> None:
    held = Held()
    with listening(2) as (address, [own, other]), ExitStack() as stack:
        acceptor = Acceptor(own, lambda: held, Share(tally, 0))
        acceptor.start()
        assert tally.least() == 0
        tally.write(1, Cell.CONNECTIONS, 5)
        acceptor.close()
        acceptor.close()
        await connect(stack, address, 1)
        await asyncio.sleep(0.02)

        assert (held.transports, tally.least()) == ([], 5)
        other.close()


async def test_a_process_without_free_files_tries_again_later(
    tally: Tally, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Exhausted(socket.socket):
        left = 1

        def accept(self) -> tuple[socket.socket, object]:
            if self.left:
                self.left -= 1
                raise OSError(24, "Too many open files")
            return super().accept()

    monkeypatch.setattr("parsepy.web.acceptor.SHORTAGE_SECONDS", 0.01)
    held = Held()
    with listening(1) as (address, [own]), ExitStack() as stack:
        acceptor = Acceptor(Exhausted(fileno=own.detach()), lambda: held, Share(tally, 0))
        acceptor.start()
        await connect(stack, address, 1)

        assert await until_held([held], 1) == [1]
        assert "Too many open files" in caplog.text
        acceptor.close()
        await held.close()


def test_all_processes_see_one_tally(tally: Tally) -> None:
    with closing(Tally(os.dup(tally.file), 3)) as other:
        assert other.least() == 0
        tally.write(0, Cell.CONNECTIONS, 7)
        other.write(1, Cell.CONNECTIONS, 4)

        assert (tally.least(), other.least()) == (4, 4)
        tally.write(1, Cell.CONNECTIONS, ABSENT)
        assert other.least() == 7


class Hours:
    """A clock that goes on when it is told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_nobody_gives_way_to_a_process_whose_loop_stands() -> None:
    hours = Hours()
    with closing(Tally.new(2, hours)) as tally:
        for row, held in enumerate((9, 2)):
            Share(tally, row).write(held)
            Share(tally, row).turned()
        assert tally.least() == 2
        hours.seconds += 1
        Share(tally, 0).turned()

        assert tally.least() == 9
        assert [tally.serves(0), tally.serves(1)] == [True, False]
        assert Share(tally, 1).others_serve()
        assert not Share(tally, 0).others_serve()
