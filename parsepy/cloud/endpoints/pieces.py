"""Answers that are made piece by piece: each piece as the endpoint itself runs, with its rights and within its time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

from parsepy.cloud import running
from parsepy.cloud.actions import Actions, acting
from parsepy.cloud.calls import Calls
from parsepy.cloud.hooks import Hook
from parsepy.errors import ParseError

LOG = logging.getLogger(__name__)

Source = AsyncIterator[Any] | Iterator[Any]

_END = object()


class Pieces:
    """The bytes of such an answer; texts go as UTF-8. Whoever reads them must `aclose`, which also ends the source.

    Raises ParseError: what the source raises, 124 for a piece that takes longer than a call may.
    """

    def __init__(self, source: Source, hook: Hook, *, calls: Calls, actions: Actions | None) -> None:
        self._source = source
        self._hook = hook
        self._calls = calls
        self._actions = actions
        self._first: bytes | None = None
        self._is_stuck = False

    async def begin(self) -> None:
        """Make the first piece while an error can still be answered."""
        self._first = await self._next()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        first, self._first = self._first, None
        piece = await self._next() if first is None else first
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """End the source, so that what it holds is let go; its errors are logged."""
        if self._is_stuck:
            return
        try:
            with acting(self._actions):
                async with asyncio.timeout(self._calls.seconds):
                    await self._end_source()
        except Exception:
            LOG.exception("the end of an answer failed: %s", self._hook.location)

    async def _end_source(self) -> None:
        if isinstance(self._source, AsyncIterator):
            close = getattr(self._source, "aclose", None)
            if close is not None:
                await close()
            return
        close = getattr(self._source, "close", None)
        if close is not None:
            await self._calls.call(close)

    async def _next(self) -> bytes:
        """The next piece that is not empty; nothing at the end."""
        while (piece := await self._made()) is not _END:
            match piece:
                case str():
                    content = piece.encode(errors="replace")
                case bytes() | bytearray() | memoryview():
                    content = bytes(piece)
                case _:
                    told = f"an answer is made of bytes and texts, not of {type(piece).__name__}"
                    raise running.failed(self._hook, TypeError(told))
            if content:
                return content
        return b""

    async def _made(self) -> Any:
        limit = asyncio.timeout(self._calls.seconds)
        try:
            async with limit:
                return await self._step()
        except ParseError:
            raise
        except (Exception, SystemExit) as exc:
            if isinstance(exc, TimeoutError) and limit.expired():
                raise self._late() from exc
            raise running.failed(self._hook, exc) from exc

    async def _step(self) -> Any:
        with acting(self._actions):
            if isinstance(self._source, AsyncIterator):
                return await anext(self._source, _END)
            return await self._calls.call(next, self._source, _END)

    def _late(self) -> ParseError:
        # A thread that hangs in a plain iterator holds it for ever: closing it would hang too.
        self._is_stuck = not isinstance(self._source, AsyncIterator)
        return running.late(self._hook, self._calls.seconds, "no piece of an answer came for")
