"""The log over the API: which lines are asked for, and whose they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, ErrorCode, FunctionRequest, ParseError
from parsepy.api.scriptlog import span
from parsepy.cloud.requests import JobRequest
from parsepy.logs import logging_to
from parsepy.logs.files import ERRORS, INFO
from parsepy.logs.reading import Span
from parsepy.system import log_lines
from tests.inprocess import Client, started
from tests.waiting import until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
cloud = Cloud()


@cloud.define("say")
async def say(request: FunctionRequest) -> None:
    request.log.info("said %s", request.params["word"])


@cloud.define("think")
def think(request: FunctionRequest) -> None:
    request.log.warning("thought %s", request.params["word"])


@cloud.define("fail")
async def fail(request: FunctionRequest) -> None:
    raise LookupError("nothing there")


@cloud.define("refuse")
async def refuse(request: FunctionRequest) -> None:
    raise ParseError(ErrorCode.VALIDATION_ERROR, f"wrong card {request.params['cardToken']}")


@cloud.job("work")
async def work(request: JobRequest) -> None:
    request.log.info("worked")


@asynccontextmanager
async def logged(folder: Path, **options: Any) -> AsyncIterator[Client]:
    """A client with the master key of an app that logs into the folder."""
    given = {"logsFolder": str(folder / "logs"), "silent": True, **options}
    async with started(given, cloud, folder=folder) as client:
        with logging_to(client.app.settings):
            yield client.as_("master")


async def lines(client: Client, **query: Any) -> list[dict[str, Any]]:
    """The lines of an answer."""
    answer = await client.get("/scriptlog", **query)
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.body
    return found


def written(folder: Path) -> str:
    """What the files of the log hold."""
    return "".join(file.read_text() for file in (folder / "logs").iterdir())


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, (INFO, NOW - WEEK, NOW, 10, True)),
        ({"level": "error"}, (ERRORS, NOW - WEEK, NOW, 10, True)),
        ({"level": "warn", "order": ""}, (INFO, NOW - WEEK, NOW, 10, True)),
        ({"n": "5", "size": "7", "order": "asc"}, (INFO, NOW - WEEK, NOW, 5, False)),
        ({"n": "word", "size": "7"}, (INFO, NOW - WEEK, NOW, 7, True)),
        ({"n": "-3"}, (INFO, NOW - WEEK, NOW, 10, True)),
        ({"n": "1e400"}, (INFO, NOW - WEEK, NOW, 10, True)),
        ({"n": "9" * 30}, (INFO, NOW - WEEK, NOW, 10_000, True)),
        ({"n": ["1", "2"], "order": ["asc"], "level": {"a": "b"}}, (INFO, NOW - WEEK, NOW, 10, False)),
        ({"from": "2026-02-28T11:00:00.000Z", "until": "2026-02-28"},
         (INFO, datetime(2026, 2, 28, 11, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC), 10, True)),
        ({"from": "soon", "until": {"a": "b"}}, (INFO, NOW - WEEK, NOW, 10, True)),
        ({"from": "0001-01-01", "until": "9999-12-31"},
         (INFO, datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC), 10, True)),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_asked_for(given: dict[str, Any], wanted: tuple[str, datetime, datetime, int, bool]) -> None:
    name, since, until, size, newest_first = wanted

    expected = Span(name=name, since=since, until=until, size=size, newest_first=newest_first, app_id="one")
    assert span(given, NOW, "one") == expected


async def test_calls_errors_and_jobs_of_cloud_code_are_in_the_log(tmp_path: Path) -> None:
    async with logged(tmp_path) as client:
        await client.post("/functions/say", {"word": "hello"})
        await client.post("/functions/think", {"word": "again"})
        await client.post("/jobs/work")
        await until(lambda: "job work ran" in written(tmp_path))
        told = [(row["level"], row["message"]) for row in await lines(client, order="asc")]

    assert ("info", "said hello") in told
    assert ("warn", "thought again") in told
    assert ("info", "cloud function say ran for master") in told
    assert [message for _, message in told if "work" in message] == [
        "job work begins, started by master", "worked", "job work ran for master",
    ]  # fmt: skip


async def test_an_error_is_shown_with_its_traceback(tmp_path: Path) -> None:
    async with logged(tmp_path) as client:
        await client.post("/functions/fail")
        rows = await lines(client, level="error")

    assert {row["level"] for row in rows} == {"error"}
    assert [row["message"].splitlines()[-1] for row in rows] == [
        "cloud function fail failed for master: 141 nothing there",
        "LookupError: nothing there",
    ]
    assert all(row.keys() == {"level", "message", "timestamp"} for row in rows)


async def test_what_a_client_sent_under_a_telling_name_is_not_in_the_log(tmp_path: Path) -> None:
    async with logged(tmp_path) as client:
        assert (await client.post("/functions/refuse", {"cardToken": "4711-0815"})).code == 142
        rows = await lines(client, level="error")

    assert [row["message"] for row in rows] == ["cloud function refuse failed for master: 142 wrong card [secret]"]
    assert "4711" not in written(tmp_path)


async def test_an_app_is_not_shown_what_others_in_its_process_log(tmp_path: Path) -> None:
    async with logged(tmp_path) as client, started({"appId": "other"}, cloud, folder=tmp_path) as other:
        await other.with_headers({"X-Parse-Application-Id": "other"}).post("/functions/say", {"word": "secret"})
        await client.post("/functions/say", {"word": "mine"})
        logging.getLogger("parsepy").info("of nobody")
        told = [row["message"] for row in await lines(client)]

    assert not any("secret" in message for message in told)
    assert {"said mine", "of nobody"} <= set(told)


async def test_the_log_is_for_the_master_key(tmp_path: Path) -> None:
    async with logged(tmp_path) as client:
        statuses = [(await client.as_(who).get("/scriptlog")).status for who in ("client", "maintenance", "readonly")]

    assert statuses == [403, 403, 200]


async def test_without_files_there_is_nothing_to_ask_for(tmp_path: Path) -> None:
    for folder in (None, str(tmp_path / "logs")):
        async with logged(tmp_path, logsFolder=folder) as client:
            told = (await client.get("/serverInfo")).body["features"]["logs"]
            answer = await client.get("/scriptlog")

        assert set(told.values()) == {folder is not None}
        assert (answer.status, answer.code) == ((400, 115) if folder is None else (200, None))


async def test_other_requests_go_on_while_the_log_is_searched(tmp_path: Path) -> None:
    async with logged(tmp_path) as client:
        turns = client.app.caches[log_lines.CACHE]
        async with turns, turns:
            waiting = asyncio.create_task(client.get("/scriptlog"))
            assert (await client.get("/serverInfo")).status == 200
            assert not waiting.done()

        assert (await waiting).status == 200
