"""`parsepy cloud init`: the files that cloud code begins with."""

from __future__ import annotations

from pathlib import Path

from parsepy.cli.cloud.failures import MistakeError

MAIN = '''\
"""The cloud code of this app."""

from __future__ import annotations

from parsepy import Cloud, ErrorCode, FunctionRequest, ParseError, SaveRequest

cloud = Cloud()


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """Clients call it as `Parse.Cloud.run("hello", {name: "Ann"})`."""
    return f"Hello {request.params.get('name', 'world')}"


@cloud.before_save("GameScore")
async def check_score(request: SaveRequest) -> None:
    """Refuses what no player can reach."""
    if request.object.get("score", 0) > 9000:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "No cheating!")
'''

TEST = '''\
"""Each test has a new server with an empty database in memory: `parse_client` speaks to it as a client would."""

from __future__ import annotations

import pytest

from parsepy import ParseError
from parsepy.testing import Client

pytestmark = pytest.mark.asyncio


async def test_the_function_greets(parse_client: Client) -> None:
    assert await parse_client.run("hello", name="Ann") == "Hello Ann"


async def test_scores_are_kept(parse_client: Client) -> None:
    await parse_client.create("GameScore", score=7)

    assert [row["score"] for row in await parse_client.find("GameScore")] == [7]


async def test_cheating_is_refused(parse_client: Client) -> None:
    with pytest.raises(ParseError, match="No cheating!"):
        await parse_client.create("GameScore", score=9001)
'''

REQUIREMENTS = "# What this code needs beside parsepy, one package a line, such as: httpx==0.28.1\n"

TEXT = """\
Written: {files}

Run the tests, after installing what they need:
  pip install 'parsepy[testing]'
  pytest {folder}

Start a server with this code, which is loaded again when it changes:
  parsepy serve --cloud {folder} --watch

Bring it to a server that has the option cloudDeploy:
  parsepy cloud deploy {folder} --to URL"""


def write(folder: Path) -> str:
    """Write `cloud/` below the folder; gives what to tell the user. Raises MistakeError before anything is written."""
    home = folder / "cloud"
    files = {
        home / "main.py": MAIN,
        home / "tests/test_main.py": TEST,
        home / "requirements.txt": REQUIREMENTS,
    }
    there = [str(path) for path in files if path.exists()]
    if there:
        raise MistakeError(f"Nothing was written, these files exist already: {', '.join(there)}")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return TEXT.format(files=", ".join(map(str, files)), folder=home)
