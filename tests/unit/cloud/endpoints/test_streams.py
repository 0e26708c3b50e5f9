"""Bodies and answers that come piece by piece, and what happens when one of both sides stops."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from parsepy import Cloud, ErrorCode, HttpRequest, HttpResponse, ParseError, ParseObject, Query
from parsepy.logs import Console, TextForm
from parsepy.web.access_log import AccessLog
from tests.unit.cloud.endpoints.sites import serving

BASE = "/parse/endpoints"
PATIENCE = 20


@dataclass
class Witness:
    """What happened inside the server, and the signals that go in."""

    seen: list[Any] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    never: threading.Event = field(default_factory=threading.Event)


def taking(witness: Witness) -> Cloud:
    """Endpoints that read bodies."""
    cloud = Cloud(timeout=PATIENCE)

    @cloud.route("POST", "/count", stream=True)
    async def count(request: HttpRequest) -> int:
        try:
            async for chunk in request.stream:
                witness.seen.append(len(chunk))
                witness.arrived.set()
        except Exception as exc:
            witness.seen.append(type(exc).__name__)
            witness.ended.set()
            raise
        return sum(witness.seen)

    @cloud.route("POST", "/whole")
    async def whole(request: HttpRequest) -> int:
        witness.seen.append("whole")
        return len(request.body)

    @cloud.route("POST", "/unread", stream=True)
    async def unread(request: HttpRequest) -> str:
        return request.body.decode()

    return cloud


@dataclass
class Sources:
    """Answers in pieces."""

    witness: Witness

    async def pieces(self) -> AsyncIterator[bytes | str]:
        try:
            yield "first"
            await self.witness.go_on.wait()
            for _ in range(1000):
                yield b"x" * 100_000
                await asyncio.sleep(0)
            yield "last"
        finally:
            self.witness.ended.set()

    async def broken(self) -> AsyncIterator[str]:
        if not self.witness.seen:
            raise ParseError(ErrorCode.EXCEEDED_QUOTA, "No more.")
        yield ""

    async def broken_late(self) -> AsyncIterator[str]:
        yield "first"
        await self.witness.go_on.wait()
        raise ParseError(ErrorCode.EXCEEDED_QUOTA, "No more.")

    async def names(self) -> AsyncIterator[str]:
        await ParseObject("Team", name="Reds").save(use_master_key=True)
        for team in await Query("Team").find():
            yield team["name"]

    async def stuck(self) -> AsyncIterator[str]:
        await asyncio.Event().wait()
        yield ""

    async def stuck_late(self) -> AsyncIterator[str]:
        yield "first"
        try:
            await asyncio.Event().wait()
        finally:
            self.witness.ended.set()

    async def odd(self) -> AsyncIterator[Any]:
        yield {"a": 1}

    def plain(self) -> Iterator[str]:
        try:
            yield threading.current_thread().name
            yield " then "
        finally:
            self.witness.seen.append("closed")

    def hanging(self) -> Iterator[str]:
        self.witness.never.wait(PATIENCE)
        yield "too late"

    def file(self) -> io.BytesIO:
        return io.BytesIO(b"a\nb")


def giving(witness: Witness, seconds: float = PATIENCE) -> Cloud:
    """An endpoint for each of the sources."""
    cloud = Cloud(timeout=seconds, threads=4)

    @cloud.route("GET", "/:name")
    async def give(request: HttpRequest) -> HttpResponse:
        source = getattr(Sources(witness), request.params["name"].replace("-", "_"))
        return HttpResponse(headers={"Content-Type": "text/event-stream"}, body=source())

    return cloud


async def test_a_body_is_read_while_it_arrives() -> None:
    witness = Witness()

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 10
        await asyncio.wait_for(witness.arrived.wait(), PATIENCE)
        yield b"y" * 5

    async with serving(taking(witness)) as client, client.post(f"{BASE}/count", data=body()) as answer:
        assert (answer.status, await answer.json()) == (200, 15)
        assert len(witness.seen) >= 2


@pytest.mark.parametrize("path", ["count", "whole"])
@pytest.mark.parametrize("form", ["announced", "chunked", "compressed"])
async def test_a_body_over_the_limit_is_refused(path: str, form: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 1000

    headers = {"Content-Encoding": "gzip"} if form == "compressed" else {}
    body = {"announced": b"x" * 5001, "chunked": endless(), "compressed": gzip.compress(b"x" * 50_000)}[form]
    witness = Witness()
    async with (
        serving(taking(witness), max_upload_size=5000) as client,
        client.post(f"{BASE}/{path}", data=body, headers=headers) as answer,
    ):
        assert (answer.status, await answer.json()) == (413, {"error": "request entity too large"})
    assert "whole" not in witness.seen


async def test_a_body_of_the_limit_is_taken() -> None:
    async with serving(taking(Witness()), max_upload_size=5000) as client:
        for path in ("count", "whole"):
            async with client.post(f"{BASE}/{path}", data=b"x" * 5000) as answer:
                assert await answer.json() == 5000


async def test_a_stream_that_is_read_as_a_whole_is_a_mistake_that_is_told() -> None:
    async with serving(taking(Witness())) as client, client.post(f"{BASE}/unread", data=b"x") as answer:
        assert "async for piece in request.stream" in (await answer.json())["error"]


async def test_a_client_that_hangs_up_within_its_body_is_noticed() -> None:
    witness = Witness()
    async with serving(taking(witness)) as client:
        port = client._base_url.port if client._base_url else 0
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /parse/endpoints/count HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n0123456789")
        await asyncio.wait_for(witness.arrived.wait(), PATIENCE)
        writer.close()
        await asyncio.wait_for(witness.ended.wait(), PATIENCE)

        assert witness.seen == [10, "ParseError"]
        async with client.post(f"{BASE}/whole", data=b"x") as answer:
            assert answer.status == 200


async def test_an_answer_is_sent_while_it_is_made() -> None:
    witness = Witness()
    async with serving(giving(witness)) as client, client.get(f"{BASE}/pieces") as answer:
        assert await answer.content.readexactly(5) == b"first"
        witness.go_on.set()
        assert (await answer.read())[-4:] == b"last"
        assert answer.headers["Content-Type"] == "text/event-stream"


async def test_when_the_client_hangs_up_the_source_is_ended_and_the_log_tells() -> None:
    witness, stream = Witness(), io.StringIO()
    out = Console(stream, logging.INFO, TextForm())
    async with serving(giving(witness), log=AccessLog([out])) as client:
        async with client.get(f"{BASE}/pieces") as answer:
            assert await answer.content.readexactly(5) == b"first"
        witness.go_on.set()
        await asyncio.wait_for(witness.ended.wait(), PATIENCE)
        async with client.get(f"{BASE}/names") as other:
            assert other.status == 200
    out.flush()

    assert "GET    /parse/endpoints/pieces 200" in stream.getvalue()
    assert "the client hung up" in stream.getvalue()


async def test_head_ends_a_source_that_is_not_asked_for() -> None:
    witness = Witness()
    async with serving(giving(witness)) as client, client.head(f"{BASE}/pieces") as answer:
        assert answer.status == 200
        await asyncio.wait_for(witness.ended.wait(), PATIENCE)


async def test_an_error_before_the_first_piece_is_answered() -> None:
    async with serving(giving(Witness())) as client:
        async with client.get(f"{BASE}/broken") as answer:
            assert (answer.status, await answer.json()) == (400, {"code": 140, "error": "No more."})
        async with client.get(f"{BASE}/odd") as answer:
            assert (await answer.json())["error"] == "an answer is made of bytes and texts, not of dict"


async def test_a_later_error_cuts_the_connection_and_is_logged() -> None:
    witness, stream = Witness(), io.StringIO()
    out = Console(stream, logging.INFO, TextForm())
    async with serving(giving(witness), log=AccessLog([out])) as client:
        async with client.get(f"{BASE}/broken-late") as answer:
            assert await answer.content.readexactly(5) == b"first"
            witness.go_on.set()
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()
        async with client.get(f"{BASE}/names") as answer:
            assert await answer.text() == "Reds"
    out.flush()

    assert "the answer broke off with 140" in stream.getvalue()


async def test_a_piece_is_made_with_the_rights_of_the_call() -> None:
    async with serving(giving(Witness())) as client, client.get(f"{BASE}/names") as answer:
        assert await answer.text() == "Reds"


async def test_a_piece_that_takes_too_long_is_given_up() -> None:
    witness = Witness()
    async with serving(giving(witness, seconds=0.05)) as client:
        async with client.get(f"{BASE}/stuck") as answer:
            assert (await answer.json())["code"] == 124
        async with client.get(f"{BASE}/hanging") as answer:
            assert (await answer.json())["code"] == 124
        witness.ended.clear()
        async with client.get(f"{BASE}/stuck-late") as answer:
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()
        await asyncio.wait_for(witness.ended.wait(), PATIENCE)
        witness.never.set()


async def test_plain_iterators_run_on_the_threads_of_plain_functions() -> None:
    witness = Witness()
    async with serving(giving(witness)) as client:
        async with client.get(f"{BASE}/plain") as answer:
            assert (await answer.text()).startswith("cloud")
        async with client.get(f"{BASE}/file") as answer:
            assert await answer.read() == b"a\nb"

    assert witness.seen == ["closed"]
