"""The tree of conditions compiled to SQL: exactly where PostgreSQL can say what MongoDB would, as a superset elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from parsepy.adapters.storage.base import InvalidQueryError
from parsepy.adapters.storage.postgres.columns import PERMISSION_COLUMNS, TEXT, TableShape, quoted
from parsepy.adapters.storage.postgres.jsonb import in_stored_order, text_argument
from parsepy.adapters.storage.postgres_conditions import compare, geo, text
from parsepy.adapters.storage.postgres_conditions.compare import Table
from parsepy.adapters.storage.postgres_conditions.condition import ALWAYS, HERE, every, negated, numbered, some
from parsepy.adapters.storage.postgres_conditions.condition import Condition as Condition
from parsepy.errors import ParseError
from parsepy.model import match
from parsepy.model.paths import Predicate
from parsepy.model.schema import ClassSchema, FieldType
from parsepy.model.where import All, And, Compare, ContainedBy, In, Nor, Or, Permits, Where, permitted_id

_NESTED = frozenset({FieldType.OBJECT, FieldType.ARRAY})


def compile_where(where: Where, schema: ClassSchema, shape: TableShape, *, first: int = 1) -> Condition:
    """The condition on the rows of a class's table; parameters are `$first`, `$first+1` ... with the values in `args`.

    If it is not exact, rows must also pass `predicate(where, schema)`. Equal shapes of queries give equal SQL. Arguments
    are texts, floats, bools and lists of them, each cast in the SQL, so no codec of the connection matters.
    Raises InvalidQueryError for malformed patterns and for texts that no row can hold.
    """
    usual = _of_one(where, shape, first)
    if usual is not None:
        return usual
    try:
        found = _compiled(Table(schema, shape), where)
    except ParseError as exc:
        raise InvalidQueryError(exc.message) from exc
    return Condition(numbered(found.sql, first), found.args, found.is_exact)


def _of_one(where: Where, shape: TableShape, first: int) -> Condition | None:
    """The condition of most calls, one id and what the caller may do, without the way through the tree."""
    object_id, permits = permitted_id(where) or ("\0", ())
    is_plain = object_id.isascii() and "\0" not in object_id
    if not is_plain or len(permits) > 1 or shape.columns.get("objectId") != TEXT:
        return None
    sql = f'"objectId" = ${first}::text'
    if not permits:
        return Condition(sql, (object_id,))
    column = PERMISSION_COLUMNS[permits[0].action]
    if column not in shape.columns:
        return None
    allowed = f"{quoted(column)} IS NULL OR {quoted(column)} && ${first + 1}::text[]"
    return Condition(f"({sql}) AND ({allowed})", (object_id, _known(permits[0].keys)))


def _known(keys: frozenset[str]) -> list[str]:
    """Those that a column can hold."""
    return [key for key in sorted(keys) if text_argument(key) is not None]


def predicate(where: Where, schema: ClassSchema) -> Predicate:
    """What decides on rows as they are read: the matcher on values whose nested keys are in the order of jsonb.

    Raises InvalidQueryError; what it returns may raise ParseError, for a pattern that takes too long.
    """
    try:
        return match.compile_where(as_stored(where, schema))
    except ParseError as exc:
        raise InvalidQueryError(exc.message) from exc


def _compiled(table: Table, where: Where) -> Condition:
    match where:
        case And(nodes):
            return every([_compiled(table, node) for node in nodes])
        case Or(nodes):
            return some([_compiled(table, node) for node in nodes])
        case Nor(nodes):
            return every([negated(_compiled(table, node)) for node in nodes])
        case Permits(action, keys):
            return _permits(table, PERMISSION_COLUMNS[action], keys)
    builder = _BUILDERS.get(type(where))
    if builder is None:
        raise ValueError(f"{type(where).__name__} was not resolved")
    return builder(table, where)


_BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {**compare.BUILDERS, **geo.BUILDERS, **text.BUILDERS}


def _permits(table: Table, column: str, keys: frozenset[str]) -> Condition:
    """Rows of tables without permissions are public."""
    if column not in table.shape.columns:
        return ALWAYS
    return Condition(f"{quoted(column)} IS NULL OR {quoted(column)} && {HERE}::text[]", (_known(keys),))


def as_stored(where: Where, schema: ClassSchema) -> Where:
    """The same conditions with the values that are compared with jsonb as jsonb gives them back."""
    match where:
        case And(nodes) | Or(nodes) | Nor(nodes):
            return replace(where, nodes=tuple(as_stored(node, schema) for node in nodes))
        case Compare(path, _, value) if _leads_to_jsonb(path, schema):
            return replace(where, value=in_stored_order(value))
        case In(path, values) | All(path, values) | ContainedBy(path, values) if _leads_to_jsonb(path, schema):
            return replace(where, values=tuple(map(in_stored_order, values)))
        case _:
            return where


def _leads_to_jsonb(path: str, schema: ClassSchema) -> bool:
    field = schema.fields.get(path.partition(".")[0])
    return field is None or field.type in _NESTED
