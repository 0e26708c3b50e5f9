"""Credentials in the body, as SDKs in browsers send them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit.api.doors import APP, TOKEN, answer, door

UNAUTHORIZED = (403, {"error": "unauthorized"})
BROWSER = {"Content-Type": "text/plain"}


async def test_the_envelope_is_taken_off() -> None:
    body = {
        "_ApplicationId": "test", "_JavaScriptKey": "js", "_ClientVersion": "js8", "_InstallationId": "tab",
        "_SessionToken": TOKEN, "_RevocableSession": "1", "_noBody": True, "_context": {"a": 1}, "score": 1,
    }  # fmt: skip

    status, told = await answer(await door(javascript_key="js"), "POST", "/classes/A", BROWSER, body=body)

    assert (status, told["body"], told["user"]) == (201, {"score": 1}, "ann")
    assert (told["installation"], told["context"]) == ("tab", {"a": 1})


async def test_the_body_may_carry_the_master_key() -> None:
    body = {"_ApplicationId": "test", "_MasterKey": "master", "a": 1}

    _, told = await answer(await door(), "POST", "/classes/A", BROWSER, body=body)

    assert (told["level"], told["body"]) == ("master", {"a": 1})


async def test_with_the_header_the_body_is_left_alone() -> None:
    _, told = await answer(await door(), "POST", "/classes/A", body={"_JavaScriptKey": "js", "_noBody": 1, "a": 1})

    assert told["body"] == {"_JavaScriptKey": "js", "a": 1}


@pytest.mark.parametrize("name", ["_InstallationId", "_SessionToken", "_MasterKey", "_ContentType"])
@pytest.mark.parametrize("value", [1, {"$ne": 1}, ["a"], True])
async def test_credentials_in_the_body_must_be_texts(name: str, value: Any) -> None:
    body = {"_ApplicationId": "test", name: value}

    assert await answer(await door(), "POST", "/classes/A", BROWSER, body=body) == UNAUTHORIZED


@pytest.mark.parametrize("app_id", ["other", 1, None, {"$ne": 1}, ["test"]])
async def test_an_unknown_application_id_in_the_body_is_unauthorized(app_id: Any) -> None:
    assert await answer(await door(), "POST", "/classes/A", {}, body={"_ApplicationId": app_id}) == UNAUTHORIZED


async def test_a_master_key_in_the_header_must_belong_to_the_app_in_the_body() -> None:
    way_in = await door(read_only_master_key="look")
    body = {"_ApplicationId": "test"}

    assert (await answer(way_in, "POST", "/classes/A", {"X-Parse-Master-Key": "master"}, body=body))[0] == 201
    assert await answer(way_in, "POST", "/classes/A", {"X-Parse-Master-Key": "other"}, body=body) == UNAUTHORIZED


@pytest.mark.parametrize("context", [{"a": 1}, '{"a": 1}'])
async def test_the_context_is_an_object_or_the_text_of_one(context: Any) -> None:
    body = {"_ApplicationId": "test", "_context": context}

    _, told = await answer(await door(), "POST", "/classes/A", {}, body=body)

    assert told["context"] == {"a": 1}


@pytest.mark.parametrize("context", ["[]", "1", "{", [1], 7])
async def test_any_other_context_is_refused(context: Any) -> None:
    body = {"_ApplicationId": "test", "_context": context}
    expected = (400, {"code": 107, "error": "Invalid object for context."})

    assert await answer(await door(), "POST", "/classes/A", {}, body=body) == expected
    assert await answer(await door(), "GET", "/classes/A", {**APP, "X-Parse-Cloud-Context": str(context)}) == expected


async def test_a_post_may_stand_for_another_method() -> None:
    _, told = await answer(await door(), "POST", "/classes/A/b", body={"_method": "get", "where": {"a": 1}})

    assert (told["method"], told["body"]) == ("GET", {"where": {"a": 1}})


@pytest.mark.parametrize(
    "name", ["_InstallationId", "_SessionToken", "_MasterKey", "_ContentType", "_context", "_method"]
)
@pytest.mark.parametrize("value", ["", 0, None, False])
async def test_what_javascript_takes_for_nothing_is_an_ordinary_field(name: str, value: Any) -> None:
    _, told = await answer(await door(), "POST", "/classes/A", {}, body={"_ApplicationId": "test", name: value})

    is_dropped = name == "_method" and value is None
    assert told["body"] == ({} if is_dropped else {name: value})


@pytest.mark.parametrize("value", [1, {}, ["GET"], True])
async def test_a_method_that_is_no_text_is_dropped(value: Any) -> None:
    _, told = await answer(await door(), "POST", "/classes/A", body={"_method": value, "a": 1})

    assert (told["method"], told["body"]) == ("POST", {"a": 1})


async def test_only_a_post_is_overridden() -> None:
    _, told = await answer(await door(), "PUT", "/classes/A/b", body={"_method": "GET"})

    assert (told["method"], told["body"]) == ("PUT", {"_method": "GET"})


async def test_a_file_with_headers_is_raw_bytes() -> None:
    headers = {**APP, "Content-Type": "image/png"}

    status, told = await answer(await door(), "POST", "/files/a.png", headers, body=b'{"base64": 1}')

    assert (status, told["bytes"], told["type"]) == (201, '{"base64": 1}', "image/png")


async def test_a_file_without_headers_is_json_with_base64() -> None:
    body = {
        "_ApplicationId": "test", "_ContentType": "text/css", "base64": base64.b64encode(b"hello").decode(),
        "fileData": {"tags": {"a": "b"}},
    }  # fmt: skip

    status, told = await answer(await door(), "POST", "/files/a.css", BROWSER, body=body)

    assert (status, told["bytes"], told["type"]) == (201, "hello", "text/css")
    assert told["details"] == {"tags": {"a": "b"}}


@pytest.mark.parametrize("body", [b"\x00\xff", b"{}", b'{"_ApplicationId": "test", "base64": 1}', b""])
async def test_a_file_without_credentials_is_unauthorized(body: bytes) -> None:
    assert await answer(await door(), "POST", "/files/a.txt", BROWSER, body=body) == UNAUTHORIZED


async def test_a_file_of_an_unknown_app_is_refused() -> None:
    way_in = await door()

    assert await answer(way_in, "GET", "/files/other/a.txt") == (403, {"error": "Permission denied"})
