"""What goes over the wire: paths, headers, bodies, and the answers' form."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import orjson
import pytest

from parsepy.settings import TrustProxy, networks
from tests.unit.api.doors import APP, MASTER, door
from tests.unit.web.sites import site


async def test_json_goes_in_and_out() -> None:
    async with site() as client, client.post("/parse/classes/A?x=1", headers=APP, json={"a": "ü"}) as answer:
        told = await answer.json()

        assert (answer.status, answer.headers["Content-Type"]) == (201, "application/json; charset=utf-8")
        assert (told["body"], told["query"]) == ({"a": "ü"}, {"x": "1"})
        assert told["url"] == f"http://127.0.0.1:{answer.url.port}/parse"


@pytest.mark.parametrize("path", ["/parse/classes/A", "/PARSE/Classes/A", "/parse//classes/A", "/parse/classes/A/"])
async def test_paths_are_read_tolerantly(path: str) -> None:
    async with site() as client, client.get(path, headers=APP) as answer:
        assert (await answer.json())["params"] == {"className": "A"}


@pytest.mark.parametrize("path", ["/", "/parse", "/parse/", "/parser/classes/A", "/classes/A", "/parse///classes/A"])
async def test_other_paths_lead_to_pages(path: str) -> None:
    async with site() as client, client.get(path, headers=APP) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.status == (200 if path == "/" else 404)


async def test_preflight_needs_no_application_id() -> None:
    async with site() as client, client.options("/parse/classes/A", headers={"Origin": "https://x.example"}) as answer:
        assert (answer.status, await answer.text()) == (200, "OK")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT,POST,DELETE,OPTIONS"
        assert "X-Parse-Session-Token" in answer.headers["Access-Control-Allow-Headers"]


async def test_refusals_carry_the_cors_headers_too() -> None:
    async with site() as client, client.get("/parse/classes/A") as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (403, "*")


async def test_a_listed_origin_is_told_and_another_gets_the_first() -> None:
    way_in = await door(allow_origin=("https://a.example", "https://b.example"), allow_headers=("X-Own",))
    async with site(way_in) as client:
        for origin, told in (("https://b.example", "https://b.example"), ("https://c.example", "https://a.example")):
            async with client.get("/parse/classes/A", headers={**APP, "Origin": origin}) as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == told
                assert answer.headers["Access-Control-Allow-Headers"].endswith(", X-Own")


async def test_an_unchanged_answer_is_not_sent_again() -> None:
    async with site() as client:
        async with client.get("/parse/classes/A", headers=APP) as first:
            tag = first.headers["ETag"]
        async with client.get("/parse/classes/A", headers={**APP, "If-None-Match": tag}) as second:
            assert (second.status, await second.read(), second.headers["ETag"]) == (304, b"", tag)
        async with client.get("/parse/classes/A", headers={**APP, "If-None-Match": 'W/"other"'}) as third:
            assert third.status == 200
    assert tag.startswith('W/"')


async def test_head_has_headers_and_no_body() -> None:
    async with site() as client, client.head("/parse/classes/A", headers=APP) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 10


async def test_patch_is_not_routed() -> None:
    async with site() as client, client.patch("/parse/classes/A/b", headers=APP, json={}) as answer:
        assert answer.status == 404


async def test_compressed_bodies_are_read_up_to_the_limit() -> None:
    headers = {**APP, "Content-Encoding": "gzip"}
    async with site(await door(max_upload_size=5000)) as client:
        for size, status in ((1000, 201), (100_000, 413)):
            body = gzip.compress(orjson.dumps({"a": "x" * size}))
            async with client.post("/parse/classes/A", headers=headers, data=body) as answer:
                assert answer.status == status


async def test_a_body_without_length_is_stopped_at_the_limit() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x" * 1000

    way_in = await door(max_upload_size=5000)
    async with site(way_in) as client, client.post("/parse/classes/A", headers=APP, data=endless()) as answer:
        assert (answer.status, await answer.json()) == (413, {"error": "request entity too large"})


async def test_a_client_that_waits_for_100_continue_is_told_to_go_on() -> None:
    async with site() as client, client.post("/parse/classes/A", headers=APP, json={"a": 1}, expect100=True) as answer:
        assert (answer.status, (await answer.json())["body"]) == (201, {"a": 1})


@pytest.mark.parametrize(
    ("trusted", "level"), [(TrustProxy(), "master"), (TrustProxy(networks=networks("127.0.0.1")), None)]
)
async def test_the_address_of_a_client_is_the_sockets_unless_a_proxy_is_trusted(
    trusted: TrustProxy, level: str | None
) -> None:
    headers = {**MASTER, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    async with (
        site(await door(trust_proxy=trusted)) as client,
        client.get("/parse/classes/A", headers=headers) as answer,
    ):
        told = await answer.json()

        assert answer.status == (403 if level is None else 200)
        assert told.get("level") == level


async def test_a_proxy_that_writes_a_line_of_its_own_is_believed_before_the_client() -> None:
    headers = [*MASTER.items(), ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "203.0.113.9")]
    async with (
        site(await door(trust_proxy=TrustProxy(hops=1))) as client,
        client.get("/parse/classes/A", headers=headers) as answer,
    ):
        assert answer.status == 403


async def test_a_trusted_proxy_tells_the_scheme() -> None:
    way_in = await door(trust_proxy=TrustProxy(everyone=True))
    async with (
        site(way_in) as client,
        client.get("/parse/classes/A", headers={**APP, "X-Forwarded-Proto": "https"}) as answer,
    ):
        assert (await answer.json())["url"].startswith("https://127.0.0.1")


async def test_requests_under_way_are_finished_at_the_end_and_idle_connections_are_let_go() -> None:
    async with site() as client:
        async with client.get("/parse/classes/A", headers=APP) as answer:
            assert answer.status == 200
        loop = asyncio.get_running_loop()
        ending = loop.time()

    assert loop.time() - ending < 1.0
