"""The files port: where the bytes of uploaded files are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

NO_METADATA: Mapping[str, Any] = MappingProxyType({})


class FilesError(Exception):
    """The bytes could not be stored, read or removed; the text may be shown to clients."""


class FileMissingError(FilesError):
    """There is no file of that name."""


class Files(Protocol):
    """Keeps bytes under names. Names are checked by the caller and may hold `/` for directories."""

    async def open(self) -> None:
        """Prepare the place."""

    async def close(self) -> None:
        """Let go of all resources."""

    async def write(
        self,
        name: str,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> int:
        """Store the bytes, replacing the file of that name as a whole; how many they were. Raises FilesError.

        `metadata` is what the client said about the file; a place that has no room for it drops it.
        """

    async def size(self, name: str) -> int:
        """Length in bytes. Raises FileMissingError."""

    def read(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises FileMissingError with the first piece."""

    async def delete(self, name: str) -> None:
        """Remove the file. Raises FileMissingError."""
