"""The bytes of a file that a client sends, whichever of the forms it chose."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in. `chunks` is not bounded: read it through `limited`.

    `length` is what the client announced, if it did. `details` is the envelope's `fileData`: metadata, tags, directory;
    without an envelope the body is the file (`is_raw`).
    """

    chunks: AsyncIterator[bytes]
    content_type: str | None = None
    length: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    is_raw: bool = False

    async def limited(self, limit: int, too_large: Exception) -> AsyncIterator[bytes]:
        """The bytes, until there are more than `limit`: then `too_large` is raised."""
        if self.length is not None and self.length > limit:
            raise too_large
        size = 0
        async for chunk in self.chunks:
            size += len(chunk)
            if size > limit:
                raise too_large
            yield chunk

    async def read(self, limit: int, too_large: Exception) -> bytes:
        """All bytes at once."""
        return b"".join([chunk async for chunk in self.limited(limit, too_large)])


async def one_chunk(content: bytes) -> AsyncIterator[bytes]:
    """Bytes that are here already, as a stream."""
    if content:
        yield content


def from_base64(text: str) -> bytes:
    """Decode as tolerantly as JavaScript does: either alphabet, padding or not, foreign characters skipped."""
    cleaned = "".join(text.split("=", 1)[0].translate({45: 43, 95: 47}).split())
    try:
        return binascii.a2b_base64(cleaned + "=" * (-len(cleaned) % 4))
    except binascii.Error:
        return base64.b64decode(cleaned[: len(cleaned) // 4 * 4])
