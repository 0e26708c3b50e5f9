"""Where cloud code stands is told by the author's own lines."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from parsepy.cloud.calls import Calls
from parsepy.cloud.standing import Standing, standing

HERE = "test_standing.py"


def look(found: list[Standing]) -> None:
    found.append(standing(sys._getframe()))


class Looks:
    """Is looked at from within the standard library."""

    def __init__(self, found: list[Standing]) -> None:
        self.found = found

    def isoformat(self, value: object) -> str:
        look(self.found)
        return ""


async def stood(function: Callable[..., Any]) -> Standing:
    found: list[Standing] = []
    calls = Calls(1)
    await calls.call(function, found)
    calls.close()
    return found[0]


async def test_the_function_is_named_and_nothing_of_the_server_or_the_loop() -> None:
    async def helps(found: list[Standing]) -> None:
        look(found)

    async def called(found: list[Standing]) -> None:
        await helps(found)

    told = await stood(called)

    assert f"{HERE}:{look.__code__.co_firstlineno + 1} in look" in told.place
    assert [line.rpartition(" in ")[2] for line in told.stack.splitlines()[::2]] == ["called", "helps", "look"]


async def test_a_library_that_the_function_waits_in_is_shown_and_the_function_named() -> None:
    def called(found: list[Standing]) -> None:
        json.dumps(object(), default=Looks(found).isoformat)

    told = await stood(called)

    assert "in look" in told.place
    assert "json/encoder.py" in told.stack


async def test_a_task_that_cloud_code_started_is_found_by_its_file() -> None:
    async def own(found: list[Standing]) -> None:
        look(found)

    found: list[Standing] = []
    await asyncio.get_running_loop().create_task(own(found))

    assert f"{HERE}:{look.__code__.co_firstlineno + 1} in look" in found[0].place


def test_code_without_an_author_is_named_by_its_innermost_function() -> None:
    ready, end = threading.Event(), threading.Event()

    def wait() -> None:
        ready.set()
        end.wait()

    waiting = threading.Thread(target=wait)
    waiting.start()
    ready.wait()
    frame = sys._current_frames()[waiting.ident or 0]
    told = standing(frame)
    end.set()
    waiting.join()

    assert "in wait" in told.place
