"""Files in GridFS that one server stored are read, replaced and deleted by the other, as they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest

from tests.compat.servers import fresh_database, parsepy, reference

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

MASTER = {"X-Parse-Application-Id": "test", "X-Parse-Master-Key": "master"}
LARGE = bytes(range(256)) * 3000
"""Three chunks, the last one not full."""


@dataclass(frozen=True)
class Pair:
    """Two servers on one database; both keep names as they are."""

    urls: dict[str, str]
    http: aiohttp.ClientSession

    async def upload(self, server: str, name: str, content: bytes, **headers: str) -> None:
        sent = {
            "Content-Type": "application/octet-stream",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        async with self.http.post(f"{self.urls[server]}/files/{name}", data=content, headers=sent) as answer:
            assert answer.status == 201, await answer.text()

    async def download(self, server: str, name: str) -> tuple[int, bytes]:
        async with self.http.get(f"{self.urls[server]}/files/test/{name}") as answer:
            return answer.status, await answer.read()

    async def delete(self, server: str, name: str) -> None:
        async with self.http.delete(f"{self.urls[server]}/files/{name}") as answer:
            assert answer.status == 200, await answer.text()


@pytest.fixture
async def pair(mongo_server: str) -> AsyncIterator[Pair]:
    """The real Parse Server and parsepy; GridFS is the default of both."""
    async with AsyncExitStack() as stack:
        uri = await stack.enter_async_context(fresh_database("mongo", mongo_server))
        options = {"databaseURI": uri, "preserveFileName": True}
        theirs = await stack.enter_async_context(reference({**options, "filesAdapter": None}))
        ours = await stack.enter_async_context(parsepy(options))
        http = await stack.enter_async_context(aiohttp.ClientSession(headers=MASTER))
        yield Pair({"reference": theirs.url, "parsepy": ours.url}, http)


async def test_files_of_one_server_are_those_of_the_other(pair: Pair) -> None:
    for one, other in (("reference", "parsepy"), ("parsepy", "reference")):
        for size, content in (("large", LARGE), ("small", b"hi")):
            name = f"{size}-of-{one}.bin"
            await pair.upload(one, name, content)
            assert await pair.download(other, name) == (200, content)
            await pair.upload(other, name, b"replaced")
            assert await pair.download(one, name) == (200, b"replaced")
            await pair.delete(other, name)
            assert (await pair.download(one, name))[0] == 404


async def test_what_clients_say_about_a_file_is_kept_for_the_other_server(pair: Pair) -> None:
    said = {"X_Parse_Upload_Mode": "stream", "X_Parse_File_Metadata": '{"who":"ann"}'}
    await pair.upload("parsepy", "noted.bin", b"hi", **said)

    async with pair.http.get(f"{pair.urls['reference']}/files/test/metadata/noted.bin") as answer:
        assert await answer.json() == {"metadata": {"who": "ann"}}
