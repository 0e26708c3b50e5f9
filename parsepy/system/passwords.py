"""Password hashes in the form that Parse Server stores: bcrypt, cost 10, any of the prefixes `$2a$`, `$2b$`, `$2y$`."""

from __future__ import annotations

import asyncio

import bcrypt

MAX_BYTES = 72
"""bcrypt reads no further; longer passwords are cut there, as every implementation of it has always done."""

_NOBODY = b"$2b$10$abcdefghijklmnopqrstuuF3nNRCqVGCjSkWrGIVQKdAsoF6cUBjm"


async def hashed(password: str, cost: int) -> str:
    """The hash to store; with a cost of 10 it takes about 50 ms of a worker thread."""
    return (await asyncio.to_thread(bcrypt.hashpw, _bytes(password), bcrypt.gensalt(cost))).decode()


async def matches(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the hash; without one just as long is spent, so that nobody learns who exists."""
    known = stored.encode() if stored else _NOBODY
    try:
        same = await asyncio.to_thread(bcrypt.checkpw, _bytes(password), known)
    except ValueError:
        return False
    return same and bool(stored)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:MAX_BYTES]
