"""Where tasks wait, and whether that is on their way through a socket or a thread or until somebody tells them to go on."""

from __future__ import annotations

import asyncio
import gc
import inspect
from types import CodeType, CoroutineType
from typing import Any

Place = tuple[CodeType, int]
"""Where a coroutine stands: in which function, and at which instruction."""

# Who stands in one of these files waits for another task, or for a client of a connection that is kept open.
_WAITING_FILES = ("/asyncio/locks.py", "/asyncio/queues.py", "/asyncio/taskgroups.py")
_WAITING_FUNCTIONS = frozenset({"wait", "_wait", "wait_for"})
_IDLE_CONNECTION = "/aiohttp/web_protocol.py"
_GATHERED = "_GatheringFuture"


def place(task: asyncio.Task[Any]) -> Place | None:
    """Where the task stands; None once it has ended."""
    inner = _innermost(task)
    if task.done() or inner is None or inner.cr_frame is None:
        return None
    return inner.cr_code, inner.cr_frame.f_lasti


def is_new(task: asyncio.Task[Any]) -> bool:
    """Whether the task has not begun."""
    coroutine = task.get_coro()
    return inspect.iscoroutine(coroutine) and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED


def stands_in(task: asyncio.Task[Any], code: CodeType) -> bool:
    """Whether the task waits in this function."""
    inner = _innermost(task)
    return inner is not None and inner.cr_code is code


def waits_for_a_sign(task: asyncio.Task[Any]) -> bool:
    """Whether the task goes on only when another one, or a client, does something."""
    inner = _innermost(task)
    if inner is None or _waits_for_tasks(inner.cr_await):
        return True
    file, name = inner.cr_code.co_filename.replace("\\", "/"), inner.cr_code.co_name
    if file.endswith(_WAITING_FILES):
        return True
    if file.endswith("/asyncio/tasks.py"):
        return name in _WAITING_FUNCTIONS
    return file.endswith(_IDLE_CONNECTION) and name == "start"


def _waits_for_tasks(awaited: object) -> bool:
    """Whether what a coroutine awaits is another task, or several that were gathered."""
    return any(isinstance(held, asyncio.Task) or type(held).__name__ == _GATHERED for held in gc.get_referents(awaited))


def _innermost(task: asyncio.Task[Any]) -> CoroutineType[Any, Any, Any] | None:
    """The coroutine at the end of the chain of those that await each other."""
    found = None
    awaited: Any = task.get_coro()
    while inspect.iscoroutine(awaited) and awaited.cr_frame is not None:
        found, awaited = awaited, awaited.cr_await
    return found
