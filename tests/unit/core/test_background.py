"""What runs beside the requests."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from parsepy.core.background import Background


async def test_closing_ends_what_runs_and_what_has_not_begun() -> None:
    background, told = Background(), list[str]()

    async def work(name: str) -> None:
        told.append(f"{name} began")
        try:
            await asyncio.sleep(3600)
        finally:
            told.append(f"{name} ended")

    background.start(work("first"), "first")
    await asyncio.sleep(0)
    late = work("late")
    background.start(late, "late")
    await background.close()

    assert told == ["first began", "first ended"]
    assert inspect.getcoroutinestate(late) == inspect.CORO_CLOSED


async def test_failures_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise RuntimeError("it broke")

    await Background().start(work(), "the sweep")

    assert "the sweep failed" in caplog.text
