"""Where the data lives: the addresses of databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parsepy.settings.kinds import Kind, read_string
from parsepy.settings.mistakes import InvalidError

DEFAULT_DATABASE = "sqlite:///./.parsepy/data.db"
Scheme = Literal["sqlite", "memory", "mongodb", "postgres"]

_SERVERS: dict[str, Literal["mongodb", "postgres"]] = {
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "postgres": "postgres",
    "postgresql": "postgres",
}
_USE = "Use sqlite:///./data.db, mongodb://host/name, postgres://host/name, or memory:// for data that end with the process"


@dataclass(frozen=True)
class Database:
    """A database. `path` is the SQLite file, relative to the current folder unless it begins with /; `uri` a server's address."""

    scheme: Scheme
    path: str = ""
    uri: str = field(default="", repr=False)


def parse_database_uri(uri: str) -> Database:
    """What the address means; raises `InvalidError`, whose texts never show the address: it may hold a password."""
    scheme, separator, rest = uri.strip().partition("://")
    match scheme.lower():
        case "memory" if separator:
            return Database("memory")
        case "sqlite" if separator:
            return Database("sqlite", _sqlite_path(rest))
        case known if separator and known in _SERVERS and rest:
            return Database(_SERVERS[known], uri=uri.strip())
    raise InvalidError("is not the address of a database", _USE)


def scheme_of(uri: str | None) -> Scheme:
    """The kind of the database at the address; without one it is SQLite."""
    return parse_database_uri(uri).scheme if uri else "sqlite"


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
