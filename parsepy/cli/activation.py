"""Deploying as the supervisor does it: its workers run the release that all servers of the database agreed on."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from parsepy import app as assembly
from parsepy.cli.plan import Plan
from parsepy.cli.releases import placed as command_line
from parsepy.cli.releases import programs
from parsepy.cli.releases.depot import Depot, PlacingError
from parsepy.cli.releases.follower import Follower
from parsepy.cli.releases.log_feed import Lines, LogKeeper, Relay, listening
from parsepy.cli.releases.placed import Placed
from parsepy.cloud.loader import LoadError
from parsepy.cloud.registry import Cloud
from parsepy.javascript.cloud import ScriptCloud
from parsepy.logs.secrets import redaction
from parsepy.settings import Settings
from parsepy.web.listening import port_of

PROBE_SECONDS = 60.0
WATCHED_SECONDS = 1.0
"""A worker that ends within this time after all were replaced was not healthy."""
MOST_LOST = 100
"""So many of those that ended are remembered."""


class Member(Protocol):
    """A worker process. `arguments` are those it was started with besides the server's own."""

    arguments: tuple[str, ...]
    ended: asyncio.Event

    @property
    def number(self) -> int: ...
    @property
    def is_ready(self) -> bool: ...


class Fleet(Protocol):
    """The workers of this server, as their supervisor lets them be replaced."""

    @property
    def serving(self) -> Collection[Member]:
        """Those that take requests."""

    @property
    def relay(self) -> Relay:
        """The supervisor's end of the links to them."""

    async def renew(self, is_stale: Callable[[Member], bool]) -> str:
        """Replace the stale ones one after another, and drain them; stops at the first new one that does not start.

        Gives its last words then, else "".
        """


class Activations:
    """The releases of all apps of a server. Without `cloudDeploy` there are none, and nothing happens."""

    def __init__(self, plan: Plan, command: Sequence[str], fleet: Fleet) -> None:
        self._command = command
        self._fleet = fleet
        self._placed: dict[str, Placed] = {}
        self._changing = asyncio.Lock()
        self._lost: deque[Member] = deque(maxlen=MOST_LOST)
        self._listening = ExitStack()
        self._redact = redaction(plan.apps)
        name = f"{socket.gethostname()}:{port_of(plan.listener)}"
        self._followers = [self._follower(settings, name) for settings in plan.apps if settings.cloud_deploy]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What new workers are started with, besides the server's own arguments."""
        return command_line.arguments(self._placed)

    @property
    def work(self) -> list[Coroutine[Any, Any, None]]:
        """What is to be run for as long as the server runs."""
        return [follower.run() for follower in self._followers]

    async def begin(self) -> None:
        """Find what the first workers are to run. Raises StorageError, and LoadError if it cannot be made ready."""
        if self._followers:
            keeper = LogKeeper(self._fleet.relay, secrets.token_hex(4))
            self._listening.enter_context(listening(Lines(lambda line: keeper.add([line]), redact=self._redact)))
        for follower in self._followers:
            try:
                await follower.begin()
            except PlacingError as exc:
                raise LoadError(f"The active release cannot be used: {exc}") from exc

    def lost(self, worker: Member) -> None:
        """A worker has ended that was to serve on."""
        self._lost.append(worker)

    async def end(self) -> None:
        """Tell the other servers that this one goes."""
        await asyncio.gather(*(follower.leave() for follower in self._followers))
        self._listening.close()

    def place(self, app_id: str, placed: Placed | None) -> None:
        """Let new workers run a release of the app, or its `cloud` option."""
        others = {known: other for known, other in self._placed.items() if known != app_id}
        self._placed = others if placed is None else {**others, app_id: placed}

    async def change(self, app_id: str, placed: Placed | None) -> str:
        """Let all workers run a release of the app, or its `cloud` option; gives "" or why they run what they ran before."""
        async with self._changing:
            self._lost.clear()
            before = self._placed.get(app_id)
            self.place(app_id, placed)
            problem = await self._fleet.renew(self._is_stale) or await self._early_end()
            if problem:
                self.place(app_id, before)
                await self._fleet.renew(self._is_stale)
            return problem

    async def probe(self, app_id: str, placed: Placed) -> str:
        """Load a release in a process of its own, with the settings and the environment of a worker."""
        arguments = command_line.arguments({**self._placed, app_id: placed})
        command = [*self._command, *arguments, command_line.PROBE]
        ended = await programs.run(command, folder=None, seconds=PROBE_SECONDS, environ=os.environ)
        if ended.code is None:
            return f"loading takes more than {PROBE_SECONDS:.0f} seconds"
        return "" if ended.code == 0 else ended.output or f"loading ended with exit code {ended.code}"

    def workers_of(self, app_id: str) -> tuple[dict[str, Any], ...]:
        """The workers with the release of the app that each runs."""
        return tuple(
            {
                "worker": worker.number,
                "release": command_line.release_in(worker.arguments, app_id),
                "healthy": worker.is_ready and not worker.ended.is_set(),
            }
            for worker in sorted(self._fleet.serving, key=lambda worker: worker.number)
        )

    async def _early_end(self) -> str:
        """Watch for a moment, and tell which new worker has ended until then; what the old ones did does not count."""
        await asyncio.sleep(WATCHED_SECONDS)
        ended = sorted({str(worker.number) for worker in self._lost if not self._is_stale(worker)})
        return f"worker {', '.join(ended)} ended right after its start" if ended else ""

    def _is_stale(self, worker: Member) -> bool:
        return worker.arguments != self.arguments

    def _follower(self, settings: Settings, name: str) -> Follower:
        allow_install = settings.cloud_deploy is not None and settings.cloud_deploy.allow_install
        switch = _AppSwitch(self, settings.app_id)
        return Follower(assembly.build(settings, Cloud()), name, switch, Depot(allow_install=allow_install))


@dataclass(frozen=True)
class _AppSwitch:
    """The releases of one app on this server."""

    activations: Activations
    app_id: str

    async def try_out(self, placed: Placed) -> str:
        return await self.activations.probe(self.app_id, placed)

    async def run(self, placed: Placed | None) -> str:
        return await self.activations.change(self.app_id, placed)

    def start_with(self, placed: Placed) -> None:
        self.activations.place(self.app_id, placed)

    @property
    def workers(self) -> tuple[dict[str, Any], ...]:
        return self.activations.workers_of(self.app_id)


async def probe(plan: Plan) -> None:
    """Load the cloud code of every app and see that its database answers. Raises LoadError and StorageError."""
    for settings in plan.apps:
        app = assembly.build(settings)
        async with AsyncExitStack() as stack:
            stack.callback(app.cloud.close)
            await app.storage.open()
            stack.push_async_callback(app.storage.close)
            await app.schemas.load()
            if isinstance(app.cloud, ScriptCloud):
                await stack.enter_async_context(app.cloud.running(assembly.door([app])))
