"""Rows of which only those columns are read that a condition or an order asks about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import field_path
from parsepy.adapters.storage.sqlite.documents import parts
from parsepy.adapters.storage.sqlite.reads import WINDOW, Search

NUMBER = ""
"""The name under which a lean row holds its number: no column has it."""

_MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Span:
    """The rows from one number to another, both included."""

    first: int
    last: int


def expression(columns: frozenset[str] | None) -> str | None:
    """A document of these columns and the row's number, as SQL; None if whole documents must be read."""
    if columns is None or len(columns) > _MOST_COLUMNS:
        return None
    found = [(name, field_path(name)) for name in sorted(columns)]
    if any(path is None for _, path in found):
        return None
    members = [f"""coalesce('"{name}":' || (doc -> {path}) || ',', '')""" for name, path in found]
    return " || ".join(["'{'", *members, """'"":' || seq || '}'"""])


def matching(connection: sqlite3.Connection, search: Search, document: str, span: Span) -> Iterator[Object]:
    """The lean rows of a span that match, in the order of their creation."""
    holds = search.predicate
    rows = chain.from_iterable(chain.from_iterable(map(parts, windows(connection, search, document, span))))
    return rows if holds is None else filter(holds, rows)


def windows(connection: sqlite3.Connection, search: Search, value: str, span: Span) -> Iterator[bytes]:
    """The JSON texts of an SQL expression, joined in lots, for the rows of a span that SQL lets through."""
    sql = statements.select_window_within(search.table.name, value, search.condition.sql)
    last: int | None = span.first - 1
    while last is not None:
        last, joined = connection.execute(sql, (last, span.last, *search.condition.params, WINDOW)).fetchone()
        if joined:
            yield joined
