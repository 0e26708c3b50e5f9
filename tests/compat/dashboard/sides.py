"""The original dashboard and ours, with the same configuration file."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.dashboard.bundle import Bundle
from parsepy.dashboard.config_file import Described, read
from parsepy.dashboard.site import Site
from parsepy.web import listening
from parsepy.web.dashboard import DashboardPages
from parsepy.web.serving import serving
from tests.compat.processes import Command, MissingProgramError, free_port, require, running, until_printed

PACKAGE = Path(__file__).parents[1] / "node_modules" / "parse-dashboard"
PUBLIC = PACKAGE / "Parse-Dashboard" / "public"
ANYWHERE = "0.0.0.0"


@dataclass(frozen=True)
class Setup:
    """What both are given: a configuration, and flags by the names of the original's options."""

    config: Mapping[str, Any]
    flags: Mapping[str, str] = field(default_factory=dict)
    mount: str = "/"


@contextlib.asynccontextmanager
async def original(setup: Setup, folder: Path) -> AsyncIterator[int]:
    """The port of the original, started with that configuration."""
    if not PACKAGE.is_dir():
        raise MissingProgramError("The original is not installed. Install it with: npm ci --prefix tests/compat")
    config = folder / "config.json"
    config.write_text(json.dumps(setup.config))
    port = free_port()
    argv = [
        require("node", "nodejs"),
        str(PACKAGE / "bin" / "parse-dashboard"),
        *("--config", str(config), "--host", ANYWHERE, "--port", str(port), "--mountPath", setup.mount),
        *(part for name, value in setup.flags.items() for part in (f"--{name}", value) if part),
    ]
    async with running(Command(argv, folder)) as child:
        await until_printed(child, "The dashboard is now available")
        yield port


@contextlib.asynccontextmanager
async def ours(setup: Setup, folder: Path) -> AsyncIterator[int]:
    """The port of ours, in this process."""
    flags = {name: value or True for name, value in setup.flags.items() if name != "dev"}
    values = {**setup.config, "mountPath": setup.mount, **flags}
    dashboard = read(Described(values, "test", folder=folder, is_dev="dev" in setup.flags)).dashboard
    site = Site(dashboard, Bundle(PUBLIC), now=time.time, news=MemoryPubSub())
    listener = listening.listen(ANYWHERE, 0)
    async with serving(DashboardPages(site).handle, listener):
        yield listening.port_of(listener)


def address_elsewhere() -> str | None:
    """An address of this computer that is not the loopback's; None if it has no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found
