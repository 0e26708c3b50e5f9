"""The page on deploying: its requests answer as printed, and its options are options."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from parsepy.cli.releases.depot import MOST_KEPT
from parsepy.settings import load
from parsepy.settings.services import CloudDeploy
from parsepy.system.releases import records, servers
from parsepy.system.releases.bundle import ENTRIES, MOST_BYTES, MOST_FILES
from tests.integration.deploying import KEYS, Site, site, versioned

pytestmark = pytest.mark.slow
PAGE = (Path(__file__).parents[2] / "docs/cloud/deploying.md").read_text()
SHELL = re.compile(r"```sh\n(.*?)\n# (\d+) (.*?)\n```", re.DOTALL)
OPTIONS = re.compile(r"```json\n(.*?)```", re.DOTALL)
NEEDED = {"appId": "a", "masterKey": "k", "serverURL": "http://localhost/parse", "databaseURI": "sqlite:///x.db"}
ANYTHING = "…"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Site]:
    """A server that takes deployments."""
    async with site(f"sqlite:///{tmp_path}/data.db", tmp_path / "server", cluster=1) as one:
        yield one


async def test_the_requests_of_the_page_answer_as_printed(server: Site, tmp_path: Path) -> None:
    (tmp_path / "bundle.tar.gz").write_bytes(versioned(1))
    known = {"URL": server.server.url}
    examples = SHELL.findall(PAGE)
    assert len(examples) == 2
    for command, status, printed in examples:
        found_status, found = await answered(command, known, tmp_path)
        assert (found_status, unlike(json.loads(quoted(printed)), found)) == (int(status), [])
        known["ID"] = found["id"]
        await server.settled(found["id"])


async def answered(command: str, known: dict[str, str], folder: Path) -> tuple[int, Any]:
    """Status and JSON of what a command fetches, with the keys of the test."""
    keys = " ".join(f"-H '{name}: {value}'" for name, value in KEYS.items())
    script = f'curl() {{ command curl -s -w "\\n%{{http_code}}" {keys} "$@"; }}\n{command}'
    environ = {**os.environ, **known}
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=environ, stdout=asyncio.subprocess.PIPE
    )
    body, _, status = (await process.communicate())[0].decode().rpartition("\n")
    return int(status), json.loads(body)


def quoted(printed: str) -> str:
    """Printed JSON in which dots stand for any value."""
    return re.sub(rf'(?<!"){ANYTHING}(?!")', f'"{ANYTHING}"', printed)


def unlike(printed: Any, found: Any) -> list[str]:
    """The keys that differ; three dots are like anything."""
    if printed.keys() != found.keys():
        return [*printed, *found]
    states = {"active", "checking", "activating"}
    is_like = {
        key: value in {ANYTHING, found[key]} if isinstance(value, str) else value == [ANYTHING] or value == found[key]
        for key, value in printed.items()
    }
    is_like["state"] = found["state"] in states
    return [key for key, like in is_like.items() if not like]


def test_the_options_of_the_page_are_options() -> None:
    (given,) = OPTIONS.findall(PAGE)
    (inline,) = re.findall(r'`(\{"cloudDeploy": .*?\}\})`', PAGE)

    assert load(file={**NEEDED, **json.loads(given)}).apps[0].cloud_deploy == CloudDeploy()
    assert load(file={**NEEDED, **json.loads(inline)}).apps[0].cloud_deploy == CloudDeploy(allow_install=True)


def numbers() -> Iterator[str]:
    """What the page says of bounds."""
    yield f"The newest {records.MOST_RELEASES} releases are kept"
    yield f"at most {MOST_FILES} files and {MOST_BYTES >> 20} MiB unpacked"
    yield f"not waited for longer than {'twelve' if servers.LIVE_SECONDS == 12 else '?'} seconds"
    yield f"main.py             or {', '.join(ENTRIES[1:])}"
    yield f"a machine keeps the newest {'five' if MOST_KEPT == 5 else '?'} unpacked"


@pytest.mark.parametrize("sentence", list(numbers()))
def test_the_bounds_of_the_page_are_those_of_the_server(sentence: str) -> None:
    assert sentence in PAGE
