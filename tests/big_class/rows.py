"""A class with many columns and as many rows as are wanted: the same rows every time, and on every store."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from parsepy.adapters.storage.base import Storage
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.adapters.storage.sqlite.storage import SqliteStorage
from parsepy.model.schema import ClassSchema, Field, FieldType, Index
from parsepy.model.system_classes import default_fields

CLASS = "Order"
AT_ONCE = 1_000
"""Rows of one insert."""

_COLUMNS = {
    FieldType.STRING: 20,
    FieldType.NUMBER: 18,
    FieldType.BOOLEAN: 5,
    FieldType.DATE: 5,
    FieldType.POINTER: 3,
    FieldType.ARRAY: 2,
    FieldType.OBJECT: 2,
    FieldType.GEO_POINT: 1,
    FieldType.FILE: 1,
}
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty")
_CLERKS = 1_000
_MISSING = 20
"""One of so many values is missing."""


def _fields() -> dict[str, Field]:
    """Three columns that every class has, and 57 by their types: `string0` ... `file0`."""
    named = {f"{type_[0].lower()}{type_[1:]}{n}": type_ for type_, count in _COLUMNS.items() for n in range(count)}
    own = {name: Field(type_, "Clerk" if type_ is FieldType.POINTER else None) for name, type_ in named.items()}
    return {**default_fields(CLASS), **own}


_INDEXED = ("number0", "string0", "string1", "date0", "pointer0", "boolean0")
SCHEMA = ClassSchema(CLASS, _fields(), indexes={f"{name}_1": Index(f"{name}_1", {name: 1}) for name in _INDEXED})
"""`number0` and `string0` differ in every row, `string1` has ten values; these and some others have an index."""


def object_id(n: int) -> str:
    """The id of the row with a number."""
    return f"row{n:07}"


def rows(count: int) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their creation, in lots."""
    chance = random.Random(7)
    for start in range(0, count, AT_ONCE):
        yield [_row(chance, n) for n in range(start, min(start + AT_ONCE, count))]


def _row(chance: random.Random, n: int) -> dict[str, Any]:
    # Several are made in the same millisecond, as imports do.
    made = _date(timedelta(milliseconds=n // 5))
    row: dict[str, Any] = {"objectId": object_id(n), "createdAt": made, "updatedAt": made}
    for name, field in SCHEMA.fields.items():
        if name not in row and name != "ACL" and (name in _INDEXED or chance.random() * _MISSING >= 1):
            row[name] = _value(chance, field.type)
    return row | {"number0": chance.randrange(10**9), "string0": f"{chance.choice(_WORDS)} {n:07}"}


def _date(after: timedelta) -> str:
    return (_BEGIN + after).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(chance: random.Random, type_: FieldType) -> Any:
    match type_:
        case FieldType.STRING:
            return chance.choice(_WORDS)
        case FieldType.NUMBER:
            return chance.randrange(100_000) / 4
        case FieldType.BOOLEAN:
            return chance.random() < 0.5
        case FieldType.DATE:
            return {"__type": "Date", "iso": _date(timedelta(seconds=chance.randrange(10**7)))}
        case FieldType.POINTER:
            return {"__type": "Pointer", "className": "Clerk", "objectId": f"clerk{chance.randrange(_CLERKS):05}"}
        case FieldType.ARRAY:
            return [chance.choice(_WORDS), chance.choice(_WORDS)]
        case FieldType.OBJECT:
            return {"size": chance.randrange(100), "colour": chance.choice(_WORDS)}
        case FieldType.GEO_POINT:
            return {
                "__type": "GeoPoint",
                "latitude": chance.randrange(-80, 80),
                "longitude": chance.randrange(-170, 170),
            }
        case _:
            return {"__type": "File", "name": f"{chance.randrange(10**6)}.png"}


async def fill(storage: Storage, count: int) -> None:
    """Make the class with its rows."""
    await storage.create_class(SCHEMA)
    for lot in rows(count):
        await storage.insert(SCHEMA, lot)


@asynccontextmanager
async def opened(uri: str) -> AsyncIterator[Storage]:
    """The store behind an address, without a server."""
    is_file = uri.startswith("sqlite")
    storage = SqliteStorage(Path(uri.removeprefix("sqlite:///"))) if is_file else PostgresStorage(uri)
    await storage.open()
    try:
        yield storage
    finally:
        await storage.close()
