"""The first hour: a start without configuration, what it prints, and what it leaves behind."""

from __future__ import annotations

import asyncio
import shutil
import stat
import textwrap
from pathlib import Path

import aiohttp
import pytest

from parsepy.web.listening import listen, port_of
from tests.unit.cli.processes import ROOT, Running, run, serving

pytestmark = pytest.mark.slow
NODE_MODULES = ROOT / "tests" / "compat" / "node_modules"
SLOW = """\
import asyncio
from parsepy import Cloud

cloud = Cloud()


@cloud.define("slow")
async def slow(request):
    print("it began", flush=True)
    await asyncio.sleep(0.4)
    return "done"
"""


def snippet(server: Running, title: str) -> str:
    """The indented block below a title, as somebody would copy it."""
    block = server.output.partition(title)[2].partition("\n\n")[2].partition("\n\n")[0]
    assert block.startswith("  ")
    return textwrap.dedent(block)


async def shell(*command: str, cwd: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    return output.decode()


async def test_it_starts_in_under_a_second_and_keeps_keys_to_the_owner(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0") as server:
        folder = tmp_path / ".parsepy"
        assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
        assert (folder / ".gitignore").read_text() == "*\n"
        assert server.keys["appId"] in server.output
        assert server.keys["masterKey"] in server.output
        assert "--allowClientClassCreation false" in server.output
        assert await server.stop() == 0
    async with serving(tmp_path, "--port", "0") as again:
        assert again.seconds < 1.0


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_printed_curl_command_works_as_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0") as server:
        told = await shell("bash", "-c", snippet(server, "curl:"), cwd=tmp_path)

        assert '"objectId"' in told


@pytest.mark.skipif(not (NODE_MODULES / "parse").is_dir(), reason="npm ci --prefix tests/compat was not run")
async def test_the_printed_javascript_works_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    async with serving(tmp_path, "--port", "0") as server:
        (tmp_path / "try.js").write_text(snippet(server, "JavaScript (npm install parse):"))

        assert (await shell("node", "try.js", cwd=tmp_path)).startswith("saved ")


async def test_every_class_can_be_followed_live_at_once(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, "--port", "0") as server,
        aiohttp.ClientSession(headers=server.headers) as client,
        client.ws_connect(server.url) as socket,
    ):
        await socket.send_json({"op": "connect", "applicationId": server.keys["appId"]})
        query = {"className": "Anything", "where": {}}
        await socket.send_json({"op": "subscribe", "requestId": 1, "query": query})
        answers = [(await socket.receive_json(timeout=20))["op"] for _ in range(2)]
        await client.post(f"{server.url}/classes/Anything", json={"n": 1})
        event = await socket.receive_json(timeout=20)

    assert (answers, event["op"], event["object"]["n"]) == (["connected", "subscribed"], "create", 1)


async def test_objects_are_there_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0") as server, aiohttp.ClientSession(headers=server.headers) as client:
        made = await (await client.post(f"{server.url}/classes/GameScore", json={"score": 1})).json()
        await server.stop()
    async with serving(tmp_path, "--port", "0") as again, aiohttp.ClientSession(headers=again.headers) as client:
        found = await (await client.get(f"{again.url}/classes/GameScore/{made['objectId']}")).json()

    assert found["score"] == 1


async def test_clients_create_no_classes_once_that_is_closed(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0", "--allowClientClassCreation", "false") as server:
        async with aiohttp.ClientSession(headers=server.headers) as client:
            refused = await (await client.post(f"{server.url}/classes/GameScore", json={"score": 1})).json()
        await server.until_printed("119")

        assert refused["code"] == 119
        assert "Clients may create classes" not in server.output
        assert "allowClientClassCreation" in server.output


async def test_a_busy_port_gives_way_to_the_next_and_that_is_said(tmp_path: Path) -> None:
    async with serving(tmp_path) as first:
        other = tmp_path / "other"
        other.mkdir()
        async with serving(other) as second:
            assert first.url != second.url
            assert "is in use, so this is port" in second.output
            assert second.url in second.output.partition("Parse.serverURL")[2]


async def test_a_chosen_port_that_is_busy_stops_the_start(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = port_of(taken)
        code, _, errors = await run(tmp_path, "serve", "--host", "127.0.0.1", "--port", str(port))

    assert code == 1
    assert (
        errors == f"Port {port} is in use. Stop the program that listens there, or choose another port with --port.\n"
    )


async def test_the_server_stops_within_two_seconds_and_finishes_what_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / "main.py").write_text(SLOW)
    async with serving(tmp_path, "--port", "0") as server, aiohttp.ClientSession(headers=server.headers) as client:
        calling = asyncio.ensure_future(client.post(f"{server.url}/functions/slow", json={}))
        await server.until_printed("it began")
        async with asyncio.timeout(2.0):
            code = await server.stop()
        answer = await (await calling).json()

    assert (code, answer) == (0, {"result": "done"})
