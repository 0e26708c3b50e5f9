"""One app's part of a server in deploying: follows what all servers agreed on, and helps to agree."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from parsepy.adapters.storage.base import StorageError
from parsepy.cli.releases import checks
from parsepy.cli.releases.depot import CODE, MOST_KEPT, Depot, PlacingError
from parsepy.cli.releases.placed import Placed
from parsepy.core.context import App
from parsepy.system.releases import records, rollout, servers
from parsepy.system.releases.records import DamagedError, Release
from parsepy.system.releases.rollout import SWITCHING, Rollout
from parsepy.system.releases.servers import PREPARED, SERVING, STUCK, Server
from parsepy.system.releases.verdict import Next, verdict

log = logging.getLogger("parsepy")

POLL_SECONDS = 1.0
BUSY_SECONDS = 0.2
ATTEMPT_SECONDS = 600.0
"""An attempt that is not settled by then has failed."""
RETRY_SECONDS = 5.0
LONGEST_RETRY = 60.0
LEAVE_SECONDS = 1.0


class Switch(Protocol):
    """How an app's cloud code is changed on this server. Problems are texts for their author; "" is none."""

    async def try_out(self, placed: Placed) -> str:
        """Load the release as a worker would, without serving."""

    async def run(self, placed: Placed | None) -> str:
        """Let all workers run the release, or the `cloud` option; with a problem all are as before."""

    def start_with(self, placed: Placed) -> None:
        """Let the first workers run the release; none runs yet."""

    @property
    def workers(self) -> tuple[dict[str, Any], ...]:
        """The workers: `{"worker": number, "release": id, "healthy": bool}` each."""


@dataclass
class Retry:
    """When to try again what failed: after a pause that grows."""

    pause: float = RETRY_SECONDS
    at: float = 0.0

    def failed(self, now: float) -> None:
        """Wait, and longer the next time."""
        self.at, self.pause = now + self.pause, min(2 * self.pause, LONGEST_RETRY)


class Follower:
    """Lets this server run what the database says; `me` is what it tells the others of itself."""

    def __init__(
        self, app: App, name: str, switch: Switch, depot: Depot, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.me = Server(app.new_id(10), name)
        self._app = app
        self._switch = switch
        self._depot = depot
        self._seconds = seconds
        self._pulses = servers.Pulses(seconds)
        self._telling = asyncio.Lock()
        self._prepared: Placed | None = None
        self._attempt = ("", 0.0)
        self._retry = Retry()

    async def begin(self) -> None:
        """Find the active release before the first worker starts. Raises StorageError and PlacingError."""
        await self._app.storage.open()
        try:
            active = (await rollout.current(self._app)).active
            if active:
                self._switch.start_with(await self._placed(active))
        except BaseException:
            await self._app.storage.close()
            raise
        self.me = replace(self.me, release=active)

    async def run(self) -> None:
        """Follow, check and show that this server is there, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again(self.beat, lambda: servers.BEAT_SECONDS))
            tasks.create_task(self._again(self.step, self._pause))
            tasks.create_task(self._again(self.check, lambda: POLL_SECONDS))

    async def leave(self) -> None:
        """Tell the others not to wait for this server, and let go of the database."""
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await servers.forget(self._app, [self.me.id])
        await self._app.storage.close()

    async def beat(self) -> None:
        """Show that this server is there, and look who else is."""
        await self._tell(beat=self.me.beat + 1, workers=self._switch.workers)
        await self._looked()
        gone = self._pulses.gone - {self.me.id}
        if gone:
            await servers.forget(self._app, sorted(gone))

    async def step(self) -> None:
        """Do what is to be done now for what all servers agreed on, and agree on what comes next."""
        now = await rollout.current(self._app)
        if not now.is_open:
            await self._rest(now)
            return
        if self._attempt[0] != now.ticket:
            self._attempt = now.ticket, self._seconds()
        if self.me.ticket != now.ticket:
            await self._prepare(now)
        elif now.phase == SWITCHING and self.me.step == PREPARED:
            await self._go_over(now)
        await self._judge(now)

    async def check(self) -> None:
        """Check the oldest release that nobody checks."""
        waiting = [found for found in await records.known(self._app) if found.state == records.CHECKING]
        if waiting:
            await self._looked()
        free = [release for release in waiting if release.checker not in self._pulses.live]
        if free and await records.claim_check(self._app, free[-1], self.me.id):
            problems = await self._problems(free[-1])
            await records.end_check(self._app, free[-1], self.me.id, problems)
            log.info("release %s: %s", free[-1].id, "; ".join(problems) or "its checks found nothing")

    async def _prepare(self, now: Rollout) -> None:
        """Make the candidate ready here, and try whether it can be loaded with this server's settings."""
        try:
            self._prepared = await self._placed(now.candidate)
            problem = await self._switch.try_out(self._prepared)
        except (PlacingError, DamagedError) as exc:
            problem = str(exc)
        if problem:
            await self._tell(ticket=now.ticket, step=STUCK, problems=(self._shortened(problem),))
        else:
            await self._tell(ticket=now.ticket, step=PREPARED, problems=())

    async def _go_over(self, now: Rollout) -> None:
        """Let the workers run the candidate."""
        problem = await self._switch.run(self._prepared)
        if problem:
            await self._tell(step=STUCK, problems=(self._shortened(problem),), workers=self._switch.workers)
        else:
            await self._tell(step=SERVING, release=now.candidate, workers=self._switch.workers)

    async def _judge(self, now: Rollout) -> None:
        """Take the attempt further if all have done their part, or end it if one cannot."""
        known = await self._looked()
        is_overdue = self._seconds() - self._attempt[1] > ATTEMPT_SECONDS
        found = verdict(now, known, self._pulses.live | {self.me.id}, overdue=is_overdue)
        match found.next:
            case Next.SWITCH:
                await rollout.switch(self._app, now)
            case Next.DONE if await rollout.settle(self._app, now, ()):
                log.info("release %s is active on every server", now.candidate)
            case Next.FAILED if await rollout.settle(self._app, now, found.problems):
                log.error("release %s is not activated: %s", now.candidate, "; ".join(found.problems))

    async def _rest(self, now: Rollout) -> None:
        """With no attempt under way: run what is active, put things in order, and begin with what waits."""
        if {self.me.release, *(worker["release"] for worker in self._switch.workers)} != {now.active}:
            await self._return(now)
        known = await records.known(self._app)
        waiting = sorted((release for release in reversed(known) if release.ticket), key=lambda release: release.asked)
        for release in waiting:
            if release.ticket == now.ticket:
                await records.settle(self._app, release.id, release.ticket, now.problems)
                await self._tidy(now, known)
            elif release.id == now.active:
                await records.settle(self._app, release.id, release.ticket, ())
            elif await rollout.begin(self._app, now, release):
                return

    async def _return(self, now: Rollout) -> None:
        """Run the active release, whatever was tried before; if it cannot be run now, later."""
        if self._seconds() < self._retry.at:
            return
        try:
            problem = await self._switch.run(await self._placed(now.active) if now.active else None)
        except (PlacingError, DamagedError) as exc:
            problem = str(exc)
        if problem:
            self._retry.failed(self._seconds())
            log.error("the active release %s does not run here, the last one stays: %s", now.active, problem)
            return
        self._retry = Retry()
        await self._tell(release=now.active, workers=self._switch.workers)

    async def _tidy(self, now: Rollout, known: list[Release]) -> None:
        """Remove old releases from the database and from this machine."""
        used = {now.active, now.candidate, self.me.release}
        await records.forget_old(self._app, used)
        old = {found.sha256 for found in known[MOST_KEPT:]}
        keep = {found.sha256 for found in known if found in known[:MOST_KEPT] or found.id in used}
        await asyncio.to_thread(self._depot.remove, old - keep)

    async def _problems(self, release: Release) -> list[str]:
        try:
            placed = await self._placed(release.id)
        except PlacingError as exc:
            return list(exc.problems)
        except DamagedError as exc:
            return [str(exc)]
        return await checks.problems_of(placed, self._depot.home(release.sha256) / CODE)

    def _shortened(self, problem: str) -> str:
        """With places in the release as its author knows them."""
        home = self._depot.home(self._prepared.sha256) / CODE if self._prepared else None
        return problem.strip().replace(f"{home}{os.sep}", "") if home else problem

    async def _placed(self, release_id: str) -> Placed:
        release = await records.get(self._app, release_id)
        if release is None:
            raise PlacingError(f"release {release_id} is not in the database")
        return await self._depot.place(release, await records.bundle(self._app, release))

    async def _looked(self) -> list[Server]:
        """All servers, after a look at who is alive."""
        known = await servers.known(self._app)
        self._pulses.see(known)
        return known

    async def _tell(self, **changes: Any) -> None:
        """Change what the others know of this server; a later change is never overtaken by an earlier one."""
        async with self._telling:
            changed = replace(self.me, **changes)
            await servers.tell(self._app, changed)
            self.me = changed

    def _pause(self) -> float:
        return BUSY_SECONDS if self._attempt[0] == self.me.ticket != "" and self.me.step == PREPARED else POLL_SECONDS

    async def _again(self, work: Callable[[], Coroutine[Any, Any, None]], pause: Callable[[], float]) -> None:
        """Do the work again and again. What goes wrong is told once, and tried again."""
        told = ""
        while True:
            try:
                await work()
                told = ""
            except StorageError as exc:
                problem = f"the releases of cloud code cannot be followed now: {exc}"
                if problem != told:
                    log.warning("%s", problem)
                told = problem
            except Exception:  # the edge of a task: the server outlives whatever happens here
                log.exception("following the releases of cloud code failed")
            await asyncio.sleep(pause())
