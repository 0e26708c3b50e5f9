"""`parsepy cloud` against servers that take deployments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from parsepy.cli import main
from tests.compat.servers import Server, parsepy
from tests.integration.deploying import OPTIONS

KEYS = ("--app-id", "test", "--master-key", "master")

pytestmark = pytest.mark.slow


@pytest.fixture
async def servers() -> AsyncIterator[tuple[Server, Server]]:
    """Two servers with a database each."""
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(parsepy(OPTIONS, "sqlite")) for _ in range(2)]
        yield one, two


class Shell:
    """Runs `parsepy cloud` in a folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.err = ""

    async def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints; it must end with the code."""
        ended = await asyncio.to_thread(main, ["cloud", *arguments])
        out, self.err = self._capsys.readouterr()
        assert ended == code, out + self.err
        return str(out)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


async def test_code_is_begun_deployed_called_brought_back_and_promoted(
    servers: tuple[Server, Server], shell: Shell, tmp_path: Path
) -> None:
    one, two = (("--to", server.url, *KEYS) for server in servers)
    await shell.run("init")
    assert "is live on" in await shell.run("deploy", "--note", "first", *one)
    assert await shell.run("run", "hello", "name=Ann", *one) == '"Hello Ann"\n'

    change(tmp_path / "cloud/main.py", "Hello {", "Servus {")
    await shell.run("deploy", *one, code=1)
    assert "its tests fail" in shell.err
    change(tmp_path / "cloud/tests/test_main.py", '"Hello Ann"', '"Servus Ann"')
    await shell.run("deploy", *one)
    assert await shell.run("run", "hello", *one) == '"Servus world"\n'

    await shell.run("promote", "--from", servers[0].url, *two)
    await shell.run("rollback", *one)
    assert await shell.run("run", "hello", *one) == '"Hello world"\n'
    assert await shell.run("run", "hello", *two) == '"Servus world"\n'
    states = [line.split() for line in (await shell.run("releases", *one)).splitlines()[1:]]
    assert [line[1] if line[0] != "*" else line[2] for line in states] == ["retired", "failed", "active"]
    assert "is active on every server" in await shell.run("logs", *one)
