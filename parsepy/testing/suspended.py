"""Where tasks wait, and whether that is on their way through a socket or a thread or until somebody tells them to go on."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Coroutine
from types import CodeType
from typing import Any

Place = tuple[int, int]
"""Where a coroutine stands: its innermost frame and the instruction in it."""

# Who stands in one of these files waits for another task, or for a client of a connection that is kept open.
_WAITING_FILES = ("/asyncio/locks.py", "/asyncio/queues.py", "/asyncio/taskgroups.py")
_WAITING_FUNCTIONS = frozenset({"wait", "_wait", "wait_for", "gather"})
_IDLE_CONNECTION = ("/aiohttp/web_protocol.py", "start")


def place(task: asyncio.Task[Any]) -> Place | None:
    """Where the task stands; None once it has ended."""
    frame = _innermost(task)
    if task.done() or frame is None:
        return None
    return id(frame.cr_frame), frame.cr_frame.f_lasti


def is_new(task: asyncio.Task[Any]) -> bool:
    """Whether the task has not begun."""
    coroutine = task.get_coro()
    return inspect.iscoroutine(coroutine) and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED


def stands_in(task: asyncio.Task[Any], code: CodeType) -> bool:
    """Whether the task waits in this function."""
    frame = _innermost(task)
    return frame is not None and frame.cr_code is code


def waits_for_a_sign(task: asyncio.Task[Any]) -> bool:
    """Whether the task goes on only when another one, or a client, does something."""
    frame = _innermost(task)
    if frame is None:
        return True
    file, name = frame.cr_code.co_filename.replace("\\", "/"), frame.cr_code.co_name
    if file.endswith(_WAITING_FILES):
        return True
    if file.endswith("/asyncio/tasks.py"):
        return name in _WAITING_FUNCTIONS
    return file.endswith(_IDLE_CONNECTION[0]) and name == _IDLE_CONNECTION[1]


def _innermost(task: asyncio.Task[Any]) -> Coroutine[Any, Any, Any] | None:
    """The coroutine at the end of the chain of those that await each other."""
    found = None
    awaited: Any = task.get_coro()
    while inspect.iscoroutine(awaited) and awaited.cr_frame is not None:
        found, awaited = awaited, awaited.cr_await
    return found
