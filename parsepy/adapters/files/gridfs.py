"""Files in MongoDB's GridFS, as Parse Server keeps them: bucket `fs`, the newest revision of a name counts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from gridfs.asynchronous import AsyncGridFSBucket, AsyncGridIn
from gridfs.errors import GridFSError, NoFile
from pymongo import DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from parsepy.adapters.files.base import NO_METADATA, FileMissingError, FilesError

Database = AsyncDatabase[dict[str, Any]]


class GridFsFiles:
    """Files in a database that is its own connection; the server's indexes are made with the first file."""

    def __init__(self, connect: Callable[[], Database]) -> None:
        self._connect = connect
        self._opened: Database | None = None

    async def open(self) -> None:
        """Make the client; it connects when the first file is asked for."""
        if self._opened is None:
            self._opened = self._connect()

    async def close(self) -> None:
        """Close the client."""
        if self._opened is not None:
            await self._opened.client.close()
            self._opened = None

    async def write(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> int:
        """Store a new revision; other readers see the one before, or the whole new one.

        The type is not stored: it follows from the name.
        """
        revision = self._bucket().open_upload_stream(name, metadata=dict(metadata))
        try:
            size = await _fill(revision, chunks)
            with _told():
                await revision.close()
        except BaseException:
            with contextlib.suppress(PyMongoError):
                await asyncio.shield(revision.abort())
            raise
        return size

    async def size(self, name: str) -> int:
        """Length in bytes. Raises FileMissingError."""
        with _told():
            found = await self._database()["fs.files"].find_one(
                {"filename": name}, {"length": 1}, sort=[("uploadDate", DESCENDING)]
            )
        if found is None:
            raise FileMissingError("File not found.")
        return int(found["length"])

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in the pieces in which they are stored. Raises FileMissingError with the first piece."""
        with _told():
            revision = await self._bucket().open_download_stream_by_name(name)
        try:
            while chunk := await _chunk(revision):
                yield chunk
        finally:
            await revision.close()

    async def delete(self, name: str) -> None:
        """Remove every revision. Raises FileMissingError."""
        bucket = self._bucket()
        with _told():
            revisions = [found._id async for found in bucket.find({"filename": name})]
            if not revisions:
                raise NoFile(name)
            for revision in revisions:
                with contextlib.suppress(NoFile):
                    await bucket.delete(revision)

    def _database(self) -> Database:
        if self._opened is None:
            raise FilesError("The files are not open.")
        return self._opened

    def _bucket(self) -> AsyncGridFSBucket:
        return AsyncGridFSBucket(self._database())


async def _fill(revision: AsyncGridIn, chunks: AsyncIterator[bytes]) -> int:
    """What the chunks themselves raise goes through as it is."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        with _told():
            await revision.write(chunk)
    return size


async def _chunk(revision: Any) -> bytes:
    with _told():
        chunk: bytes = await revision.readchunk()
    return chunk


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NoFile as exc:
        raise FileMissingError("File not found.") from exc
    except (GridFSError, PyMongoError) as exc:
        raise FilesError("The file could not be stored or read.") from exc
