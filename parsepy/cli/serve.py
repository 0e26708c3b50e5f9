"""`parsepy serve`: runs until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from parsepy import app as assembly
from parsepy.adapters.pubsub.base import PubSub
from parsepy.adapters.pubsub.local import LocalPubSub
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.cli.greeting import greet
from parsepy.cli.plan import Plan
from parsepy.cli.seat import Seat
from parsepy.cli.watch import watch_cloud_code
from parsepy.core.context import App
from parsepy.logs import Sink, logging_to
from parsepy.web.access_log import AccessLog
from parsepy.web.http import HttpServer
from parsepy.web.self_check import check_server_url
from parsepy.web.serving import Service, serving

if sys.platform == "win32":
    new_event_loop = asyncio.new_event_loop
else:
    from uvloop import new_event_loop


COLLECTING = 20_000, 20, 20
"""How many new objects make the collector look for circles: requests leave none, and looking costs a batch 6 %."""


def run(plan: Plan, seat: Seat | None = None) -> None:
    """Serve until SIGTERM or SIGINT; what is under way then is finished, within two seconds.

    With a seat this is a worker: it ends with its supervisor too, and on SIGHUP when its clients have gone elsewhere.
    """
    number = None if seat is None else seat.number
    with logging_to(plan.process, worker=number) as sinks, asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(plan, sinks) if seat is None else _work(plan, sinks, seat))


async def _serve(plan: Plan, sinks: list[Sink]) -> None:
    stopped = _stop_signal()
    async with _apps(plan, MemoryPubSub()) as apps:
        server = _server(plan, apps, sinks)
        async with serving(server.handle, plan.listener):
            greet(plan)
            await _until(stopped, [*map(check_server_url, plan.apps), *_watching(plan, server, apps)])


async def _work(plan: Plan, sinks: list[Sink], seat: Seat) -> None:
    stopped = _stop_signal()
    pubsub = LocalPubSub(seat.link, stopped.set)
    await pubsub.open()
    async with _apps(plan, pubsub) as apps:
        server = _server(plan, apps, sinks, worker=seat.number)
        async with serving(server.handle, plan.listener, seat.share) as service:
            replaced = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, replaced.set)
            pubsub.ready()
            await _until(stopped, [_retiring(replaced, stopped, server, service), *_watching(plan, server, apps)])
    await pubsub.close()


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


@asynccontextmanager
async def _apps(plan: Plan, pubsub: PubSub) -> AsyncIterator[list[App]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(assembly.running(app, pubsub=pubsub)) for app in plan.apps]


async def _until(stopped: asyncio.Event, background: Iterable[Coroutine[Any, Any, None]]) -> None:
    # What exists now stays: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(work) for work in background]
        await stopped.wait()
        for task in running:
            task.cancel()


def _watching(plan: Plan, server: HttpServer, apps: list[App]) -> list[Coroutine[Any, Any, None]]:
    return [watch_cloud_code(server, apps)] if plan.watch else []


async def _retiring(replaced: asyncio.Event, stopped: asyncio.Event, server: HttpServer, service: Service) -> None:
    """Once another worker serves in this one's place, send the clients there, and end when they are gone."""
    await replaced.wait()
    server.leave()
    await service.retire()
    stopped.set()


def _server(plan: Plan, apps: list[App], sinks: list[Sink], *, worker: int | None = None) -> HttpServer:
    sinks = [sink for sink in sinks if sink.level <= logging.INFO]
    log = AccessLog(sinks, as_json=plan.process.json_logs, worker=worker) if sinks else None
    return HttpServer(assembly.door(apps), access_log=log)
