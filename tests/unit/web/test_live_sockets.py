"""Live connections over real sockets: what clients must not do harms nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from parsepy import app as assembly
from parsepy.errors import ErrorCode
from parsepy.livequery.metrics import Metrics
from parsepy.web.http import HttpServer
from parsepy.web.listening import listen, port_of
from parsepy.web.serving import serving
from parsepy.web.socket import MOST_FRAME_BYTES, LiveSockets
from tests.inprocess import Client, started
from tests.live_crowd import PING, Seat, opened, seated
from tests.waiting import until

TOO_MANY = int(ErrorCode.REQUEST_LIMIT_EXCEEDED)
PATIENCE = 30.0
LARGE = "x" * 200_000
MOST_UNREAD = 200
"""So many large events are more than the kernel and the server keep for a client."""


@dataclass
class Site:
    """A server of live connections, and a client that writes objects."""

    url: str
    client: Client
    sockets: LiveSockets
    metrics: Metrics
    seats: list[Seat] = field(default_factory=list)

    async def seat(self) -> tuple[Seat, list[dict[str, Any]]]:
        """A connected client, and what it hears after that."""
        heard: list[dict[str, Any]] = []
        seat = await seated(self.url, lambda message: heard.append(orjson.loads(message)))
        self.seats.append(seat)
        heard.clear()
        return seat, heard

    async def follower(self) -> tuple[Seat, list[dict[str, Any]]]:
        """A client that follows the class `Score`."""
        seat, heard = await self.seat()
        await seat.follow("Score", {})
        heard.clear()
        return seat, heard

    async def close(self) -> None:
        """Let all clients go, so that the server has nothing to wait for."""
        for seat in self.seats:
            seat.leave()
        await until(lambda: self.metrics.clients == 0)


Serve = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serves with the options of a server of live queries."""

    @asynccontextmanager
    async def serve(heartbeat: float = 10.0, **live: Any) -> AsyncIterator[Site]:
        async with started(
            {"liveQuery": {"classNames": ["Score"]}, "liveQueryServerOptions": live}, folder=tmp_path
        ) as client:
            door, listener = assembly.live_door([client.app]), listen("127.0.0.1", 0)
            assert door is not None
            [metrics] = door.metrics.values()
            sockets = LiveSockets(door, client.app.background, heartbeat)
            async with serving(HttpServer(assembly.door([client.app]), live=sockets).handle, listener):
                site = Site(f"http://127.0.0.1:{port_of(listener)}", client, sockets, metrics)
                yield site
                await site.close()

    return serve


async def gone(seat: Seat) -> int | None:
    """Wait until a client's connection has ended; the code that it was told."""
    async with asyncio.timeout(PATIENCE):
        await seat.gone
    return seat.close_code


def has_heard(heard: list[dict[str, Any]], number: int) -> bool:
    """Whether a client was told so much."""
    return len(heard) >= number


async def serves(site: Site) -> bool:
    """Whether a client that follows objects is told of them."""
    _, heard = await site.follower()
    made = await site.client.create("Score", points=1)
    await until(lambda: bool(heard))
    return [message["object"]["objectId"] for message in heard] == [made]


async def test_messages_of_more_than_a_megabyte_end_the_connection(serve: Serve) -> None:
    async with serve() as site:
        seat, _ = await site.seat()
        seat.send(b" " * (MOST_FRAME_BYTES + 1))

        assert await gone(seat) == 1009
        assert await serves(site)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"null", b"[]", b"42", b'"op"', b"{}", b'{"op": 1}', b"[" * 100_000, b'{"op":"\\ud800"}']
)
async def test_what_is_no_message_leaves_the_connection_as_it_is(serve: Serve, text: bytes) -> None:
    async with serve() as site:
        seat, heard = await site.seat()
        seat.send(text)
        await seat.follow("Score", {}, number=7)
        await until(lambda: any(message["op"] == "subscribed" for message in heard))

        assert {message["op"] for message in heard} <= {"error", "subscribed"}
        assert not seat.gone.done()


@pytest.mark.parametrize(
    ("junk", "code"),
    [(b"\xff\xff\xff\xff", 1002), (b"\x83\x80\0\0\0\0", 1002), (b"\x81\x82\0\0\0\0\xc3\x28", 1007)],
    ids=["reserved bits", "unknown opcode", "not UTF-8"],
)
async def test_what_is_no_frame_ends_the_connection(serve: Serve, junk: bytes, code: int) -> None:
    async with serve() as site:
        seat, _ = await site.seat()
        assert seat.transport is not None
        seat.transport.write(junk)

        assert await gone(seat) == code
        assert await serves(site)


@pytest.mark.parametrize("option", ["maxClients", "maxClientsPerAddress"])
async def test_too_many_clients_are_sent_away_until_others_go(serve: Serve, option: str) -> None:
    async with serve(**{option: 2}) as site:
        first, _ = await site.seat()
        await site.seat()
        told: list[dict[str, Any]] = []
        third = await opened(site.url, lambda message: told.append(orjson.loads(message)))

        assert (await gone(third), told[0]["code"], told[0]["reconnect"]) == (1013, TOO_MANY, True)

        first.leave()
        await until(lambda: site.metrics.clients == 1)
        await site.seat()


async def test_a_client_may_have_so_many_subscriptions(serve: Serve) -> None:
    async with serve(maxSubscriptionsPerClient=2) as site:
        seat, heard = await site.seat()
        for number in (1, 2, 3, 2):
            await seat.follow("Score", {"points": number}, number=number)

        assert [(m["op"], m["requestId"]) for m in heard] == [
            ("subscribed", 1),
            ("subscribed", 2),
            ("error", 3),
            ("subscribed", 2),
        ]
        assert (heard[2]["code"], heard[2]["reconnect"], site.metrics.subscriptions) == (TOO_MANY, False, 2)


async def test_who_does_not_keep_up_is_let_go_and_keeps_nobody_waiting(serve: Serve) -> None:
    async with serve() as site:
        slow, _ = await site.follower()
        _, heard = await site.follower()
        assert slow.transport is not None
        slow.transport.pause_reading()
        for made in range(MOST_UNREAD):
            await site.client.create("Score", text=LARGE)
            await until(partial(has_heard, heard, made + 1))
            if site.metrics.dropped:
                break

        assert (site.metrics.dropped, site.metrics.clients, site.metrics.subscriptions) == (1, 1, 1)


async def test_silent_clients_are_let_go_and_those_that_live_stay(serve: Serve) -> None:
    async with serve(heartbeat=0.2) as site:
        alive, _ = await site.seat()
        dead, _ = await site.seat()
        dead.answers_pings = False

        assert await gone(dead) is None
        assert not alive.gone.done()
        assert await serves(site)


async def test_pings_of_clients_are_answered(serve: Serve) -> None:
    async with serve() as site:
        seat, _ = await site.seat()
        seat.send(b"are you there", PING)
        await until(lambda: bool(seat.pongs))

        assert seat.pongs == [b"are you there"]


async def test_clients_are_sent_elsewhere_when_the_server_goes(serve: Serve) -> None:
    async with serve() as site:
        seats = [(await site.seat())[0] for _ in range(3)]
        site.sockets.leave()

        assert [await gone(seat) for seat in seats] == [1001, 1001, 1001]
