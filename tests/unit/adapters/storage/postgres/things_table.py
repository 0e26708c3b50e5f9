"""A table of things in Parse Server's format on a connection of its own, without the store: to try conditions on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import asyncpg
import orjson

from parsepy.adapters.storage.base import Object
from parsepy.adapters.storage.postgres.columns import NULLS_COLUMN, SEQUENCE_COLUMN, TableShape, column_type, quoted
from parsepy.adapters.storage.postgres.jsonb import in_stored_order
from parsepy.adapters.storage.postgres_conditions.condition import Condition
from parsepy.model.acl import reads, writes
from parsepy.model.schema import FieldType

from ..conftest import THINGS

_PLAIN = {name: type_ for name, field in THINGS.fields.items() if (type_ := column_type(field)) is not None}
COLUMNS: Mapping[str, str] = {
    **_PLAIN,
    "_rperm": "text[]",
    "_wperm": "text[]",
    NULLS_COLUMN: "text[]",
    SEQUENCE_COLUMN: "bigint",
}
SHAPE = TableShape(COLUMNS, has_nulls=True)
_CASTS = {"timestamp with time zone": "text::timestamptz", "jsonb": "text::jsonb", "point": "text::point"}
_CASTS["polygon"] = "text::polygon"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def create_things(connection: Connection) -> None:
    """Make the table; its rows go with the transaction that wrote them."""
    columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in COLUMNS.items())
    await connection.execute(f'CREATE TEMP TABLE "Thing" ({columns}) ON COMMIT DELETE ROWS')


async def write_things(connection: Connection, rows: Sequence[Object]) -> None:
    """Store the rows in the order given."""
    values = [f"${at}::{_CASTS.get(type_, type_)}" for at, type_ in enumerate(COLUMNS.values(), 1)]
    statement = f'INSERT INTO "Thing" VALUES ({", ".join(values)})'
    await connection.executemany(statement, [_arguments(row, at) for at, row in enumerate(rows)])


def as_read(row: Object) -> Object:
    """The object as it comes back: jsonb has sorted the keys of nested objects."""
    types = {name: field.type for name, field in THINGS.fields.items()}
    nested = {FieldType.OBJECT, FieldType.ARRAY}
    return {name: in_stored_order(value) if types[name] in nested else value for name, value in row.items()}


async def found(connection: Connection, condition: Condition, order: str = SEQUENCE_COLUMN, *args: Any) -> list[str]:
    """Ids of the rows that the condition holds for."""
    statement = f'SELECT "objectId" FROM "Thing" WHERE {condition.sql} ORDER BY {order}'
    return [row[0] for row in await connection.fetch(statement, *condition.args, *args)]


def _arguments(row: Object, number: int) -> list[Any]:
    acl = row.get("ACL")
    granted = {"_rperm": reads(acl), "_wperm": writes(acl)}
    special: dict[str, Any] = {name: None if keys is None else sorted(keys) for name, keys in granted.items()}
    special[SEQUENCE_COLUMN] = number
    special[NULLS_COLUMN] = [name for name, value in row.items() if value is None] or None
    return [special[name] if name in special else _argument(row.get(name), COLUMNS[name]) for name in COLUMNS]


def _argument(value: Any, type_: str) -> Any:
    match value:
        case None:
            return None
        case _ if type_ == "jsonb":
            return orjson.dumps(value).decode()
        case {"__type": "Date"}:
            return value["iso"]
        case {"__type": "Pointer"}:
            return value["objectId"]
        case {"__type": "File"}:
            return value["name"]
        case {"__type": "GeoPoint"}:
            return f"({value['longitude']!r},{value['latitude']!r})"
        case {"__type": "Polygon"}:
            return "(" + ",".join(f"({longitude!r},{latitude!r})" for latitude, longitude in value["coordinates"]) + ")"
        case _:
            return value
