"""Writing on one session: each call is one statement, or a short transaction where the row must be seen first."""

# ruff: noqa: S608 - names are quoted, values are parameters

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import orjson

from parsepy.adapters.storage.base import InvalidValueError, Object, StorageUnavailableError
from parsepy.adapters.storage.postgres.columns import NULLS_COLUMN, quoted
from parsepy.adapters.storage.postgres.jsonb import in_stored_order
from parsepy.adapters.storage.postgres.pool import Session
from parsepy.adapters.storage.postgres.reads import Search, compiled, creation_order, matching
from parsepy.adapters.storage.postgres.updates import NotOneStatementError, assigned
from parsepy.adapters.storage.postgres_tables.catalog import Catalog
from parsepy.adapters.storage.postgres_tables.changes import lock, make_room
from parsepy.adapters.storage.postgres_tables.table import PERMISSIONS, Table
from parsepy.adapters.storage.postgres_tables.values import argument, parameter_type, write_acl
from parsepy.model import apply_ops
from parsepy.model.ops import Add, AddUnique, Op, Ops, Remove, Set, Unset
from parsepy.model.where import And, Compare, Where

MOST_TRIES = 20
"""How often a row that others keep changing is looked for again."""


class MissingColumnsError(Exception):
    """The table must be given columns first; `names` are the fields."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.names = names


def written_rows(table: Table, rows: Sequence[Object]) -> list[dict[str, Any]]:
    """The rows of new objects, by column. Raises MissingColumnsError, InvalidValueError."""
    written = [table.written(row) for row in rows]
    has_nulls = table.shape.has_nulls
    wanted = {name for row in rows for name, value in row.items() if value is not None and name not in table.columns}
    missing = table.missing_columns(wanted)
    if not has_nulls and any(NULLS_COLUMN in row for row in written):
        missing.append(NULLS_COLUMN)
    if missing:
        raise MissingColumnsError(missing)
    for row in written:
        if not all(isinstance(row.get(name), str) for name in table.key):
            raise InvalidValueError("an object needs an objectId")
    return written


async def insert(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """New rows, all or none, in one statement whatever their number."""
    try:
        text = orjson.dumps(rows).decode()
    except TypeError as exc:
        raise InvalidValueError("a value cannot be stored") from exc
    await session.rows(insert_statement(table), [text])


def insert_statement(table: Table) -> str:
    """One text for every insert into a table: the rows come as JSON."""
    others = [name for name in (*PERMISSIONS, NULLS_COLUMN) if name in table.shape.columns]
    names = [*table.columns, *others]
    types = ", ".join(f"{quoted(name)} {table.shape.columns[name]}" for name in names)
    listed = ", ".join(map(quoted, names))
    return f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM json_to_recordset($1::text::json) AS new({types})"


async def update(session: Session, table: Table, where: Where, ops: Ops) -> Object | None:
    """Change the oldest match; how it is then, or None. Raises MissingColumnsError, InvalidValueError."""
    _check_columns(table, ops)
    try:
        statement = _one_statement(table, where, ops)
    except NotOneStatementError:
        return await _update_seen(session, table, where, ops)
    sql, args, is_guarded = statement
    found = await session.rows(sql, args)
    if found:
        return table.reading.one(found[0][0])
    return await _update_seen(session, table, where, ops) if is_guarded else None


def _check_columns(table: Table, ops: Ops) -> None:
    # A null has no type and gives a class no column: the list of nulls holds it.
    typed = (path for path, op in ops.items() if not isinstance(op, Unset) and ("." in path or op != Set(None)))
    roots = {path.partition(".")[0] for path in typed}
    missing = table.missing_columns(roots)
    if not table.shape.has_nulls and any(isinstance(op, Set) and op.value is None for op in ops.values()):
        missing.append(NULLS_COLUMN)
    if missing:
        raise MissingColumnsError(missing)


def _one_statement(table: Table, where: Where, ops: Ops) -> tuple[str, list[Any], bool]:
    """An update as one statement, and whether it may find nothing though there is a match."""
    if not table.key:
        raise NotOneStatementError
    made = assigned(table, ops)
    setting = made.sql
    search = compiled(table, where, first=len(made.args) + 1)
    if search.holds is not None:
        raise NotOneStatementError
    chosen = search.condition.sql if names_one(where) else _oldest(table, search)
    guards = "".join(f" AND {guard}" for guard in made.guards)
    sql = f"UPDATE {table.name} SET {setting} WHERE ({chosen}){guards} RETURNING {table.reading.row}"
    return sql, [*made.args, *search.args], bool(made.guards)


def names_one(where: Where) -> bool:
    """Whether at most one row can match: the condition asks for an id."""
    match where:
        case Compare("objectId", "$eq", str()):
            return True
        case And(nodes):
            return any(names_one(node) for node in nodes)
        case _:
            return False


def _oldest(table: Table, search: Search) -> str:
    """The key of the oldest match, locked: who waited for the lock judges the row anew."""
    key = ", ".join(map(quoted, table.key))
    condition = search.condition.sql
    chosen = f"SELECT {key} FROM {table.name} WHERE {condition}{creation_order(table)} LIMIT 1 FOR UPDATE"
    return f"({key}) = ({chosen})"


async def _update_seen(session: Session, table: Table, where: Where, ops: Ops) -> Object | None:
    """The update of a row that is locked, read, changed here and written back."""
    async with session.connection.transaction():
        found = await _locked(session, table, where)
        if found is None:
            return None
        place, row = found
        apply_ops.apply(row, {path: _in_stored_order(op) for path, op in ops.items()})
        roots = {path.partition(".")[0] for path in ops}
        return await _replace(session, table, place, {name: row.get(name, _GONE) for name in roots})


_GONE = object()


def _in_stored_order(op: Op) -> Op:
    match op:
        case Set(value):
            return Set(in_stored_order(value))
        case Add(objects) | AddUnique(objects) | Remove(objects):
            return type(op)(tuple(map(in_stored_order, objects)))
        case _:
            return op


async def _locked(session: Session, table: Table, where: Where) -> tuple[str, Object] | None:
    """The oldest match, locked, and its place in the table; a transaction is under way."""
    for _ in range(MOST_TRIES):
        async with aclosing(matching(session, table, where)) as rows:
            first = await anext(rows, None)
        if first is None:
            return None
        search = compiled(table, where)
        own, args = _by_key(table, first, len(search.args) + 1)
        row_sql = table.reading.row
        sql = f"SELECT ctid::text, {row_sql} FROM {table.name} WHERE ({search.condition.sql}) AND {own} FOR UPDATE"
        for place, text in await session.rows(sql, [*search.args, *args]):
            row = table.reading.one(text)
            if search.holds is None or search.holds(row):
                return place, row
    raise StorageUnavailableError("others keep changing the row")


def _by_key(table: Table, row: Object, first: int) -> tuple[str, list[Any]]:
    names = table.key or tuple(name for name in table.columns if isinstance(row.get(name), str))
    tests = [f"{quoted(name)} = ${first + at}::text" for at, name in enumerate(names)]
    return " AND ".join(tests) or "TRUE", [row[name] for name in names]


async def _replace(session: Session, table: Table, place: str, fields: dict[str, Any]) -> Object:
    """Write the fields of a locked row; how it is then."""
    args: list[Any] = []
    settings: list[str] = []

    def bind(name: str, type_: str, value: Any) -> None:
        args.append(argument(type_, value))
        settings.append(f"{quoted(name)} = ${len(args)}{parameter_type(type_)}")

    for name, value in fields.items():
        if name == "ACL":
            lists = write_acl(value) if isinstance(value, dict) else (None, None)
            for column, entities in zip(PERMISSIONS, lists, strict=True):
                bind(column, table.shape.columns[column], entities)
        elif name in table.columns and (value is None or value is _GONE):
            settings.append(f"{quoted(name)} = NULL")
        elif name in table.columns:
            bind(name, table.columns[name].type, table.cast(name, value))
    if table.shape.has_nulls:
        args += [sorted(fields), sorted(name for name, value in fields.items() if value is None)]
        kept = f"ARRAY(SELECT unnest({NULLS_COLUMN}) EXCEPT SELECT unnest(${len(args) - 1}::text[]))"
        settings.append(f"{NULLS_COLUMN} = NULLIF({kept} || ${len(args)}::text[], '{{}}')")
    args.append(place)
    setting = ", ".join(settings) or f"{quoted(next(iter(table.columns)))} = {quoted(next(iter(table.columns)))}"
    sql = f"UPDATE {table.name} SET {setting} WHERE ctid = ${len(args)}::text::tid RETURNING {table.reading.row}"
    return table.reading.one((await session.rows(sql, args))[0][0])


async def delete(session: Session, table: Table, where: Where) -> int:
    """Delete every match; how many there were."""
    search = compiled(table, where)
    if search.holds is None:
        return await session.changed(f"DELETE FROM {table.name} WHERE {search.condition.sql}", search.args)
    async with session.connection.transaction():
        deleted = 0
        async with aclosing(matching(session, table, where)) as rows:
            found = [row async for row in rows]
        for row in found:
            own, args = _by_key(table, row, len(search.args) + 1)
            sql = f"SELECT {table.reading.row} FROM {table.name} WHERE ({search.condition.sql}) AND {own} FOR UPDATE"
            texts = await session.rows(sql, [*search.args, *args])
            if texts and search.holds(table.reading.one(texts[0][0])):
                own, args = _by_key(table, row, 1)
                deleted += await session.changed(f"DELETE FROM {table.name} WHERE {own}", args)
        return deleted


async def widen(session: Session, catalog: Catalog, table: Table, names: Sequence[str]) -> None:
    """Give the table the columns that it lacks, in a transaction of their own."""
    async with session.connection.transaction():
        await lock(session)
        await make_room(session, catalog, table.schema, names)
