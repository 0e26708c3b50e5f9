"""An error that nobody expected has an id, which its client is told and the log names beside the traceback."""

from __future__ import annotations

import logging
import re

import pytest

from parsepy import Cloud, FunctionRequest, ParseError
from parsepy.cloud import running
from tests.unit.api.doors import APP, MASTER, door
from tests.unit.web.sites import site

ID = "X-Parsepy-Error-Id"


async def test_a_failed_request_names_its_error_in_a_header_that_web_apps_may_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with site(await door()) as client, client.post("/parse/break", headers=MASTER, json={}) as answer:
        error_id = answer.headers[ID]

        assert await answer.json() == {"code": 1, "message": "Internal server error."}
        assert re.fullmatch(r"[0-9a-f]{16}", error_id)
        assert answer.headers["Access-Control-Expose-Headers"].endswith(f", {ID}")
    traceback = next(record.getMessage() for record in caplog.records if error_id in record.getMessage())
    assert "RuntimeError: broken by" in traceback


@pytest.mark.parametrize("path", ["/parse/refuse", "/parse/nowhere", "/parse/functions/x"])
async def test_answers_without_such_an_error_are_as_ever(path: str) -> None:
    async with site(await door()) as client, client.post(path, headers=APP, json={"code": 141}) as answer:
        assert ID not in answer.headers
        assert ID not in answer.headers["Access-Control-Expose-Headers"]


async def test_a_batch_names_the_errors_of_all_its_entries() -> None:
    entries = [
        {"method": "POST", "path": f"/parse/{name}", "body": {"code": 141}} for name in ("break", "refuse", "break")
    ]
    async with (
        site(await door()) as client,
        client.post("/parse/batch", headers=MASTER, json={"requests": entries}) as answer,
    ):
        ids = answer.headers[ID].split(", ")
        codes = [entry["error"]["code"] for entry in await answer.json()]

    assert codes == [1, 141, 1]
    assert len(set(ids)) == 2


async def failure(cloud: Cloud) -> ParseError:
    """What a call of the function `f` raises."""
    hook = cloud.function("f")
    assert hook is not None
    with pytest.raises(ParseError) as raised:
        await running.run(hook, FunctionRequest(), calls=cloud.calls, actions=None, roles=frozenset())
    return raised.value


async def test_an_exception_of_cloud_code_is_in_the_log_under_the_id_of_its_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cloud = Cloud()

    @cloud.define("f")
    async def fails(request: FunctionRequest) -> None:
        raise KeyError("gone")

    error = await failure(cloud)
    record = next(record for record in caplog.records if record.levelno == logging.ERROR)

    assert error.error_id in record.getMessage()
    assert record.exc_info is not None


async def test_a_refusal_of_cloud_code_is_no_error_that_nobody_expected() -> None:
    cloud = Cloud()

    @cloud.define("f")
    async def refuses(request: FunctionRequest) -> None:
        raise ParseError(119, "no")

    assert (await failure(cloud)).error_id == ""
