"""Which connections can change hands: those on which nothing has begun; and that the sockets arrive whole."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing

import pytest
from aiohttp import web

from parsepy.web.handover import Connection, Connections
from parsepy.web.hatch import MOST_AT_ONCE, Hatch
from parsepy.web.listening import listen
from tests.waiting import until

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"


@asynccontextmanager
async def server(
    release: asyncio.Event,
) -> AsyncIterator[tuple[Connections, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A server that answers when it is let, and a client's connection to it."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        await release.wait()
        return web.Response(text="done")

    http = Connections(answer)
    http.ended = lambda: None
    listener = listen("127.0.0.1", 0)
    serving = await asyncio.get_running_loop().create_server(http, sock=listener)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    yield http, reader, writer
    writer.close()
    serving.close()
    await http.shutdown(0)


async def connection(http: Connections) -> Connection:
    """The only one."""
    await until(lambda: bool(http.connections), 0)
    one = http.connections[0]
    assert isinstance(one, Connection)
    return one


async def until_idle(one: Connection, *, is_idle: bool = True) -> None:
    await until(lambda: one.is_idle is is_idle, 0)


@pytest.mark.parametrize("request_", [GET, POST + b"answer", POST], ids=["get", "post", "post in two parts"])
async def test_a_connection_is_idle_before_and_after_a_request_and_not_while_it_runs(request_: bytes) -> None:
    release = asyncio.Event()
    async with server(release) as (http, reader, writer):
        one = await connection(http)
        await until_idle(one)
        for _ in range(2):
            writer.write(request_)
            await until_idle(one, is_idle=False)
            if request_ is POST:
                await asyncio.sleep(0.01)
                assert not one.is_idle
                writer.write(b"answer")
            release.set()
            await reader.readuntil(b"done")
            await until_idle(one)
            release.clear()


async def test_a_connection_on_which_a_part_of_a_request_was_read_is_not_idle() -> None:
    release = asyncio.Event()
    release.set()
    async with server(release) as (http, reader, writer):
        one = await connection(http)
        for _ in range(2):
            writer.write(GET[:10])
            await until_idle(one, is_idle=False)
            await asyncio.sleep(0.01)
            assert not one.is_idle
            writer.write(GET[10:])
            await reader.readuntil(b"done")
            await until_idle(one)


async def test_a_connection_that_ends_is_not_idle() -> None:
    async with server(asyncio.Event()) as (http, _, writer):
        one = await connection(http)
        writer.close()
        await until_idle(one, is_idle=False)

        assert list(http.idle) == []


async def test_sockets_come_out_of_the_hatch_with_what_nobody_has_read() -> None:
    near, far = map(Hatch, socket.socketpair())
    count = 2 * MOST_AT_ONCE + 1
    came: list[int] = []
    far.listen(came.extend)
    with ExitStack() as stack:
        served = []
        for number in range(count):
            client, end = (stack.enter_context(end) for end in socket.socketpair())
            client.sendall(b"%d" % number)
            served.append(end.fileno())
        assert near.send(served)
        await until(lambda: len(came) == count)
        received = [stack.enter_context(socket.socket(fileno=file)).recv(10) for file in came]

    assert received == [b"%d" % number for number in range(count)]
    near.close()
    far.close()


async def test_a_hatch_whose_other_end_is_gone_takes_nothing_and_closes() -> None:
    near, far = map(Hatch, socket.socketpair())
    came: list[int] = []
    near.listen(came.extend)
    far.close()
    await until(lambda: near.end.fileno() < 0)
    with closing(socket.socket()) as served:
        assert not near.send([served.fileno()])
    assert came == []
