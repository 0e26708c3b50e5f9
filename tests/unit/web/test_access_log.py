"""One line a request, that tells what matters and no secret."""

from __future__ import annotations

import io
import logging
import re

import orjson

from parsepy.logs import Console, JsonForm, TextForm
from parsepy.web.access_log import AccessLog
from tests.unit.api.doors import APP, MASTER, TOKEN, door
from tests.unit.web.sites import site

CLOCK = r"\d\d:\d\d:\d\d "


def sink(stream: io.StringIO, *, as_json: bool = False) -> Console:
    return Console(stream, logging.INFO, JsonForm() if as_json else TextForm())


async def test_a_request_is_one_line_with_method_path_status_time_and_caller() -> None:
    stream = io.StringIO()
    out = sink(stream)
    async with site(log=AccessLog([out])) as client:
        for headers in (APP, MASTER, {**APP, "X-Parse-Session-Token": TOKEN}):
            await client.get("/parse/classes/A?where=secret", headers=headers)
    out.flush()

    lines = stream.getvalue().splitlines()
    assert [re.sub(r"\d+\.\dms", "T", line)[9:] for line in lines] == [
        "GET    /parse/classes/A 200 T -",
        "GET    /parse/classes/A 200 T master key",
        "GET    /parse/classes/A 200 T user ann",
    ]
    assert re.match(CLOCK, lines[0])


async def test_a_refusal_tells_reason_and_fix_on_the_same_line() -> None:
    stream = io.StringIO()
    out = sink(stream)
    async with site(log=AccessLog([out])) as client:
        await client.get("/parse/schemas", headers=APP)
        await client.post("/parse/refuse", headers=APP, json={"code": 119})
    out.flush()

    first, second = stream.getvalue().splitlines()
    assert first.endswith("Permission denied: this route needs the master key; send it as X-Parse-Master-Key")
    assert second.endswith("119 refused: the fix")


async def test_lines_may_be_json() -> None:
    stream = io.StringIO()
    out = sink(stream, as_json=True)
    async with site(log=AccessLog([out])) as client:
        await client.get("/parse/schemas", headers=APP)
    out.flush()

    told = orjson.loads(stream.getvalue())
    assert (told["method"], told["url"], told["status"], told["who"]) == ("GET", "/parse/schemas", 403, "-")
    assert told["reason"].startswith("Permission denied")


async def test_no_secret_of_a_request_is_ever_logged() -> None:
    secret = "hush-4711-secret"
    stream = io.StringIO()
    out = sink(stream)
    logging.getLogger("parsepy").addHandler(out)
    way_in = await door()
    headers = [f"X-Parse-{name}" for name in ("Master-Key", "Session-Token", "REST-API-Key", "Javascript-Key")]
    async with site(way_in, AccessLog([out])) as client:
        for route in way_in.router.routes:
            path = "/parse" + re.sub(r"[:*]\w+", "test", route.path)
            for name in [*headers, "Authorization", "X-Parse-Application-Id"]:
                await client.request(route.method, path, headers={**APP, name: secret}, json={"password": secret})
            await client.request(route.method, f"{path}?password={secret}", headers=APP, json={"_SessionToken": secret})
            await client.request(route.method, path, json={"_ApplicationId": "test", "_MasterKey": secret, "code": 1})
    logging.getLogger("parsepy").removeHandler(out)
    out.flush()

    assert stream.getvalue().count("\n") > 50
    assert "RuntimeError" in stream.getvalue()
    assert secret not in stream.getvalue()
