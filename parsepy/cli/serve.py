"""`parsepy serve`: runs until it is told to stop."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

from parsepy import app as assembly
from parsepy.adapters.pubsub.base import PubSub
from parsepy.adapters.pubsub.local import LocalPubSub
from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.cli.greeting import greet
from parsepy.cli.lifeline import end_with_supervisor
from parsepy.cli.plan import Plan
from parsepy.cli.releases.log_feed import feeding
from parsepy.cli.seat import Seat
from parsepy.cli.watch import watch_cloud_code
from parsepy.cli.watchdog import Watchdog
from parsepy.cli.worker import DUMP_SIGNAL
from parsepy.core.context import App
from parsepy.dashboard import bundle
from parsepy.dashboard.site import Site
from parsepy.logs import Sink, logging_to
from parsepy.logs.secrets import redaction
from parsepy.system.schedules import news as schedules
from parsepy.system.security import report
from parsepy.web.access_log import AccessLog
from parsepy.web.dashboard import DashboardPages
from parsepy.web.hatch import Hatch
from parsepy.web.http import HttpServer
from parsepy.web.listening import allow_connections
from parsepy.web.self_check import check_server_url
from parsepy.web.serving import Handler, Service, serving, sharing
from parsepy.web.socket import LiveSockets

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
    number = None if seat is None or seat.is_only else seat.number
    allow_connections()
    with (
        logging_to(plan.process, worker=number, apps=plan.apps) as sinks,
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        runner.run(_serve(plan, sinks) if seat is None else _work(plan, sinks, seat))


async def _serve(plan: Plan, sinks: list[Sink]) -> None:
    stopped = _stop_signal()
    async with _apps(plan, MemoryPubSub()) as apps:
        server = _server(plan, apps, sinks)
        async with serving(_handler(plan, server), plan.listener), _live_port(plan, server):
            greet(plan)
            watchdog = Watchdog(is_worn=lambda: server.has_hanging_threads)
            with watchdog.watching() if plan.has_cloud_code else nullcontext():
                await _until(stopped, [*_checks(plan, apps), *_watching(plan, server, apps)])


async def _work(plan: Plan, sinks: list[Sink], seat: Seat) -> None:
    end_with_supervisor()
    stopped = _stop_signal()
    faulthandler.register(DUMP_SIGNAL, all_threads=False)
    pubsub = LocalPubSub(seat.link, stopped.set, f"{seat.group:x}")
    await pubsub.open()
    async with _apps(plan, pubsub, seat) as apps:
        server = _server(plan, apps, sinks, worker=None if seat.is_only else seat.number)
        async with (
            sharing(_handler(plan, server), plan.listener, seat.share, Hatch(seat.hatch)) as service,
            _live_port(plan, server) as live,
        ):
            replaced = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, replaced.set)
            watchdog = Watchdog(seat.share, service.handover.give, is_worn=lambda: server.has_hanging_threads)
            with watchdog.watching():
                pubsub.ready()
                services: list[Service] = [service, *live]
                retiring: list[Callable[[], Awaitable[None]]] = [
                    *(service.retire for service in services),
                    *(partial(schedules.retire, app) for app in apps),
                ]
                background = [_retiring(replaced, stopped, server, retiring), *_watching(plan, server, apps)]
                await _until(stopped, [*background, *(_checks(plan, apps) if seat.is_first else ())])
    await pubsub.close()


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


@asynccontextmanager
async def _apps(plan: Plan, pubsub: PubSub, seat: Seat | None = None) -> AsyncIterator[list[App]]:
    async with AsyncExitStack() as stack:
        if seat is not None and plan.is_deployable:
            stack.enter_context(feeding(pubsub, seat.number, redaction(plan.apps)))
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


async def _retiring(
    replaced: asyncio.Event,
    stopped: asyncio.Event,
    server: HttpServer,
    retiring: Sequence[Callable[[], Awaitable[None]]],
) -> None:
    """Once another worker serves in this one's place, send the clients there, and end when all is done."""
    await replaced.wait()
    server.leave()
    await asyncio.gather(*(retire() for retire in retiring))
    stopped.set()


def _checks(plan: Plan, apps: list[App]) -> list[Coroutine[Any, Any, None]]:
    """What the server's own address says, if it is this server that has it, and what there is to say of its safety."""
    if plan.is_live_only:
        return []
    return [*(check_server_url(app) for app in plan.apps), *(report.log_at_start(app) for app in apps)]


def _handler(plan: Plan, server: HttpServer) -> Handler:
    return server.handle_live if plan.is_live_only else server.handle


@asynccontextmanager
async def _live_port(plan: Plan, server: HttpServer) -> AsyncIterator[list[Service]]:
    """Serve live connections on their own port, if they have one."""
    if plan.live_listener is None:
        yield []
        return
    async with serving(server.handle_live, plan.live_listener) as service:
        yield [service]


def _server(plan: Plan, apps: list[App], sinks: list[Sink], *, worker: int | None = None) -> HttpServer:
    sinks = [sink for sink in sinks if sink.level <= logging.INFO]
    log = AccessLog(sinks, worker=worker) if sinks else None
    is_apart = plan.live_listener is not None
    return HttpServer(
        assembly.door(apps),
        access_log=log,
        live=_live(plan, apps),
        is_live_apart=is_apart,
        dashboard=_dashboard(plan, apps),
    )


def _dashboard(plan: Plan, apps: list[App]) -> DashboardPages | None:
    """The dashboard, if one is to be served; over the apps' channel its log-ins are known to all workers."""
    if plan.dashboard is None:
        return None
    files = bundle.opened(bundle.find())
    return DashboardPages(Site(plan.dashboard, files, now=time.time, news=apps[0].pubsub))


def _live(plan: Plan, apps: list[App]) -> LiveSockets | None:
    door = assembly.live_door(apps)
    if door is None:
        return None
    options = plan.process.live_query_server_options
    milliseconds = options.websocket_timeout if options else None
    return LiveSockets(door, apps[0].background, (milliseconds or 10_000) / 1000)
