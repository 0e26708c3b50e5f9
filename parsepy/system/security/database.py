"""The checks of how the database is reached, by its address."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from parsepy.settings import Settings, parse_database_uri
from parsepy.settings.database import DEFAULT_DATABASE, Database
from parsepy.system.security.checks import Check, Group, State, is_strong, setting

NAME = "Database"
_ENCRYPTED_MODES = frozenset({"require", "verify-ca", "verify-full"})
_WITHOUT_PASSWORD = frozenset({"MONGODB-X509", "MONGODB-AWS", "MONGODB-OIDC", "GSSAPI"})
_OTHERS_REACH = stat.S_IXGRP | stat.S_IXOTH
_OTHERS_USE = stat.S_IRWXG | stat.S_IRWXO


def group(settings: Settings) -> Group:
    """Those that have a meaning for the kind of database; none for data that end with the process."""
    database = parse_database_uri(settings.database_uri or DEFAULT_DATABASE)
    match database:
        case Database(scheme="mongodb" | "postgres"):
            return Group(NAME, tuple(_of_server(settings, database)))
        case Database(scheme="sqlite"):
            return Group(NAME, (_of_file(Path(database.path)),))
        case _:
            return Group(NAME, ())


def _of_server(settings: Settings, database: Database) -> Iterator[Check]:
    parts = urlsplit(database.uri)
    query = dict(parse_qsl(parts.query))
    user, _, hosts = parts.netloc.rpartition("@")
    password = unquote(user.partition(":")[2])
    mechanism = query.get("authMechanism") or settings.database_options.auth_mechanism
    yield setting(
        "Secure database password",
        "The database has no password, or one that is short or simple and can be guessed.",
        "Choose a password of 14 or more characters that mixes capitals, small letters, digits and others.",
        is_safe=is_strong(password) or (database.scheme == "mongodb" and mechanism in _WITHOUT_PASSWORD),
    )
    if not all(_is_here(host) for host in hosts.split(",")):
        yield setting(
            "Encrypted database connection",
            "The way to the database is not encrypted: whoever is on it can read and change the data.",
            "Add 'tls=true' (MongoDB) or 'sslmode=verify-full' (PostgreSQL) to 'databaseURI'.",
            is_safe=_is_encrypted(settings, database, query),
        )


def _is_here(host: str) -> bool:
    """Whether what is sent there stays on this machine: to itself, or to a socket of the file system."""
    name = host.rpartition(":")[0] or host if not host.endswith("]") else host
    bare = name.strip("[]").lower()
    if not bare or bare == "localhost" or bare.startswith(("%2f", "/")):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def _is_encrypted(settings: Settings, database: Database, query: dict[str, str]) -> bool:
    asked = (query.get("tls") or query.get("ssl") or "").lower()
    if database.scheme == "postgres":
        return query.get("sslmode") in _ENCRYPTED_MODES or (asked == "true" and "sslmode" not in query)
    options = settings.database_options
    if asked or options.tls is not None or options.ssl is not None:
        return asked == "true" or bool(options.tls or options.ssl)
    return database.uri.lower().startswith("mongodb+srv:")


def _of_file(path: Path) -> Check:
    async def state() -> State:
        return await asyncio.to_thread(_state_of_file, path)

    return Check(
        "Database file closed to other users",
        "Other users of this machine can read or change the file with all data.",
        f"Take their rights to it: chmod 600 {path.name}, or chmod 700 for its folder.",
        state,
    )


def _state_of_file(path: Path) -> State:
    try:
        is_open = path.stat().st_mode & _OTHERS_USE and path.absolute().parent.stat().st_mode & _OTHERS_REACH
    except OSError:
        return State.NONE
    return State.FAIL if is_open else State.SUCCESS
