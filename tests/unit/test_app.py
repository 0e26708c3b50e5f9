"""The assembled app: opened, served, closed, and silent about secrets."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parsepy import app as assembly
from parsepy.api.routes import new_router
from parsepy.cloud.loader import LoadError
from parsepy.logs import logging_to
from parsepy.settings import Settings
from parsepy.web.access_log import AccessLog
from tests.unit.web.sites import site

SECRET = "hush-4711-secret"
KEYS = ("Master-Key", "Maintenance-Key", "Session-Token", "REST-API-Key", "Javascript-Key", "Client-Key", "Windows-Key")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        app_id="test", master_key="master-1", server_url="http://127.0.0.1:1/parse", database_uri="memory://",
        files_folder=str(tmp_path / "files"), logs_folder=None, allow_client_class_creation=True, log_level="silly",
    )  # fmt: skip


@asynccontextmanager
async def logged(settings: Settings, stream: io.StringIO) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the whole app, whose log goes to the stream."""
    with logging_to(settings, stream) as sinks:
        async with assembly.running(settings) as app, site(assembly.door([app]), AccessLog(sinks)) as client:
            yield client


async def test_an_app_keeps_its_data_in_the_file_that_its_settings_name(settings: Settings, tmp_path: Path) -> None:
    on_disk = replace(settings, database_uri=f"sqlite:///{tmp_path}/data.db")
    headers = {"X-Parse-Application-Id": "test"}
    async with logged(on_disk, io.StringIO()) as client:
        made = await (await client.post("/parse/classes/A", headers=headers, json={"a": 1})).json()
    async with logged(on_disk, io.StringIO()) as client:
        found = await (await client.get(f"/parse/classes/A/{made['objectId']}", headers=headers)).json()

    assert found["a"] == 1


async def test_cloud_code_that_is_missing_stops_the_start(settings: Settings) -> None:
    with pytest.raises(LoadError, match=r"nowhere\.py"):
        assembly.build(replace(settings, cloud="nowhere.py"))


async def test_no_secret_ever_reaches_the_log(settings: Settings) -> None:
    stream = io.StringIO()
    routes = new_router().routes
    async with logged(settings, stream) as client:
        for route in routes:
            path = "/parse" + re.sub(r"[:*]\w+", "test", route.path)
            for headers, body in secret_requests():
                await client.request(route.method, f"{path}?password={SECRET}", headers=headers, json=body)

    assert stream.getvalue().count("\n") > 200
    assert SECRET not in stream.getvalue()


def secret_requests() -> list[tuple[dict[str, str], Any]]:
    """Headers and bodies that carry the secret wherever one may stand."""
    known = {"X-Parse-Application-Id": "test"}
    master = {**known, "X-Parse-Master-Key": "master-1"}
    fields = {"username": "ann", "password": SECRET, "authData": {"any": {"id": SECRET, "access_token": SECRET}}}
    wrong = {"username": 1, "password": {"__op": SECRET}, "sessionToken": SECRET, "_hashed_password": SECRET}
    return [
        *(({**known, f"X-Parse-{name}": SECRET}, {}) for name in KEYS),
        ({**known, "Authorization": f"Bearer {SECRET}"}, {}),
        ({"X-Parse-Application-Id": SECRET}, {}),
        *((headers, body) for headers in (known, master) for body in (fields, wrong, {"params": fields}, [fields])),
        ({}, {"_ApplicationId": "test", "_SessionToken": SECRET, "_MasterKey": SECRET, "_JavaScriptKey": SECRET}),
    ]
