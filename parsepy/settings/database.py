"""Where the data lives: the addresses of databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parsepy.settings.kinds import Kind, read_string
from parsepy.settings.mistakes import InvalidError

_LATER = {
    "mongodb": "MongoDB",
    "mongodb+srv": "MongoDB",
    "postgres": "PostgreSQL",
    "postgresql": "PostgreSQL",
}
_USE = "Use sqlite:///./data.db, or memory:// for data that end with the process"


@dataclass(frozen=True)
class Database:
    """A database this version opens. `path` is the SQLite file, relative to the current folder unless it begins with /."""

    scheme: Literal["sqlite", "memory"]
    path: str = ""


def parse_database_uri(uri: str) -> Database:
    """What the address means; raises `InvalidError`, whose texts never show the address: it may hold a password."""
    scheme, separator, rest = uri.strip().partition("://")
    match scheme.lower():
        case "memory" if separator:
            return Database("memory")
        case "sqlite" if separator:
            return Database("sqlite", _sqlite_path(rest))
        case known if separator and known in _LATER:
            raise InvalidError(f"names a {_LATER[known]} database, which this version cannot open yet", _USE)
    raise InvalidError("is not the address of a database", _USE)


def _sqlite_path(rest: str) -> str:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path.strip("/") or "?" in path:
        raise InvalidError(
            "is not the address of an SQLite file",
            "Write three slashes before a relative path and four before an absolute one, as in sqlite:///./data.db",
        )
    return path


def _read_uri(value: object) -> str:
    uri = read_string(value).strip()
    parse_database_uri(uri)
    return uri


DATABASE_URI = Kind("database URI", _read_uri)
