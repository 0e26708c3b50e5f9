"""The chat example in a real browser: what one says, the others in the room see at once."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from tests.browser.chromium import chromium
from tests.compat.processes import require
from tests.compat.servers import COMPAT, parsepy

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "chat" / "main.py"
OPTIONS = {
    "liveQuery": {"classNames": ["Message"]},
    "startLiveQueryServer": True,
    "allowClientClassCreation": True,
}


@pytest.mark.slow
async def test_what_one_says_the_others_in_the_room_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = tmp_path / "chat"
    example.mkdir()
    for file in EXAMPLE.parent.iterdir():
        if file.is_file():
            (example / file.name).write_bytes(file.read_bytes())
    (example / "node_modules").symlink_to(COMPAT / "node_modules")
    async with parsepy(OPTIONS, cloud=example / "main.py") as server:
        page = f"http://localhost:{server.port}/parse/endpoints/chat?app=test"
        talk = await spoken(page, Path(os.environ.get("SCREENSHOTS", tmp_path)) / "chat.png")

    assert talk["problems"] == []
    assert talk["seen"] == {
        "ann": ["AnnHello Bob", "BobHi <b>Ann</b>!"],
        "bob": ["AnnHello Bob", "BobHi <b>Ann</b>!"],
        "late": ["AnnHello Bob", "BobHi <b>Ann</b>!"],
        "stranger": [],
    }


async def spoken(page: str, screenshot: Path) -> dict[str, object]:
    """What the people in the chat see."""
    process = await asyncio.create_subprocess_exec(
        require("node", "nodejs"),
        str(HERE / "chat.cjs"),
        page,
        chromium(),
        str(screenshot),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(COMPAT / "node_modules")},
    )
    output, problems = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, problems.decode()
    talk: dict[str, object] = json.loads(output)
    return talk
