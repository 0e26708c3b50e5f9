"""One Node process that runs a script: how it starts, the calls that it carries out, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import itertools
import logging
import shutil
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from parsepy.cloud.loader import LoadError
from parsepy.cloud.requests import LOG, CloudRequest
from parsepy.core.background import Background
from parsepy.errors import ErrorCode, ParseError
from parsepy.javascript.connection import Connection
from parsepy.javascript.outcomes import Outcome
from parsepy.logs import LEVELS

START_SECONDS = 60.0
ENDING_SECONDS = 1.0
"""A script that is not loaded after so long never will be."""
NODE = "node"

Answerer = Callable[[str, Any, CloudRequest | None], Awaitable[Any]]
"""Answers what Node asks for: what it is, what was given, and the request of the call that asks."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Script:
    """A script to be run, and the settings that its process is told."""

    path: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call under way; what it asks for belongs to the `context` that it was begun in."""

    key: str
    outcome: asyncio.Future[Outcome]
    context: contextvars.Context
    request: CloudRequest | None


class NodeProcess:
    """A process that was started. `registered` is called with what the script registers after it was loaded."""

    def __init__(self, answer: Answerer, registered: Callable[[list[Any]], None]) -> None:
        self.ended = asyncio.Event()
        self._answer = answer
        self._registered = registered
        self._tasks = Background()
        self._connection = Connection(self._received, self._lost)
        self._calls: dict[int, _Call] = {}
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._ids = itertools.count(1)
        self._loaded: asyncio.Future[list[Any] | None] = asyncio.get_running_loop().create_future()
        self._pongs = 0

    async def start(self, script: Script) -> list[Any]:
        """Start the process and load the script: what it registered. Raises LoadError."""
        node = shutil.which(NODE)
        if node is None:
            raise LoadError(
                f"{script.path} needs Node.js, and there is no {NODE} on the PATH. Install it: https://nodejs.org"
            )
        with resources.as_file(resources.files("parsepy.javascript") / "node") as folder:
            await self._spawn(node, folder / "worker.js")
            try:
                return await self._load(script)
            except BaseException:
                self.kill()
                await self.close()
                raise

    async def _load(self, script: Script) -> list[Any]:
        self._connection.send("start", {"script": str(script.path), "settings": script.settings})
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self._until_loaded(script)
        except TimeoutError as exc:
            raise LoadError(f"{script.path} was not loaded within {START_SECONDS:g} seconds") from exc

    async def _spawn(self, node: str, worker: Path) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                node,
                "--enable-source-maps",
                str(worker),
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
            )
        await self._connection.open(ours)

    async def _until_loaded(self, script: Script) -> list[Any]:
        """Wait for the end of loading, or of the process."""
        found = await self._loaded
        if found is not None:
            return found
        code = await self._process.wait()
        raise LoadError(f"{script.path}: Node ended {told_code(code)} while it was loaded")

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def running(self) -> tuple[str, ...]:
        """Keys of the calls that run."""
        return tuple(call.key for call in self._calls.values())

    async def call(self, key: str, given: Mapping[str, Any], request: CloudRequest | None) -> Outcome:
        """Run what is registered under a key. Raises ParseError 141 if the process ends meanwhile."""
        number = next(self._ids)
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._calls[number] = _Call(key, outcome, contextvars.copy_context(), request)
        self._is_idle.clear()
        try:
            self._connection.send("call", number, key, given)
            if self.ended.is_set():
                raise _unfinished(key)
            return await outcome
        finally:
            del self._calls[number]
            if not self._calls:
                self._is_idle.set()

    def ping(self) -> int:
        """Ask for a sign of life; the number that `heard` will reach."""
        number = next(self._ids)
        self._connection.send("ping", number)
        return number

    def heard(self, number: int) -> bool:
        """Whether the process answered that ping."""
        return self._pongs >= number

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def retire(self, seconds: float) -> None:
        """Let the process end when its calls have, and after so many seconds at the latest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_idle.wait()
        await self.close()

    async def close(self) -> None:
        """Let the process end, which it does when it loses its socket, and by force if it does not; its calls fail."""
        self._connection.close()
        await self._gone()
        self._fail_calls()
        await self._tasks.close()

    async def attend(self) -> str:
        """Stay until it has ended, and fail what ran then; tells how it ended."""
        await self.ended.wait()
        code = await self._gone()
        self._fail_calls()
        return told_code(code)

    async def _gone(self) -> int:
        """The exit code of the process, which has lost its socket. One that stays in spite of that is ended by force."""
        try:
            async with asyncio.timeout(ENDING_SECONDS):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()

    def _lost(self) -> None:
        """The socket is closed: the process has ended, or is of no use any more."""
        self.ended.set()
        if not self._loaded.done():
            self._loaded.set_result(None)

    def _fail_calls(self) -> None:
        for call in self._calls.values():
            if not call.outcome.done():
                call.outcome.set_exception(_unfinished(call.key))

    def _received(self, message: list[Any]) -> None:
        match message:
            case ["done", int(number), outcome]:
                call = self._calls.get(number)
                if call is not None and not call.outcome.done():
                    call.outcome.set_result(outcome)
            case ["ask", int(number), call_number, str(what), given]:
                self._ask(number, call_number, what, given)
            case ["pong", int(number)]:
                self._pongs = max(self._pongs, number)
            case ["log", level, text]:
                LOG.log(LEVELS.get(level, logging.INFO), "%s", text)
            case ["ready", registrations]:
                self._loaded.set_result(registrations)
            case ["registered", registrations]:
                self._registered(registrations)
            case ["failed", kind, text]:
                self._loaded.set_exception(LoadError(_told_failure(kind, text)))

    def _ask(self, number: int, call_number: int | None, what: str, given: Any) -> None:
        call = None if call_number is None else self._calls.get(call_number)
        context = contextvars.Context() if call is None else call.context.copy()
        request = None if call is None else call.request
        self._tasks.start(self._answered(number, what, given, request), f"request of cloud code: {what}", context)

    async def _answered(self, number: int, what: str, given: Any, request: CloudRequest | None) -> None:
        try:
            answer = await self._answer(what, given, request)
        except Exception:
            self._connection.send("answer", number, {"status": 500, "body": {"code": 1, "error": "Internal error."}})
            raise
        self._connection.send("answer", number, answer)


def _told_failure(kind: str, text: str) -> str:
    return f"{text}\nInstall it there: npm install parse" if kind == "sdk" else text


def told_code(code: int) -> str:
    """How a process ended, by its exit code."""
    return f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"


def _unfinished(key: str) -> ParseError:
    text = "The process that runs the cloud code ended before this call did."
    return ParseError(ErrorCode.SCRIPT_FAILED, text, detail=f"it ran {key}")
