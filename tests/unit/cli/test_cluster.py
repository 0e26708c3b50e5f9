"""`--cluster`: several processes on one port, as real processes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.unit.cli.processes import Running, run, serving

pytestmark = pytest.mark.slow
CONFIG = {
    "appId": "mine", "masterKey": "m", "serverURL": "http://127.0.0.1:1/parse", "port": 0, "host": "127.0.0.1",
    "databaseURI": "sqlite:///./data.db", "logsFolder": None, "jsonLogs": True, "verifyServerUrl": False,
    "allowClientClassCreation": True, "cloud": "main.py",
}  # fmt: skip
HEADERS = {"X-Parse-Application-Id": "mine"}
CODE = """\
import asyncio
import os
from parsepy import Cloud

cloud = Cloud()


@cloud.define("pid")
async def pid(request):
    return os.getpid()


@cloud.define("slow")
async def slow(request):
    print("it began", flush=True)
    await asyncio.sleep(1.0)
    return "done"


@cloud.define("greeting")
async def greeting(request):
    return "one"
"""
STOP_SECONDS = 3.5
SERVES = re.compile(r"Worker (\d+) serves \(pid (\d+)\)")


@asynccontextmanager
async def cluster(folder: Path, count: int, *arguments: str, code: str = CODE) -> AsyncIterator[Running]:
    """A server with so many workers, all of which serve."""
    (folder / "main.py").write_text(code)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    async with serving(folder, "config.json", "--cluster", str(count), *arguments) as server:
        for number in range(1, count + 1):
            await server.until_printed(f"Worker {number} serves")
        yield server
        if server.process.returncode is None:
            await server.stop()


def pids(server: Running) -> list[int]:
    """The processes of the workers, in the order of their start."""
    return [int(pid) for _, pid in SERVES.findall(server.output)]


def logged(server: Running) -> list[dict[str, Any]]:
    """The lines of its log."""
    return [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def until_gone(pids: Sequence[int], seconds: float = 5.0) -> None:
    """Wait until no such process is there, not even a zombie."""
    deadline = time.monotonic() + seconds
    while left := [pid for pid in pids if exists(pid)]:
        assert time.monotonic() < deadline, f"still there: {left}"
        await asyncio.sleep(0.02)


async def call(server: Running, name: str, client: aiohttp.ClientSession) -> object:
    async with client.post(f"{server.url}/functions/{name}", json={}, headers=HEADERS) as answer:
        return (await answer.json())["result"]


class Load:
    """Clients that ask again and again, each on a connection of its own, until they are told to stop."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.answered = 0
        self.lost: list[str] = []
        self.stopped = False

    async def client(self) -> None:
        async with aiohttp.ClientSession() as session:
            while not self.stopped:
                try:
                    await call(self.server, "pid", session)
                    self.answered += 1
                except aiohttp.ClientError as exc:
                    self.lost.append(repr(exc))
                await asyncio.sleep(0.005)


@asynccontextmanager
async def load(server: Running, clients: int) -> AsyncIterator[Load]:
    """Clients at work while the block lasts."""
    made = Load(server)
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(made.client())
        yield made
        made.stopped = True


async def pids_met(server: Running) -> set[object]:
    """Who answers on many connections at once."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        return set(await asyncio.gather(*(call(server, "pid", client) for _ in range(24))))


async def test_every_worker_gets_work_and_there_is_one_greeting(tmp_path: Path) -> None:
    async with cluster(tmp_path, 3) as server:
        met: set[object] = set()
        for _ in range(10):
            # Where the processors are taken, a worker may come too late for one burst.
            met |= await pids_met(server)
        await server.until_printed('"url":"/parse/functions/pid"', 240)

        assert met == set(pids(server))
        assert {line["worker"] for line in logged(server) if "method" in line} == {1, 2, 3}
        assert server.output.count("serves mine at") == 1


async def test_a_killed_worker_loses_only_its_own_requests_and_is_replaced(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2) as server, load(server, 6) as work:
        victim = pids(server)[0]
        await asyncio.sleep(0.3)
        os.kill(victim, signal.SIGKILL)
        await server.until_printed("serves (pid", 3)
        before = work.answered
        await asyncio.sleep(0.3)

        assert f"Worker 1 (pid {victim}) ended by signal SIGKILL and is replaced" in server.output
        assert len(work.lost) <= 6, work.lost
        assert work.answered > before
        await until_gone([victim])


async def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2) as server:
        workers = pids(server)
        server.process.kill()
        await server.process.wait()
        await until_gone(workers)

        assert len(workers) == 2
        assert not any(map(exists, workers))


async def test_requests_under_way_are_answered_when_all_are_told_to_stop(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2) as server, aiohttp.ClientSession() as client:
        asked = asyncio.ensure_future(call(server, "slow", client))
        await server.until_printed("it began")
        began = time.monotonic()
        server.process.terminate()
        code = await server.process.wait()

        assert code == 0
        assert time.monotonic() - began < STOP_SECONDS
        assert await asked == "done"
        await until_gone(pids(server))


async def test_workers_are_replaced_one_after_another_without_a_lost_request(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2) as server, load(server, 6) as work:
        old = pids(server)
        (tmp_path / "main.py").write_text(CODE.replace('"one"', '"two"'))
        server.process.send_signal(signal.SIGHUP)
        await server.until_printed("in place of pid", 2)
        await until_gone(old, 10.0)
        async with aiohttp.ClientSession() as client:
            greeting = await call(server, "greeting", client)

        assert greeting == "two"
        assert work.lost == []
        assert work.answered > 50


async def test_a_replacement_that_cannot_start_leaves_the_workers_as_they_are(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2) as server:
        (tmp_path / "main.py").write_text("1 / 0\n")
        server.process.send_signal(signal.SIGHUP)
        await server.until_printed("the others stay as they are")
        async with aiohttp.ClientSession() as client:
            greeting = await call(server, "greeting", client)

        assert greeting == "one"
        assert server.output.count("main.py:1: ZeroDivisionError") == 1
        assert all(map(exists, pids(server)))


async def test_a_mistake_ends_the_start_and_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("1 / 0\n")
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))

    code, output, errors = await run(tmp_path, "serve", "config.json", "--cluster", "3")

    assert code == 2
    assert errors.count("main.py:1: ZeroDivisionError") == 1
    assert "serves mine at" not in output


async def test_workers_that_never_start_end_the_server_with_their_error_told_once(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import os\nos.write(2, b'out of luck\\n')\nos._exit(7)\n")
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))

    code, _, errors = await run(tmp_path, "serve", "config.json", "--cluster", "3")

    assert (code, errors) == (7, "out of luck\n")


async def test_a_database_in_memory_cannot_be_shared(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG | {"databaseURI": "memory://", "cloud": None}))

    code, _, errors = await run(tmp_path, "serve", "config.json", "--cluster", "2")

    assert code == 2
    assert "cluster" in errors
    assert "memory:// lives in one" in errors


async def test_every_worker_loads_changed_cloud_code_with_watch(tmp_path: Path) -> None:
    async with cluster(tmp_path, 2, "--watch") as server:
        while {line["worker"] for line in logged(server) if "reloaded" in line["message"]} != {1, 2}:
            # A worker serves a moment before it watches.
            (tmp_path / "main.py").write_text(CODE.replace('"one"', '"two"'))
            await asyncio.sleep(0.5)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            answers = await asyncio.gather(*(call(server, "greeting", client) for _ in range(8)))

        assert answers == ["two"] * 8
