"""Files in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from parsepy.adapters.files.base import FileMissingError
from parsepy.adapters.files.memory import MemoryFiles


async def chunks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def broken() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionError("gone")


async def content(files: MemoryFiles, name: str) -> bytes:
    return b"".join([piece async for piece in files.read(name)])


async def test_files_are_kept_replaced_and_removed() -> None:
    files = MemoryFiles()
    assert await files.write("a/b.txt", chunks(b"one", b"two"), "text/plain") == 6
    assert await files.write("c", chunks(), None) == 0
    assert (await content(files, "a/b.txt"), await files.size("c")) == (b"onetwo", 0)

    await files.write("a/b.txt", chunks(b"new"), None)
    assert await content(files, "a/b.txt") == b"new"
    await files.delete("a/b.txt")
    with pytest.raises(FileMissingError):
        await files.size("a/b.txt")


async def test_a_broken_write_leaves_the_file_that_was_there() -> None:
    files = MemoryFiles()
    await files.write("a", chunks(b"old"), None)
    with pytest.raises(ConnectionError):
        await files.write("a", broken(), None)

    assert await content(files, "a") == b"old"


async def test_what_is_not_there_is_missing() -> None:
    files = MemoryFiles()
    with pytest.raises(FileMissingError):
        await content(files, "a")
    with pytest.raises(FileMissingError):
        await files.delete("a")
