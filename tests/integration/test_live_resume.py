"""A worker that is killed between storing a change and telling of it: who comes back is told of it, once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pymongo.uri_parser import parse_uri

from tests.compat.servers import Server, fresh_database, parsepy

from .dying_workers import Stored, Trap, held_in_postgres, held_in_sqlite

pytestmark = [pytest.mark.slow, pytest.mark.loss]
PATIENCE = 60.0
WORKERS = 2
OPTIONS = {"startLiveQueryServer": True, "liveQuery": {"classNames": ["Score"]}, "verifyServerUrl": False}
CODE = """\
import os
from parsepy import Cloud

cloud = Cloud()


@cloud.define("pid")
async def pid(request):
    return os.getpid()
"""
HEADERS = {"X-Parse-Application-Id": "test"}
Post = Callable[[str, Any], Coroutine[Any, Any, Any]]


class Listener:
    """A client on a real socket that follows all scores from a cursor on."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.cursor = ""
        self.texts: list[str] = []

    async def follows(self, cursor: str) -> None:
        query = {"className": "Score", "where": {}}
        await self._socket.send_json({"op": "connect", "applicationId": "test"})
        await self._socket.send_json({"op": "subscribe", "requestId": 1, "query": query, "resume": cursor})
        await self.hears("subscribed")

    async def hears(self, op: str, text: str | None = None) -> None:
        """Take in what comes, up to this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self._socket.receive_json()
                self.cursor = message.get("cursor", self.cursor)
                if message["op"] in {"create", "update", "resync"}:
                    self.texts.append(message.get("object", {}).get("text", message["op"]))
                if message["op"] == op and text in {None, *self.texts[-1:]}:
                    return


@asynccontextmanager
async def listening(server: Server, cursor: str = "") -> AsyncIterator[Listener]:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.url) as socket:
        listener = Listener(socket)
        await listener.follows(cursor)
        yield listener


@asynccontextmanager
async def one_worker(server: Server) -> AsyncIterator[tuple[int, Post]]:
    """The process id of a worker, and a function that sends it requests."""
    connector = aiohttp.TCPConnector(limit=1, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:

        async def post(path: str, body: Any) -> Any:
            async with session.post(server.url + path, json=body) as answer:
                return await answer.json()

        yield (await post("/functions/pid", {}))["result"], post


def score(text: str, friend: str | None = None) -> dict[str, Any]:
    pointer = {"__type": "Pointer", "className": "Score", "objectId": friend or "nobody"}
    return {"text": text, "friends": {"__op": "AddRelation", "objects": [pointer]}}


async def last_cursor(server: Server) -> str:
    """Where a client was when it left, after one event."""
    async with listening(server) as listener, one_worker(server) as (_, post):
        await post("/classes/Score", score("first"))
        await listener.hears("create", "first")
        return listener.cursor


async def killed_while_saving(server: Server, held: AbstractAsyncContextManager[Stored]) -> None:
    """Have a worker store a score, and kill it before it can tell anybody."""
    async with one_worker(server) as (pid, post), held as stored:
        saving = asyncio.create_task(post("/classes/Score", score("lost")))
        async with asyncio.timeout(PATIENCE):
            await stored()
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(aiohttp.ClientError):
            await saving
        assert isinstance(saving.exception(), aiohttp.ClientError)


async def texts_after(server: Server, cursor: str, awaited: str) -> list[str]:
    """What somebody hears who comes back with the cursor, up to two scores that are made then and one that he waits for."""
    async with listening(server, cursor) as listener, one_worker(server) as (_, post):
        await post("/classes/Score", score("then"))
        while awaited not in listener.texts:
            await listener.hears("create")
        await post("/classes/Score", score("last"))
        await listener.hears("create", "last")
        return listener.texts


async def test_a_change_that_was_not_told_is_caught_up_on_once_on_sqlite(tmp_path: Path) -> None:
    cloud, file = tmp_path / "main.py", tmp_path / "data.db"
    cloud.write_text(CODE)
    options = {**OPTIONS, "databaseURI": f"sqlite:///{file}"}
    async with parsepy(options, cloud=cloud, cluster=WORKERS) as server:
        cursor = await last_cursor(server)
        await killed_while_saving(server, held_in_sqlite(file, "lost"))

        assert await texts_after(server, cursor, "then") == ["lost", "then", "last"]


@pytest.mark.oracle
async def test_a_change_that_was_not_told_is_caught_up_on_once_on_postgres(
    postgres_server: str, tmp_path: Path
) -> None:
    cloud = tmp_path / "main.py"
    cloud.write_text(CODE)
    async with (
        fresh_database("postgres", postgres_server) as uri,
        parsepy({**OPTIONS, "databaseURI": uri}, "postgres", cloud=cloud, cluster=WORKERS) as server,
    ):
        cursor = await last_cursor(server)
        await killed_while_saving(server, held_in_postgres(uri, "lost"))

        assert await texts_after(server, cursor, "then") == ["lost", "then", "last"]


@pytest.mark.oracle
async def test_a_change_that_was_not_entered_is_settled_and_told_once_on_mongodb(
    mongo_server: str, tmp_path: Path
) -> None:
    cloud = tmp_path / "main.py"
    cloud.write_text(CODE)
    async with fresh_database("mongo", mongo_server) as uri:
        host, port = parse_uri(uri)["nodelist"][0]
        trap = Trap(port, mark=b"\x02insert\x00\x0f\x00\x00\x00_ParsepyChange\x00")
        await trap.open()
        through = uri.replace(f"{host}:{port}", f"127.0.0.1:{trap.port}")
        async with parsepy({**OPTIONS, "databaseURI": through}, "mongo", cloud=cloud, cluster=WORKERS) as server:
            cursor = await last_cursor(server)
            await killed_while_saving(server, held_in_trap(trap))

            assert sorted(await texts_after(server, cursor, "lost")) == ["last", "lost", "then"]
        await trap.close()


@asynccontextmanager
async def held_in_trap(trap: Trap) -> AsyncIterator[Stored]:
    """Nothing reaches the database once the worker wants to enter what it has stored."""
    trap.armed = True
    yield trap.caught.wait
    trap.armed = False
    await trap.cut()
    trap.resume()
