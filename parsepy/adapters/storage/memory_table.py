"""One class in memory: its rows in the order of their creation, and its unique indexes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any

from parsepy.adapters.storage.base import DuplicateValueError, Object
from parsepy.model.order import folded, identity
from parsepy.model.paths import MISSING, elements
from parsepy.model.schema import ClassSchema, Index, SchemaChange

Key = tuple[Hashable, ...]


class UniqueIndex:
    """Which object holds which value.

    An array holds all its elements. Null and nothing are the same value; `sparse` leaves out objects that have it at
    every path of the index.
    """

    def __init__(self, index: Index, owners: Mapping[Key, str] | None = None) -> None:
        self._index = index
        self._owners = dict(owners or {})

    def copy(self) -> UniqueIndex:
        """The same entries, to be changed on their own."""
        return UniqueIndex(self._index, self._owners)

    def replace(self, object_id: str, before: Object | None, after: Object | None) -> None:
        """Follow a change of one object. Raises DuplicateValueError and changes nothing if another holds its value."""
        wanted = self._keys(after)
        if any(self._owners.get(key, object_id) != object_id for key in wanted):
            raise DuplicateValueError(next(iter(self._index.keys)))
        for key in self._keys(before):
            del self._owners[key]
        self._owners.update(dict.fromkeys(wanted, object_id))

    def _keys(self, row: Object | None) -> set[Key]:
        if row is None:
            return set()
        columns = [self._entries(row, path) for path in self._index.keys]
        empty = (identity(None),) * len(columns)
        return {key for key in product(*columns) if not (self._index.sparse and key == empty)}

    def _entries(self, row: Object, path: str) -> set[Hashable]:
        return {self._entry(value) for value in elements(row, path)} or {identity(None)}

    def _entry(self, value: Any) -> Hashable:
        if value is MISSING:
            return identity(None)
        return identity(folded(value) if self._index.case_insensitive else value)


class Table:
    """The rows by objectId. A stored row is never changed in place, so that copies of a table share them."""

    def __init__(self, schema: ClassSchema) -> None:
        self.schema = schema
        self.rows: dict[str, Object] = {}
        self._unique: dict[str, UniqueIndex] = {}
        self._index(schema.indexes)

    def copy(self) -> Table:
        """The same rows, to be changed on their own."""
        table = Table(self.schema)
        table.rows = dict(self.rows)
        table._unique = {name: index.copy() for name, index in self._unique.items()}
        return table

    def put(self, row: Object) -> None:
        """Store a row, in place of the one with its objectId if there is one. Raises DuplicateValueError."""
        object_id = row["objectId"]
        self._follow(object_id, self.rows.get(object_id), row)
        self.rows[object_id] = row

    def remove(self, object_id: str) -> None:
        """Drop a row."""
        self._follow(object_id, self.rows.pop(object_id), None)

    def _follow(self, object_id: str, before: Object | None, after: Object | None) -> None:
        followed: list[UniqueIndex] = []
        try:
            for index in self._unique.values():
                index.replace(object_id, before, after)
                followed.append(index)
        except DuplicateValueError:
            for index in followed:
                index.replace(object_id, after, before)
            raise

    def altered(self, change: SchemaChange) -> Table:
        """This table after a change. Raises DuplicateValueError if a new unique index does not fit the rows."""
        table = Table(self.schema.applied(change))
        for row in self.rows.values():
            table.put({name: value for name, value in row.items() if name not in change.drop_fields})
        return table

    def _index(self, indexes: Mapping[str, Index]) -> None:
        self._unique = {name: UniqueIndex(index) for name, index in indexes.items() if index.unique}
