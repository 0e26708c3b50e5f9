"""Batches: every entry goes through the door that single requests go through."""

from __future__ import annotations

import re
from typing import Any

import pytest

from parsepy.api.gates import Door
from parsepy.settings import RequestComplexity
from tests.unit.api.doors import APP, MASTER, TOKEN, answer, door


async def send(way_in: Door, requests: Any, headers: dict[str, str] = APP, **more: Any) -> tuple[int, Any]:
    return await answer(way_in, "POST", "/batch", headers, body={"requests": requests, **more})


def entry(method: str | None, path: str, body: Any = None) -> dict[str, Any]:
    return {"method": method, "path": path, **({} if body is None else {"body": body})}


async def test_entries_are_answered_in_order() -> None:
    requests = [
        entry("POST", "/parse/classes/A", {"a": 1}),
        entry("DELETE", "/parse/classes/A/b"),
        entry("GET", "/parse/x/y"),
    ]

    status, told = await send(await door(), requests[:2])

    assert status == 200
    assert [result["success"]["method"] for result in told] == ["POST", "DELETE"]
    assert told[0]["success"]["body"] == {"a": 1}


async def test_an_empty_batch_is_an_empty_list() -> None:
    assert await send(await door(), []) == (200, [])


async def test_the_caller_of_the_batch_is_the_caller_of_its_entries() -> None:
    headers = {**APP, "X-Parse-Session-Token": TOKEN}

    _, told = await send(await door(), [entry("GET", "/parse/classes/A/b")], headers)

    assert told[0]["success"]["user"] == "ann"


async def test_an_entry_that_is_refused_tells_its_error_in_its_place() -> None:
    requests = [
        entry("POST", "/parse/refuse", {"code": 101}),
        entry("GET", "/parse/schemas"),
        entry("POST", "/parse/break", {}),
        entry("POST", "/parse/login"),
    ]

    status, told = await send(await door(), requests)

    assert status == 200
    assert told[:3] == [
        {"error": {"code": 101, "error": "refused"}},
        {"error": {"error": "Permission denied"}},
        {"error": {"code": 1, "error": "Internal server error."}},
    ]
    assert "success" in told[3]


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (entry("GET", "/other/classes/A"), "cannot route batch path /other/classes/A"),
        (entry("get", "/parse/classes/A"), "cannot route get /classes/A"),
        (entry(None, "/parse/classes/A"), "cannot route null /classes/A"),
        (entry("GET", "/parse/nowhere"), "cannot route GET /nowhere"),
        (entry("HEAD", "/parse/classes/A"), "cannot route HEAD /classes/A"),
        (entry("POST", "/parse/files/a.txt"), "cannot route POST /files/a.txt"),
        (entry("GET", "/parse/health"), "cannot route GET /health"),
        (entry("POST", "/parse/batch"), "nested batch requests are not allowed"),
        (entry("POST", "/parse/classes/../BATCH"), "nested batch requests are not allowed"),
        ({"method": "GET"}, "batch request path must be a string"),
        ("x", "batch request path must be a string"),
        (None, "batch request path must be a string"),
    ],
)
async def test_an_entry_that_cannot_be_routed_refuses_the_whole_batch(bad: Any, text: str) -> None:
    requests = [entry("POST", "/parse/classes/A"), bad]

    assert await send(await door(), requests) == (400, {"code": 107, "error": text})


@pytest.mark.parametrize("requests", [None, {}, "x", 1])
async def test_requests_must_be_a_list(requests: Any) -> None:
    assert await send(await door(), requests) == (400, {"code": 107, "error": "requests must be an array"})


async def test_a_query_string_is_part_of_the_path() -> None:
    _, told = await send(await door(), [entry("GET", "/parse/classes/A?limit=1")])

    assert told[0]["success"]["params"] == {"className": "A?limit=1"}


async def test_the_number_of_entries_is_limited_for_clients_only() -> None:
    way_in = await door(request_complexity=RequestComplexity(batch_request_limit=1))
    requests = [entry("GET", "/parse/classes/A")] * 2
    text = "Batch request contains 2 sub-requests, which exceeds the limit of 1."

    assert await send(way_in, requests) == (400, {"code": 107, "error": text})
    assert (await send(way_in, requests, MASTER))[0] == 200


async def test_the_allow_list_holds_for_every_entry() -> None:
    way_in = await door(route_allow_list=(re.compile("batch"), re.compile("classes/A")))

    assert (await send(way_in, [entry("GET", "/parse/classes/A")]))[0] == 200
    status, told = await send(way_in, [entry("GET", "/parse/classes/A"), entry("GET", "/parse/classes/B")])
    assert (status, told["code"]) == (400, 119)


async def test_the_read_only_key_writes_nothing_through_a_batch() -> None:
    headers = {**APP, "X-Parse-Master-Key": "look"}

    _, told = await send(await door(read_only_master_key="look"), [entry("POST", "/parse/classes/A")], headers)

    assert told == [{"error": {"code": 119, "error": "Permission denied"}}]


async def test_the_path_of_the_public_url_is_a_prefix_too() -> None:
    way_in = await door(server_url="http://127.0.0.1:1337/parse", public_server_url="https://x.example/api")

    _, told = await send(way_in, [entry("GET", "/api/classes/A"), entry("GET", "/parse/classes/B")])

    assert [result["success"]["path"] for result in told] == ["/classes/A", "/classes/B"]


async def test_a_transaction_answers_like_a_batch_when_all_goes_well() -> None:
    _, told = await send(await door(), [entry("POST", "/parse/classes/A", {"a": 1})], transaction=True)

    assert told[0]["success"]["body"] == {"a": 1}


async def test_a_transaction_is_refused_as_a_whole_with_the_error_of_its_first_bad_entry() -> None:
    requests = [entry("POST", "/parse/classes/A"), entry("POST", "/parse/refuse", {"code": 137})]

    assert await send(await door(), requests, transaction=True) == (400, {"code": 137, "error": "refused"})
