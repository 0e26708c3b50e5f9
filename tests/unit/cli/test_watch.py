"""`--watch`: edits of cloud code take effect, broken ones do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.unit.cli.processes import Running, serving

pytestmark = pytest.mark.slow
CODE = """\
from parsepy import Cloud

cloud = Cloud()


@cloud.define("hello")
def hello(request):
    return "{greeting}"
"""


async def hello(server: Running) -> Any:
    url = f"{server.url}/functions/hello"
    async with aiohttp.ClientSession(headers=server.headers) as client, client.post(url, json={}) as answer:
        return (await answer.json()).get("result")


async def test_cloud_code_is_loaded_again_and_a_broken_edit_keeps_the_last_good_one(tmp_path: Path) -> None:
    code = tmp_path / "cloud" / "main.py"
    code.parent.mkdir()
    code.write_text(CODE.format(greeting="one"))
    async with serving(tmp_path, "--port", "0", "--watch") as server:
        assert await hello(server) == "one"

        code.write_text(CODE.format(greeting="two"))
        await server.until_printed("Cloud code reloaded")
        assert await hello(server) == "two"

        code.write_text(CODE.format(greeting="three") + "def broken(:\n")
        await server.until_printed("main.py:9: SyntaxError")
        assert await hello(server) == "two"

        code.write_text(CODE.format(greeting="four"))
        await server.until_printed("Cloud code reloaded", 2)
        assert await hello(server) == "four"


PACKAGES = Path(__file__).parents[2] / "compat/node_modules"
SCRIPT = "Parse.Cloud.define('hello', () => '{greeting}');\n"


async def test_a_script_is_loaded_again_and_a_broken_edit_keeps_the_last_good_one(tmp_path: Path) -> None:
    code = tmp_path / "cloud" / "main.js"
    code.parent.mkdir()
    (code.parent / "node_modules").symlink_to(PACKAGES)
    code.write_text(SCRIPT.format(greeting="one"))
    async with serving(tmp_path, "--port", "0", "--watch", "--cloud", "cloud/main.js") as server:
        assert await hello(server) == "one"

        code.write_text(SCRIPT.format(greeting="two"))
        await server.until_printed("Cloud code reloaded")
        assert await hello(server) == "two"

        code.write_text("broken(")
        await server.until_printed("SyntaxError")
        assert await hello(server) == "two"
