"""7.1 Uploading files: the forms of an upload, and the names that come of it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from tests.compat.differential.answers import Answer
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

TEXT = {"Content-Type": "text/plain"}
STREAM = {**TEXT, "X-Parse-Upload-Mode": "stream"}
BAD_TOKEN = "r:0123456789abcdef0123456789abcdef"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


async def enveloped(s: Script, name: str, **body: Any) -> Answer:
    """The form of SDKs: JSON as text/plain, without app id header."""
    return await s.post(f"files/{name}", {"_ApplicationId": "test", **body}, headers=TEXT, as_="nobody")


async def read(s: Script, answer: Answer) -> None:
    """Download what an upload stored."""
    await s.get(f"files/test/{quote(answer['name'])}", as_="nobody")


@scenario("7.1/raw", profile="open-files")
async def the_body_is_the_file(s: Script) -> None:
    for content in (b"text", "jörg".encode(), b'{"a": 1}', b"\x00\x01\xff"):
        await read(s, await s.post("files/a.txt", content, headers=TEXT))


@scenario("7.1/raw", profile="open-files")
async def any_content_type_is_taken(s: Script) -> None:
    for kind in ("text/plain", "image/png", "application/json", "application/x-www-form-urlencoded", "nonsense/x"):
        await read(s, await s.post("files/a.txt", b"a=1", headers={"Content-Type": kind}))
    await read(s, await s.post("files/a.txt", b"text"))


@scenario("7.1/raw", profile="open-files")
async def json_beside_an_app_id_header_is_a_file(s: Script) -> None:
    body = {"_ApplicationId": "test", "base64": encoded(b"hello"), "_ContentType": "text/plain"}
    await read(s, await s.post("files/a.txt", body))
    await read(s, await s.post("files/a.json", {"a": 1}))


@scenario("7.1/raw", profile="open-files")
async def an_upload_is_not_a_put(s: Script) -> None:
    await s.put("files/a.txt", {"a": 1})
    await s.request("PATCH", "files/a.txt", {"a": 1})


@scenario("7.1/envelope", profile="open-files")
async def the_envelope_carries_base64_and_type(s: Script) -> None:
    await read(s, await enveloped(s, "a.txt", base64=encoded(b"hello"), _ContentType="text/plain"))
    await read(s, await enveloped(s, "a.txt", base64=encoded(b"hello")))
    await read(s, await enveloped(s, "a", base64=encoded(b"hello"), _ContentType="image/png"))
    await read(s, await enveloped(s, "a", base64=encoded(b"hello")))
    await read(s, await enveloped(s, "a.txt", base64=encoded(b"hello"), _JavaScriptKey="js", _InstallationId="phone"))


@scenario("7.1/envelope", profile="open-files")
async def base64_is_read_as_far_as_it_goes(s: Script) -> None:
    for text in ("aGVsbG8", "aGVs bG8=", "aGVsbG8=\n", "a-_b", "aGVsbG8=aGVsbG8=", "data:text/plain;base64,aGVsbG8="):
        await read(s, await enveloped(s, "a.txt", base64=text, _ContentType="text/plain"))


@scenario("7.1/envelope", profile="open-files")
async def an_envelope_without_content_is_refused(s: Script) -> None:
    await enveloped(s, "a.txt")
    await enveloped(s, "a.txt", base64="")
    await enveloped(s, "a.txt", base64="====")
    await s.post("files/a.txt", {"base64": encoded(b"hello")}, headers=TEXT, as_="nobody")
    await s.post("files/a.txt", {"_ApplicationId": "other", "base64": encoded(b"hello")}, headers=TEXT, as_="nobody")


@scenario("7.1/envelope")
async def an_envelope_carries_token_and_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    content = {"base64": encoded(b"hello"), "_ContentType": "text/plain"}
    await enveloped(s, "a.txt", **content)
    await read(s, await enveloped(s, "a.txt", **content, _SessionToken=ann.token))
    await read(s, await enveloped(s, "a.txt", **content, _MasterKey="master"))
    await enveloped(s, "a.txt", **content, _MasterKey="wrong")
    await enveloped(s, "a.txt", **content, _SessionToken=BAD_TOKEN)


@scenario("7.1/envelope-details", "7.2/metadata", profile="open-files")
async def details_of_a_file_are_taken(s: Script) -> None:
    details = {"metadata": {"a": "b"}, "tags": {"c": "d"}}
    made = await enveloped(s, "a.txt", base64=encoded(b"hello"), _ContentType="text/plain", fileData=details)
    await s.get(f"files/test/metadata/{made['name']}", as_="nobody")
    others: tuple[Any, ...] = ({}, None, {"metadata": {}, "tags": {}})
    for odd in others:
        await enveloped(s, "a.txt", base64=encoded(b"hello"), fileData=odd)


@scenario("7.1/stream", profile="open-files")
async def a_stream_is_a_file_too(s: Script) -> None:
    await read(s, await s.post("files/a.txt", b"hello", headers=STREAM))
    details = {"X-Parse-File-Metadata": '{"a":"b"}', "X-Parse-File-Tags": '{"c":"d"}'}
    await read(s, await s.post("files/a.txt", b"hello", headers={**STREAM, **details}))
    await read(s, await s.post("files/a.txt", b"hello", headers={**TEXT, "X-Parse-Upload-Mode": "other"}))


@scenario("7.1/stream", profile="open-files")
async def details_in_headers_are_json_objects(s: Script) -> None:
    for name in ("Metadata", "Tags"):
        for value in ("{bad", "[1]", '"text"', "1", "null", ""):
            await s.post("files/a.txt", b"hello", headers={**STREAM, f"X-Parse-File-{name}": value})
            await s.post("files/a.txt", b"hello", headers={**TEXT, f"X-Parse-File-{name}": value}, label="no stream")


@scenario("7.1/stream", "7.1/empty", profile="open-files")
async def an_empty_stream_is_refused(s: Script) -> None:
    await s.post("files/a.txt", b"", headers=STREAM)
    await s.request("POST", "files/a.txt", headers={"X-Parse-Upload-Mode": "stream"})


@scenario("7.1/no-name", profile="open-files")
async def a_file_needs_a_name(s: Script) -> None:
    await s.post("files", b"text", headers=TEXT)
    await s.post("files/", b"text", headers=TEXT)
    await s.post("files", b"text", headers=TEXT, as_="master")
    await s.post("files", b"text", headers=TEXT, as_="nobody")
    await s.post("files", {"_ApplicationId": "test", "base64": encoded(b"hello")}, headers=TEXT, as_="nobody")


@scenario("7.1/empty", profile="open-files")
async def an_empty_file_is_refused(s: Script) -> None:
    await s.post("files/a.txt", b"", headers=TEXT)
    await s.request("POST", "files/a.txt")
    await s.post("files/a.txt", b"", headers=TEXT, as_="master")


@scenario("7.1/size", profile="open-files")
async def a_file_over_the_limit_is_refused(s: Script) -> None:
    await s.post("files/a.txt", b"x" * 2048, headers=TEXT)
    await s.post("files/a.txt", b"x" * 2049, headers=TEXT)
    await s.post("files/a.txt", b"x" * 2049, headers=TEXT, as_="master")
    await enveloped(s, "a.txt", base64=encoded(b"x" * 1300))
    await enveloped(s, "a.txt", base64=encoded(b"x" * 2000))


@scenario("7.1/size", profile="open-files")
async def a_stream_over_the_limit_is_refused(s: Script) -> None:
    await s.post("files/a.txt", b"x" * 2048, headers=STREAM)
    await s.post("files/a.txt", b"x" * 2049, headers=STREAM)
    await s.post("files/a.txt", b"x" * 2049, headers=STREAM, as_="master")


@scenario("7.1/size-header", profile="open-files")
async def the_master_key_raises_the_limit(s: Script) -> None:
    for kind in (TEXT, STREAM):
        for size in ("4kb", "3000", "1kb"):
            raised = {**kind, "X-Parse-File-Max-Upload-Size": size}
            await s.post("files/a.txt", b"x" * 2500, headers=raised, as_="master")


@scenario("7.1/size-header", profile="open-files")
async def a_raised_limit_is_a_size_and_for_the_master_key(s: Script) -> None:
    for size in ("nonsense", "", "-1", "1.5mb"):
        raised = {**TEXT, "X-Parse-File-Max-Upload-Size": size}
        await s.post("files/a.txt", b"text", headers=raised, as_="master")
    raised = {**TEXT, "X-Parse-File-Max-Upload-Size": "4kb"}
    for who in ("client", "maintenance"):
        await s.post("files/a.txt", b"text", headers=raised, as_=who)


@scenario("7.1/stored-name", profile="open-files")
async def a_name_gets_a_random_prefix(s: Script) -> None:
    for name in ("a.txt", "a.b.txt", "A.TXT", "a%20b.txt", "_a.txt", "1.txt", "a@b~c-d.txt"):
        await read(s, await s.post(f"files/{name}", b"text", headers=TEXT))


@scenario("7.1/stored-name", profile="open-files")
async def a_name_without_extension_gets_that_of_its_type(s: Script) -> None:
    for kind in (
        "text/plain",
        "image/png",
        "image/jpeg",
        "application/zip",
        "text/plain; charset=utf-8",
        "audio/mpeg",
        "application/octet-stream",
        "application/json",
        "video/mp4",
        "text/css",
    ):
        await read(s, await s.post("files/a", b"text", headers={"Content-Type": kind}))
    await read(s, await s.post("files/a", b"text"))


@scenario("7.1/stored-name", profile="open-files")
async def the_extension_decides_the_type(s: Script) -> None:
    for name in ("a.png", "a.json", "a.mp3", "a.txt.gz", "a.TXT"):
        await read(s, await s.post(f"files/{name}", b"text", headers=TEXT))


@scenario("7.1/stored-name", profile="open-files")
async def a_file_of_an_unknown_extension_or_type(s: Script) -> None:
    await read(s, await s.post("files/a.unknown", b"text", headers=TEXT))
    await read(s, await s.post("files/a", b"text", headers={"Content-Type": "image/x-own"}))


@scenario("7.1/preserve-name", profile="picky-files")
async def names_may_be_kept(s: Script) -> None:
    name = s.name("a")
    await read(s, await s.post(f"files/{name}.txt", b"first", headers=TEXT))
    await read(s, await s.post(f"files/{name}.txt", b"second", headers=TEXT))
    await read(s, await s.post(f"files/{name}", b"third", headers={"Content-Type": "image/png"}))
