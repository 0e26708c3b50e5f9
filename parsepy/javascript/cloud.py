"""The registry of an app whose cloud code is JavaScript: filled by a Node process, and kept filled when that ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from parsepy.api.gates import Door
from parsepy.cloud.hooks import CloudError
from parsepy.cloud.loader import LoadError
from parsepy.cloud.registry import Cloud
from parsepy.cloud.requests import CloudRequest, JobRequest
from parsepy.core.background import Background
from parsepy.core.context import App
from parsepy.errors import ParseError
from parsepy.javascript import rest
from parsepy.javascript.outcomes import Outcome
from parsepy.javascript.process import Answerer, NodeProcess, Script
from parsepy.javascript.registrations import Registered, registered
from parsepy.settings import Settings
from parsepy.system import mails

SUFFIXES = frozenset({".js", ".cjs", ".mjs"})
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

log = logging.getLogger("parsepy")


def is_script(spec: str | None) -> bool:
    """Whether the option `cloud` names JavaScript."""
    return spec is not None and Path(spec).suffix in SUFFIXES


class ScriptCloud(Cloud):
    """The cloud code of a JavaScript file. Empty until `running`, which starts the process that runs it.

    What is registered twice counts as it was last, and is told in the log, as Parse Server does.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path.resolve()
        self.later: tuple[str, ...] = ()
        self._process: NodeProcess | None = None
        self._is_ready = asyncio.Event()
        self._door: Door | None = None
        self._background = Background()

    @asynccontextmanager
    async def running(self, door: Door) -> AsyncIterator[None]:
        """Run the script as long as the block lasts; its own requests go through the door. Raises LoadError."""
        self._door = door
        try:
            self._put(*await self._started(door))
            if seconds := door.default.app.settings.worker_blocked_seconds:
                self._background.start(self._watch(seconds), f"watch over Node for {self.path.name}")
            yield
        finally:
            await self._background.close()
            process, self._process = self._process, None
            if process is not None:
                await process.close()

    async def reload(self) -> None:
        """Load the script anew in another process; the one before ends after its calls. Raises LoadError, and all stays."""
        if self._door is None:
            raise RuntimeError(f"{self.path.name} does not run")
        process, found = await self._started(self._door)
        old = self._process
        self._put(process, found)
        if old is not None:
            self._background.start(old.retire(self.calls.seconds), f"the end of Node (pid {old.pid})")

    @property
    def pid(self) -> int | None:
        """The id of the process that runs the script, None while there is none."""
        return self._process.pid if self._process else None

    async def _call(self, key: str, given: Mapping[str, Any], request: CloudRequest | None) -> Outcome:
        await self._is_ready.wait()
        if self._process is None:
            raise RuntimeError(f"{self.path.name} does not run")
        return await self._process.call(key, dict(given), request)

    async def _started(self, door: Door) -> tuple[NodeProcess, Registered]:
        """A new process that has loaded the script. Raises LoadError."""
        process = NodeProcess(_answerer(door), self._registered)
        try:
            entries = await process.start(Script(self.path, _told(door.default.app.settings)))
            return process, registered(entries, self._call)
        except CloudError as exc:
            await process.close()
            raise LoadError(str(exc)) from exc

    def _put(self, process: NodeProcess, found: Registered) -> None:
        self._process = process
        self._take(found)
        self._is_ready.set()
        self._background.start(self._attend(process), f"Node (pid {process.pid}) for {self.path.name}")

    def _take(self, found: Registered) -> None:
        """Let this be all that is registered."""
        for told in found.twice:
            log.warning("Cloud code registers more than once, and the last counts: %s", told)
        self._functions, self._jobs, self._triggers = {}, {}, {}
        self._add(functions=found.functions, jobs=found.jobs, triggers=found.triggers)
        self.later = found.later

    def _registered(self, entries: list[Any]) -> None:
        try:
            self._take(registered(entries, self._call))
        except CloudError as exc:
            log.error("Cloud code registered something impossible: %s", exc)

    async def _attend(self, process: NodeProcess) -> None:
        """Stay with a process until it ends, and replace it unless another one has taken its place."""
        ended = await process.attend()
        if process is not self._process or self._door is None:
            return
        self._is_ready.clear()
        log.error("Node (pid %d), which ran %s, ended %s and is replaced", process.pid, self.path.name, ended)
        successor, found = await self._restarted(self._door)
        if process is self._process:
            self._put(successor, found)
        else:
            # The script was reloaded meanwhile.
            await successor.close()

    async def _restarted(self, door: Door) -> tuple[NodeProcess, Registered]:
        """Another process, however many tries it takes."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._started(door)
            except LoadError as exc:
                log.error("Cloud code cannot be loaded: %s", exc)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _watch(self, seconds: int) -> None:
        """End a process that is stuck: it owes a sign of life while calls run, though this loop turned once a second."""
        while True:
            await asyncio.sleep(1)
            process = self._process
            if process is None or not process.running:
                continue
            number = process.ping()
            for _ in range(seconds):
                await asyncio.sleep(1)
                if process.heard(number) or process.ended.is_set():
                    break
            else:
                names = ", ".join(sorted(set(process.running)))
                log.error("Node (pid %d) is held up for %d s by: %s", process.pid, seconds, names)
                process.kill()


def _answerer(door: Door) -> Answerer:
    """What answers the script when it asks for something of the server."""

    async def answer(what: str, given: Any, request: CloudRequest | None) -> Any:
        match what:
            case "rest":
                return await rest.answered(door, given)
            case "message" if isinstance(request, JobRequest):
                await request.message(str(given))
            case "mail":
                return await _sent(door.default.app, given)
        return None

    return answer


async def _sent(app: App, mail: Any) -> dict[str, str]:
    """Send a mail; `error` tells why that failed."""
    try:
        await mails.send(app, mail if isinstance(mail, Mapping) else {})
    except ParseError as exc:
        return {"error": exc.message}
    return {}


def _told(settings: Settings) -> dict[str, Any]:
    """The settings that cloud code finds in `request.config` and in the SDK."""
    return {
        "appId": settings.app_id,
        "appName": settings.app_name,
        "masterKey": settings.master_key,
        "javascriptKey": settings.javascript_key,
        "serverURL": settings.server_url,
        "publicServerURL": settings.public_server_url,
    }
