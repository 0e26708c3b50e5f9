"""Deploying to servers of several workers that share a database: all end on the same release, and nobody notices."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy.cli import main
from tests.compat.servers import fresh_database
from tests.integration.deploying import KEYS, Site, bundle, code, site, versioned, write_wheel

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# The checks load code in the folder of the release, a server in its own.
REFUSED_BY_B = "\nfrom pathlib import Path\n\nif Path.cwd().name == 'b':\n    raise RuntimeError('b has no such key')\n"
CRASHES_ON_B = """
import os
import threading
from pathlib import Path

if Path.cwd().name == "b" and threading.current_thread() is threading.main_thread():
    threading.Timer(0.9, os._exit, [3]).start()
"""
LOGS = """

@cloud.define("say")
async def say(request):
    request.log.warning("said %s", request.params["what"])
"""
NODE_MODULES = Path(__file__).parents[1] / "compat" / "node_modules"
Sites = list[Site]


@pytest.fixture(params=["sqlite", "postgres", "mongo"])
def store(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def address(store: str, request: pytest.FixtureRequest) -> str:
    """A database server of that kind; SQLite needs none."""
    return "" if store == "sqlite" else str(request.getfixturevalue(f"{store}_server"))


@pytest.fixture
async def uri(store: str, address: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database that several servers can use."""
    if store == "sqlite":
        yield f"sqlite:///{tmp_path}/shared.db"
        return
    async with fresh_database("mongo" if store == "mongo" else "postgres", address) as found:
        yield found


@pytest.fixture
async def two(uri: str, tmp_path: Path) -> AsyncIterator[Sites]:
    """Two servers of two workers each."""
    async with site(uri, tmp_path / "a") as one, site(uri, tmp_path / "b") as other:
        yield [one, other]


@asynccontextmanager
async def load(sites: Sites, clients: int = 4) -> AsyncIterator[Counter[Any]]:
    """Clients that call the function without a pause, half of them on connections that they keep."""
    answers: Counter[Any] = Counter()
    async with AsyncExitStack() as stack:
        tasks = []
        for number in range(clients):
            connector = aiohttp.TCPConnector(limit=1, force_close=number % 2 == 1)
            session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
            url = f"{sites[number // 2 % len(sites)].server.url}/functions/version"
            tasks.append(asyncio.ensure_future(_call(session, url, answers)))
        try:
            yield answers
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _call(session: aiohttp.ClientSession, url: str, answers: Counter[Any]) -> None:
    while True:
        try:
            async with session.post(url, headers=KEYS, json={}) as answer:
                found = (await answer.json()).get("result", answer.status)
        except aiohttp.ClientError as exc:
            found = f"{type(exc).__name__}: {exc}"
        answers[found] += 1
        await asyncio.sleep(0.005)


@pytest.mark.parametrize(("store", "count"), [("sqlite", 3), ("postgres", 10), ("mongo", 3)])
async def test_many_deployments_one_of_them_broken_lose_no_request(two: Sites, count: int) -> None:
    first = await two[0].deploy(versioned(0))
    assert first["state"] == "active", first
    async with load(two) as answers:
        for number in range(1, count + 1):
            data = bundle({"main.py": "import nothing_like_it\n"}) if number == 2 else versioned(number)
            release = await two[number % 2].deploy(data)

            assert release["state"] == ("failed" if number == 2 else "active"), release
        for one in two:
            await one.until_version(count)

    assert set(answers) == set(range(count + 1)) - {2}, answers
    assert min(answers.values()) > 0


@pytest.mark.parametrize("store", ["sqlite"])
async def test_the_command_line_deploys_to_servers_under_load(two: Sites, tmp_path: Path) -> None:
    texts = [code(1), "import nothing_like_it\n", code(3)]
    async with load(two) as answers:
        codes = [await deployed(one, text, tmp_path / "cloud") for one, text in zip([*two, two[0]], texts, strict=True)]
        for one in two:
            await one.until_version(3)

    assert codes == [0, 1, 0]
    # Before the first deployment there is no such function.
    assert set(answers) == {400, 1, 3}, answers


async def deployed(one: Site, text: str, folder: Path) -> int:
    """Let the command line deploy a folder that holds the text; its exit code."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    await asyncio.to_thread((folder / "main.py").write_text, text)
    keys = ["--app-id", "test", "--master-key", "master"]
    return await asyncio.to_thread(main, ["cloud", "deploy", str(folder), "--to", one.server.url, *keys])


async def test_the_servers_and_their_workers_are_listed_with_what_they_run(two: Sites) -> None:
    release = await two[0].deploy(versioned(1))
    listed = {(worker["server"], worker["worker"]): worker for worker in release["servers"]}

    assert len(listed) == 4
    assert all(worker["release"] == release["id"] and worker["healthy"] for worker in listed.values())
    assert await two[1].active() == release["id"]


@pytest.mark.parametrize("store", ["sqlite"])
async def test_no_server_runs_a_release_that_one_of_them_cannot_load(two: Sites) -> None:
    good = await two[0].deploy(versioned(1))
    async with load(two) as answers:
        broken = await two[0].deploy(versioned(2, more=REFUSED_BY_B))

    assert broken["state"] == "failed"
    assert "main.py:13: RuntimeError: b has no such key" in broken["problems"][0]
    assert set(answers) == {1}, answers
    assert await two[1].active() == good["id"]


@pytest.mark.parametrize("store", ["sqlite"])
async def test_all_return_when_a_release_crashes_on_one_of_them(two: Sites) -> None:
    await two[0].deploy(versioned(1))
    crashing = await two[0].deploy(versioned(2, more=CRASHES_ON_B))
    assert crashing["state"] == "failed", crashing

    for one in two:
        await one.until_version(1)


@pytest.mark.parametrize("store", ["sqlite"])
async def test_what_was_active_comes_back_on_request(two: Sites) -> None:
    old, _ = await two[0].deploy(versioned(1)), await two[0].deploy(versioned(2))
    status, answer = await two[1].ask("POST", f"/cloud_code/releases/{old['id']}/activate", b"{}")
    assert (status, answer["state"]) == (200, "activating")
    assert (await two[0].settled(old["id"]))["state"] == "active"

    for one in two:
        await one.until_version(1)


async def test_a_server_that_dies_in_the_middle_holds_nothing_up_and_finds_the_release_when_it_is_back(
    uri: str, tmp_path: Path
) -> None:
    async with site(uri, tmp_path / "a") as one:
        async with site(uri, tmp_path / "b") as dying:
            release = await one.upload(versioned(1))
            await until_begun(one, release)
            kill_with_workers(dying)
            assert (await one.settled(release))["state"] == "active"
        async with site(uri, tmp_path / "b") as back:
            await back.until_version(1)


@pytest.mark.parametrize("store", ["sqlite"])
async def test_a_server_that_is_started_again_finds_the_release_in_place_of_its_own_code(
    uri: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.py"
    own.write_text(code("own"))
    async with site(uri, tmp_path / "a", cloud=str(own)) as one:
        await one.until_version("own")
        release = await one.deploy(versioned(1))
    async with site(uri, tmp_path / "a", cloud=str(own)) as again:
        await again.until_version(1)

    unpacked = tmp_path / "a" / ".parsepy" / "releases" / release["sha256"] / "cloud" / "main.py"
    assert unpacked.read_text() == code(1)


@pytest.mark.parametrize("store", ["sqlite"])
async def test_a_release_that_was_touched_on_the_disk_is_not_run(uri: str, tmp_path: Path) -> None:
    async with site(uri, tmp_path / "a") as one:
        release = await one.deploy(versioned(1))
    unpacked = tmp_path / "a" / ".parsepy" / "releases" / release["sha256"] / "cloud" / "main.py"
    unpacked.write_text(code("evil"))

    async with site(uri, tmp_path / "a") as again:
        assert await again.version() == 1


@pytest.mark.parametrize("store", ["sqlite"])
async def test_modules_of_two_releases_are_never_mixed(two: Sites, tmp_path: Path) -> None:
    late = (
        '\n\n@cloud.define("late")\nasync def late(request):\n    from cloud.lib import more\n    return more.NUMBER\n'
    )
    # What lies where the server was started must not be found.
    (tmp_path / "a" / "cloud" / "lib").mkdir(parents=True)
    (tmp_path / "a" / "cloud" / "lib" / "more.py").write_text("NUMBER = 'wrong'\n")
    for number in (1, 2):
        files = {"main.py": code(number, more=late), "lib/more.py": f"NUMBER = {number}\n"}
        assert (await two[0].deploy(bundle(files)))["state"] == "active"

        answers = [await two[0].ask("POST", "/functions/late") for _ in range(10)]
        assert [answer for _, answer in answers] == [{"result": number}] * 10


@pytest.mark.parametrize("store", ["sqlite"])
async def test_what_a_release_requires_is_installed_for_it_where_that_is_allowed(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(tmp_path, "parsepy_test_dependency")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    test = "import parsepy_test_dependency\n\n\ndef test_it() -> None:\n    assert parsepy_test_dependency.here\n"
    files = {"main.py": f"import parsepy_test_dependency\n{code(1)}", "tests/test_main.py": test}
    needing = bundle({**files, "requirements.txt": "parsepy-test-dependency\n"})
    async with site(uri, tmp_path / "a", cluster=1) as one:
        refused = await one.deploy(needing)
    async with site(uri, tmp_path / "a", cluster=1, cloudDeploy={"allowInstall": True}) as one:
        release = await one.deploy(needing)
        assert await one.version() == 1

    assert refused["problems"][0] == "requirements.txt: parsepy-test-dependency is not installed on the server"
    assert release["state"] == "active", release


@pytest.mark.parametrize("store", ["sqlite"])
async def test_javascript_is_deployed_alike(uri: str, tmp_path: Path) -> None:
    script = "Parse.Cloud.define('version', () => 'script ' + require('./more').number);\n"
    async with site(uri, tmp_path / "a") as one:
        (tmp_path / "a" / "node_modules").symlink_to(NODE_MODULES)
        good = await one.deploy(bundle({"main.js": script, "more.js": "exports.number = 1;\n"}))
        assert good["state"] == "active", good
        await one.until_version("script 1")
        broken = await one.deploy(bundle({"main.js": "require('./none');\n"}))
        assert broken["state"] == "failed"
        assert "Cannot find module './none'" in broken["problems"][0]
        await one.until_version("script 1")


@pytest.mark.parametrize("store", ["sqlite"])
async def test_the_log_of_a_server_is_that_of_all_its_workers(two: Sites) -> None:
    await two[0].deploy(versioned(1, more=LOGS))
    cursor = (await two[0].ask("GET", "/cloud_code/logs"))[1]["next"]
    said: list[dict[str, Any]] = []
    asked = 0
    # On a busy computer one worker may take many connections in a row.
    while {line["worker"] for line in said} != {1, 2}:
        for number in range(asked, asked + 20):
            await two[0].ask("POST", f"/functions/say?what={number}")
        asked += 20
        while len(said) < asked:
            _, answer = await two[0].ask("GET", f"/cloud_code/logs?wait=5&after={cursor}")
            cursor = answer["next"]
            said += [line for line in answer["results"] if line["message"].startswith("said ")]

    assert sorted(int(line["message"].removeprefix("said ")) for line in said) == list(range(asked))
    assert {line["level"] for line in said} == {"warn"}


@pytest.mark.parametrize("store", ["sqlite"])
async def test_one_worker_is_enough_to_deploy_to(uri: str, tmp_path: Path) -> None:
    async with site(uri, tmp_path / "a", cluster=None) as one, AsyncExitStack() as stack:
        await one.deploy(versioned(1))
        answers = await stack.enter_async_context(load([one]))
        second = await one.deploy(versioned(2))
        assert second["state"] == "active", second
        crashing = await one.deploy(versioned(3, more=CRASHES_ON_B.replace("'b'", "'a'").replace('"b"', '"a"')))
        assert crashing["state"] == "failed"
        await one.until_version(2)

    assert {1, 2} <= set(answers)


async def until_begun(one: Site, release: str) -> None:
    """Wait until the servers begin to go over to the release."""
    state = "checking"
    while state == "checking":
        await asyncio.sleep(0.02)
        state = (await one.release(release))["state"]
    assert state == "activating"


def kill_with_workers(one: Site) -> None:
    """End a server and its workers without a word, as when the machine loses its power."""
    pid = one.server.child.pid
    workers = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for process in (pid, *workers):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
