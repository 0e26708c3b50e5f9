"""Files in GridFS, on the MongoDB stand-in or a real MongoDB, in the format of Parse Server."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from gridfs.asynchronous import AsyncGridFSBucket

from parsepy.adapters.files.base import FileMissingError, FilesError
from parsepy.adapters.files.gridfs import Database, GridFsFiles
from parsepy.adapters.storage.mongo.driver import connected_database
from parsepy.settings.database_options import DatabaseOptions
from tests.compat.commands.endpoint import REPLICA_SET, Backend, Endpoint, serving
from tests.compat.commands.wire import Document
from tests.compat.servers import database_uri

CHUNK = 255 * 1024


@pytest.fixture
async def database(mongo_server: str) -> AsyncIterator[Database]:
    """An empty database, to look at and to write into."""
    found = connected_database(database_uri(mongo_server, f"files_{uuid.uuid4().hex[:8]}"), DatabaseOptions())
    yield found
    await found.client.drop_database(found.name)
    await found.client.close()


@pytest.fixture
async def files(mongo_server: str, database: Database) -> AsyncIterator[GridFsFiles]:
    """Open files in that database."""
    uri = database_uri(mongo_server, database.name)
    made = GridFsFiles(lambda: connected_database(uri, DatabaseOptions()))
    await made.open()
    yield made
    await made.close()


async def chunks(*given: bytes) -> AsyncIterator[bytes]:
    for chunk in given:
        yield chunk


async def content(files: GridFsFiles, name: str) -> bytes:
    return b"".join([chunk async for chunk in files.read(name)])


async def test_what_was_written_is_read(files: GridFsFiles) -> None:
    parts = (b"a" * CHUNK, b"b" * 10, b"", b"c" * 300_000)

    size = await files.write("dir/a b.txt", chunks(*parts), "text/plain")

    assert size == await files.size("dir/a b.txt") == sum(map(len, parts))
    assert await content(files, "dir/a b.txt") == b"".join(parts)


async def test_an_empty_file_is_a_file(files: GridFsFiles) -> None:
    assert await files.write("empty.txt", chunks(), None) == 0
    assert (await files.size("empty.txt"), await content(files, "empty.txt")) == (0, b"")


async def test_documents_look_like_those_of_parse_server(files: GridFsFiles, database: Database) -> None:
    await files.write("a.txt", chunks(b"x" * (CHUNK + 1)), "text/plain", {"who": "ann"})

    [file] = await database["fs.files"].find().to_list()
    assert {key: type(value) for key, value in file.items()} | {"length": int} == {
        "_id": ObjectId, "filename": str, "metadata": dict, "chunkSize": int, "length": int, "uploadDate": datetime,
    }  # fmt: skip
    assert (file["filename"], file["metadata"], file["chunkSize"], file["length"]) == (
        "a.txt", {"who": "ann"}, CHUNK, CHUNK + 1,
    )  # fmt: skip
    stored = await database["fs.chunks"].find({"files_id": file["_id"]}).sort("n").to_list()
    assert [(chunk["n"], len(chunk["data"])) for chunk in stored] == [(0, CHUNK), (1, 1)]


async def test_a_file_without_metadata_has_empty_ones(files: GridFsFiles, database: Database) -> None:
    await files.write("a.txt", chunks(b"x"), None)

    found: dict[str, Any] | None = await database["fs.files"].find_one()
    assert found is not None
    assert found["metadata"] == {}


async def test_the_newest_revision_counts_and_all_are_deleted(files: GridFsFiles, database: Database) -> None:
    await files.write("a.txt", chunks(b"new"), None)
    async with AsyncGridFSBucket(database).open_upload_stream("a.txt") as older:
        await older.write(b"older")
    await database["fs.files"].update_one(
        {"_id": older._id}, {"$set": {"uploadDate": datetime(2020, 1, 1, tzinfo=UTC)}}
    )

    assert (await files.size("a.txt"), await content(files, "a.txt")) == (3, b"new")
    await files.delete("a.txt")
    assert [await database[name].count_documents({}) for name in ("fs.files", "fs.chunks")] == [0, 0]


async def test_a_missing_file_is_said_to_be_missing(files: GridFsFiles) -> None:
    for call in (files.size("no.txt"), content(files, "no.txt"), files.delete("no.txt")):
        with pytest.raises(FileMissingError):
            await call


async def test_an_upload_that_breaks_off_leaves_nothing(files: GridFsFiles, database: Database) -> None:
    await files.write("a.txt", chunks(b"before"), None)

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * (3 * CHUNK)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.write("a.txt", broken(), None)
    assert await content(files, "a.txt") == b"before"
    assert await database["fs.chunks"].count_documents({}) == 1


async def test_a_chunk_that_is_gone_is_an_error_and_no_shorter_file(files: GridFsFiles, database: Database) -> None:
    await files.write("a.txt", chunks(b"x" * (2 * CHUNK)), None)
    await database["fs.chunks"].delete_one({"n": 1})

    with pytest.raises(FilesError):
        await content(files, "a.txt")


class Refusing(Endpoint):
    """Greets and refuses everything else."""

    async def answer(self, command: Document, backend: Backend) -> Document:
        return {"ok": 0.0, "errmsg": "out of order", "code": 1}


async def test_a_server_that_refuses_is_an_error() -> None:
    async with serving(Refusing("mongodb://127.0.0.1:1")) as server:
        uri = f"{server.uri}/parse?replicaSet={REPLICA_SET}"
        files = GridFsFiles(lambda: connected_database(uri, DatabaseOptions()))
        await files.open()
        for call in (files.write("a", chunks(b"x"), None), files.size("a"), content(files, "a"), files.delete("a")):
            with pytest.raises(FilesError):
                await call
        await files.close()


async def test_closed_files_are_refused() -> None:
    with pytest.raises(FilesError, match="not open"):
        await GridFsFiles(lambda: connected_database("mongodb://127.0.0.1:1/parse", DatabaseOptions())).size("a")
