"""`parsepy serve`: runs until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from contextlib import AsyncExitStack

from parsepy import app as assembly
from parsepy.cli.plan import Plan
from parsepy.cli.watch import watch_cloud_code
from parsepy.core.context import App
from parsepy.logs import Sink, logging_to
from parsepy.web.access_log import AccessLog
from parsepy.web.http import HttpServer
from parsepy.web.self_check import check_server_url
from parsepy.web.serving import serving

if sys.platform == "win32":
    new_event_loop = asyncio.new_event_loop
else:
    from uvloop import new_event_loop

log = logging.getLogger("parsepy")


def run(plan: Plan) -> None:
    """Serve until SIGTERM or SIGINT; what is under way then is finished, within two seconds."""
    with logging_to(plan.process) as sinks, asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(plan, sinks))


async def _serve(plan: Plan, sinks: list[Sink]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(assembly.running(settings)) for settings in plan.apps]
        server = _server(plan, apps, sinks)
        await stack.enter_async_context(serving(server.handle, plan.listener))
        _greet(plan)
        # What exists now stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            background: list[asyncio.Task[None]] = [
                tasks.create_task(check_server_url(settings)) for settings in plan.apps
            ]
            if plan.watch:
                background.append(tasks.create_task(watch_cloud_code(server, apps)))
            await stopped.wait()
            for task in background:
                task.cancel()


def _server(plan: Plan, apps: list[App], sinks: list[Sink]) -> HttpServer:
    as_json = plan.process.json_logs
    sinks = [sink for sink in sinks if sink.level <= logging.INFO]
    return HttpServer(assembly.door(apps), access_log=AccessLog(sinks, as_json=as_json) if sinks else None)


def _greet(plan: Plan) -> None:
    sys.stdout.write(plan.greeting)
    sys.stdout.flush()
    for notice in plan.warnings:
        log.warning("%s", notice)
        if plan.process.silent and notice.loud:
            sys.stderr.write(f"{notice}\n")
