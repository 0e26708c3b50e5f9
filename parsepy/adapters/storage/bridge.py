"""Long work in a thread that asks the loop for what only the loop can get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.model.aggregation.budget import Budget

T = TypeVar("T")

_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    ask: Callable[[], Awaitable[Any]]
    answer: Future[Any] = field(default_factory=Future)


class Bridge:
    """A thread of its own for one piece of work. All that it asks for is awaited in the task that waits for the work.

    When that task is cancelled, the budget stops the work and open scans are closed.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._loop = asyncio.get_running_loop()
        self._questions: asyncio.Queue[_Question | None] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parsepy-aggregate")
        self._scans: dict[int, AsyncIterator[Any]] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._budget.stop()
        while not self._questions.empty():
            self._refuse(self._questions.get_nowait())
        self._thread.shutdown(wait=False)
        for number in list(self._scans):
            await self._end(number)

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in the thread, and meanwhile answer its questions."""
        done = self._loop.run_in_executor(self._thread, work)
        done.add_done_callback(lambda _: self._questions.put_nowait(None))
        while (question := await self._questions.get()) is not None:
            try:
                question.answer.set_result(await question.ask())
            except asyncio.CancelledError:
                self._refuse(question)
                raise
            except Exception as exc:  # noqa: BLE001 - whoever asked is told, in the thread
                question.answer.set_exception(exc)
        return await done

    def ask(self, ask: Callable[[], Awaitable[T]]) -> T:
        """From the thread: await something in the loop."""
        question = _Question(ask)
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._accept, question)
        while True:
            try:
                found: T = question.answer.result(_SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                if question.answer.done():
                    raise
                self._budget.check()
            else:
                return found

    def pieces(self, begin: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
        """From the thread: what an iterator of the loop gives."""
        number = self.ask(lambda: self._begin(begin))
        try:
            while (piece := self.ask(lambda: self._next(number))) is not None:
                yield piece
        finally:
            if not self._closed:
                with suppress(StorageUnavailableError):
                    self.ask(lambda: self._end(number))

    async def _begin(self, begin: Callable[[], AsyncIterator[Any]]) -> int:
        scan = begin()
        self._scans[id(scan)] = scan
        return id(scan)

    async def _next(self, number: int) -> Any:
        return await anext(self._scans[number], None)

    async def _end(self, number: int) -> None:
        close = getattr(self._scans.pop(number, None), "aclose", None)
        if close is not None:
            await close()

    def _accept(self, question: _Question) -> None:
        if self._closed:
            self._refuse(question)
        else:
            self._questions.put_nowait(question)

    @staticmethod
    def _refuse(question: _Question | None) -> None:
        if question is not None and not question.answer.done():
            question.answer.set_exception(StorageUnavailableError("nobody waits for the answer any more"))
