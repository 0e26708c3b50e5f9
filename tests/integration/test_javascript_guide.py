"""The guide's main.js runs, and its calls answer as printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from parsepy.javascript.cloud import ScriptCloud
from tests.inprocess import started

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/cloud/javascript.md"
SCRIPT = re.compile(r"```js\n// main\.js\n(.*?)```", re.DOTALL)
CALL = re.compile(r'await Parse\.Cloud\.run\("(\w+)", (.*)\); // (.*)')


@pytest.mark.slow
async def test_the_script_of_the_guide_answers_as_printed(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "tests/compat/node_modules")
    (tmp_path / "main.js").write_text("".join(SCRIPT.findall(PAGE.read_text())))
    calls = CALL.findall(PAGE.read_text())
    assert calls
    async with started({}, ScriptCloud(tmp_path / "main.js"), folder=tmp_path) as client:
        for name, params, printed in calls:
            answer = await client.post(f"/functions/{name}", json.loads(params))
            if printed.startswith("error "):
                assert (name, answer.code) == (name, int(printed.removeprefix("error ")))
            else:
                assert (name, answer.body) == (name, {"result": json.loads(printed)})
