"""Rate limits at the door: who is counted, who is not, and when the next window begins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from parsepy import Cloud, File, FunctionRequest, HttpRequest
from parsepy.cloud.validators.rates import Zone
from parsepy.testing import Client, TestServer

ONE_A_MINUTE: dict[str, Any] = {"requestTimeWindow": 60_000, "requestCount": 1}
OUTSIDE = "10.0.0.1"


@asynccontextmanager
async def serving(cloud: Cloud | None = None, *limits: dict[str, Any]) -> AsyncIterator[TestServer]:
    """A server with these limits; its keys are good from everywhere."""
    everywhere = ["0.0.0.0/0", "::/0"]
    keys = dict.fromkeys(("masterKeyIps", "readOnlyMasterKeyIps", "maintenanceKeyIps"), everywhere)
    options = {**keys, "rateLimit": [{**ONE_A_MINUTE, **limit} for limit in limits]}
    async with TestServer(cloud, options=options) as server:
        yield server


def limited(name: str = "f", *, zone: Zone = "ip") -> Cloud:
    """A function that may be called once a minute."""
    cloud = Cloud()

    @cloud.define(name, rate_limit={"request_count": 1, "request_time_window": timedelta(minutes=1), "zone": zone})
    def function(request: FunctionRequest) -> str:
        return "done"

    return cloud


async def statuses(*clients: Client, path: str = "/functions/f") -> list[int]:
    return [(await client.post(path, {})).status for client in clients]


async def test_the_refusal_tells_when_to_come_back_and_the_clock_brings_the_next_window() -> None:
    async with serving(limited()) as server:
        client = server.client.from_ip(OUTSIDE)
        await client.post("/functions/f", {})
        await server.clock.advance(timedelta(seconds=20))
        refused = await client.post("/functions/f", {})
        await server.clock.advance(timedelta(seconds=40))
        answered = await client.post("/functions/f", {})

    assert (refused.status, refused.body) == (429, {"code": 100, "error": "Too many requests."})
    assert refused.headers["Retry-After"] == "40"
    assert (answered.status, answered.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert "Retry-After" not in answered.headers


async def test_addresses_are_counted_apart_and_the_machine_itself_is_not() -> None:
    async with serving(limited()) as server:
        addresses = (OUTSIDE, "10.0.0.2", OUTSIDE, "127.0.0.1", "127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1")
        answered = await statuses(*map(server.client.from_ip, addresses))

    assert answered == [200, 200, 429, 200, 200, 200, 429]


async def test_keys_of_the_server_pass_but_for_the_maintenance_key() -> None:
    async with serving(limited()) as server:
        client = server.client.from_ip(OUTSIDE)
        maintenance = client.with_headers({"X-Parse-Maintenance-Key": "the-maintenance-key"})
        answered = await statuses(client, client.as_master(), client.as_read_only(), client, maintenance)

    assert answered == [200, 200, 200, 429, 429]


async def test_a_request_without_a_limit_carries_no_headers_of_limits() -> None:
    async with serving(limited()) as server:
        answer = await server.client.from_ip(OUTSIDE).get("/classes/Score")

    assert [name for name in answer.headers if "RateLimit" in name] == []


async def test_no_name_of_a_function_gets_around_its_limit() -> None:
    async with serving(limited("say (it): *all*")) as server:
        client = server.client.from_ip(OUTSIDE)
        spellings = ("say%20(it)%3A%20*all*", "say%20%28it%29%3A%20%2Aall%2A", "%73ay%20(it):%20*all*")
        answered = [(await statuses(client, path=f"/functions/{name}"))[0] for name in spellings]

    assert answered == [200, 429, 429]


async def test_the_method_in_the_body_counts_and_head_is_a_get() -> None:
    async with serving(None, {"requestPath": "/classes/Score", "requestMethods": ["get"]}) as server:
        client, other = server.client.from_ip(OUTSIDE), server.client.from_ip("10.0.0.2")
        asked = [
            await client.post("/classes/Score", {"_method": "GET"}),
            await client.request("HEAD", "/classes/Score"),
            await other.request("HEAD", "/classes/Score"),
            await other.get("/classes/Score"),
            await other.post("/classes/Score", {}),
        ]

    assert [answer.status for answer in asked] == [200, 429, 200, 429, 201]


async def test_a_wrong_token_is_told_and_counts_as_nobody() -> None:
    async with serving(limited(zone="session")) as server:
        client = server.client.from_ip(OUTSIDE)
        first = await client.as_("r:wrong").post("/functions/f", {})
        second = await client.as_("r:other").post("/functions/f", {})

    assert (first.code, first.headers["X-RateLimit-Remaining"]) == (209, "0")
    assert second.status == 429


@pytest.mark.parametrize(("zone", "expected"), [("user", [200, 429, 429, 200]), ("session", [200, 200, 429, 200])])
async def test_users_and_sessions_are_counted_wherever_they_are(zone: Zone, expected: list[int]) -> None:
    async with serving(limited(zone=zone)) as server:
        ann, bob = await server.client.sign_up("ann"), await server.client.sign_up("bob")
        login = await server.client.post("/login", {"username": "ann", "password": "ann-secret"})
        tokens = (ann.token, login.body["sessionToken"], ann.token, bob.token)
        answered = await statuses(*(server.client.from_ip(f"10.0.0.{n}").as_(t) for n, t in enumerate(tokens)))

    assert answered == expected


async def test_a_batch_that_is_one_too_many_does_nothing() -> None:
    async with serving(limited()) as server:
        client = server.client.from_ip(OUTSIDE)
        entry = {"method": "POST", "path": "/parse/functions/f", "body": {}}
        save = {"method": "POST", "path": "/parse/classes/Score", "body": {}}
        refused = await client.post("/batch", {"requests": [save, entry, entry]})
        stored = await client.get("/classes/Score")

    assert (refused.status, refused.code, refused.headers) == (400, 100, {})
    assert stored.body == {"results": []}


async def test_downloads_count_only_where_the_trigger_is_limited() -> None:
    cloud = Cloud()
    cloud.before_find(File, rate_limit={"request_count": 1, "request_time_window": 60_000})(lambda request: None)
    async with serving(cloud) as limiting, serving(None, {"requestPath": "/files{/*rest}"}) as free:
        path = "/files/test/missing.txt"
        answered = [
            [(await server.client.from_ip(OUTSIDE).get(path)).status for _ in range(2)] for server in (limiting, free)
        ]

    assert answered == [[404, 429], [404, 404]]


async def test_endpoints_count_for_callers_without_an_app_too() -> None:
    cloud = Cloud()

    @cloud.route("POST", "/hook/:name", rate_limit={"request_count": 1, "request_time_window": 60_000})
    def hook(request: HttpRequest) -> str:
        return "done"

    async with serving(cloud) as server:
        stranger = server.client.from_ip(OUTSIDE).with_headers({"X-Parse-Application-Id": ""})
        answered = await statuses(stranger, stranger, server.client.from_ip(OUTSIDE), path="/endpoints/hook/a")

    assert answered == [200, 429, 429]


async def test_calls_of_cloud_code_do_not_count() -> None:
    cloud = limited()

    @cloud.define("calls")
    async def call(request: FunctionRequest) -> list[str]:
        return [await cloud.run("f") for _ in range(3)]

    async with serving(cloud) as server:
        answer = await server.client.from_ip(OUTSIDE).post("/functions/calls", {})

    assert answer.body == {"result": ["done"] * 3}


async def test_what_is_registered_later_is_limited_from_then_on() -> None:
    cloud = Cloud()
    async with serving(cloud) as server:
        client = server.client.from_ip(OUTSIDE)
        before = (await client.post("/functions/f", {})).code
        cloud.include(limited())
        answered = await statuses(client, client)

    assert (before, answered) == (141, [200, 429])
