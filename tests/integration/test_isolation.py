"""Cloud code that blocks, leaks, hangs or crashes: only its own calls fail, and all others are answered."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from parsepy.cli.oversight import cpu_seconds_of
from tests.unit.cli.processes import Running, serving
from tests.waiting import until

pytestmark = pytest.mark.slow
CONFIG = {
    "appId": "mine", "masterKey": "m", "serverURL": "http://127.0.0.1:1/parse", "port": 0, "host": "127.0.0.1",
    "databaseURI": "sqlite:///./data.db", "logsFolder": None, "jsonLogs": True, "verifyServerUrl": False,
    "cloud": "main.py", "workerBlockedSeconds": 3, "logLevels": {"cloudFunctionSuccess": "silly"},
}  # fmt: skip
HEADERS = {"X-Parse-Application-Id": "mine"}
CODE = """\
import asyncio
import os
import re
import threading
import time
from parsepy import Cloud

cloud = Cloud(threads=2, timeout=6)
kept = []


def nap(seconds):
    time.sleep(seconds)


@cloud.define("pid")
async def pid(request):
    return os.getpid()


@cloud.define("block")
async def block(request):
    print("it began", flush=True)
    nap(request.params["seconds"])
    return "awake"


@cloud.define("match")
async def match(request):
    return bool(re.match("(a+)+$", "a" * 50 + "b"))


@cloud.define("leak")
async def leak(request):
    for _ in range(30):
        kept.append(bytearray(10 << 20))
        await asyncio.sleep(0.01)
    return "done"


@cloud.define("hang")
def hang(request):
    threading.Event().wait()


@cloud.define("crash")
async def crash(request):
    os._exit(7)
"""
CLIENTS = 6


@asynccontextmanager
async def server(folder: Path, *arguments: str, **options: object) -> AsyncIterator[Running]:
    """A server with that cloud code, which is stopped in the ordinary way."""
    (folder / "main.py").write_text(CODE)
    (folder / "config.json").write_text(json.dumps(CONFIG | options))
    async with serving(folder, "config.json", *arguments) as running:
        yield running
        if running.process.returncode is None:
            assert await running.stop() == 0


@asynccontextmanager
async def two_workers(folder: Path, **options: object) -> AsyncIterator[Running]:
    async with server(folder, "--cluster", "2", **options) as running:
        await running.until_printed("Worker 1 serves")
        await running.until_printed("Worker 2 serves")
        yield running


async def call(server: Running, name: str, client: aiohttp.ClientSession, **params: object) -> object:
    async with client.post(f"{server.url}/functions/{name}", json=params, headers=HEADERS) as answer:
        return (await answer.json()).get("result")


async def called(server: Running, name: str, **params: object) -> object:
    """What a function gives to a client of its own; None if the connection breaks."""
    async with aiohttp.ClientSession() as client:
        try:
            return await call(server, name, client, **params)
        except aiohttp.ClientError:
            return None


class Load:
    """Clients that ask again and again, each on one connection that stays open, until they are told to stop."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.answers: list[object] = []
        self.lost: list[str] = []
        self.stopped = False
        self.clients = 0

    async def client(self) -> None:
        self.clients += 1
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
            while not self.stopped:
                try:
                    self.answers.append(await call(self.server, "pid", session))
                except aiohttp.ClientError as exc:
                    self.lost.append(repr(exc))
                await asyncio.sleep(0.01)

    async def until_answered(self, more: int) -> None:
        """Wait until so many requests more are answered."""
        goal = len(self.answers) + more
        await until(lambda: len(self.answers) >= goal)


@asynccontextmanager
async def load(server: Running, workers: int = 2) -> AsyncIterator[Load]:
    """Clients at work while the block lasts, at least one with each worker."""
    made = Load(server)
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(made.client())
        await made.until_answered(50)
        while len(set(made.answers)) < workers:
            # On a busy computer the quicker worker may have taken all.
            group.create_task(made.client())
            await made.until_answered(50)
        yield made
        await made.until_answered(50)
        made.stopped = True


async def test_a_function_that_blocks_loses_only_its_own_call(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as running, load(running) as work:
        asked = asyncio.ensure_future(called(running, "block", seconds=60))
        await running.until_printed("Connections that go to another worker")
        await work.until_answered(100)
        await running.until_printed("in place of pid")

        assert await asked is None
        assert work.lost == []
        assert "main.py:13 in nap holds the event loop" in running.output
        assert 'main.py\\", line 24, in block\\n' in running.output


async def test_requests_to_the_only_worker_wait_for_the_next_one_when_it_is_blocked(tmp_path: Path) -> None:
    async with server(tmp_path) as running, load(running, 1) as work:
        before = set(work.answers)
        asked = asyncio.ensure_future(called(running, "block", seconds=60))
        await running.until_printed("in place of pid")
        await work.until_answered(50)

        assert await asked is None
        assert work.lost == []
        assert len(set(work.answers) - before) == 1


async def test_a_blocked_worker_stays_as_long_as_no_other_can_start(tmp_path: Path) -> None:
    async with server(tmp_path) as running:
        (tmp_path / "main.py").write_text("1 / 0\n")
        asked = asyncio.ensure_future(called(running, "block", seconds=7))
        await running.until_printed("No worker can take its place")

        assert await asked == "awake"
        assert "main.py:1: ZeroDivisionError" in running.output


async def test_a_worker_whose_loop_comes_back_in_time_stays_and_serves(tmp_path: Path) -> None:
    async with two_workers(tmp_path, workerBlockedSeconds=30) as running, load(running) as work:
        assert await called(running, "block", seconds=2) == "awake"
        await running.until_printed("The event loop is free again")
        await work.until_answered(50)

        assert work.lost == []
        assert "takes its place" not in running.output
        while len(set(work.answers[-50:])) < 2:
            # Its connections went elsewhere; new ones come to it.
            await asyncio.gather(*(_remember(running, work) for _ in range(8)))


async def _remember(running: Running, work: Load) -> None:
    work.answers.append(await called(running, "pid"))


async def test_code_that_holds_python_itself_is_named_and_its_worker_replaced(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as running, load(running) as work:
        asked = asyncio.ensure_future(called(running, "match"))
        await running.until_printed("in place of pid")
        await work.until_answered(50)

        assert await asked is None
        assert len(work.lost) <= work.clients
        assert "is blocked outside of Python" in running.output
        assert re.search(r'stands here:.*main\.py\\", line 30 in match', running.output)


async def test_a_worker_whose_python_is_held_ends_with_its_supervisor(tmp_path: Path) -> None:
    async with server(tmp_path) as running:
        worker = await called(running, "pid")
        assert isinstance(worker, int)
        asked = asyncio.ensure_future(called(running, "match"))
        before = cpu_seconds_of(worker)
        await until(lambda: cpu_seconds_of(worker) > before + 0.5)
        running.process.kill()
        await running.process.wait()
        await until(lambda: not Path(f"/proc/{worker}").exists())

        assert await asked is None


async def test_a_worker_that_leaks_is_replaced_and_no_request_is_lost(tmp_path: Path) -> None:
    async with two_workers(tmp_path, workerMemory=260) as running, load(running) as work:
        await asyncio.sleep(5)
        assert await called(running, "leak") == "done"
        await running.until_printed("takes too much memory: another takes its place")
        await running.until_printed("in place of pid")
        await work.until_answered(50)

        assert work.lost == []


async def test_a_worker_that_takes_far_too_much_memory_is_ended_at_once(tmp_path: Path) -> None:
    async with server(tmp_path, workerMemory=120) as running:
        await called(running, "leak")
        await running.until_printed("takes far too much memory and is ended")
        await running.until_printed("Worker 1 serves")

        assert await called(running, "pid") is not None


async def test_a_function_that_crashes_its_process_loses_only_what_that_had_begun(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as running, load(running) as work:
        assert await called(running, "crash") is None
        await running.until_printed("ended with exit code 7 and is replaced")
        await running.until_printed("serves (pid", 3)

        assert len(work.lost) <= work.clients


async def test_a_worker_that_has_lost_its_threads_is_replaced(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as running, load(running) as work:
        assert await called(running, "hang") is None
        await running.until_printed("has lost its threads to functions that hang: another takes its place")
        await running.until_printed("in place of pid")

        assert work.lost == []


async def test_cloud_code_runs_in_the_servers_own_process_where_nobody_watches_it(tmp_path: Path) -> None:
    async with server(tmp_path, workerBlockedSeconds=0) as running:
        assert await called(running, "pid") == running.process.pid


async def test_data_in_memory_stay_in_the_servers_own_process(tmp_path: Path) -> None:
    async with server(tmp_path, databaseURI="memory://") as running:
        assert await called(running, "pid") == running.process.pid


async def test_one_worker_serves_cloud_code_and_its_log_does_not_speak_of_workers(tmp_path: Path) -> None:
    async with server(tmp_path) as running:
        assert await called(running, "pid") != running.process.pid
        assert '"worker"' not in running.output
        assert running.output.startswith("parsepy ")
        assert "Worker" not in running.output


async def test_a_start_with_cloud_code_takes_little_time(tmp_path: Path) -> None:
    async with server(tmp_path) as running:
        worker = await called(running, "pid")
        assert isinstance(worker, int)

        assert running.seconds + cpu_seconds_of(worker) < 1.5
