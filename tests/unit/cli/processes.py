"""`parsepy` as a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[3]
READY_SECONDS = 20.0
URL = "URL "


def environment(**more: str) -> dict[str, str]:
    """What is needed to run this source, and nothing of the caller's Parse options."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


@dataclass
class Running:
    """A server that was started; `seconds` is the CPU time it took until it answered."""

    process: asyncio.subprocess.Process
    folder: Path
    seconds: float = 0.0

    @property
    def output(self) -> str:
        """All it has printed."""
        return (self.folder / "output.txt").read_text()

    @property
    def url(self) -> str:
        """Where its API is."""
        words = self.output.split()
        return next(word for word in words if word.startswith("http://127.0.0.1"))

    @property
    def keys(self) -> Mapping[str, Any]:
        """The keys of a start without configuration."""
        found: Mapping[str, Any] = json.loads((self.folder / ".parsepy" / "keys.json").read_text())
        return found

    @property
    def headers(self) -> dict[str, str]:
        """What its clients send."""
        return {"X-Parse-Application-Id": self.keys["appId"]}

    async def until_printed(self, text: str, count: int = 1) -> None:
        """Wait for a text in the output."""
        deadline = time.monotonic() + READY_SECONDS
        while self.output.count(text) < count:
            assert self.process.returncode is None or text in self.output, self.output
            assert time.monotonic() < deadline, f"never printed {text!r}:\n{self.output}"
            await asyncio.sleep(0.02)

    async def stop(self) -> int:
        """End it as an operator would; gives the exit code."""
        self.process.terminate()
        return await self.process.wait()


def _cpu_seconds(pid: int) -> float:
    """What the process has used; unlike the clock it does not depend on what else the computer does."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(folder: Path, *arguments: str, **env: str) -> AsyncIterator[Running]:
    """`parsepy serve`, ready; ended with the block."""
    with (folder / "output.txt").open("w") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parsepy", "serve", *arguments,
            cwd=folder, env=environment(**env), stdout=output, stderr=output,
        )  # fmt: skip
    server = Running(process, folder)
    try:
        await server.until_printed("http://127.0.0.1")
        async with aiohttp.ClientSession() as client, client.get(f"{server.url}/health") as answer:
            assert answer.status == 200
        server.seconds = _cpu_seconds(process.pid)
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run(folder: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    """Exit code, output and error output of a `parsepy` command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parsepy", *arguments,
        cwd=folder, env=environment(**env), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await asyncio.wait_for(process.communicate(), READY_SECONDS)
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()
