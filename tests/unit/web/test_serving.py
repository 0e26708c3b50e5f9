"""Ports are taken as asked, and a stop cuts nothing off."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web

from parsepy.web.listening import PortBusyError, listen, port_of
from parsepy.web.serving import serving


def test_a_busy_port_that_was_chosen_is_told() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortBusyError, match="is in use"):
        listen("127.0.0.1", port_of(taken))


def test_a_busy_port_that_nobody_chose_gives_way_to_the_next() -> None:
    with listen("127.0.0.1", 0) as taken, listen("127.0.0.1", port_of(taken), is_chosen=False) as other:
        assert port_of(taken) < port_of(other) < port_of(taken) + 50


def test_an_address_of_somebody_else_is_told() -> None:
    with pytest.raises(PortBusyError, match="Cannot listen on 192\\.0\\.2\\.123"):
        listen("192.0.2.123", 0)


async def test_a_request_under_way_is_answered_although_the_server_stops() -> None:
    begun = asyncio.Event()

    async def slow(request: web.BaseRequest) -> web.Response:
        begun.set()
        await asyncio.sleep(0.3)
        return web.Response(text="done")

    listener = listen("127.0.0.1", 0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port_of(listener)}") as client:
        async with serving(slow, listener):
            asking = asyncio.ensure_future(client.get("/"))
            await begun.wait()
        answer = await asking
        assert (answer.status, await answer.text()) == (200, "done")


async def test_a_handler_that_hangs_does_not_keep_the_server_from_stopping() -> None:
    begun = asyncio.Event()

    async def hanging(request: web.BaseRequest) -> web.Response:
        begun.set()
        await asyncio.sleep(60)
        return web.Response()

    loop = asyncio.get_running_loop()
    listener = listen("127.0.0.1", 0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port_of(listener)}") as client:
        async with serving(hanging, listener):
            asking = asyncio.ensure_future(client.get("/"))
            await begun.wait()
            ending = loop.time()
        assert loop.time() - ending < 2.0
        with pytest.raises(aiohttp.ClientError):
            await asking


async def test_a_client_that_comes_before_the_server_is_ready_waits_for_its_answer() -> None:
    async def ready(request: web.BaseRequest) -> web.Response:
        return web.Response(text="ready")

    listener = listen("127.0.0.1", 0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port_of(listener)}") as client:
        asking = asyncio.ensure_future(client.get("/"))
        await asyncio.sleep(0.1)
        async with serving(ready, listener):
            answer = await asking
            assert (answer.status, await answer.text()) == (200, "ready")
