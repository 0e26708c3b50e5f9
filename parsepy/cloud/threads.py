"""Threads for plain functions: at most so many, that neither keep the process from ending nor outlive their use."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

MOST_LOST = 100
"""So many threads may hang in work that was given up; with more of them the places of others are taken."""


class CallEnded(BaseException):
    """Raised inside a plain function that took too long; `except Exception` lets it pass."""


class Work:
    """One call of a function; `result` and `error` are there when `done` is called, in the function's thread."""

    def __init__(
        self, context: Context, function: Callable[..., Any], arguments: tuple[Any, ...], done: Callable[[], object]
    ) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self._call = context.run, function, arguments
        self._done = done
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._is_given_up = False

    def run(self) -> None:
        """Call the function, unless it was given up before."""
        try:
            self._run()
        except BaseException as exc:  # noqa: BLE001 - raised again where it is awaited
            self.error = exc
        self._finish()
        self._done()

    def end(self) -> bool:
        """Raise CallEnded where the function stands; False if it does not run (any more).

        It is seen when the function returns to Python code: a call that waits for the system is not broken off.
        """
        with self._lock:
            self._is_given_up = True
            return self._thread is not None and _raise(self._thread, ctypes.py_object(CallEnded))

    def _run(self) -> None:
        with self._lock:
            if self._is_given_up:
                return
            self._thread = threading.get_ident()
        run, function, arguments = self._call
        self.result = run(function, *arguments)

    def _finish(self) -> None:
        """From now on nothing is raised here, also not what was asked for and has not come yet."""
        while True:
            try:
                return self._let_go()
            except CallEnded as exc:
                self.error = exc

    def _let_go(self) -> None:
        with self._lock:
            if self._thread is not None:
                _raise(self._thread, None)
                self._thread = None


def _raise(thread: int, exc: Any) -> bool:
    return bool(ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exc) == 1)


class Threads:
    """At most `most` threads: work that finds none free waits. Those that hang in work that was given up do not count."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Condition()
        self._waiting: deque[Work] = deque()
        self._count = 0
        self._idle = 0
        self._lost: set[Work] = set()
        self._round = 0

    @property
    def lost(self) -> int:
        """How many threads hang in work that was given up."""
        return len(self._lost)

    def start(self, work: Work) -> None:
        """Run the work as soon as there is a thread for it."""
        with self._lock:
            self._waiting.append(work)
            if self._idle >= len(self._waiting):
                self._lock.notify()
            elif self._count < self.most:
                self._add()

    def give_up(self, work: Work) -> None:
        """Take the work back if it waits; otherwise it is to end, and another thread takes its thread's place."""
        with self._lock:
            if work in self._waiting:
                self._waiting.remove(work)
            elif work.end() and len(self._lost) < MOST_LOST:
                self._lost.add(work)
                self._count -= 1
                if self._waiting:
                    self._add()

    def close(self) -> None:
        """Drop what waits, and let threads end when their work does."""
        with self._lock:
            self._round += 1
            self._waiting.clear()
            self._lost.clear()
            self._count = self._idle = 0
            self._lock.notify_all()

    def _add(self) -> None:
        threading.Thread(target=self._serve, args=(self._round,), name="cloud", daemon=True).start()
        self._count += 1

    def _serve(self, number: int) -> None:
        while (work := self._next(number)) is not None:
            work.run()
            with self._lock:
                if work in self._lost:
                    self._lost.discard(work)
                    return

    def _next(self, number: int) -> Work | None:
        with self._lock:
            while number == self._round and not self._waiting:
                self._idle += 1
                self._lock.wait()
                if number == self._round:
                    self._idle -= 1
            return self._waiting.popleft() if number == self._round else None
