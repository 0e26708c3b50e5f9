"""The log of a server with several workers, as the dashboard reads it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.unit.cli.processes import Running, serving
from tests.waiting import until

CLOUD = """
import asyncio
import os
from parsepy import Cloud

cloud = Cloud()


@cloud.define("say")
async def say(request):
    request.log.info("said %s with password=hunter2 and key the-master-key", request.params["word"])
    await asyncio.sleep(0.02)
    return os.getpid()


@cloud.define("fail")
async def fail(request):
    raise LookupError("nothing there")
"""
OPTIONS = {
    "appId": "one",
    "masterKey": "the-master-key",
    "serverURL": "http://127.0.0.1:1337/parse",
    "databaseURI": "sqlite:///./data.db",
    "cloud": "./main.py",
    "host": "127.0.0.1",
    "port": 0,
    "verifyServerUrl": False,
    "security": {"enableCheck": True, "enableCheckLog": True},
}
HEADERS = {"X-Parse-Application-Id": "one", "X-Parse-Master-Key": "the-master-key"}
WORKERS = 2
AT_ONCE, MOST_TURNS = 16, 50


async def ask(server: Running, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer to a request that comes over a connection of its own, so that any worker may get it."""
    async with (
        aiohttp.ClientSession(headers=HEADERS) as client,
        client.request(method, f"{server.url}{path}", json=body) as answer,
    ):
        return await answer.json()


async def say_on_every_worker(server: Running) -> set[str]:
    """The words that were said, until each worker has said one."""
    told: dict[int, str] = {}
    for turn in range(MOST_TURNS):
        words = [f"w{turn}.{n}" for n in range(AT_ONCE)]
        answers = await asyncio.gather(*(ask(server, "POST", "/functions/say", {"word": word}) for word in words))
        told |= {answer["result"]: word for answer, word in zip(answers, words, strict=True)}
        if len(told) == WORKERS:
            break
    return set(told.values())


def written(folder: Path) -> str:
    """What the files of the log hold."""
    return "".join(file.read_text() for file in (folder / "logs").iterdir())


@pytest.mark.slow
async def test_the_log_has_what_all_workers_say_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(CLOUD)
    (tmp_path / "config.json").write_text(json.dumps(OPTIONS))
    async with serving(tmp_path, "config.json", "--cluster", str(WORKERS)) as server:
        words = await say_on_every_worker(server)
        await ask(server, "POST", "/functions/fail")
        expected = [*(f"said {word} " for word in words), "Security report"]
        await until(lambda: all(text in written(tmp_path) for text in expected))
        rows = await ask(server, "GET", "/scriptlog?level=info&n=10000")
        errors = await ask(server, "GET", "/scriptlog?level=error&n=1000")
        await server.stop()

    said = {row["message"].split()[1]: row["worker"] for row in rows if row["message"].startswith("said")}
    assert len({said[word] for word in words}) == WORKERS
    assert [row["timestamp"] for row in rows] == sorted((row["timestamp"] for row in rows), reverse=True)
    assert any(row["message"].endswith("LookupError: nothing there") for row in errors)
    assert sum("Security report" in row["message"] for row in rows) == 1
    everything = server.output + written(tmp_path)
    assert "hunter2" not in everything
    assert "the-master-key" not in everything
