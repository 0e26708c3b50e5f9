"""Connections to the database file: how they are set up, and what their errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from parsepy.adapters.storage.base import DuplicateValueError, StorageUnavailableError
from parsepy.model.order import folded

OLDEST_SQLITE = (3, 38, 0)
"""The first version with the `->` operator."""

BUSY_SECONDS = 5.0
"""How long a write waits for another process that holds the file's lock."""

_CACHE_KIBIBYTES = 4_000
_PAGES_BETWEEN_CHECKPOINTS = 4_000
_LARGEST_IDLE_LOG = 64 * 2**20
_STATEMENTS = 512


def create_file(path: Path) -> None:
    """Make the database file so that only its owner can read it; SQLite gives its log the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as exc:
        raise StorageUnavailableError(f"cannot open the database: {exc.strerror}") from exc


def connect(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may use, one at a time. Texts come as bytes."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageUnavailableError(f"SQLite {'.'.join(map(str, OLDEST_SQLITE))} or later is needed")
    connection = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
    )
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.text_factory = bytes
    connection.create_function("parsepy_fold", 1, folded, deterministic=True)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
    connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_IDLE_LOG}")


@contextmanager
def translated(field_of: Callable[[str], str]) -> Iterator[None]:
    """SQLite's errors as the port's. `field_of` tells the first path of a unique index by the index's name."""
    try:
        yield
    except sqlite3.Error as exc:
        raise translation(exc, field_of) from exc


def translation(error: sqlite3.Error, field_of: Callable[[str], str]) -> Exception:
    """What an error of SQLite means to callers of the store."""
    if isinstance(error, sqlite3.IntegrityError):
        return DuplicateValueError(_refused_field(str(error), field_of))
    return StorageUnavailableError(f"the database cannot do this now: {error}")


def _refused_field(message: str, field_of: Callable[[str], str]) -> str:
    """`UNIQUE constraint failed: index 'NAME'`, or `...: TABLE.id`."""
    _, found, rest = message.partition(": index '")
    return field_of(rest.removesuffix("'").replace("''", "'")) if found else "objectId"


def is_missing_table(error: sqlite3.Error) -> bool:
    """Whether another process dropped the class since its table was looked up."""
    return "no such table" in str(error)


def is_interrupted(error: sqlite3.Error) -> bool:
    """Whether the statement was ended because it took too long."""
    return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT if hasattr(error, "sqlite_errorcode") else False
