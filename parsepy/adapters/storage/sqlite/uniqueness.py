"""Unique indexes on paths that may cross arrays: every element of an array counts, which SQLite's indexes cannot tell."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import product
from typing import Any

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import Table, column_of, searched, segments_of
from parsepy.adapters.storage.sqlite.indexes import segments_across_arrays
from parsepy.adapters.storage.sqlite.reads import compiled, matching
from parsepy.model.order import folded, identity
from parsepy.model.paths import MISSING, elements
from parsepy.model.schema import Index
from parsepy.model.where import EVERYTHING, In, Where

_NOTHING = identity(None)


def indexes_across_arrays(table: Table) -> list[Index]:
    """The unique indexes of a class on paths where its schema allows for arrays."""
    return [
        index
        for index in table.schema.indexes.values()
        if index.unique and any(column_of(table, path) is None for path in index.keys)
    ]


def check(connection: sqlite3.Connection, table: Table, indexes: Iterable[Index], rows: Sequence[Object]) -> None:
    """Compare stored rows with all others, if there are arrays. Raises DuplicateValueError."""
    for index in indexes:
        if _any_array(connection, table, index):
            for row in rows:
                _check_row(connection, table, index, row)


def check_all(connection: sqlite3.Connection, table: Table, index: Index) -> None:
    """Compare every row with all others, if there are arrays, for a new index. Raises DuplicateValueError."""
    with closing(matching(connection, compiled(table, EVERYTHING))) as rows:
        check(connection, table, [index], list(rows) if _any_array(connection, table, index) else [])


def _any_array(connection: sqlite3.Connection, table: Table, index: Index) -> bool:
    known = segments_across_arrays(table, index)
    if any(segments_of(path) is None for path in index.keys):
        return True
    sql = statements.select_any(table.name, " OR ".join(map(searched, known)))
    return connection.execute(sql).fetchone() is not None


def _check_row(connection: sqlite3.Connection, table: Table, index: Index, row: Object) -> None:
    wanted = _keys(row, index)
    with closing(matching(connection, compiled(table, _candidates(row, index)))) as others:
        for other in others:
            if other["objectId"] != row["objectId"] and not wanted.isdisjoint(_keys(other, index)):
                raise DuplicateValueError(next(iter(index.keys)))


def _candidates(row: Object, index: Index) -> Where:
    """What every row that shares a value meets; an empty array counts as null and is found as what it is."""
    if index.case_insensitive:
        return EVERYTHING
    path = next(iter(index.keys))
    values = [None if value is MISSING else value for value in elements(row, path)]
    return In(path, tuple(values)) if values and None not in values else EVERYTHING


def _keys(row: Mapping[str, Any], index: Index) -> set[tuple[Hashable, ...]]:
    columns = [_entries(row, path, index) for path in index.keys]
    nothing = (_NOTHING,) * len(columns)
    return {key for key in product(*columns) if not (index.sparse and key == nothing)}


def _entries(row: Mapping[str, Any], path: str, index: Index) -> set[Hashable]:
    values = (None if value is MISSING else value for value in elements(row, path))
    return {identity(folded(value) if index.case_insensitive else value) for value in values} or {_NOTHING}
