"""The commands against a server: what is asked for, what users read, and how commands end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from parsepy.cli import main
from parsepy.cli.cloud import releases
from tests.unit.cli.cloud.stand_in import KEYS, StandIn, standing_in

LIVE = "release {} is live on {}"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with cloud code, and no waiting."""
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud/main.py").write_text("cloud = None\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(releases, "PAUSE_SECONDS", 0.0)
    for name in ("PARSE_SERVER_URL", "PARSE_SERVER_APPLICATION_ID", "PARSE_SERVER_MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with standing_in() as running:
        yield running


class Output:
    """What a command ended with and wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out, self.err = "", ""

    async def of(self, *arguments: str) -> int:
        """Run `parsepy cloud` beside the server; its exit code."""
        code = await asyncio.to_thread(main, ["cloud", *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Output:
    return Output(capsys)


async def test_deploy_uploads_the_folder_and_waits_until_it_is_live(server: StandIn, run: Output) -> None:
    workers = [{"release": "new", "healthy": True}, {"release": "old", "healthy": True}]
    server.fates = [
        {"state": "checking"},
        {"state": "activating"},
        {"state": "activating", "servers": workers},
        {"state": "active"},
    ]
    code = await run.of("deploy", "--to", server.url, "--note", "first & best", *KEYS)

    assert (code, run.out) == (0, LIVE.format("new", server.url) + "\n")
    assert run.err.splitlines()[3:] == ["checking", "activating", "activating: 1 of 2 workers run it", "active"]
    assert server.releases[0]["note"] == "first & best"
    assert server.bundles["new"].startswith(b"\x1f\x8b")


async def test_a_release_that_fails_is_told_with_its_problems(server: StandIn, run: Output) -> None:
    server.fates = [{"state": "failed", "problems": ["main.py:3: invalid syntax", "tests/test_main.py failed"]}]
    code = await run.of("deploy", "--to", server.url, *KEYS)

    assert (code, run.out) == (1, "")
    assert "release new failed; the one before stays in use:" in run.err
    assert "\n  main.py:3: invalid syntax\n  tests/test_main.py failed\n" in run.err


async def test_a_server_that_is_busy_for_a_moment_is_asked_again(server: StandIn, run: Output) -> None:
    server.fates = [{"status": 503}, {"status": 500}, {"state": "active"}]

    assert await run.of("deploy", "--to", server.url, *KEYS) == 0


async def test_waiting_ends_after_the_time_that_was_given(server: StandIn, run: Output) -> None:
    server.fates = [{"state": "checking"}]
    code = await run.of("deploy", "--to", server.url, "--timeout", "0", *KEYS)

    assert (code, "is still checking after 0 seconds" in run.err) == (1, True)


async def test_a_wrong_key_ends_the_command(server: StandIn, run: Output) -> None:
    code = await run.of("deploy", "--to", server.url, "--app-id", "app", "--master-key", "wrong")

    assert (code, run.err.splitlines()[-1]) == (1, "unauthorized")


async def test_a_server_that_is_not_there_is_told(run: Output) -> None:
    code = await run.of("releases", "--to", "http://127.0.0.1:1/parse", *KEYS)

    assert (code, run.err.startswith("http://127.0.0.1:1/parse does not answer: ")) == (1, True)


async def test_the_list_shows_what_is_active(server: StandIn, run: Output) -> None:
    server.add("one", "retired", "2026-01-01", bundle=b"x" * 2000, note="first\x1b[2J")
    server.add("two", "active", "2026-01-02", note="better")
    server.active = "two"
    code = await run.of("releases", "--to", server.url, *KEYS)

    lines = run.out.splitlines()
    assert (code, lines[0].split()) == (0, ["RELEASE", "STATE", "CREATED", "SIZE", "SHA256", "NOTE"])
    assert lines[1].split()[:4] == ["*", "two", "active", "2026-01-02"]
    assert lines[2].split()[:5] == ["one", "retired", "2026-01-01", "2", "KiB"]
    assert "\x1b" not in run.out


async def test_a_server_without_releases_says_so(server: StandIn, run: Output) -> None:
    assert await run.of("releases", "--to", server.url, *KEYS) == 0
    assert run.out == "There are no releases.\n"


async def test_rollback_brings_the_release_before_the_active_one(server: StandIn, run: Output) -> None:
    for number, state in enumerate(("retired", "failed", "active", "retired")):
        server.add(f"r{number}", state, f"2026-01-0{number + 1}")
    server.active = "r2"
    code = await run.of("rollback", "--to", server.url, *KEYS)

    assert (code, run.out) == (0, LIVE.format("r0", server.url) + "\n")
    assert "POST /parse/cloud_code/releases/r0/activate" in server.paths()


async def test_rollback_takes_the_release_that_is_named(server: StandIn, run: Output) -> None:
    server.add("r3", "retired", "2026-01-04")

    assert await run.of("rollback", "r3", "--to", server.url, *KEYS) == 0
    assert server.paths()[0] == "POST /parse/cloud_code/releases/r3/activate"


@pytest.mark.parametrize(
    ("active", "text"), [(None, "No release is active"), ("r0", "There is no earlier release that worked")]
)
async def test_rollback_without_a_release_before_is_told(
    server: StandIn, run: Output, active: str | None, text: str
) -> None:
    server.add("r0", "active", "2026-01-01")
    server.active = active

    assert await run.of("rollback", "--to", server.url, *KEYS) == 1
    assert text in run.err


def line(text: str) -> dict[str, str]:
    return {"at": "2026-01-01T00:00:00.000Z", "level": "info", "message": text, "worker": "1"}


async def test_logs_are_written_once(server: StandIn, run: Output) -> None:
    server.logs = [[line("one"), line("two\x1b]0;x")], [line("three")]]
    code = await run.of("logs", "--to", server.url, *KEYS)

    assert (code, run.out.splitlines()) == (
        0,
        ["2026-01-01T00:00:00.000Z INFO    one", "2026-01-01T00:00:00.000Z INFO    two]0;x"],
    )


async def test_logs_are_followed_from_where_they_ended(server: StandIn, run: Output) -> None:
    server.logs = [[line("one")], [], [line("two")]]
    code = await run.of("logs", "--follow", "--to", server.url, *KEYS)

    assert (code, [text.split()[-1] for text in run.out.splitlines()]) == (1, ["one", "two"])
    assert server.paths()[1] == "GET /parse/cloud_code/logs?wait=10&after=1"


async def test_a_function_is_called_with_the_master_key(server: StandIn, run: Output) -> None:
    code = await run.of("run", "hello", "name=Ann", "age=7", "--to", server.url, *KEYS)

    assert code == 0
    assert json.loads(run.out) == {"name": "hello", "params": {"name": "Ann", "age": 7}}
    assert server.asked[0][2]["X-Parse-Master-Key"] == "the-master-key"


async def test_a_function_is_called_as_a_user(server: StandIn, run: Output) -> None:
    code = await run.of("run", "math.add", '{"a": [1]}', "--session", "r:ann", "--to", server.url, *KEYS)

    assert (code, json.loads(run.out)["params"]) == (0, {"a": [1]})
    assert server.asked[0][2]["X-Parse-Session-Token"] == "r:ann"
    assert "X-Parse-Master-Key" not in server.asked[0][2]


async def test_the_error_of_a_function_ends_the_command(server: StandIn, run: Output) -> None:
    code = await run.of("run", "a/b", "--to", server.url, *KEYS)

    assert (code, run.out, run.err) == (1, "", "error 141: There is nothing.\n")


async def test_promote_brings_the_active_release_of_one_server_to_another(server: StandIn, run: Output) -> None:
    async with standing_in() as source:
        source.add("r1", "active", "2026-01-01", bundle=b"\x1f\x8bcode")
        source.active = "r1"
        code = await run.of("promote", "--from", source.url, "--to", server.url, *KEYS)

        assert (code, run.out) == (0, LIVE.format("new", server.url) + "\n")
        assert server.bundles["new"] == b"\x1f\x8bcode"
        assert server.releases[0]["note"] == f"release r1 of {source.url}"
        assert {path.split()[0] for path in source.paths()} == {"GET"}


async def test_a_bundle_that_is_damaged_is_not_promoted(server: StandIn, run: Output) -> None:
    async with standing_in() as source:
        source.add("r1", "active", "2026-01-01", sha256="0" * 64)
        code = await run.of("promote", "r1", "--from", source.url, "--to", server.url, *KEYS)

    assert (code, "was damaged on its way" in run.err, server.asked) == (1, True, [])


async def test_a_server_that_sends_elsewhere_does_not_get_the_key_carried_there(run: Output, server: StandIn) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(server.url)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    async with TestServer(app) as other:
        code = await run.of("releases", "--to", str(other.make_url("/parse")), *KEYS)

    assert (code, server.asked, f"sends on to {server.url}" in run.err) == (1, [], True)
