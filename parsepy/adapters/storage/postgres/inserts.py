"""Inserts of one class that wait at the same time, carried out as one statement."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from parsepy.adapters.storage.base import Object, StorageUnavailableError
from parsepy.model.schema import ClassSchema

log = logging.getLogger(__name__)

MOST_ROWS = 1_000
"""Rows of one statement, unless one caller alone brings more."""

MOST_UNDER_WAY = 2
"""Statements of one class at the same time: while these run, those who come are gathered for the next."""

Store = Callable[[ClassSchema, Sequence[Object]], Awaitable[None]]


@dataclass(slots=True, eq=False)
class _Waiting:
    schema: ClassSchema
    objects: Sequence[Object]
    done: asyncio.Future[None]


@dataclass(slots=True)
class _Line:
    """Who waits to insert into a class."""

    waiting: list[_Waiting] = field(default_factory=list)
    under_way: int = 0
    is_called: bool = False


class Inserts:
    """Gathers inserts and hands them on by the class; a refused object fails only the call that brought it.

    `store` inserts all its objects or none.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lines: dict[str, _Line] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def add(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Insert objects, all or none, perhaps together with those of others. Raises StorageError."""
        loop = asyncio.get_running_loop()
        line = self._lines.setdefault(schema.name, _Line())
        waiting = _Waiting(schema, objects, loop.create_future())
        line.waiting.append(waiting)
        if not line.is_called and line.under_way < MOST_UNDER_WAY:
            line.is_called = True
            loop.call_soon(self._begin, schema.name, line)
        await waiting.done

    def _begin(self, name: str, line: _Line) -> None:
        line.is_called = False
        lot = self._lot(line)
        if lot:
            line.under_way += 1
            task = asyncio.get_running_loop().create_task(self._carry_out(lot))
            self._tasks.add(task)
            task.add_done_callback(lambda ended: self._ended(ended, name, line))

    def _ended(self, task: asyncio.Task[Any], name: str, line: _Line) -> None:
        self._tasks.discard(task)
        line.under_way -= 1
        if line.waiting:
            self._begin(name, line)
        elif line.under_way == 0 and not line.is_called:
            self._lines.pop(name, None)

    def _lot(self, line: _Line) -> list[_Waiting]:
        """Those who are next: as many as fit into one statement, seen with one schema."""
        lot: list[_Waiting] = []
        rows = 0
        for waiting in line.waiting:
            rows += len(waiting.objects)
            if lot and (rows > MOST_ROWS or waiting.schema is not lot[0].schema):
                break
            lot.append(waiting)
        del line.waiting[: len(lot)]
        return [waiting for waiting in lot if not waiting.done.done()]

    async def _carry_out(self, lot: list[_Waiting]) -> None:
        if len(lot) > 1:
            try:
                await self._store(lot[0].schema, [row for waiting in lot for row in waiting.objects])
            except StorageUnavailableError as exc:
                # Whether it was done is not known: doing it again might do it twice.
                for waiting in lot:
                    _tell(waiting, exc)
                return
            except Exception as exc:  # noqa: BLE001 - each caller is told for himself, whatever it is
                log.debug("%d inserts into %s go one by one: %s", len(lot), lot[0].schema.name, type(exc).__name__)
            else:
                for waiting in lot:
                    _tell(waiting, None)
                return
        for waiting in lot:
            await self._alone(waiting)

    async def _alone(self, waiting: _Waiting) -> None:
        try:
            await self._store(waiting.schema, waiting.objects)
        except Exception as exc:  # noqa: BLE001 - the caller is told
            _tell(waiting, exc)
        else:
            _tell(waiting, None)

    async def close(self) -> None:
        """Wait until what was accepted is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)


def _tell(waiting: _Waiting, error: Exception | None) -> None:
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(error)
