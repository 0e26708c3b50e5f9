"""Inserts that wait at the same time go to MongoDB together; each caller hears only of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson.errors import BSONError
from pymongo.errors import BulkWriteError, PyMongoError

from parsepy.adapters.storage.base import Object, StorageError, StorageUnavailableError
from parsepy.adapters.storage.mongo import catalog, letter_case
from parsepy.adapters.storage.mongo.errors import is_unanswered, translated, translation, write_error
from parsepy.adapters.storage.mongo.scope import Collection, Document, Scope
from parsepy.adapters.storage.mongo.writes import new_document, put_pairs
from parsepy.model.documents import Documents
from parsepy.model.schema import ClassSchema

_LOT_ROWS = 1000


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One caller: its rows, and what it waits for."""

    rows: list[Document]
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class _Lot:
    """Callers that insert into one class together."""

    collection: Collection
    documents: Documents
    waiting: list[_Waiting]

    @property
    def size(self) -> int:
        return sum(len(caller.rows) for caller in self.waiting)


class Inserter:
    """Gathers the inserts of one turn of the event loop, class by class, and sends each lot as one command.

    The rows of one caller are stored all or none: where one is refused, the others are taken back.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._gathering: dict[str, _Lot] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def insert(self, schema: ClassSchema, objects: Sequence[Object]) -> None:
        """Store new objects, all or none. Raises DuplicateValueError, InvalidValueError, StorageError."""
        if not objects:
            return
        documents = self._scope.documents(schema)
        with translated(documents, writing=True):
            await catalog.require(self._scope, schema)
            if documents.is_join:
                await put_pairs(self._scope, documents, objects)
                return
            rows = [new_document(documents, row) for row in objects]
            await letter_case.refuse_taken_rows(self._scope, schema, objects)
        await self._send(documents, rows)

    async def close(self) -> None:
        """Finish what was accepted."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    def _send(self, documents: Documents, rows: list[Document]) -> asyncio.Future[None]:
        name = documents.schema.name
        lot = self._gathering.get(name)
        if lot is None or lot.size >= _LOT_ROWS:
            lot = self._gathering[name] = _Lot(self._scope.collection(name), documents, [])
            # Its callers may be gone before it is: what they asked for is still done, and in one piece.
            task = asyncio.get_running_loop().create_task(self._carry_out(lot))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lot.waiting.append(_Waiting(rows, done))
        return done

    async def _carry_out(self, lot: _Lot) -> None:
        name = lot.documents.schema.name
        if self._gathering.get(name) is lot:
            del self._gathering[name]
        try:
            await _store(lot)
        except BaseException as exc:
            # Nobody waits for this task itself: the callers are told.
            lost = exc if isinstance(exc, Exception) else StorageUnavailableError("the database is closed")
            for caller in lot.waiting:
                _tell(caller, lost)
            if lost is not exc:
                raise


async def _store(lot: _Lot) -> None:
    refusals = await _refusals(lot)
    for position, caller in enumerate(lot.waiting):
        _tell(caller, refusals.get(position))


async def _refusals(lot: _Lot) -> Mapping[int, Exception]:
    """What each caller is refused with, by its place in the lot."""
    try:
        await _insert(lot.collection, [row for caller in lot.waiting for row in caller.rows])
    except BulkWriteError as exc:
        return await _of_rows(lot, exc)
    except (PyMongoError, BSONError, UnicodeError, OverflowError) as exc:
        if is_unanswered(exc) or len(lot.waiting) == 1:
            return dict.fromkeys(range(len(lot.waiting)), translation(exc, lot.documents, writing=True))
        # One of them has a row that cannot even be sent.
        return await _one_by_one(lot)
    return {}


async def _insert(collection: Collection, rows: list[Document]) -> None:
    if len(rows) == 1:
        await collection.insert_one(rows[0])
    else:
        await collection.insert_many(rows, ordered=False)


async def _of_rows(lot: _Lot, exc: BulkWriteError) -> dict[int, Exception]:
    """Who is refused, by the positions of rows that the server names; their other rows are taken back."""
    errors: dict[int, Mapping[str, Any]] = {error["index"]: error for error in exc.details.get("writeErrors", ())}
    if not errors:
        return dict.fromkeys(range(len(lot.waiting)), translation(exc, lot.documents, writing=True))
    refusals: dict[int, Exception] = {}
    stored: list[Any] = []
    start = 0
    for position, caller in enumerate(lot.waiting):
        own = {at - start: errors[at] for at in range(start, start + len(caller.rows)) if at in errors}
        if own:
            refusals[position] = write_error(own[min(own)], lot.documents)
            stored += [row["_id"] for at, row in enumerate(caller.rows) if at not in own]
        start += len(caller.rows)
    if stored:
        await lot.collection.delete_many({"_id": {"$in": stored}})
    return refusals


async def _one_by_one(lot: _Lot) -> dict[int, Exception]:
    refusals: dict[int, Exception] = {}
    for position, caller in enumerate(lot.waiting):
        alone = _Lot(lot.collection, lot.documents, [caller])
        refusals |= dict.fromkeys([position], refused) if (refused := (await _refusals(alone)).get(0)) else {}
    return refusals


def _tell(caller: _Waiting, refusal: Exception | None) -> None:
    if caller.done.done():
        return
    if refusal is None:
        caller.done.set_result(None)
    elif isinstance(refusal, PyMongoError):
        caller.done.set_exception(StorageError(str(refusal)))
    else:
        caller.done.set_exception(refusal)
