"""How requests come in: credentials, envelope, and which error wins."""

from __future__ import annotations

import base64
import re

import pytest

from parsepy.api.router import Content
from parsepy.settings import networks
from tests.unit.api.doors import APP, MASTER, TOKEN, answer, call, door

UNAUTHORIZED = (403, {"error": "unauthorized"})
FAR = {"master_key_ips": networks("10.0.0.1"), "read_only_master_key_ips": networks("10.0.0.1")}
READ_ONLY = {**APP, "X-Parse-Master-Key": "look"}


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


async def test_a_known_application_id_is_enough_by_default() -> None:
    status, told = await answer(await door(), "GET", "/classes/A?where=%7B%7D&limit=1")

    assert (status, told["level"], told["query"]) == (200, "user", {"where": "{}", "limit": "1"})


@pytest.mark.parametrize("headers", [{}, {"X-Parse-Application-Id": "other"}, basic("other:master")])
async def test_an_unknown_application_is_unauthorized(headers: dict[str, str]) -> None:
    way_in = await door()

    assert await answer(way_in, "GET", "/classes/A", headers) == UNAUTHORIZED
    assert await answer(way_in, "GET", "/nowhere", headers) == UNAUTHORIZED
    assert "X-Parse-Application-Id" in (await call(way_in, "GET", "/classes/A", headers)).note


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Parse-REST-API-Key": "rest"},
        {"X-Parse-Javascript-Key": "js"},
        {"X-Parse-Master-Key": "master"},
        {"X-Parse-Master-Key": "look"},
        basic("test:master"),
        basic("test:javascript-key=js"),
    ],
)
async def test_one_right_key_lets_in(headers: dict[str, str]) -> None:
    way_in = await door(rest_api_key="rest", javascript_key="js", read_only_master_key="look")

    assert (await answer(way_in, "GET", "/classes/A", {**APP, **headers}))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Parse-REST-API-Key": "wrong"},
        {"X-Parse-Javascript-Key": "rest"},
        {"X-Parse-Client-Key": "rest"},
        {"X-Parse-Master-Key": "wrong"},
        basic("test:javascript-key=rest"),
        basic("test:a:b"),
    ],
)
async def test_without_a_right_key_nobody_gets_in_once_one_is_configured(headers: dict[str, str]) -> None:
    way_in = await door(rest_api_key="rest")

    assert await answer(way_in, "GET", "/classes/A", {**APP, **headers}) == UNAUTHORIZED
    assert "restAPIKey" in (await call(way_in, "GET", "/classes/A", {**APP, **headers})).note


@pytest.mark.parametrize("path", ["/classes/A", "/health", "/files/test/a.txt", "/nowhere"])
@pytest.mark.parametrize("key", ["master", "look"])
async def test_a_right_key_from_a_forbidden_address_is_refused_everywhere(path: str, key: str) -> None:
    outcome = await call(
        await door(read_only_master_key="look", **FAR), "GET", path, {**APP, "X-Parse-Master-Key": key}
    )

    assert (outcome.response.status, outcome.response.body) == UNAUTHORIZED
    assert "MasterKeyIps" in outcome.note or "masterKeyIps" in outcome.note


async def test_a_forbidden_address_is_told_before_bad_json() -> None:
    assert await answer(await door(**FAR), "POST", "/classes/A", MASTER, body=b"{") == UNAUTHORIZED


async def test_bad_json_is_told_before_missing_credentials() -> None:
    assert (await answer(await door(), "POST", "/classes/A", {}, body=b"{"))[0] == 400


async def test_a_body_that_is_too_large_is_told_before_missing_credentials() -> None:
    status, told = await answer(await door(max_upload_size=10), "POST", "/classes/A", {}, body={"a": "0123456789"})

    assert (status, told) == (413, {"error": "request entity too large"})


async def test_the_maintenance_key_wins_over_the_master_key() -> None:
    headers = {**MASTER, "X-Parse-Maintenance-Key": "repair"}

    _, told = await answer(await door(maintenance_key="repair"), "GET", "/classes/A", headers)

    assert told["level"] == "maintenance"


async def test_keys_that_are_not_configured_match_nothing() -> None:
    headers = {**APP, "X-Parse-Master-Key": "", "X-Parse-Maintenance-Key": ""}

    _, told = await answer(await door(), "GET", "/classes/A", headers)

    assert told["level"] == "user"


async def test_the_master_key_in_a_header_stands_for_the_installation_cloud() -> None:
    _, told = await answer(await door(), "GET", "/classes/A", MASTER)

    assert (told["level"], told["installation"]) == ("master", "cloud")


async def test_a_session_token_is_resolved() -> None:
    headers = {**APP, "X-Parse-Session-Token": TOKEN, "X-Parse-Installation-Id": "phone"}

    _, told = await answer(await door(), "GET", "/classes/A", headers)

    assert (told["user"], told["token"], told["installation"]) == ("ann", TOKEN, "phone")


@pytest.mark.parametrize("target", ["/classes/A", "/functions/f", "/nowhere"])
async def test_a_bad_session_token_is_refused_on_every_route(target: str) -> None:
    headers = {**APP, "X-Parse-Session-Token": "r:bad"}

    status, told = await answer(await door(), "POST", target, headers, body={})

    assert (status, told["code"]) == (400, 209)


@pytest.mark.parametrize("target", ["/login", "/LOGIN/", "/login?username=a"])
async def test_login_drops_the_token_first(target: str) -> None:
    _, told = await answer(await door(), "POST", target, {**APP, "X-Parse-Session-Token": "r:bad"}, body={})

    assert told["token"] is None


async def test_the_own_session_is_asked_for_without_resolving_the_token() -> None:
    _, told = await answer(await door(), "GET", "/sessions/me", {**APP, "X-Parse-Session-Token": "r:bad"})

    assert (told["token"], told["user"]) == ("r:bad", None)


async def test_the_token_of_a_master_is_kept_unresolved() -> None:
    _, told = await answer(await door(), "GET", "/classes/A", {**MASTER, "X-Parse-Session-Token": "r:bad"})

    assert (told["level"], told["token"]) == ("master", "r:bad")


async def test_session_routes_need_a_token() -> None:
    status, told = await answer(await door(), "GET", "/users/me")

    assert (status, told) == (400, {"code": 209, "error": "Permission denied"})


async def test_an_unknown_route_is_a_page_once_the_caller_is_known() -> None:
    outcome = await call(await door(), "GET", "/<b>")

    assert outcome.response.status == 404
    assert isinstance(outcome.response.body, Content)
    assert outcome.response.body.type.startswith("text/html")
    assert b"Cannot GET /parse/&lt;b&gt;" in outcome.response.body.chunks  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sanitized", "text"), [(True, "Permission denied"), (False, "unauthorized: master key is required")]
)
async def test_master_routes_tell_clients_no_more_than_they_should(sanitized: bool, text: str) -> None:
    way_in = await door(enable_sanitized_error_response=sanitized, maintenance_key="repair")

    assert await answer(way_in, "GET", "/schemas") == (403, {"error": text})
    assert await answer(way_in, "GET", "/schemas", {**APP, "X-Parse-Maintenance-Key": "repair"}) == (
        403,
        {"error": text},
    )


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "/classes/A", 200),
        ("GET", "/schemas", 200),
        ("POST", "/functions/f", 201),
        ("POST", "/login", 201),
        ("POST", "/classes/A", 400),
        ("PUT", "/classes/A/b", 400),
        ("DELETE", "/classes/A/b", 400),
        ("POST", "/schemas", 400),
        ("POST", "/files/a.txt", 403),
    ],
)
async def test_the_read_only_key_reads_and_calls_but_never_writes(method: str, target: str, expected: int) -> None:
    status, told = await answer(await door(read_only_master_key="look"), method, target, READ_ONLY, body={})

    assert status == expected
    assert expected != 400 or told == {"code": 119, "error": "Permission denied"}
    assert expected != 403 or told == {"error": "Permission denied"}


@pytest.mark.parametrize(("code", "status"), [(101, 404), (1, 500), (141, 400), (209, 400), (4711, 400)])
async def test_parse_errors_have_the_status_of_their_code(code: int, status: int) -> None:
    outcome = await call(await door(), "POST", "/refuse", body={"code": code})

    assert (outcome.response.status, outcome.response.body) == (status, {"code": code, "error": "refused"})
    assert outcome.note == f"{code} refused: the fix"


async def test_what_went_wrong_inside_is_logged_without_secrets_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    status, told = await answer(await door(), "POST", "/break", body={"password": "hunter2!"})

    assert (status, told) == (500, {"code": 1, "message": "Internal server error."})
    assert "request r-1 failed" in caplog.text
    assert "RuntimeError: broken by [secret]" in caplog.text
    assert "hunter2!" not in caplog.text


async def test_a_lost_database_is_told_as_such_and_logged_on_one_line_without_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    status, told = await answer(await door(), "GET", "/lost", MASTER)

    assert (status, told) == (503, {"code": 1, "error": "The database is not available now; try again later."})
    assert [record.getMessage() for record in caplog.records] == [
        "request r-1 failed: no connection to 127.0.0.1:5432 as [secret]"
    ]


async def test_the_allow_list_opens_only_what_it_names() -> None:
    way_in = await door(route_allow_list=patterns("classes/A", "functions/.*", "health"))

    assert (await answer(way_in, "GET", "/classes/A/"))[0] == 200
    assert (await answer(way_in, "POST", "/functions/f", body={}))[0] == 201
    assert (await answer(way_in, "GET", "/health"))[0] == 200
    assert await answer(way_in, "GET", "/classes/A/b") == (400, {"code": 119, "error": "Permission denied"})
    assert (await answer(way_in, "GET", "/classes/B", MASTER))[0] == 200


async def test_an_empty_allow_list_closes_everything_but_files() -> None:
    way_in = await door(route_allow_list=())

    assert (await answer(way_in, "GET", "/classes/A"))[1]["code"] == 119
    assert (await answer(way_in, "GET", "/health"))[1]["code"] == 119
    assert (await answer(way_in, "GET", "/health", MASTER))[0] == 200
    assert (await answer(way_in, "GET", "/files/test/a.txt"))[0] == 200


@pytest.mark.parametrize("target", ["/health", "/HEALTH/", "/health/anything"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_health_needs_no_application_id(method: str, target: str) -> None:
    assert await answer(await door(), method, target, {}) == (200, {"status": "ok"})


async def test_urls_in_answers_begin_with_the_public_url_or_the_one_that_was_asked() -> None:
    _, asked = await answer(await door(), "GET", "/classes/A")
    _, public = await answer(await door(public_server_url="https://api.example/v1/"), "GET", "/classes/A")

    assert (asked["url"], public["url"]) == ("http://here:1337/parse", "https://api.example/v1")


async def test_several_apps_are_told_apart_by_their_id() -> None:
    way_in = await door("second")
    second = {"X-Parse-Application-Id": "second"}

    assert (await answer(way_in, "GET", "/classes/A", second))[1]["app"] == "second"
    assert (await answer(way_in, "GET", "/classes/A"))[1]["app"] == "test"
    assert (await answer(way_in, "GET", "/classes/A", {**second, "X-Parse-Master-Key": "master"}))[1]["level"] == "user"
    assert (await answer(way_in, "GET", "/files/second/a.txt", {}))[1]["app"] == "second"


def patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    import re

    return tuple(re.compile(text) for text in texts)
