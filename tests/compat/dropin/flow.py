"""The way of a database from the real Parse Server to parsepy and back, and what both answered on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.compat.differential.answers import Record
from tests.compat.dropin import rows_mongo, rows_postgres
from tests.compat.dropin.made import Made, write
from tests.compat.dropin.objects import about_classes, about_conditions, about_objects, about_places, about_windows
from tests.compat.dropin.odd import ODD
from tests.compat.dropin.people import about_log_ins, about_refusals, about_sessions, about_users, tokens
from tests.compat.dropin.questions import Question, ask
from tests.compat.dropin.system import about_system
from tests.compat.servers import REAL_MONGODB, Server, Store, parsepy, reference

Answers = dict[str, Record]

DISK = {"module": "@parse/fs-files-adapter", "options": {"filesSubDirectory": "test"}}
"""Where both keep files on PostgreSQL; on MongoDB the option is absent, which means GridFS."""


@dataclass(frozen=True)
class Told:
    """What the two servers answered to the same questions on the same database."""

    reference: Answers
    parsepy: Answers


@dataclass(frozen=True)
class Home:
    """A database, and the folder in which its servers are started and keep files and logs."""

    store: Store
    uri: str
    folder: Path

    @property
    def options(self) -> dict[str, Any]:
        return {
            "databaseURI": self.uri,
            "maintenanceKey": "maintenance",
            "filesAdapter": DISK if self.store == "postgres" else None,
        }

    def reference(self) -> contextlib.AbstractAsyncContextManager[Server]:
        return reference(self.options, self.store, folder=self.folder)

    def parsepy(self) -> contextlib.AbstractAsyncContextManager[Server]:
        options = {key: value for key, value in self.options.items() if value is not None}
        return parsepy(options, self.store, folder=self.folder)


async def there(home: Home) -> tuple[Told, Made]:
    """The reference writes, rows of other origin are added, and both servers are asked."""
    async with home.reference() as server:
        made = await write(server, "Ref", hooks=True)
    rows = rows_mongo if home.store == "mongo" else rows_postgres
    people, objects = await rows.write_rows(home.uri, made)
    # The rows came past the server's cache.
    made = replace(
        made,
        people={**made.people, **people},
        objects={**made.objects, **objects},
        classes=(*made.classes, made.name(ODD)),
    )
    async with home.reference() as server:
        attempted = await _ask(server, about_refusals(made), [made])
        read = await _ask(server, _reading(home, made), [made])
    expected = {**read, **attempted}
    async with home.parsepy() as server:
        got = await _ask(server, [*_reading(home, made), *about_refusals(made)], [made])
    return Told(expected, got), made


async def back(home: Home, before: Made) -> Told:
    """parsepy writes the same things under other names, and both servers are asked for these and the ones before."""
    async with home.parsepy() as server:
        made = await write(server, "Own", hooks=False)
    # Both show the indexes that are really there from their start on.
    async with home.parsepy() as server:
        attempted = await _ask(server, about_refusals(made), [made])
        read = await _ask(server, _about_both(home, before, made), [before, made])
    got = {**read, **attempted}
    async with home.reference() as server:
        expected = await _ask(server, [*_about_both(home, before, made), *about_refusals(made)], [before, made])
    return Told(expected, got)


def _about_both(home: Home, before: Made, made: Made) -> Iterator[Question]:
    for question in _reading(home, before):
        yield replace(question, label=f"{question.label}, of the reference's")
    yield from _reading(home, made)


def _reading(home: Home, made: Made) -> Iterator[Question]:
    for about in (
        about_classes,
        about_objects,
        about_conditions,
        about_windows,
        about_sessions,
        about_users,
        about_system,
    ):
        yield from about(made)
    if home.store == "postgres" or REAL_MONGODB in os.environ:
        yield from about_places(made)
    # Last, since each makes a session.
    yield from about_log_ins(made)


async def _ask(server: Server, questions: Sequence[Question] | Iterator[Question], made: Sequence[Made]) -> Answers:
    return await ask(server, questions, [token for one in made for token in tokens(one)])
