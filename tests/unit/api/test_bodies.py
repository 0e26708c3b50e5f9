"""Bodies are JSON whatever their type says, forms, or multipart; everything else is refused clearly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from parsepy.api.envelope.bodies import limit, parsed, read
from parsepy.api.envelope.uploads import Upload, from_base64, one_chunk
from parsepy.api.refusals import RefusalError
from parsepy.errors import ParseError
from tests.unit.api.doors import Bytes


class Endless:
    """A body that never ends and does not say how long it is."""

    length: int | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "image/png", "application/json; charset=utf-8"])
def test_json_needs_no_content_type(kind: str) -> None:
    assert parsed(b' {"a": "\xc3\xbc"}', kind) == {"a": "ü"}


@pytest.mark.parametrize("body", [b'{"a": "\\ud800"}', b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}'])
def test_texts_that_are_no_unicode_are_mended_as_javascript_does(body: bytes) -> None:
    assert set(parsed(body, "")["a"]) == {"\ufffd"}


@pytest.mark.parametrize("body", [b'{"a": NaN, "b": "\\ud800"}', b"[" * 100_000 + b'"\\u0041"'])
def test_broken_texts_do_not_excuse_other_mistakes(body: bytes) -> None:
    with pytest.raises(RefusalError, match="Invalid JSON"):
        parsed(body, "")


def test_forms_have_a_limit_of_their_own() -> None:
    assert limit(1, "application/x-www-form-urlencoded; charset=utf-8") == 102_400
    assert limit(1, "application/json") == 1


def test_an_empty_body_is_an_empty_object() -> None:
    assert parsed(b"", "application/json") == {}


def test_forms_hold_texts() -> None:
    assert parsed(b"a=1&b=x+y", "application/x-www-form-urlencoded; charset=utf-8") == {"a": "1", "b": "x y"}


def test_json_may_be_utf_16() -> None:
    assert parsed('{"a": 1}'.encode("utf-16"), 'application/json; charset="utf-16"') == {"a": 1}


@pytest.mark.parametrize("body", [b"{", b'{"a":}', b"1", b'"text"', b"nonsense", b" ", b'{"a": 1} x'])
def test_what_is_no_json_object_or_array_is_refused(body: bytes) -> None:
    with pytest.raises(RefusalError) as refusal:
        parsed(body, "application/json")

    assert (refusal.value.status, refusal.value.message[:12]) == (400, "Invalid JSON")


def test_an_unknown_charset_is_refused() -> None:
    with pytest.raises(RefusalError) as refusal:
        parsed(b"{}", "application/json; charset=latin1")

    assert (refusal.value.status, refusal.value.message) == (415, 'unsupported charset "LATIN1"')


def test_multipart_forms_hold_texts_and_files() -> None:
    body = (
        b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--X\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\nContent-Type: image/png\r\n\r\n'
        b"\x00\xff\r\n--X--\r\n"
    )

    fields: dict[str, Any] = parsed(body, "multipart/form-data; boundary=X")

    assert fields == {"a": "1", "f": {"filename": "x.bin", "contentType": "image/png", "data": b"\x00\xff"}}


@pytest.mark.parametrize("body", [Bytes(b"x" * 11), Endless()], ids=["announced", "endless"])
async def test_a_body_beyond_the_limit_is_refused_early(body: Any) -> None:
    with pytest.raises(RefusalError) as refusal:
        await read(body, 10)

    assert (refusal.value.status, refusal.value.message) == (413, "request entity too large")


async def test_a_body_at_the_limit_is_read() -> None:
    assert await read(Bytes(b"x" * 10), 10) == b"x" * 10


async def test_an_upload_beyond_the_limit_raises_what_it_is_told_to() -> None:
    with pytest.raises(LookupError):
        await Upload(one_chunk(b"12345")).read(4, LookupError())


@pytest.mark.parametrize("text", ["aGk/aGk/", "aGk_aGk_", "aGk/ aGk/\n", "aGk/aGk/===="])
def test_base64_is_read_as_tolerantly_as_javascript_does(text: str) -> None:
    assert from_base64(text) == b"hi?hi?"


def test_base64_may_lack_its_padding() -> None:
    assert (from_base64("YQ"), from_base64("YWI"), from_base64("Y")) == (b"a", b"ab", b"")


@pytest.mark.parametrize(
    ("content_type", "problem"),
    [
        ("multipart/form-data", "Multipart: Boundary not found"),
        ("multipart/form-data; boundary=edge", "Unexpected end of multipart data"),
    ],
)
def test_a_form_without_boundary_or_end_is_refused(content_type: str, problem: str) -> None:
    body = b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'

    with pytest.raises(ParseError, match=problem):
        parsed(body, content_type)
