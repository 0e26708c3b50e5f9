"""Child processes that never outlive the test run that started them."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
READY_TIMEOUT = 90.0
STOP_TIMEOUT = 5.0


class StartError(RuntimeError):
    """A program ended, or kept silent for too long, before it was ready. The text ends with its log."""


class MissingProgramError(RuntimeError):
    """A program or package is not installed. The text names the command that installs it."""


@dataclass(frozen=True)
class Command:
    """A program to start: what it is called with, where, and as whom."""

    argv: Sequence[str]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Child:
    """A running program. `log` holds what it wrote to both outputs."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def text(self) -> str:
        """What the program has written so far."""
        return self.log.read_text(errors="replace")

    def alive(self) -> bool:
        return self.process.returncode is None

    def failure(self, why: str) -> StartError:
        return StartError(f"{why}:\n{self.text()[-4000:]}")


def free_port() -> int:
    """A TCP port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require(program: str, package: str) -> str:
    """Path of a program, or `MissingProgramError` with the Debian package that brings it."""
    found = shutil.which(program)
    if found is None:
        raise MissingProgramError(f"{program} is not installed. Install it with: sudo apt-get install {package}")
    return found


@contextlib.contextmanager
def temporary_folder(owner: str | None = None) -> Iterator[Path]:
    """A folder that is removed at the end; `owner` gets it when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="parsepy-compat-"))
    if owner is not None:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def running(command: Command) -> AsyncIterator[Child]:
    """Start a program; stop it, by its own pid, at the end."""
    log = command.folder / "output.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            cwd=command.folder,
            env={**os.environ, **command.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=command.user,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    try:
        yield Child(process, log)
    finally:
        await asyncio.shield(_stop(process, command.stop_signal))


async def until_printed(child: Child, marker: str) -> str:
    """The first line of the program's output that begins with `marker`."""
    deadline = asyncio.get_running_loop().time() + READY_TIMEOUT
    while asyncio.get_running_loop().time() < deadline:
        # Asked before reading: what a program wrote just before its end must be seen.
        alive = child.alive()
        for line in child.text().splitlines():
            if line.startswith(marker):
                return line
        if not alive:
            raise child.failure("ended before it was ready")
        await asyncio.sleep(0.05)
    raise child.failure(f"not ready after {READY_TIMEOUT:.0f} s")


async def _stop(process: asyncio.subprocess.Process, stop_signal: signal.Signals) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(stop_signal)
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _die_with_parent() -> None:
    """Runs in the child: the kernel kills it when the test process dies without cleaning up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
