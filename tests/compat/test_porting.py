"""The main.js of the porting guide on the real Parse Server: it answers as printed, as its Python port does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import aiohttp
import pytest

from tests.compat.servers import reference

PAGE = Path(__file__).parents[2] / "docs/cloud/porting.md"
MAIN_JS = re.compile(r"```js\n(// main\.js\n.*?)```", re.DOTALL)
CALL = re.compile(r'await Parse\.Cloud\.run\("([\w.]+)", (.*)\); // (.*)')

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


async def test_the_example_answers_on_the_reference_as_its_port_does(mongo_server: str, tmp_path: Path) -> None:
    page = PAGE.read_text()
    main = tmp_path / "main.js"
    main.write_text("".join(MAIN_JS.findall(page)))
    calls = CALL.findall(page)
    headers = {"X-Parse-Application-Id": "test"}
    async with reference(cloud=main, address=mongo_server) as server, aiohttp.ClientSession(headers=headers) as session:
        for name, params, printed in calls:
            answer = await session.post(f"{server.url}/functions/{name}", json=json.loads(params))
            body = await answer.json()
            if printed.startswith("error "):
                assert (name, body.get("code")) == (name, int(printed.removeprefix("error ")))
            else:
                assert (name, body) == (name, {"result": json.loads(printed)})

    assert calls
