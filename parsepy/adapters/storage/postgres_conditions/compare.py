"""Comparisons, lists, existence, patterns and whole arrays as SQL: what each asks of the place that its path leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.adapters.storage.postgres.columns import Column, Kind, TableShape, column_of
from parsepy.adapters.storage.postgres_conditions.condition import ALWAYS, NEVER, Condition, every, negated, some
from parsepy.adapters.storage.postgres_conditions.documents import document
from parsepy.adapters.storage.postgres_conditions.patterns import found_by_lower_case, found_by_start, text_test
from parsepy.adapters.storage.postgres_conditions.places import Nowhere, Opaque, Permissions, Place
from parsepy.adapters.storage.postgres_conditions.scalars import Scalar, Shape, plain
from parsepy.model.names import is_auth_data_id
from parsepy.model.schema import ClassSchema
from parsepy.model.where import All, Compare, ContainedBy, Exists, In, Regex

_OPERATORS = {"$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}


@dataclass(frozen=True, slots=True)
class Table:
    """A class and the table that it has."""

    schema: ClassSchema
    shape: TableShape

    def column(self, name: str) -> Column | None:
        """See `column_of`."""
        return column_of(name, self.schema, self.shape)


def place_of(table: Table, path: str) -> Place:
    """What a path leads to."""
    root, *segments = path.split(".")
    if root == "ACL":
        return Opaque()
    column = table.column(root)
    if column is None:
        return Nowhere()
    match column.kind:
        case Kind.OBJECT | Kind.ARRAY:
            return document(column, table.shape, tuple(segments))
        case Kind.UNKNOWN:
            return Opaque()
        case Kind.PERMISSIONS:
            return Opaque() if segments else Permissions(column)
        case _ if segments:
            return Nowhere()
        case Kind.POINT | Kind.POLYGON:
            return Shape(column, table.shape)
        case _:
            return Scalar(column, table.shape)


def _compare(table: Table, node: Compare) -> Condition:
    match node.op:
        case "$eq":
            return _equals(table, node.path, node.value)
        case "$ne":
            return negated(_equals(table, node.path, node.value))
        case "$lte" | "$gte" if node.value is None:
            return place_of(table, node.path).is_null()
        case _ if node.value is None:
            return NEVER
        case _:
            return place_of(table, node.path).relates(_OPERATORS[node.op], node.value)


def _equals(table: Table, path: str, value: Any) -> Condition:
    place = place_of(table, path)
    if value is None:
        return place.is_null()
    found = place.equals(value)
    return every([_provider_id(table, path, value), found]) if is_auth_data_id(path) else found


def _provider_id(table: Table, path: str, value: Any) -> Condition:
    """The unique index on the ids that users have at a provider leads to the row; those ids are texts."""
    root, provider, name = path.split(".")
    column = table.column(root)
    if column is None or column.kind is not Kind.OBJECT or not isinstance(value, str):
        return ALWAYS
    return _found_by_text(f"({column.sql} -> '{provider}' ->> '{name}')", value)


def _found_by_text(sql: str, value: str) -> Condition:
    found = plain(Column("", Kind.TEXT, sql), value)
    return NEVER if found is None else Condition(f"{sql} = \0::text", (found,))


def _in(table: Table, node: In) -> Condition:
    place = place_of(table, node.path)
    others = [value for value in node.values if value is not None]
    found = [place.among(others)] if others else []
    if len(others) < len(node.values):
        found.append(place.is_null())
    return negated(some(found)) if node.negated else some(found)


def _exists(table: Table, node: Exists) -> Condition:
    found = place_of(table, node.path).exists()
    return found if node.expected else negated(found)


def _regex(table: Table, node: Regex) -> Condition:
    found = place_of(table, node.path).matches(text_test(node), is_column="." not in node.path)
    column = table.column(node.path)
    if column is None or column.kind is not Kind.TEXT:
        return found
    indexed = found_by_lower_case(node, column.sql) if _folds(table.schema, node.path) else ALWAYS
    ranged = found_by_start(node, column.sql) if table.shape.is_binary else ALWAYS
    return every([indexed, ranged, found])


def _folds(schema: ClassSchema, path: str) -> bool:
    """Whether an index on the column knows no capitals."""
    return any(index.case_insensitive and next(iter(index.keys), None) == path for index in schema.indexes.values())


def _all(table: Table, node: All) -> Condition:
    if not node.values:
        return NEVER
    place = place_of(table, node.path)
    patterns = [value for value in node.values if isinstance(value, Regex)]
    values = [value for value in node.values if value is not None and not isinstance(value, Regex)]
    found = [place.matches(text_test(pattern), is_column=False) for pattern in patterns]
    found += [place.is_null()] if any(value is None for value in node.values) else []
    return every([*found, place.holds_all(values)] if values else found)


def _contained_by(table: Table, node: ContainedBy) -> Condition:
    return place_of(table, node.path).contained_by(node.values)


BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {
    Compare: _compare,
    In: _in,
    Exists: _exists,
    Regex: _regex,
    All: _all,
    ContainedBy: _contained_by,
}
