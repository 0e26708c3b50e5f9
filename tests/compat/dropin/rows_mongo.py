"""Documents as old servers, other tools and parsepy itself leave them, written straight into MongoDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bson import Binary, Int64, ObjectId
from pymongo import AsyncMongoClient

from tests.compat.dropin.made import Made, Person
from tests.compat.dropin.odd import EXPIRED, HASHES, ODD, PASSWORD, now, token

Document = dict[str, Any]


async def write_rows(uri: str, made: Made) -> tuple[dict[str, Person], dict[str, dict[str, str]]]:
    """The people and objects that were written."""
    async with AsyncMongoClient[Document](uri) as client:
        database = client.get_default_database()
        users = _users(made)
        await database["_User"].insert_many(users.values())
        sessions = [_session(made, key, user["_id"]) for key, user in users.items()]
        await database["_Session"].insert_many(sessions)
        await database["_SCHEMA"].insert_one(_old_class(made.name(ODD)))
        rows = _odd(made)
        await database[made.name(ODD)].insert_many(rows.values())
        await database["_ParsepyLog"].insert_one({"at": now(), "what": {"any": ["form"]}})
    people = {
        key: Person(
            user["_id"], user["username"], PASSWORD if "_hashed_password" in user else "", "", (token(made, key),)
        )
        for key, user in users.items()
    }
    class_name = made.name(ODD)
    pointers = {
        key: {"__type": "Pointer", "className": class_name, "objectId": str(row["_id"])} for key, row in rows.items()
    }
    return people, pointers


def _users(made: Made) -> dict[str, Document]:
    users: dict[str, Document] = {
        f"bcrypt {prefix}": {"_hashed_password": hashed, "_acl": {}} for prefix, hashed in HASHES.items()
    }
    users["linked"] = {
        "_auth_data_facebook": {"id": made.name("facebook"), "access_token": "t", "expiration_date": now()},
        "_rperm": ["*"],
    }
    users["marked"] = {
        "_hashed_password": HASHES["$2b$"],
        "_email_verify_token": "token",
        "_email_verify_token_expires_at": now(),
        "_perishable_token": made.name("perishable"),
        "_failed_login_count": 2,
        "_account_lockout_expires_at": EXPIRED,
        "_password_changed_at": EXPIRED,
        "_password_history": [HASHES["$2a$"]],
        "_tombstone": False,
        "email": f"{made.name('marked')}@example.com",
        "emailVerified": False,
    }
    users["expired"] = {"_hashed_password": HASHES["$2b$"]}
    return {
        key: {"_id": f"{made.name('u')}{number}", "username": made.name(key), **_dates(), **user}
        for number, (key, user) in enumerate(users.items())
    }


def _session(made: Made, key: str, user_id: str) -> Document:
    kinds: Mapping[str, Document] = {
        "expired": {"expiresAt": EXPIRED},
        "linked": {},
        "marked": {"expiresAt": "2099-01-01T00:00:00.000Z"},
    }
    expires = kinds.get(key, {"expiresAt": datetime(2099, 1, 1, tzinfo=UTC)})
    document = {"_id": f"{user_id}s", "_session_token": token(made, key), "_p_user": f"_User${user_id}"}
    return {**document, "createdWith": {"action": "login"}, "restricted": False, **_dates(), **expires}


def _dates() -> Document:
    return {"_created_at": EXPIRED, "_updated_at": EXPIRED}


def _old_class(name: str) -> Document:
    """A class as servers before version 3 wrote it: `map`, dates as strings, permissions of another time."""
    fields = {
        "s": "string",
        "n": "number",
        "a": "array",
        "o": "map",
        "d": "date",
        "y": "bytes",
        "g": "geopoint",
        "f": "file",
    }
    metadata = {
        "class_permissions": {"find": {"*": True}, "get": {"*": True}, "count": {"*": True}, "update": {"*": True}}
    }
    dates = {"objectId": "string", "createdAt": "string", "updatedAt": "string"}
    return {"_id": name, **dates, **fields, "p": f"*{name}", "_client_permissions": {"x": 1}, "_metadata": metadata}


def _odd(made: Made) -> dict[str, Document]:
    old = {"_created_at": EXPIRED, "_updated_at": EXPIRED}
    rows: dict[str, Document] = {
        "long numbers": {**old, "n": Int64(2**40), "o": {"n": Int64(5)}, "a": [Int64(6), 7, 8.0]},
        "whole double": {**old, "n": 2.0, "o": {"n": 3.0}},
        "old dates": {"createdAt": EXPIRED, "updatedAt": EXPIRED, "s": "old names"},
        "text dates": {
            "_created_at": "2020-01-01T00:00:00.000Z",
            "_updated_at": "2020-01-02T00:00:00.000Z",
            "d": "2020",
        },
        "ghost pointer": {**old, "_p_ghost": "Ghost$1", "s": "x"},
        "null pointer": {**old, "_p_p": None},
        "legacy acl": {**old, "_acl": {"*": {"r": True}}, "s": "public"},
        "read list only": {**old, "_rperm": ["*"]},
        "write list only": {**old, "_wperm": ["*"]},
        "read by ann": {**old, "_rperm": [made.people["ann"].id], "_wperm": []},
        "bytes as text": {**old, "y": "AAEC"},
        "bytes": {**old, "y": Binary(b"\x00\x01"), "o": {"y": Binary(b"\x02")}, "a": [Binary(b"\x03")]},
        "whole point": {**old, "g": [1, 2]},
        "dates inside": {**old, "o": {"d": EXPIRED, "l": [EXPIRED]}, "a": [EXPIRED, None, [None]]},
        "other types": {**old, "s": 5, "n": "text", "a": "none", "d": "never", "o": [1]},
        "undeclared": {**old, "extra": 1, "more": {"x": [1]}},
        "null arrays": {**old, "a": [None, 1, None], "o": {"a": [None]}},
        "empty": dict(old),
    }
    return {key: {"_id": f"{made.name('odd')}{number:02}", **row} for number, (key, row) in enumerate(rows.items())} | {
        "object id": {"_id": ObjectId(), **old, "s": "by another tool"}
    }
