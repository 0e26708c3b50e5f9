"""The tree of conditions compiled to SQL: exactly where SQLite can say what MongoDB would, as a superset elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parsepy.adapters.storage.sqlite import compare, geo
from parsepy.adapters.storage.sqlite.columns import Table, is_indexed, type_of
from parsepy.adapters.storage.sqlite.condition import (
    ALWAYS,
    UNKNOWN,
    Condition,
    every,
    negated,
    some,
)
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.where import And, Compare, In, Nor, Or, Permits, Query, Where

_MOST_KEYS = 50
_MOST_POINTS = 32
_FEW_ROWS = 10


def compile_condition(table: Table, where: Where) -> Condition:
    """The SQL condition on the documents of a table; nodes that SQL cannot tell anything about give `UNKNOWN`."""
    match where:
        case And(nodes):
            return every([compile_condition(table, node) for node in nodes])
        case Or(nodes):
            return some([compile_condition(table, node) for node in nodes])
        case Nor(nodes):
            return negated(some([compile_condition(table, node) for node in nodes])) if nodes else ALWAYS
        case Permits(action, keys):
            return _permits(action, keys)
    builder = _BUILDERS.get(type(where))
    return builder(table, where) if builder else UNKNOWN


_BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {**compare.BUILDERS, **geo.BUILDERS}


def _permits(action: str, keys: frozenset[str]) -> Condition:
    column = "rperm" if action == "read" else "wperm"
    if len(keys) > _MOST_KEYS:
        return UNKNOWN
    marks = [permission_mark(key) for key in sorted(keys)]
    tests = "".join(f" OR instr({column}, ?)" for _ in marks)
    return Condition(f"{column} IS NULL{tests}", tuple(marks))


def permission_mark(key: str) -> str:
    """How one entry stands in the `rperm` and `wperm` columns: found there exactly if it was written there."""
    escaped = key.replace("%", "%25").replace("<", "%3C").replace(">", "%3E").replace("\0", "%00")
    return f"<{escaped}>"


def leads_to_few(schema: ClassSchema, query: Query) -> bool:
    """Whether a handful of steps answers the query: permissions aside, it asks for ids or for few rows of an index."""
    nodes = query.where.nodes if isinstance(query.where, And) else (query.where,)
    others = [node for node in nodes if not isinstance(node, Permits)]
    few = query.limit is not None and query.limit <= _FEW_ROWS and not query.order
    return bool(others) and all(_is_looked_up(schema, node, few) for node in others)


def _is_looked_up(schema: ClassSchema, node: Where, few: bool) -> bool:
    match node:
        case Compare("objectId", "$eq", str()):
            return True
        case In("objectId", values, negated=False):
            return len(values) <= _MOST_POINTS and all(isinstance(value, str) for value in values)
        case Compare(path, "$eq", str()):
            return few and type_of(schema, path) is FieldType.STRING and is_indexed(schema, path)
        case _:
            return False


def single_id(where: Where) -> str | None:
    """The one objectId that a match must have, if the condition names it and its characters are ordinary ones."""
    match where:
        case Compare("objectId", "$eq", str() as value) if value.isascii() and "\0" not in value:
            return value
        case And(nodes):
            return next((found for node in nodes if (found := single_id(node)) is not None), None)
        case _:
            return None
