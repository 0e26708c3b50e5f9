"""Which classes there are, in which tables, with which schemas and indexes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from parsepy.adapters.storage.base import ClassExistsError, StorageError
from parsepy.adapters.storage.sqlite import statements
from parsepy.adapters.storage.sqlite.columns import Table, field_path, quoted_name
from parsepy.adapters.storage.sqlite.indexes import index_statements, newest_first
from parsepy.adapters.storage.sqlite.uniqueness import check_all, indexes_across_arrays
from parsepy.model.own_classes import is_own
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, Index, SchemaChange

FORMAT = 1
"""The layout of the file, in its `user_version`."""

_JOIN_PREFIX = "_Join:"
_OWN_NAMES = ("_schema", "_parsepy", "sqlite_")
_CREATE = """CREATE TABLE IF NOT EXISTS _SCHEMA (
    className TEXT PRIMARY KEY, tableName TEXT NOT NULL UNIQUE COLLATE NOCASE, schema TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class CatalogState:
    """What a connection saw: `commits` changes with every commit of another one, `digest` with the catalogue."""

    commits: int
    digest: bytes


def catalog_state(connection: sqlite3.Connection, last: CatalogState | None) -> CatalogState:
    """The state now; the catalogue is only read if anything was committed since the last look of this connection."""
    commits = int(connection.execute("PRAGMA data_version").fetchone()[0])
    if last is not None and last.commits == commits:
        return last
    digest = hashlib.blake2b()
    for row in connection.execute("SELECT className, tableName, schema FROM _SCHEMA ORDER BY rowid").fetchall():
        digest.update(repr(row).encode())
    return CatalogState(commits, digest.digest())


class Catalog:
    """The table `_SCHEMA`, with what this process knows of it.

    SQLite takes table names that differ in capitals for the same, classes are different then: the second gets another
    name. Methods take the connection of the thread they run in; those that change classes belong in a transaction, and
    after one that was undone `forget` must be called.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._fields: dict[str, str] = {}

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Make the catalogue in a new file. Raises StorageError for a file of a later version."""
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > FORMAT:
            raise StorageError(
                f"the database has format {version}; this version of parsepy knows formats up to {FORMAT}"
            )
        if version < FORMAT:
            connection.execute(_CREATE)
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    def forget(self) -> None:
        """Look everything up again."""
        self._names.clear()
        self._fields.clear()

    def table(self, connection: sqlite3.Connection, schema: ClassSchema) -> Table | None:
        """The table of a class; None if the class is not there."""
        name = self._names.get(schema.name)
        if name is None:
            found = connection.execute("SELECT tableName FROM _SCHEMA WHERE className = ?", (schema.name,)).fetchone()
            if found is None:
                return None
            name = self._names[schema.name] = found[0].decode()
        return Table(quoted_name(name), schema)

    def existing(self, connection: sqlite3.Connection, schema: ClassSchema) -> Table:
        """The table of a class. Raises StorageError if the class is not there."""
        table = self.table(connection, schema)
        if table is None:
            raise StorageError(f"there is no class {schema.name}")
        return table

    def load(self, connection: sqlite3.Connection) -> list[ClassSchema]:
        """All classes but the join classes and parsepy's own."""
        rows = connection.execute("SELECT className, schema FROM _SCHEMA ORDER BY rowid").fetchall()
        named = [(name.decode(), schema) for name, schema in rows]
        listed = [(name, schema) for name, schema in named if not (name.startswith(_JOIN_PREFIX) or is_own(name))]
        return [read_schema(name, orjson.loads(schema)) for name, schema in listed]

    def stored(self, connection: sqlite3.Connection, name: str) -> ClassSchema | None:
        """A class as the file has it."""
        found = connection.execute("SELECT schema FROM _SCHEMA WHERE className = ?", (name,)).fetchone()
        return None if found is None else read_schema(name, orjson.loads(found[0]))

    def field_of(self, connection: sqlite3.Connection, index_name: str) -> str:
        """The first path of an index, by the name that SQLite knows it by."""
        if index_name not in self._fields:
            for name, schema in connection.execute("SELECT className, schema FROM _SCHEMA").fetchall():
                self._learn(connection, read_schema(name.decode(), orjson.loads(schema)))
        return self._fields.get(index_name, index_name)

    def _learn(self, connection: sqlite3.Connection, schema: ClassSchema) -> None:
        table = self.existing(connection, schema)
        for index in schema.indexes.values():
            for name in index_statements(table, index):
                self._fields[name] = next(iter(index.keys))

    def create(self, connection: sqlite3.Connection, schema: ClassSchema) -> None:
        """Make a class with its table and indexes. Raises ClassExistsError."""
        if self.table(connection, schema) is not None:
            raise ClassExistsError(schema.name)
        name = _free_name(connection, schema.name)
        connection.execute("INSERT INTO _SCHEMA VALUES (?, ?, ?)", (schema.name, name, written_schema(schema)))
        connection.execute(statements.create_table(quoted_name(name)))
        self._names[schema.name] = name
        newest = newest_first(Table(quoted_name(name), schema))
        if newest is not None:
            connection.execute(newest)
        self._follow(connection, ClassSchema(schema.name, schema.fields), schema)

    def alter(self, connection: sqlite3.Connection, schema: ClassSchema, change: SchemaChange) -> None:
        """Change a class as it stands in the file. Raises StorageError if it is not there."""
        table = self.existing(connection, schema)
        found = connection.execute("SELECT schema FROM _SCHEMA WHERE className = ?", (schema.name,)).fetchone()
        before = read_schema(schema.name, orjson.loads(found[0]))
        after = before.applied(change)
        connection.execute("UPDATE _SCHEMA SET schema = ? WHERE className = ?", (written_schema(after), schema.name))
        for path in filter(None, map(field_path, sorted(change.drop_fields))):
            connection.execute(statements.remove_field(table.name, path))
        self._follow(connection, before, after)

    def drop(self, connection: sqlite3.Connection, schema: ClassSchema) -> None:
        """Take a class away with its rows, if it is there."""
        table = self.table(connection, schema)
        if table is None:
            return
        connection.execute(statements.drop_table(table.name))
        connection.execute("DELETE FROM _SCHEMA WHERE className = ?", (schema.name,))
        self._names.pop(schema.name, None)

    def _follow(self, connection: sqlite3.Connection, before: ClassSchema, after: ClassSchema) -> None:
        """Bring the indexes from one schema to the next; those that are the same stay."""
        old, new = self._all_statements(connection, before), self._all_statements(connection, after)
        for name in old:
            if new.get(name) != old[name]:
                connection.execute(statements.drop_index(quoted_name(name)))
        self._learn(connection, after)
        for name, statement in new.items():
            if old.get(name) != statement:
                connection.execute(statement)
        table = self.existing(connection, after)
        for index in indexes_across_arrays(table):
            if before.indexes.get(index.name) != index:
                check_all(connection, table, index)

    def _all_statements(self, connection: sqlite3.Connection, schema: ClassSchema) -> dict[str, str]:
        table = self.existing(connection, schema)
        made: dict[str, str] = {}
        for index in schema.indexes.values():
            made |= index_statements(table, index)
        return made


def _free_name(connection: sqlite3.Connection, class_name: str) -> str:
    name, number = class_name, 1
    if class_name.lower().startswith(_OWN_NAMES):
        name = f"~{class_name}"
    taken = "SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE"
    candidate = name
    while connection.execute(taken, (candidate,)).fetchone() is not None:
        number += 1
        candidate = f"{name}~{number}"
    return candidate


def written_schema(schema: ClassSchema) -> str:
    """A class as the catalogue holds it."""
    written: dict[str, Any] = {"fields": {name: field.to_json() for name, field in schema.fields.items()}}
    if schema.permissions is not None:
        written["permissions"] = schema.permissions.rules
    written["indexes"] = {name: _written_index(index) for name, index in schema.indexes.items()}
    return orjson.dumps(written).decode()


def _written_index(index: Index) -> dict[str, Any]:
    flags = {"unique": index.unique, "sparse": index.sparse, "caseInsensitive": index.case_insensitive}
    return {"keys": dict(index.keys), **{name: True for name, is_set in flags.items() if is_set}}


def read_schema(name: str, written: Mapping[str, Any]) -> ClassSchema:
    """What `written_schema` wrote."""
    permissions = written.get("permissions")
    return ClassSchema(
        name,
        {field: Field.from_json(shown) for field, shown in written["fields"].items()},
        None if permissions is None else ClassPermissions(permissions),
        {index: _read_index(index, shown) for index, shown in written["indexes"].items()},
    )


def _read_index(name: str, written: Mapping[str, Any]) -> Index:
    return Index(
        name,
        written["keys"],
        unique=written.get("unique", False),
        sparse=written.get("sparse", False),
        case_insensitive=written.get("caseInsensitive", False),
    )
