"""Options of the network have their effect on a running server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.unit.cli.processes import Running, serving

pytestmark = pytest.mark.slow
BASE = {
    "appId": "one", "masterKey": "m", "serverURL": "http://127.0.0.1:1/parse", "port": 0, "databaseURI": "memory://",
    "allowClientClassCreation": True, "verifyServerUrl": False, "logsFolder": None,
}  # fmt: skip
CODE = (
    'from parsepy import Cloud\n\ncloud = Cloud()\n\n\n@cloud.define("who")\ndef who(request):\n    return "{name}"\n'
)


def configured(folder: Path, **options: Any) -> str:
    (folder / "config.json").write_text(json.dumps({**BASE, **options}))
    return "config.json"


async def created(server: Running, url: str, app_id: str = "one") -> tuple[int, str]:
    """Status and Location of a save."""
    headers = {"X-Parse-Application-Id": app_id}
    async with aiohttp.ClientSession(headers=headers) as client, client.post(url, json={"score": 1}) as answer:
        return answer.status, answer.headers.get("Location", "")


async def test_the_mount_path_is_where_the_api_stands(tmp_path: Path) -> None:
    async with serving(tmp_path, configured(tmp_path, mountPath="/api/v1")) as server:
        assert server.url.endswith("/api/v1")
        status, location = await created(server, f"{server.url}/classes/A")
        elsewhere, _ = await created(server, server.url.replace("/api/v1", "/parse/classes/A"))

    assert (status, elsewhere) == (201, 404)
    assert location.startswith(f"{server.url}/classes/A/")


async def test_the_root_may_be_the_mount_path(tmp_path: Path) -> None:
    async with serving(tmp_path, configured(tmp_path, mountPath="/")) as server:
        status, location = await created(server, f"{server.url.rstrip('/')}/classes/A")

    assert status == 201
    assert "//classes" not in location


async def test_links_begin_with_the_public_url(tmp_path: Path) -> None:
    async with serving(tmp_path, configured(tmp_path, publicServerURL="https://api.example/x")) as server:
        _, location = await created(server, f"{server.url}/classes/A")

    assert location.startswith("https://api.example/x/classes/A/")


async def test_a_server_that_listens_for_this_computer_only_names_no_other_address(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0", "--host", "127.0.0.1") as server:
        assert "In your network" not in server.output


async def test_several_apps_have_each_their_own_data_and_code(tmp_path: Path) -> None:
    apps = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.py").write_text(CODE.format(name=name))
        apps.append({"appId": name, "cloud": f"{name}/main.py", "databaseURI": f"sqlite:///./{name}.db"})
    shared = {key: value for key, value in BASE.items() if key not in {"appId", "databaseURI"}}
    (tmp_path / "config.json").write_text(json.dumps({**shared, "apps": apps}))

    async with serving(tmp_path, "config.json") as server:
        await created(server, f"{server.url}/classes/A", "one")
        told = {}
        for name in ("one", "two"):
            async with aiohttp.ClientSession(headers={"X-Parse-Application-Id": name}) as client:
                who = await (await client.post(f"{server.url}/functions/who", json={})).json()
                found = await (await client.get(f"{server.url}/classes/A")).json()
            told[name] = (who["result"], len(found["results"]))

    assert told == {"one": ("one", 1), "two": ("two", 0)}
