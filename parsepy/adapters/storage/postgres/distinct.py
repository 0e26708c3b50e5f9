"""The different values of a column: PostgreSQL tells them apart where it can, the matcher's rules do elsewhere."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from contextlib import aclosing
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.postgres.columns import SEQUENCE_COLUMN, quoted
from parsepy.adapters.storage.postgres.order import distinct_column
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres.reads import Search, compiled, looked_at
from parsepy.adapters.storage.postgres_tables import values
from parsepy.adapters.storage.postgres_tables.table import Column, Table
from parsepy.model.order import identity
from parsepy.model.paths import MISSING, elements
from parsepy.model.where import Where

_AT_ONCE = 500
"""Values that are read before the loop serves others."""

_Values = dict[Hashable, Any]
"""Different values, each by what it is known by."""


async def distinct(session: Session, table: Table, path: str, where: Where) -> list[Any]:
    """The different values at a path, without null, in order of first appearance."""
    search = compiled(table, where)
    root = path.partition(".")[0]
    column = table.columns.get(root)
    is_plain = distinct_column(path, table.schema, table.shape) is not None
    if search.holds is None and column is not None and (is_plain or column.is_document):
        return await _grouped(session, search, column, path)
    different: _Values = {}
    async with aclosing(looked_at(session, search, root)) as rows:
        async for row in rows:
            _take_apart(row, path, different)
    return list(different.values())


async def _grouped(session: Session, search: Search, column: Column, path: str) -> list[Any]:
    """The values where PostgreSQL tells those of the column apart; documents are then taken apart here."""
    table, name = search.table, quoted(column.name)
    seen = next((name for name in (SEQUENCE_COLUMN, "createdAt") if name in table.shape.columns), None)
    order = f" ORDER BY min({quoted(seen)})" if seen else ""
    where = f"({search.condition.sql}) AND {name} IS NOT NULL"
    sql = f"SELECT to_json({name})::text FROM {table.name} WHERE {where} GROUP BY {name}{order}"
    found = await session.rows_at_ease(sql, search.args)
    different: _Values = {}
    for start in range(0, len(found), _AT_ONCE):
        text = f"[{','.join(value for (value,) in found[start : start + _AT_ONCE])}]"
        if column.is_document:
            for document in _documents(column, text):
                _take_apart({column.name: document}, path, different)
        else:
            _note(column, text, different)
        await asyncio.sleep(0)
    return list(different.values())


def _documents(column: Column, text: str) -> list[Any]:
    listed = orjson.loads(text)
    found = listed if column.read is None else values.list_reader(column.read)(listed)
    return list(map(values.sane, found)) if values.may_be_odd(text) else found


def _note(column: Column, text: str, different: _Values) -> None:
    """Note the plain values of a list in JSON; cut to Parse's form, two of them may be the same."""
    if column.read not in values.DATE_READERS:
        listed = orjson.loads(text)
        for value in listed if column.read is None else values.list_reader(column.read)(listed):
            if value is not None:
                different.setdefault(value if type(value) is str else identity(value), value)
        return
    for moment in values.list_reader(values.read_iso)(orjson.loads(values.in_parse_zone(text))):
        if moment is not None:
            different.setdefault(moment, {"__type": "Date", "iso": moment})


def _take_apart(row: Object, path: str, different: _Values) -> None:
    for value in elements(row, path):
        if value is not None and value is not MISSING:
            different.setdefault(identity(value), value)
