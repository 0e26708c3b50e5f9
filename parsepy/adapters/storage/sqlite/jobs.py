"""What callers ask the writer thread to do, and how many of them are carried out in as few statements as possible."""

from __future__ import annotations

import sqlite3
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from parsepy.adapters.storage.base import Object, StorageError
from parsepy.adapters.storage.sqlite import writes
from parsepy.adapters.storage.sqlite.catalog import Catalog
from parsepy.adapters.storage.sqlite.connection import is_missing_table, translation
from parsepy.adapters.storage.sqlite.documents import Row, decoded, encoded
from parsepy.adapters.storage.sqlite.reads import REFUSALS, refusal
from parsepy.adapters.storage.sqlite.uniqueness import indexes_across_arrays
from parsepy.model import apply_ops
from parsepy.model.ops import Ops
from parsepy.model.paths import Predicate
from parsepy.model.schema import ClassSchema
from parsepy.model.where import Where

Perform = Callable[[sqlite3.Connection, Catalog], Any]
"""What a call does, in the thread that owns the connection."""


@dataclass(frozen=True, slots=True, eq=False)
class Insert:
    """Store rows of one class, all or none."""

    future: Future[Any]
    schema: ClassSchema
    rows: Sequence[Row]

    def run(self, connection: sqlite3.Connection, catalog: Catalog) -> None:
        """The insert alone."""
        table = catalog.existing(connection, self.schema)
        if writes.is_one_statement(table, self.rows):
            writes.insert(connection, table, self.rows)
            return
        with writes.savepoint(connection):
            writes.insert(connection, table, self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Update the first match. With `object_id` the match has that id, and `holds` is what else it must meet, if anything."""

    future: Future[Any]
    schema: ClassSchema
    where: Where
    ops: Ops
    upsert: bool = False
    object_id: str | None = None
    holds: Predicate | None = None

    def run(self, connection: sqlite3.Connection, catalog: Catalog) -> Object | None:
        """The update alone, in a savepoint because a unique index across arrays is looked after behind it."""
        with writes.savepoint(connection):
            return self._changed_or_inserted(connection, catalog)

    def _changed_or_inserted(self, connection: sqlite3.Connection, catalog: Catalog) -> Object | None:
        found = writes.update(connection, catalog.table(connection, self.schema), self.where, self.ops)
        if found is not None or not self.upsert:
            return found
        return writes.upsert(connection, catalog.existing(connection, self.schema), self.where, self.ops)

    def changed(self, document: bytes | str) -> tuple[Object, Row] | None:
        """The object after the update, and its row; None if it does not match. Raises StorageError and REFUSALS."""
        row = decoded(document)
        if self.holds is not None and not self.holds(row):
            return None
        apply_ops.apply(row, self.ops)
        return row, encoded(row)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Anything else. What takes several writes is `guarded`: it leaves nothing behind if it fails."""

    future: Future[Any]
    perform: Perform
    guarded: bool = True

    def run(self, connection: sqlite3.Connection, catalog: Catalog) -> Any:
        """The call, within a savepoint if it is guarded."""
        if not self.guarded:
            return self.perform(connection, catalog)
        try:
            with writes.savepoint(connection):
                return self.perform(connection, catalog)
        except BaseException:
            catalog.forget()
            raise


Job = Insert | Change | Call


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a job's caller is told once the transaction is on disk."""

    job: Job
    value: Any = None
    error: BaseException | None = None


def tell(loop: AbstractEventLoop, outcomes: Sequence[Outcome]) -> None:
    """Answer all callers with one wake-up of the loop; a loop that was closed has none left."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_answer, outcomes)


def _answer(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        future = outcome.job.future
        if future.done():
            continue
        if outcome.error is None:
            future.set_result(outcome.value)
        else:
            future.set_exception(outcome.error)


def commit(connection: sqlite3.Connection, catalog: Catalog, jobs: Sequence[Job]) -> list[Outcome]:
    """Carry all jobs out in one transaction. A refused job fails alone; if the transaction fails, all fail."""
    try:
        return _committed(connection, catalog, jobs)
    except sqlite3.Error as exc:
        undo(connection, catalog)
        if not is_missing_table(exc):
            return [Outcome(job, error=failure(connection, catalog, exc)) for job in jobs]
    # Another process dropped a class since its table was looked up; now each job finds out for itself.
    return [outcome for job in jobs for outcome in _committed_alone(connection, catalog, job)]


def _committed_alone(connection: sqlite3.Connection, catalog: Catalog, job: Job) -> list[Outcome]:
    try:
        return _committed(connection, catalog, [job])
    except sqlite3.Error as exc:
        undo(connection, catalog)
        return [Outcome(job, error=failure(connection, catalog, exc))]


def _committed(connection: sqlite3.Connection, catalog: Catalog, jobs: Sequence[Job]) -> list[Outcome]:
    lots = list(_lots(jobs))
    if len(lots) == 1 and isinstance(jobs[0], Insert):
        done = _inserted(connection, catalog, lots[0])
        if done is not None:
            return done
    connection.execute("BEGIN IMMEDIATE")
    outcomes = [outcome for lot in lots for outcome in _performed(connection, catalog, lot)]
    connection.execute("COMMIT")
    return outcomes


def undo(connection: sqlite3.Connection, catalog: Catalog) -> None:
    """End a transaction without its effects, if SQLite has not done so by itself."""
    catalog.forget()
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def failure(connection: sqlite3.Connection, catalog: Catalog, error: sqlite3.Error) -> Exception:
    """What callers are told of an error."""
    return translation(error, lambda index: catalog.field_of(connection, index))


def _lots(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Jobs that follow each other and may share statements: of one kind, and of one class each."""
    for _, alike in groupby(jobs, key=_kind):
        by_class: dict[str, list[Job]] = {}
        for job in alike:
            by_class.setdefault("" if isinstance(job, Call) else job.schema.name, []).append(job)
        for of_class in by_class.values():
            yield from _portions(of_class)


def _portions(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """The jobs in lots that are not too large for a statement."""
    lot: list[Job] = []
    rows = 0
    for job in jobs:
        size, most = (len(job.rows), writes.INSERTED_AT_ONCE) if isinstance(job, Insert) else (1, writes.ROWS_AT_ONCE)
        if lot and rows + size > most:
            yield lot
            lot, rows = [], 0
        lot.append(job)
        rows += size
    yield lot


def _kind(job: Job) -> str | int:
    match job:
        case Insert():
            return "insert"
        case Change(object_id=str()):
            return "change"
        case _:
            return id(job)


def _performed(connection: sqlite3.Connection, catalog: Catalog, lot: list[Job]) -> list[Outcome]:
    if len(lot) > 1:
        together = _inserted if isinstance(lot[0], Insert) else _changed
        done = together(connection, catalog, lot)
        if done is not None:
            return done
    return [alone(connection, catalog, job) for job in lot]


def _inserted(connection: sqlite3.Connection, catalog: Catalog, lot: list[Job]) -> list[Outcome] | None:
    """All inserts as one statement; None if one of them is refused and it is to be found out which."""
    inserts = [job for job in lot if isinstance(job, Insert)]
    rows = [row for job in inserts for row in job.rows]
    table = catalog.table(connection, inserts[0].schema)
    if table is None or not writes.is_one_statement(table, rows):
        return None
    try:
        writes.insert(connection, table, rows)
    except sqlite3.IntegrityError:
        return None
    return [Outcome(job) for job in lot]


def _changed(connection: sqlite3.Connection, catalog: Catalog, lot: list[Job]) -> list[Outcome] | None:
    """All updates by id with one read and one write; None if one of them is refused by an index."""
    changes = [job for job in lot if isinstance(job, Change)]
    table = catalog.table(connection, changes[0].schema)
    if table is None:
        return [Outcome(job) for job in lot]
    if indexes_across_arrays(table):
        return None
    stored = writes.select_by_id(connection, table, list({str(job.object_id) for job in changes}))
    numbers = {object_id: number for object_id, (number, _) in stored.items()}
    documents: dict[str, bytes | str] = {object_id: document for object_id, (_, document) in stored.items()}
    rows: dict[str, Row] = {}
    outcomes: list[Outcome] = []
    for job in changes:
        object_id = str(job.object_id)
        outcome, row = _change(job, documents.get(object_id))
        if row is not None and row[0] != object_id:
            return None
        if row is not None:
            rows[object_id], documents[object_id] = row, row[3]
        outcomes.append(outcome)
    try:
        writes.replace(connection, table, [(numbers[object_id], row) for object_id, row in rows.items()])
    except sqlite3.IntegrityError:
        return None
    return outcomes


def _change(job: Change, document: bytes | str | None) -> tuple[Outcome, Row | None]:
    try:
        changed = None if document is None else job.changed(document)
    except StorageError as exc:
        return Outcome(job, error=exc), None
    except REFUSALS as exc:
        return Outcome(job, error=refusal(exc)), None
    return (Outcome(job), None) if changed is None else (Outcome(job, changed[0]), changed[1])


def alone(connection: sqlite3.Connection, catalog: Catalog, job: Job) -> Outcome:
    """One job by itself. Raises sqlite3.Error if the transaction is lost with it."""
    try:
        return Outcome(job, _run(connection, catalog, job))
    except sqlite3.Error as exc:
        if not connection.in_transaction:
            raise
        return Outcome(job, error=failure(connection, catalog, exc))
    except Exception as exc:  # noqa: BLE001 - the caller is told; the thread that serves all others must live
        return Outcome(job, error=exc)


def _run(connection: sqlite3.Connection, catalog: Catalog, job: Job) -> Any:
    try:
        return job.run(connection, catalog)
    except sqlite3.OperationalError as exc:
        if not is_missing_table(exc):
            raise
        catalog.forget()
        return job.run(connection, catalog)
