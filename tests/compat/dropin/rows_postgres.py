"""Rows as the reference, other tools and parsepy itself leave them, written straight into PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson

from tests.compat.dropin.made import Made, Person
from tests.compat.dropin.odd import EXPIRED, HASHES, ODD, PASSWORD, now, token

Row = Mapping[str, Any]
JSON_COLUMNS = frozenset({"authData", "_password_history", "createdWith", "a", "o", "y"})
TYPES = {
    "s": "text",
    "n": "double precision",
    "a": "jsonb",
    "o": "jsonb",
    "d": "timestamptz",
    "y": "jsonb",
    "f": "text",
}
FIELDS = {"s": "String", "n": "Number", "a": "Array", "o": "Object", "d": "Date", "y": "Bytes", "f": "File"}


async def write_rows(uri: str, made: Made) -> tuple[dict[str, Person], dict[str, dict[str, str]]]:
    """The people and objects that were written."""
    connection = await asyncpg.connect(uri)
    try:
        users = _users(made)
        for user in users.values():
            await _insert(connection, "_User", user)
        for key, user in users.items():
            await _insert(connection, "_Session", _session(made, key, user["objectId"]))
        await _make_odd(connection, made.name(ODD))
        rows = _odd(made)
        for row in rows.values():
            await _insert(connection, made.name(ODD), row)
        await connection.execute('CREATE TABLE "_ParsepyLog" (id bigserial PRIMARY KEY, at timestamptz, what jsonb)')
    finally:
        await connection.close()
    people = {
        key: Person(
            user["objectId"], user["username"], PASSWORD if "_hashed_password" in user else "", "", (token(made, key),)
        )
        for key, user in users.items()
    }
    class_name = made.name(ODD)
    return people, {
        key: {"__type": "Pointer", "className": class_name, "objectId": row["objectId"]} for key, row in rows.items()
    }


async def _insert(connection: asyncpg.Connection[asyncpg.Record], table: str, row: Row) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    values = [orjson.dumps(value).decode() if name in JSON_COLUMNS else value for name, value in row.items()]
    await connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', *values)


def _users(made: Made) -> dict[str, Row]:
    users: dict[str, Row] = {f"bcrypt {prefix}": {"_hashed_password": hashed} for prefix, hashed in HASHES.items()}
    users["linked"] = {"authData": {"facebook": {"id": made.name("facebook"), "access_token": "t"}}, "_rperm": ["*"]}
    users["marked"] = {
        "_hashed_password": HASHES["$2b$"],
        "_email_verify_token": "token",
        "_email_verify_token_expires_at": now(),
        "_perishable_token": made.name("perishable"),
        "_failed_login_count": 2,
        "_account_lockout_expires_at": EXPIRED,
        "_password_changed_at": EXPIRED,
        "_password_history": [HASHES["$2a$"]],
        "email": f"{made.name('marked')}@example.com",
        "emailVerified": False,
    }
    users["expired"] = {"_hashed_password": HASHES["$2b$"]}
    return {
        key: {"objectId": f"{made.name('u')}{number}", "username": made.name(key), **_dates(), **user}
        for number, (key, user) in enumerate(users.items())
    }


def _session(made: Made, key: str, user_id: str) -> Row:
    expires: Mapping[str, Any] = {"expired": {"expiresAt": EXPIRED}, "linked": {}}.get(
        key, {"expiresAt": datetime(2099, 1, 1, tzinfo=UTC)}
    )
    row = {"objectId": f"{user_id}s", "sessionToken": token(made, key), "user": user_id}
    return {**row, "createdWith": {"action": "login"}, **_dates(), **expires}


def _dates() -> Row:
    return {"createdAt": EXPIRED, "updatedAt": EXPIRED}


async def _make_odd(connection: asyncpg.Connection[asyncpg.Record], name: str) -> None:
    """A class whose table has a column that its schema does not name."""
    columns = ", ".join(f'"{field}" {type_}' for field, type_ in TYPES.items())
    await connection.execute(
        f'CREATE TABLE "{name}" ("objectId" text PRIMARY KEY, "createdAt" timestamptz, "updatedAt" timestamptz, '
        f"_rperm text[], _wperm text[], {columns}, g point, p text, extra text)"
    )
    access = {"type": "Array", "contents": {"type": "String"}}
    fields = {field: {"type": type_} for field, type_ in FIELDS.items()} | {
        "objectId": {"type": "String"},
        "createdAt": {"type": "Date"},
        "updatedAt": {"type": "Date"},
        "g": {"type": "GeoPoint"},
        "p": {"type": "Pointer", "targetClass": name},
        "_rperm": access,
        "_wperm": access,
    }
    open_ = {operation: {"*": True} for operation in ("find", "get", "count", "update")}
    schema = {"className": name, "fields": fields, "classLevelPermissions": open_}
    await connection.execute('INSERT INTO "_SCHEMA" VALUES ($1, $2, true)', name, orjson.dumps(schema).decode())


def _odd(made: Made) -> dict[str, Row]:
    increment = {"__op": "Increment", "amount": 1}
    rows: dict[str, Row] = {
        "stored operations": {"o": {"k": increment, "deep": {"v": increment}}, "s": "x"},
        "null arrays": {"a": [None, 1, None, [None]], "o": {"a": [None], "n": None}},
        "json null": {"a": None, "o": None, "y": None},
        "no lists": {"a": {"no": "list"}, "o": [1, 2]},
        "scalars": {"a": 1, "o": "text"},
        "microseconds": {"d": EXPIRED + timedelta(microseconds=7)},
        "old date": {"d": datetime(1, 2, 3, tzinfo=UTC)},
        # The driver writes the earliest time of Python as minus infinity.
        "endless date": {"d": datetime.min.replace(tzinfo=UTC)},
        "no dates": {"createdAt": None, "updatedAt": None, "s": "dateless"},
        "read list only": {"_rperm": ["*"]},
        "write list only": {"_wperm": ["*"]},
        "read by ann": {"_rperm": [made.people["ann"].id], "_wperm": []},
        "bytes as text": {"y": "AAEC"},
        "bytes": {"y": {"__type": "Bytes", "base64": "AAE="}},
        "point": {"g": asyncpg.Point(-30.25, 40.5)},
        "pointer": {"p": f"{made.name('odd')}00"},
        "undeclared": {"extra": "not in the schema"},
        "dates inside": {"o": {"d": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}},
        "not a number": {"n": float("nan")},
        "empty": {},
    }
    return {
        key: {"objectId": f"{made.name('odd')}{number:02}", **_dates(), **row}
        for number, (key, row) in enumerate(rows.items())
    }
