"""`parsepy dashboard`: the dashboard alone, for servers that are elsewhere."""

from __future__ import annotations

import asyncio
import signal
import sys
import time

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.cli import banner
from parsepy.cli.dashboard.choices import Choice
from parsepy.dashboard import bundle
from parsepy.dashboard.site import Site
from parsepy.web import listening
from parsepy.web.dashboard import DashboardPages
from parsepy.web.serving import serving


def run(choice: Choice) -> None:
    """Serve until SIGTERM or SIGINT. Raises PortBusyError."""
    asyncio.run(_serve(choice))


async def _serve(choice: Choice) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    site = Site(choice.dashboard, bundle.opened(bundle.find()), now=time.time, news=MemoryPubSub())
    listener = listening.listen(choice.host, choice.port)
    async with serving(DashboardPages(site).handle, listener, tls=choice.tls):
        _greet(choice, listening.port_of(listener))
        await stopped.wait()


def _greet(choice: Choice, port: int) -> None:
    scheme = "http" if choice.tls is None else "https"
    url = banner.local_url(choice.host, port, choice.dashboard.mount, scheme=scheme)
    sys.stdout.write(banner.dashboard_start(url))
    if not choice.dashboard.users and not choice.dashboard.is_dev:
        sys.stdout.write("It has no users, so only this computer gets in.\n")
    sys.stdout.flush()
    for notice in choice.notices:
        sys.stderr.write(f"{notice}\n")
