"""Running the user's functions: in the loop or on threads, and what their errors become."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from parsepy import Cloud, FunctionRequest, ParseError, ParseObject, SaveRequest, Trigger
from parsepy.cloud import running
from parsepy.cloud.actions import MAX_DEPTH, acting, current
from parsepy.cloud.calls import Calls
from parsepy.cloud.registry import Hook
from parsepy.cloud.requests import CloudRequest
from tests.unit.cloud.fakes import FakeActions

SECRET: ContextVar[str] = ContextVar("secret")


def raising(error: BaseException) -> Callable[[Any], Any]:
    def function(request: Any) -> None:
        raise error

    return function


async def run(function: Callable[[Any], Any], request: CloudRequest | None = None, **rules: Any) -> Any:
    cloud = Cloud()
    cloud.before_save("S", **rules)(function)
    hook = cloud.hook(Trigger.BEFORE_SAVE, "S")
    assert hook is not None
    calls = FakeActions()
    return await running.run(hook, request or FunctionRequest(), calls=cloud.calls, actions=calls, roles=frozenset())


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (RuntimeError("it broke"), 141, "it broke"),
        (RuntimeError(), 141, "Script failed."),
        (ParseError(101, "own"), 101, "own"),
        (ParseError(4711, "own"), 4711, "own"),
        (SystemExit(3), 141, "3"),
        (StopIteration("ended"), 141, "coroutine raised StopIteration"),
    ],
    ids=["error", "empty", "parse error", "own code", "exit", "stop iteration"],
)
async def test_errors_become_parse_errors(error: BaseException, code: int, text: str) -> None:
    with pytest.raises(ParseError) as raised:
        await run(raising(error))

    assert (raised.value.code, raised.value.message) == (code, text)


async def test_a_trigger_that_fails_without_words_says_so() -> None:
    with pytest.raises(ParseError, match=r"Script failed. Unknown error."):
        await run(raising(RuntimeError()), SaveRequest(object=ParseObject("S")))


async def test_the_traceback_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(ParseError):
        await run(raising(RuntimeError("it broke")))

    assert "test_running.py" in caplog.text
    assert "Traceback" in caplog.text


async def test_plain_functions_run_beside_the_loop_with_its_context() -> None:
    SECRET.set("known")
    ran = await run(lambda request: (threading.current_thread() is threading.main_thread(), SECRET.get()))

    assert ran == (False, "known")


async def test_async_functions_run_in_the_loop() -> None:
    async def function(request: Any) -> bool:
        await asyncio.sleep(0)
        return threading.current_thread() is threading.main_thread()

    assert await run(function) is True
    assert await run(lambda request: function(request)) is True


async def test_at_most_so_many_plain_functions_run_at_once() -> None:
    calls, barrier = Calls(2), threading.Barrier(2)
    meeting = [calls.call(barrier.wait, 5) for _ in range(4)]

    assert sorted(await asyncio.gather(*meeting)) == [0, 0, 1, 1]
    calls.close()
    assert await calls.call(int) == 0


async def test_a_trigger_can_be_skipped_for_the_master_key() -> None:
    function = raising(RuntimeError("ran"))

    await run(function, SaveRequest(object=ParseObject("S"), master=True), skip_with_master_key=True)
    with pytest.raises(ParseError, match="ran"):
        await run(function, SaveRequest(object=ParseObject("S")), skip_with_master_key=True)
    with pytest.raises(ParseError, match="ran"):
        await run(function, FunctionRequest(master=True), skip_with_master_key=True)


async def test_code_that_sets_itself_off_is_stopped() -> None:
    depth = 0

    async def again(request: Any) -> None:
        nonlocal depth
        depth += 1
        await running.run(hook, FunctionRequest(), calls=Calls(1), actions=current(), roles=frozenset())

    hook = Hook(again, None, "here")
    with pytest.raises(ParseError, match="set off itself more than 50 times"), acting(FakeActions()):
        await again(None)
    assert depth == MAX_DEPTH


async def test_an_app_without_actions_gives_none() -> None:
    with pytest.raises(RuntimeError, match="only while"), acting(None):
        current()


async def too_slow(request: Any) -> None:
    await asyncio.sleep(10)


def blocking(request: Any) -> None:
    time.sleep(0.3)


@pytest.mark.parametrize("function", [too_slow, blocking])
async def test_a_function_that_takes_too_long_is_given_up(function: Callable[[Any], Any]) -> None:
    cloud = Cloud(timeout=0.05)
    cloud.before_save("S")(function)
    hook = cloud.hook(Trigger.BEFORE_SAVE, "S")
    assert hook is not None
    with pytest.raises(ParseError) as raised:
        await running.run(hook, FunctionRequest(), calls=cloud.calls, actions=None, roles=frozenset())

    assert (raised.value.code, raised.value.message) == (124, "The script took more than 0.05 seconds.")


async def test_a_timeout_of_the_function_itself_is_an_error_like_others() -> None:
    with pytest.raises(ParseError) as raised:
        await run(raising(TimeoutError("the shop is slow")))

    assert (raised.value.code, raised.value.message) == (141, "the shop is slow")


async def test_functions_that_hang_do_not_take_the_threads_of_others() -> None:
    calls, hold = Calls(threads=2, seconds=1), threading.Event()
    for _ in range(4):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(calls.call(hold.wait), 0.02)
    assert await asyncio.wait_for(calls.call(lambda: "still there"), 1) == "still there"
    hold.set()
    calls.close()
