"""Endpoints over HTTP: what reaches them, what they answer, and who is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from parsepy import Cloud, ErrorCode, HttpRequest, HttpResponse, ParseError, ParseObject, Query
from parsepy.settings.patterns import ROUTES
from tests.inprocess import started
from tests.unit.cloud.endpoints.sites import APP, MASTER, serving, token_of

BASE = "/parse/endpoints"
JSON = "application/json; charset=utf-8"


def shop() -> Cloud:
    """Endpoints of every kind."""
    cloud = Cloud(timeout=5)
    cloud.route("GET", "/told/:name")(told)
    cloud.route("POST", "/told/:name")(told)
    cloud.route("GET", "/told/me")(lambda request: "the exact one")
    cloud.route("GET", "/rest/*path")(lambda request: request.params["path"])
    cloud.route("PATCH", "/things/:id")(lambda request: {"patched": request.params["id"]})
    cloud.route("DELETE", "/things/:id")(lambda request: None)
    cloud.route("POST", "/json")(lambda request: request.json())
    cloud.route("POST", "/form")(form)
    cloud.route("GET", "/answers/:name")(answers)
    cloud.route("GET", "/mine", require_user=True)(mine)
    cloud.route("POST", "/admin", require_master=True)(lambda request: "done")
    cloud.route("POST", "/save")(save)
    cloud.route("GET", "/refused")(refuse)
    cloud.route("GET", "/broken")(lambda request: 1 // 0)
    return cloud


async def told(request: HttpRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "route": request.route,
        "params": request.params,
        "query": request.query,
        "raw": request.query_string,
        "body": request.text(),
        "type": request.content_type,
        "own": request.headers.get("x-own"),
        "ip": request.ip,
        "user": request.user and request.user["username"],
        "master": request.master,
        "context": request.context,
    }


def form(request: HttpRequest) -> dict[str, Any]:
    fields = request.form()
    return {name: value if isinstance(value, str) else value["data"].decode() for name, value in fields.items()}


async def _pieces() -> AsyncIterator[str | bytes]:
    yield "one "
    yield b""
    yield b"two"


def answers(request: HttpRequest) -> Any:
    kinds = {
        "nothing": None,
        "text": "<b>",
        "bytes": b"\0\1",
        "list": [1, ParseObject("Team", name="Reds")],
        "number": 7,
        "empty": HttpResponse(302, {"Location": "/x"}),
        "bare": HttpResponse(body={"a": 1}, status=201, headers={"Content-Type": "application/vnd.own+json"}),
        "page": HttpResponse(headers={"content-type": "text/html", "Set-Cookie": ["a=1", "b=2"]}, body="<b>"),
        "async": _pieces(),
        "plain": (piece for piece in ("one ", b"two")),
        "none": iter(()),
        "odd": object(),
    }
    return kinds[request.params["name"]]


async def mine(request: HttpRequest) -> list[str]:
    found = await Query("Note").find()
    return [str(note["text"]) for note in found]


async def save(request: HttpRequest) -> HttpResponse:
    note = await ParseObject("Note", text=request.json()["text"]).save()
    return HttpResponse(201, body={"id": note.id})


async def refuse(request: HttpRequest) -> None:
    raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "There is no such thing.")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(shop()) as found:
        yield found


async def json(client: aiohttp.ClientSession, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with client.request(method, BASE + path, **more) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_an_endpoint_needs_no_application_id_and_is_told_everything(client: aiohttp.ClientSession) -> None:
    status, got = await json(
        client,
        "POST",
        "/Told/a%20b?x=1&y=2&y=3",
        data=b"raw\xff",
        headers={"X-Own": "7", "Content-Type": "text/PLAIN; a"},
    )

    assert status == 200
    assert (got["method"], got["path"], got["route"]) == ("POST", "/Told/a%20b", "/told/:name")
    assert (got["params"], got["query"], got["raw"]) == ({"name": "a b"}, {"x": "1", "y": ["2", "3"]}, "x=1&y=2&y=3")
    assert (got["body"], got["type"], got["own"]) == ("raw\ufffd", "text/plain", "7")
    assert (got["ip"], got["user"], got["master"], got["context"]) == ("127.0.0.1", None, False, {})


async def test_who_names_no_app_is_nobody_whatever_he_shows(client: aiohttp.ClientSession) -> None:
    token = await token_of(client, "ann")
    headers = {"X-Parse-Session-Token": token, "X-Parse-Master-Key": "the-master-key", "X-Parse-Cloud-Context": "{"}
    _, got = await json(client, "GET", "/told/a", headers=headers)

    assert (got["user"], got["master"]) == (None, False)


async def test_who_names_the_app_is_known_by_his_session_and_keys(client: aiohttp.ClientSession) -> None:
    token = await token_of(client, "ann")
    user = {**APP, "X-Parse-Session-Token": token, "X-Parse-Cloud-Context": '{"a": 1}'}

    assert (await json(client, "GET", "/told/a", headers=user))[1]["user"] == "ann"
    assert (await json(client, "GET", "/told/a", headers=user))[1]["context"] == {"a": 1}
    assert (await json(client, "GET", "/told/a", headers=MASTER))[1]["master"] is True
    assert (await json(client, "GET", "/told/a", headers={**APP, "X-Parse-Session-Token": "r:no"}))[1]["code"] == 209
    assert (await json(client, "GET", "/told/a", headers={"X-Parse-Application-Id": "other"}))[0] == 403


async def test_the_more_exact_path_wins_and_the_rest_may_be_taken(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{BASE}/told/ME/") as answer:
        assert await answer.text() == "the exact one"
    async with client.get(f"{BASE}/rest/a/b%20c") as answer:
        assert await answer.text() == "a/b c"


@pytest.mark.parametrize(
    "path", ["rest/a/%2e%2e/b", "rest/..%2fb", "told/%2e%2E", "told/..%5cb", "told/a%00", "none", ""]
)
async def test_paths_that_climb_or_lead_nowhere_are_not_found(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(URL(f"{BASE}/{path}", encoded=True)) as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")


async def test_json_and_forms_are_read(client: aiohttp.ClientSession) -> None:
    multipart = aiohttp.FormData({"a": "1"})
    multipart.add_field("file", b"data", filename="f.txt")

    assert await json(client, "POST", "/json", json=[1, "ü"]) == (200, [1, "ü"])
    assert (await json(client, "POST", "/json", data=b"{"))[1]["code"] == 107
    assert await json(client, "POST", "/form", data={"a": "1", "b": "x y"}) == (200, {"a": "1", "b": "x y"})
    assert await json(client, "POST", "/form", data=multipart) == (200, {"a": "1", "file": "data"})
    assert (await json(client, "POST", "/form", json={}))[1]["code"] == 107


@pytest.mark.parametrize(
    ("name", "status", "kind", "body"),
    [
        ("nothing", 204, None, b""),
        ("text", 200, "text/plain; charset=utf-8", b"<b>"),
        ("bytes", 200, "application/octet-stream", b"\0\1"),
        ("list", 200, JSON, b'[1,{"name":"Reds","__type":"Object","className":"Team"}]'),
        ("number", 200, JSON, b"7"),
        ("empty", 302, None, b""),
        ("bare", 201, "application/vnd.own+json", b'{"a":1}'),
        ("page", 200, "text/html", b"<b>"),
        ("async", 200, "application/octet-stream", b"one two"),
        ("plain", 200, "application/octet-stream", b"one two"),
        ("none", 200, "application/octet-stream", b""),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
async def test_results_become_answers(
    client: aiohttp.ClientSession, name: str, status: int, kind: str | None, body: bytes
) -> None:
    async with client.get(f"{BASE}/answers/{name}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers.get("Content-Type")) == (status, kind)
        assert await answer.read() == body
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers.getall("Set-Cookie", []) == (["a=1", "b=2"] if name == "page" else [])
        assert answer.headers.get("Location") == ("/x" if name == "empty" else None)


async def test_errors_are_parse_errors(client: aiohttp.ClientSession) -> None:
    assert await json(client, "GET", "/refused") == (404, {"code": 101, "error": "There is no such thing."})
    assert await json(client, "GET", "/broken") == (
        400,
        {"code": 141, "error": "integer division or modulo by zero"},
    )
    assert (await json(client, "GET", "/answers/odd"))[1]["code"] == 141


async def test_head_gets_the_head_of_get(client: aiohttp.ClientSession) -> None:
    for name in ("text", "async"):
        async with client.head(f"{BASE}/answers/{name}") as answer:
            assert (answer.status, await answer.read()) == (200, b"")


async def test_other_methods_are_told_which_there_are(client: aiohttp.ClientSession) -> None:
    async with client.put(f"{BASE}/told/a") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    async with client.head(f"{BASE}/json") as answer:
        assert answer.status == 405
    async with client.options(f"{BASE}/things/7", headers={"Origin": "https://x.example"}) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
        assert answer.headers["Access-Control-Allow-Methods"] == "PATCH,DELETE,OPTIONS"
    async with client.options(f"{BASE}/nowhere/%ff") as answer:
        assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT,POST,DELETE,OPTIONS"
    async with client.patch(f"{BASE}/things/7") as answer:
        assert await answer.json() == {"patched": "7"}


async def test_an_endpoint_for_users_or_the_master_asks_for_the_app_and_for_them(client: aiohttp.ClientSession) -> None:
    user = {**APP, "X-Parse-Session-Token": await token_of(client, "ann")}

    assert (await json(client, "GET", "/mine"))[0] == 403
    assert (await json(client, "GET", "/mine", headers=APP))[1]["code"] == 142
    assert await json(client, "GET", "/mine", headers=user) == (200, [])
    assert (await json(client, "POST", "/admin", headers=user))[1]["code"] == 142
    async with client.post(f"{BASE}/admin", headers=MASTER) as answer:
        assert await answer.text() == "done"


async def test_what_an_endpoint_does_it_does_as_its_caller(client: aiohttp.ClientSession) -> None:
    read_only = {**APP, "X-Parse-Master-Key": "the-read-only-key"}

    assert (await json(client, "POST", "/save", json={"text": "hi"}))[0] == 201
    assert (await json(client, "POST", "/save", json={"text": "no"}, headers=read_only))[1]["code"] == 119
    user = {**APP, "X-Parse-Session-Token": await token_of(client, "ann")}
    assert await json(client, "GET", "/mine", headers=user) == (200, ["hi"])


async def test_the_master_key_is_bound_to_addresses(client: aiohttp.ClientSession) -> None:
    async with serving(shop(), master_key_ips=()) as other, other.post(f"{BASE}/admin", headers=MASTER) as answer:
        assert (answer.status, await answer.json()) == (403, {"error": "unauthorized"})


async def test_client_keys_are_asked_of_those_who_name_the_app() -> None:
    async with serving(shop(), rest_api_key="rest") as client:
        assert (await json(client, "GET", "/told/a"))[0] == 200
        assert (await json(client, "GET", "/told/a", headers=APP))[0] == 403
        assert (await json(client, "GET", "/told/a", headers={**APP, "X-Parse-REST-API-Key": "rest"}))[0] == 200


async def test_the_list_of_open_routes_holds_for_endpoints_too() -> None:
    async with serving(shop(), route_allow_list=ROUTES.read(["endpoints/told/.*"])) as client:
        assert (await json(client, "GET", "/told/a"))[0] == 200
        assert (await json(client, "GET", "/refused"))[1]["code"] == 119
        assert (await json(client, "GET", "/refused", headers=APP))[1]["code"] == 119
        assert (await json(client, "GET", "/refused", headers=MASTER))[1]["code"] == 101


async def test_an_unchanged_answer_is_not_sent_again(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{BASE}/answers/number") as first:
        tag = first.headers["ETag"]
    async with client.get(f"{BASE}/answers/number", headers={"If-None-Match": tag}) as second:
        assert second.status == 304


async def test_endpoints_stand_where_the_option_says() -> None:
    async with serving(shop(), endpoints_path="/Own/v1") as client:
        async with client.get("/parse/own/V1/told/a") as answer:
            assert (await answer.json())["path"] == "/told/a"
        async with client.get("/parse/own/v12/told/a") as answer:
            assert answer.status == 403


async def test_endpoints_answer_in_process_too(tmp_path: Path) -> None:
    async with started({}, shop(), folder=tmp_path) as client:
        stranger = client.with_headers({"X-Parse-Application-Id": ""})
        ann = await client.sign_up("ann")

        assert (await stranger.get("/endpoints/answers/nothing")).status == 204
        assert (await stranger.get("/endpoints/answers/async")).body == b"one two"
        assert (await stranger.request("POST", "/endpoints/json", b"[1]")).body == [1]
        assert (await client.as_(ann.token).get("/endpoints/told/a")).body["user"] == "ann"
        assert (await client.put("/endpoints/json", {})).headers["Allow"] == "POST, OPTIONS"


async def test_an_entry_of_a_batch_cannot_be_an_endpoint(client: aiohttp.ClientSession) -> None:
    entries = {"requests": [{"method": "GET", "path": "/parse/endpoints/told/a"}]}
    async with client.post("/parse/batch", headers=APP, json=entries) as answer:
        assert (await answer.json())["code"] == 107


async def test_an_endpoint_may_be_limited_and_head_is_no_way_around() -> None:
    cloud = Cloud()
    limit: Any = {"request_count": 2, "request_time_window": 60_000, "include_internal_requests": True}
    cookies = HttpResponse(headers={"Set-Cookie": ["a=1", "b=2"]})
    cloud.route("GET", "/limited/:id", rate_limit=limit)(lambda request: cookies)
    cloud.route("POST", "/limited/:id")(lambda request: None)
    async with serving(cloud) as client:
        for method, expected in (("GET", 200), ("HEAD", 200), ("POST", 204), ("GET", 429), ("HEAD", 429)):
            async with client.request(method, f"{BASE}/limited/7", headers={}) as answer:
                assert (method, answer.status) == (method, expected)
                assert answer.headers.getall("Set-Cookie", []) == (["a=1", "b=2"] if expected == 200 else [])
