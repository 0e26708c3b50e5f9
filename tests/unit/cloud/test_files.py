"""Files in cloud code: storing, reading and removing them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy import Cloud, File, FunctionRequest, ParseObject, Query
from tests.inprocess import Client, started

cloud = Cloud()


@cloud.define("keep")
async def keep(request: FunctionRequest) -> ParseObject:
    file = await File("note.txt", request.params["text"].encode(), metadata={"by": "me"}).save(use_master_key=True)
    note = ParseObject("Note", file=file)
    await note.save(use_master_key=True)
    return note


@cloud.define("read")
async def read(request: FunctionRequest) -> str:
    note = await Query("Note").first(use_master_key=True)
    assert note is not None
    data: bytes = await note["file"].get_data()
    return data.decode()


@cloud.define("forget")
async def forget(request: FunctionRequest) -> None:
    note = await Query("Note").first(use_master_key=True)
    assert note is not None
    await note["file"].destroy()


@cloud.define("upload")
async def upload(request: FunctionRequest) -> File:
    return await File("public.txt", b"x").save()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with started({}, cloud, folder=tmp_path) as found:
        yield found


async def test_a_stored_file_is_read_and_removed(client: Client) -> None:
    kept = await client.post("/functions/keep", {"text": "hello"})
    assert kept.body["result"]["file"]["url"].endswith("_note.txt")
    assert (await client.post("/functions/read")).body == {"result": "hello"}
    assert (await client.post("/functions/forget")).status == 200
    assert (await client.post("/functions/read")).code == 601


async def test_a_file_is_stored_with_the_rights_of_the_caller(client: Client) -> None:
    ann = await client.sign_up("ann")
    refused = await client.post("/functions/upload")
    stored = await client.as_(ann.token).post("/functions/upload")
    assert (refused.code, stored.body["result"]["__type"]) == (130, "File")


async def test_a_file_without_bytes_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="no data"):
        await File("known.txt", url="http://x/known.txt").save()


async def test_files_are_compared_by_name_and_place() -> None:
    assert File("a.txt", b"1") == File("a.txt", b"2")
    assert File("a.txt") != File("a.txt", url="http://x/a.txt")
