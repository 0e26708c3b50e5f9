"""Files in a folder of the local disk, laid out as Parse Server's file system adapter does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from parsepy.adapters.files.base import NO_METADATA, FileMissingError, FilesError

CHUNK = 1 << 18
# What JavaScript's encodeURIComponent leaves as it is, beside letters and digits.
UNESCAPED = "-_.!~*'()"
PART = ".part"


class DiskFiles:
    """One flat folder; a name becomes one path component (`/` is escaped), so none can lead out of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(self) -> None:
        """Create the folder when the first file comes; remove what an interrupted write left behind."""
        await asyncio.to_thread(self._sweep)

    async def close(self) -> None:
        """Nothing is held open between calls."""

    async def write(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> int:
        """Store the bytes durably; other readers see the old file or the whole new one, never a part."""
        target = self._path(name)
        part = target.with_name(f".{secrets.token_hex(8)}{PART}")
        try:
            size = await self._fill(part, chunks)
            with _told():
                await asyncio.to_thread(_replace, part, target)
        except BaseException:
            await asyncio.to_thread(part.unlink, missing_ok=True)
            raise
        return size

    async def size(self, name: str) -> int:
        """Length in bytes. Raises FileMissingError."""
        with _told():
            return (await asyncio.to_thread(self._path(name).stat)).st_size

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises FileMissingError with the first piece."""
        with _told():
            file = await asyncio.to_thread(self._path(name).open, "rb")
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
        finally:
            file.close()

    async def delete(self, name: str) -> None:
        """Remove the file. Raises FileMissingError."""
        with _told():
            await asyncio.to_thread(self._path(name).unlink)

    async def _fill(self, part: Path, chunks: AsyncIterator[bytes]) -> int:
        """What the chunks themselves raise goes through as it is."""
        with _told():
            file = await asyncio.to_thread(self._create, part)
        size = 0
        try:
            async for chunk in chunks:
                size += len(chunk)
                with _told():
                    await asyncio.to_thread(file.write, chunk)
            with _told():
                await asyncio.to_thread(_sync, file)
        finally:
            file.close()
        return size

    def _create(self, part: Path) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        return part.open("xb")

    def _path(self, name: str) -> Path:
        """Raises FilesError for names that no file can have."""
        component = quote(name, safe=UNESCAPED)
        if not component or component.startswith(".") or len(component) > 255:
            raise FilesError("Invalid file name.")
        return self._folder / component

    def _sweep(self) -> None:
        for left in self._folder.glob(f".*{PART}"):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as exc:
        raise FileMissingError("File not found.") from exc
    except OSError as exc:
        raise FilesError("The file could not be stored or read.") from exc


def _replace(part: Path, target: Path) -> None:
    part.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
