"""`--watch`: new code around live queries counts for those who follow already."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.live_client import live_client
from tests.unit.cli.processes import Running, serving

pytestmark = pytest.mark.slow
PACKAGES = Path(__file__).parents[1] / "compat/node_modules"
PYTHON = """\
from parsepy import Cloud, LiveEventRequest

cloud = Cloud()


@cloud.after_live_query_event("Score")
def mark(request: LiveEventRequest) -> None:
    request.object["mark"] = "{mark}"
"""
SCRIPT = "Parse.Cloud.afterLiveQueryEvent('Score', ({{ object }}) => {{ object.set('mark', '{mark}'); }});\n"


async def save(server: Running) -> None:
    """One more score."""
    url = f"{server.url}/classes/Score"
    async with aiohttp.ClientSession(headers=server.headers) as client, client.post(url, json={}) as answer:
        assert answer.status == 201


@pytest.mark.parametrize(("name", "text"), [("main.py", PYTHON), ("main.js", SCRIPT)], ids=["python", "javascript"])
async def test_code_that_is_edited_counts_for_who_follows_already(tmp_path: Path, name: str, text: str) -> None:
    code = tmp_path / "cloud" / name
    code.parent.mkdir()
    (code.parent / "node_modules").symlink_to(PACKAGES)
    code.write_text(text.format(mark="one"))
    async with (
        serving(tmp_path, "--port", "0", "--watch", "--cloud", f"cloud/{name}") as server,
        live_client(server.url, app_id=server.headers["X-Parse-Application-Id"]) as follower,
    ):
        await follower.follow("Score")
        await save(server)
        first = await follower.until_told("mark", "one")
        code.write_text(text.format(mark="two"))
        await server.until_printed("Cloud code reloaded")
        await save(server)
        second = await follower.until_told("mark", "two")

    assert (first, second) == ([("create", "one")], [("create", "two")])
