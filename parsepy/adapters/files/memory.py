"""Files in memory: gone with the process, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from parsepy.adapters.files.base import NO_METADATA, FileMissingError


class MemoryFiles:
    """A dict of bytes."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    async def open(self) -> None:
        """Nothing is to be prepared."""

    async def close(self) -> None:
        """Nothing is held."""

    async def write(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> int:
        """Store the bytes when all of them are there."""
        content = b"".join([chunk async for chunk in chunks])
        self._contents[name] = content
        return len(content)

    async def size(self, name: str) -> int:
        """Length in bytes. Raises FileMissingError."""
        return len(self._content(name))

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in one piece. Raises FileMissingError with it."""
        yield self._content(name)

    async def delete(self, name: str) -> None:
        """Remove the file. Raises FileMissingError."""
        self._content(name)
        del self._contents[name]

    def _content(self, name: str) -> bytes:
        if name not in self._contents:
            raise FileMissingError("File not found.")
        return self._contents[name]
