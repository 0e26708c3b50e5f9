"""The indexes of a class as SQL: what each is made of, so that conditions and orders find it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import (
    Table,
    column_of,
    folded_expression,
    json_at,
    quoted_name,
    searched,
    segments_of,
    type_of,
)
from parsepy.adapters.storage.sqlite.geo import coordinates_at
from parsepy.adapters.storage.sqlite.order import CREATION
from parsepy.model.schema import FieldType, Index

OWN = "parsepy_"
"""How the names of indexes begin that nobody asked for."""

_NOTHING = "x'00'"
"""What stands for null and missing values where these are to be unique too: a blob, which no document holds."""


def index_statements(table: Table, index: Index) -> Mapping[str, str]:
    """The statements that make an index, by the name of what they make; none for what SQLite has no use for.

    Arrays need no index for searching: elements are looked for in the documents. Paths that may cross arrays get a
    second, small index of the rows in which they do; `uniqueness` looks after those rows.
    """
    if tuple(index.keys) == ("objectId",) or "text" in index.keys.values():
        return {}
    if not index.unique and any(type_of(table.schema, path) is FieldType.GEO_POINT for path in index.keys):
        return _points(table, index)
    expressions = [_expression(table, path, index) for path in index.keys]
    known = [expression for expression in expressions if expression is not None]
    if len(known) < len(expressions):
        return {}
    made: dict[str, str] = {}
    across = [path for path in index.keys if column_of(table, path) is None]
    plainly_unique = index.unique and index.sparse and len(known) == 1 and not across
    directed = ", ".join(
        f"{expression} DESC" if direction == -1 else expression
        for expression, direction in zip(known, index.keys.values(), strict=True)
    )
    lookup = _name("lookup", table, index)
    made[lookup] = statements.create_index(quoted_name(lookup), table.name, directed, unique=plainly_unique)
    made |= _downwards(table, index, known)
    if index.unique and not plainly_unique:
        made |= _unique(table, index, known)
    return made | _arrays(table, index)


def _downwards(table: Table, index: Index, expressions: list[str]) -> dict[str, str]:
    """What a descending order is read from where many rows are alike: they are to come in the order of creation."""
    if (
        len(expressions) != 1
        or index.unique
        or index.case_insensitive
        or column_of(table, next(iter(index.keys))) is None
    ):
        return {}
    name = f"{OWN}{_name('down', table, index)}"
    keys = f"{expressions[0]} DESC, {CREATION}"
    return {name: statements.create_index(quoted_name(name), table.name, keys, unique=False)}


def newest_first(table: Table) -> str | None:
    """The statement for the index that lists of a class are opened with: newest first; None if rows have no times."""
    created = column_of(table, "createdAt")
    if created is None or "createdAt" not in table.schema.fields:
        return None
    name = quoted_name(f"{OWN}newest:{table.title}")
    return statements.create_index(name, table.name, f"{created.value} DESC, {CREATION}", unique=False)


def _name(role: str, table: Table, index: Index) -> str:
    """SQLite takes names that differ in capitals for the same; the checksum keeps them apart."""
    return f"{role}:{table.title}:{index.name}:{zlib.crc32(index.name.encode()):08x}"


def _expression(table: Table, path: str, index: Index) -> str | None:
    column = column_of(table, path)
    if column is not None:
        return folded_expression(column.value) if index.case_insensitive else column.value
    segments = segments_of(path)
    if segments is None or (type_of(table.schema, path) is FieldType.ARRAY and not index.unique):
        return None
    return folded_expression(json_at(segments)) if index.case_insensitive else json_at(segments)


def _unique(table: Table, index: Index, expressions: list[str]) -> dict[str, str]:
    """Over the rows without arrays; null and missing are one value, left out where the index is sparse."""
    name = _name("unique", table, index)
    keys = ", ".join(f"coalesce({expression}, {_NOTHING})" for expression in expressions)
    crossing = [f"({searched(segments)}) IS NOT TRUE" for segments in segments_across_arrays(table, index)]
    present = " OR ".join(f"{expression} IS NOT NULL" for expression in expressions)
    where = " AND ".join([*crossing, f"({present})"] if index.sparse else crossing)
    return {name: statements.create_index(quoted_name(name), table.name, keys, unique=True, where=where)}


def segments_across_arrays(table: Table, index: Index) -> list[tuple[str, ...]]:
    """The paths of an index on which the class's schema allows for arrays."""
    found = [segments_of(path) for path in index.keys if column_of(table, path) is None]
    return [segments for segments in found if segments is not None]


def _arrays(table: Table, index: Index) -> dict[str, str]:
    path = next(iter(index.keys))
    segments = segments_of(path)
    if segments is None or column_of(table, path) is not None:
        return {}
    name = _name("arrays", table, index)
    return {name: statements.create_index(quoted_name(name), table.name, "seq", unique=False, where=searched(segments))}


def _points(table: Table, index: Index) -> dict[str, str]:
    path = next(path for path in index.keys if type_of(table.schema, path) is FieldType.GEO_POINT)
    coordinates = coordinates_at(path)
    if coordinates is None:
        return {}
    name = _name("points", table, index)
    return {name: statements.create_index(quoted_name(name), table.name, ", ".join(coordinates), unique=False)}
