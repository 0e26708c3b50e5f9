"""Waiting for what happens in another thread or process, which cannot set an event of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

MOST_SECONDS = 30.0


async def until(is_so: Callable[[], bool], pause: float = 0.005) -> None:
    """Return when it is so; fail if it never is."""
    deadline = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(pause)
