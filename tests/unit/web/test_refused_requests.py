"""Requests that were refused are in the log of events with their reason; the others are not."""

from __future__ import annotations

from pathlib import Path

import orjson

from parsepy.logs import logging_to
from parsepy.logs.files import INFO, REQUESTS, log_files
from parsepy.settings import Settings
from parsepy.web.access_log import AccessLog
from tests.unit.api.doors import APP
from tests.unit.web.sites import site


def lines(folder: Path, name: str) -> list[str]:
    """What the files of that name hold."""
    return [line for file in log_files(folder, name) for line in file.path.read_text().splitlines()]


async def test_a_refusal_is_an_event_with_its_reason_and_its_app(tmp_path: Path) -> None:
    settings = Settings(logs_folder=str(tmp_path), silent=True)
    with logging_to(settings, worker=3) as sinks:
        async with site(log=AccessLog(sinks, worker=3)) as client:
            await client.get("/parse/classes/A?where=secret", headers=APP)
            await client.get("/parse/schemas", headers=APP)

    (told,) = (orjson.loads(line) for line in lines(tmp_path, INFO))
    reason = "Permission denied: this route needs the master key; send it as X-Parse-Master-Key"
    assert told["message"] == f"GET /parse/schemas 403 -: {reason}"
    assert (told["level"], told["worker"], told["app"]) == ("warn", 3, "test")
    assert [line.split()[1:4] for line in lines(tmp_path, REQUESTS)] == [
        ["GET", "/parse/classes/A", "200"],
        ["GET", "/parse/schemas", "403"],
    ]


async def test_a_refusal_before_the_app_is_known_is_of_no_app(tmp_path: Path) -> None:
    with logging_to(Settings(logs_folder=str(tmp_path), silent=True)) as sinks:
        async with site(log=AccessLog(sinks)) as client:
            await client.get("/parse/schemas", headers=APP)
            await client.get("/parse/schemas", headers={"X-Parse-Application-Id": "nobody"})

    first, second = (orjson.loads(line) for line in lines(tmp_path, INFO))
    assert (first.get("app"), second.get("app")) == ("test", None)
