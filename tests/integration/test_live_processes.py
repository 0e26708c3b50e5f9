"""Live queries where several processes serve: workers of one host, hosts on one Redis, and processes of their own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy.version import __version__
from tests.compat.processes import Child, Command, free_port, running, until_printed
from tests.compat.servers import ROOT, Server, parsepy
from tests.live_client import LiveClient, live_client
from tests.redis_server import OwnRedis, own_redis
from tests.waiting import until

pytestmark = pytest.mark.slow
APP = {"X-Parse-Application-Id": "test"}
LIVE: Mapping[str, Any] = {
    "liveQuery": {"classNames": [".*"]}, "startLiveQueryServer": True, "verifyServerUrl": False, "logsFolder": None,
    "silent": False, "jsonLogs": True,
    # What is remembered is remembered for long: only what the processes tell each other can be in time.
    "cacheTTL": 600_000,
}  # fmt: skip
WORKERS = 4


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    async with own_redis(tmp_path / "redis") as redis:
        yield redis


@asynccontextmanager
async def connections(server: Server, number: int) -> AsyncIterator[list[aiohttp.ClientSession]]:
    """Clients that keep one connection each, so that they stay with one worker."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1), headers=APP, base_url=f"{server.url}/")
            )
            for _ in range(number)
        ]


@asynccontextmanager
async def followers(urls: Sequence[str], class_name: str) -> AsyncIterator[list[LiveClient]]:
    """A client at each of the addresses, which follows the class."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(live_client(url)) for url in urls]
        for client in clients:
            await client.follow(class_name)
        yield clients


async def ask(client: aiohttp.ClientSession, method: str, path: str, body: object = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.request(method, path, json=body, headers=named) as answer:
        return await answer.json()


async def cluster_of(server: Server, number: int) -> None:
    for worker in range(1, number + 1):
        await until_printed(server.child, f'{{"level":"info","message":"Worker {worker} serves')


async def noise(clients: Sequence[aiohttp.ClientSession]) -> None:
    """Saves of other objects, as fast as they are answered."""

    async def one(client: aiohttp.ClientSession) -> None:
        while True:
            await ask(client, "POST", "classes/Noise", {"text": "x" * 200})

    await asyncio.gather(*(one(client) for client in clients))


async def test_followers_at_every_worker_hear_changes_of_all_workers_once_and_in_order(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(parsepy(LIVE, folder=tmp_path, cluster=WORKERS))
        await cluster_of(server, WORKERS)
        savers = await stack.enter_async_context(connections(server, 2 * WORKERS))
        made = await ask(savers[0], "POST", "classes/Score", {"n": 0})
        told = await stack.enter_async_context(followers([server.url] * 2 * WORKERS, "Score"))
        others = await stack.enter_async_context(connections(server, WORKERS))
        await stack.enter_async_context(followers([server.url] * WORKERS, "Noise"))
        load = asyncio.create_task(noise(others))
        for number in range(1, 301):
            # One after another, each at another worker.
            await ask(savers[number % len(savers)], "PUT", f"classes/Score/{made['objectId']}", {"n": number})
        load.cancel()
        heard = [await client.until_told("n", 300) for client in told]

    assert [[number for _, number in events] for events in heard] == [list(range(1, 301))] * len(told)


def with_redis(redis: OwnRedis, folder: Path, **more: Any) -> dict[str, Any]:
    """Options of servers that share a database and a Redis."""
    places = {
        "liveQuery": {"classNames": [".*"], "redisURL": redis.url},
        "databaseURI": f"sqlite:///{folder}/shared.db",
    }
    return {**LIVE, **places, **more}


async def test_hosts_on_one_redis_hear_each_other_once_and_in_order(redis: OwnRedis, tmp_path: Path) -> None:
    options = with_redis(redis, tmp_path)
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(parsepy(options, cluster=2))
        there = await stack.enter_async_context(parsepy(options, cluster=2))
        for server in (here, there):
            await cluster_of(server, 2)
        savers = await stack.enter_async_context(connections(here, 4))
        made = await ask(savers[0], "POST", "classes/Score", {"n": 0})
        told = await stack.enter_async_context(followers([here.url] * 3 + [there.url] * 3, "Score"))
        for number in range(1, 101):
            await ask(savers[0], "PUT", f"classes/Score/{made['objectId']}", {"n": number})
        for number, saver in enumerate(savers[1:], 101):
            await ask(saver, "POST", "classes/Score", {"n": number})
        heard = [[number for _, number in await client.until_told("n", 103)] for client in told]

    assert [sorted(numbers) for numbers in heard] == [list(range(1, 104))] * 6
    assert [numbers[:100] for numbers in heard] == [list(range(1, 101))] * 6


async def test_what_is_revoked_at_one_host_is_revoked_at_the_other(redis: OwnRedis, tmp_path: Path) -> None:
    options = with_redis(redis, tmp_path)
    async with parsepy(options) as here, parsepy(options) as there, connections(here, 1) as [saver]:
        await ask(saver, "POST", "users", {"username": "ann", "password": "secret"})
        ann = await ask(saver, "POST", "login", {"username": "ann", "password": "secret"})
        secret = {"ACL": {ann["objectId"]: {"read": True}}}
        async with live_client(there.url, token=ann["sessionToken"]) as client:
            await client.follow("Note")
            await ask(saver, "POST", "classes/Note", {"n": 1, **secret})
            before = await client.until_told("n", 1)
            await ask(saver, "POST", "logout", X_Parse_Session_Token=ann["sessionToken"])
            await ask(saver, "POST", "classes/Note", {"n": 2, **secret})
            await ask(saver, "POST", "classes/Note", {"n": 3})
            after = await client.until_told("n", 3)

    assert (before, after) == ([("create", 1)], [("create", 3)])


async def test_saves_go_on_while_redis_is_away_and_others_hear_of_them_later(redis: OwnRedis, tmp_path: Path) -> None:
    options = with_redis(redis, tmp_path)
    await redis.stop()
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(parsepy(options)) for _ in range(2)]
        [saver] = await stack.enter_async_context(connections(here, 1))
        near, far = await stack.enter_async_context(followers([here.url, there.url], "Score"))
        for number in range(1, 21):
            assert "objectId" in await ask(saver, "POST", "classes/Score", {"n": number})
        near_at_once = await near.until_told("n", 20)
        await redis.start()
        far_later = await far.until_told("n", 20)

    assert near_at_once == far_later == [("create", number) for number in range(1, 21)]


@asynccontextmanager
async def alone(folder: Path, options: Mapping[str, Any], *flags: str) -> AsyncIterator[Child]:
    """`parsepy livequery`, ready."""
    folder.mkdir()  # noqa: ASYNC240 - before anything runs
    server = {"appId": "test", "masterKey": "master", "serverURL": "http://127.0.0.1:1/parse", "host": "127.0.0.1"}
    (folder / "config.json").write_text(json.dumps({**server, **options}))
    argv = [sys.executable, "-m", "parsepy", "livequery", "config.json", *flags]
    async with running(Command(argv, folder, env={"PYTHONPATH": str(ROOT)})) as child:
        yield child


@pytest.mark.parametrize("flags", [(), ("--cluster", "2")], ids=["one process", "two workers"])
async def test_a_process_can_serve_live_queries_alone(redis: OwnRedis, tmp_path: Path, flags: Sequence[str]) -> None:
    port = free_port()
    options = with_redis(redis, tmp_path, liveQueryServerOptions={"redisURL": redis.url, "port": port})
    rest = {**options, "startLiveQueryServer": False, "liveQueryServerOptions": None}
    async with alone(tmp_path / "alone", options, *flags) as child, parsepy(rest) as server:
        await until_printed(child, f"parsepy {__version__} serves live queries of test at ws://127.0.0.1:{port}/parse")
        url = f"http://127.0.0.1:{port}"
        async with connections(server, 1) as [saver], followers([f"{url}/parse"] * 3, "Score") as told:
            for number in range(1, 6):
                await ask(saver, "POST", "classes/Score", {"n": number})
            heard = [await client.until_told("n", 5) for client in told]
            async with saver.get(f"{url}/parse/classes/Score") as refused, saver.get(f"{url}/parse/health") as healthy:
                answers = refused.status, refused.headers["Upgrade"], await healthy.json()

    assert heard == [[("create", number) for number in range(1, 6)]] * 3
    assert answers == (426, "websocket", {"status": "ok"})


async def test_a_process_for_live_queries_alone_needs_a_redis(tmp_path: Path) -> None:
    async with alone(tmp_path / "alone", {"databaseURI": "sqlite:///data.db"}) as child:
        code = await child.process.wait()

    assert (code, "liveQueryServerOptions.redisURL" in child.text()) == (2, True)
    assert "Traceback" not in child.text()


@pytest.mark.parametrize("cluster", [None, 2])
async def test_live_connections_can_have_a_port_of_their_own(tmp_path: Path, cluster: int | None) -> None:
    port = free_port()
    options = {**LIVE, "liveQueryServerOptions": {"port": port}}
    async with parsepy(options, folder=tmp_path, cluster=cluster) as server, connections(server, 1) as [saver]:
        async with followers([f"http://127.0.0.1:{port}"], "Score") as (client,):
            await ask(saver, "POST", "classes/Score", {"n": 1})
            told = await client.until_told("n", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await saver.ws_connect(server.url)
        async with saver.get(f"http://127.0.0.1:{port}/parse/classes/Score") as refused:
            status = refused.status

    assert (told, status) == ([("create", 1)], 426)


async def test_a_worker_that_replaces_another_serves_the_port_of_live_connections(tmp_path: Path) -> None:
    port = free_port()
    options = {**LIVE, "liveQueryServerOptions": {"port": port}}
    async with parsepy(options, folder=tmp_path, cluster=2) as server, connections(server, 1) as [saver]:
        await cluster_of(server, 2)
        server.child.process.send_signal(signal.SIGHUP)
        await until(lambda: server.child.text().count("in place of pid") == 2)
        async with followers([f"http://127.0.0.1:{port}"] * 4, "Score") as told:
            await ask(saver, "POST", "classes/Score", {"n": 1})
            heard = [await client.until_told("n", 1) for client in told]

    assert heard == [[("create", 1)]] * 4
