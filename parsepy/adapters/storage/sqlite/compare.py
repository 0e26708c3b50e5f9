"""Comparisons, lists, existence, patterns and whole arrays as SQL conditions on typed columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsepy.adapters.storage.sqlite import loose, patterns
from parsepy.adapters.storage.sqlite.columns import (
    Column,
    Kind,
    Table,
    column_of,
    is_indexed,
    segments_of,
    shown_at,
    type_at,
    type_of,
)
from parsepy.adapters.storage.sqlite.condition import ALWAYS, NEVER, UNKNOWN, Condition, every, json_text, negated, some
from parsepy.adapters.storage.sqlite.statements import has_element
from parsepy.model.schema import FieldType
from parsepy.model.where import All, Compare, ContainedBy, Exists, In, Regex, Text

_OPERATORS = {"$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}
_LARGEST_INTEGER = 2**63 - 1
_PARTS = {Kind.DATE: ("Date", "iso"), Kind.POINTER: ("Pointer", "objectId"), Kind.FILE: ("File", "name")}
_FORMS = {
    Kind.DATE: ("__type", "iso"),
    Kind.POINTER: ("__type", "className", "objectId"),
    Kind.FILE: ("__type", "name"),
}


def _compare(table: Table, node: Compare) -> Condition:
    column = column_of(table, node.path)
    if column is None:
        return _compare_elements(table, node)
    indexed = is_indexed(table.schema, node.path)
    match node.op:
        case "$eq":
            return _equals(column, node.value, indexed)
        case "$ne":
            return negated(_equals(column, node.value, indexed))
        case _:
            return _relates(column, _OPERATORS[node.op], node.value, indexed)


def _compare_elements(table: Table, node: Compare) -> Condition:
    if node.op in {"$eq", "$ne"} and type_of(table.schema, node.path) is FieldType.ARRAY:
        found = _holds(node.path, node.value)
        return found if node.op == "$eq" else negated(found)
    return loose.compare(table, node)


def _fits(kind: Kind, value: Any) -> bool:
    """Whether a column of this kind can hold the value in the form in which values are stored."""
    match kind:
        case Kind.ID | Kind.TEXT:
            return isinstance(value, str)
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case _:
            return (
                isinstance(value, dict)
                and tuple(value) == _FORMS[kind]
                and value["__type"] == _PARTS[kind][0]
                and all(isinstance(part, str) for part in value.values())
            )


def _plain(kind: Kind, value: Any) -> Any:
    """What a column's SQL expression gives for the value."""
    if kind in _PARTS:
        return value[_PARTS[kind][1]]
    if isinstance(value, int) and not -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER:
        return float(value)
    return value


def _is_oddly_formed(kind: Kind, value: Any) -> bool:
    """Whether SQL should not judge: an object of the column's type in another form than the stored one."""
    return kind in _PARTS and isinstance(value, dict)


def _equals(column: Column, value: Any, indexed: bool) -> Condition:
    if value is None:
        return NEVER if column.kind is Kind.ID else Condition(f"{column.value} IS NULL", selective=indexed)
    if not _fits(column.kind, value):
        return UNKNOWN if _is_oddly_formed(column.kind, value) else NEVER
    plain = _plain(column.kind, value)
    match column.kind:
        case Kind.TEXT | Kind.POINTER | Kind.FILE if "\0" in plain:
            return Condition(f"{column.json} = ?", (json_text(value),))
        case Kind.TEXT | Kind.POINTER | Kind.FILE:
            # json_extract ends a text at its first NUL, so that the JSON text has the last word.
            sql, params = f"{column.value} = ? AND {column.json} = ?", (plain, json_text(value))
            return Condition(sql, params, selective=indexed)
        case Kind.NUMBER if isinstance(plain, float):
            # Read by the same parser as the document, which may round differently from Python's.
            return Condition(f"{column.value} = json_extract(?, '$')", (json_text(plain),), selective=indexed)
        case _:
            return Condition(f"{column.value} = ?", (plain,), selective=indexed)


def _relates(column: Column, operator: str, value: Any, indexed: bool) -> Condition:
    if value is None:
        return _equals(column, None, indexed) if operator in {"<=", ">="} else NEVER
    if column.kind in {Kind.POINTER, Kind.FILE}:
        return UNKNOWN if isinstance(value, dict) else NEVER
    if not _fits(column.kind, value):
        return UNKNOWN if _is_oddly_formed(column.kind, value) else NEVER
    if column.kind is Kind.TEXT:
        return _relates_text(column, operator, value, indexed)
    plain = _plain(column.kind, value)
    if isinstance(plain, float):
        return Condition(f"{column.value} {operator} json_extract(?, '$')", (json_text(plain),), selective=indexed)
    return Condition(f"{column.value} {operator} ?", (plain,), selective=indexed)


def _relates_text(column: Column, operator: str, value: str, indexed: bool) -> Condition:
    """Texts in the order of their code points; json_extract shows them up to their first NUL only."""
    bound, nul, _ = value.partition("\0")
    if nul:
        return Condition(f"{column.value} {operator[0]}= ?", (bound,), exact=False, selective=indexed)
    if operator == ">":
        sql = f"{column.value} >= ? AND {column.json} <> ?"
        return Condition(sql, (value, json_text(value)), selective=indexed)
    if operator == "<=":
        sql = f"{column.value} <= ? AND ({column.value} < ? OR {column.json} = ?)"
        return Condition(sql, (value, value, json_text(value)), selective=indexed)
    return Condition(f"{column.value} {operator} ?", (value,), selective=indexed)


def _in(table: Table, node: In) -> Condition:
    if not node.values:
        return ALWAYS if node.negated else NEVER
    column = column_of(table, node.path)
    if column is not None:
        found = _among(column, node.values, is_indexed(table.schema, node.path))
    elif type_of(table.schema, node.path) is FieldType.ARRAY and len(node.values) <= loose.MOST_VALUES:
        found = some([_holds(node.path, value) for value in node.values])
    else:
        found = loose.among(table, node)
    return negated(found) if node.negated else found


def _among(column: Column, values: Sequence[Any], indexed: bool) -> Condition:
    fitting = [value for value in values if _fits(column.kind, value)]
    others = [value for value in values if value is not None and not _fits(column.kind, value)]
    if any(_is_oddly_formed(column.kind, value) for value in others):
        return UNKNOWN
    alternatives = [_equals(column, None, indexed)] if any(value is None for value in values) else []
    if len(fitting) <= 1 or column.kind is Kind.BOOLEAN or any("\0" in str(_plain(column.kind, v)) for v in fitting):
        alternatives += [_equals(column, value, indexed) for value in fitting]
    else:
        alternatives.append(_listed(column, fitting, indexed))
    return some(alternatives)


def _listed(column: Column, values: Sequence[Any], indexed: bool) -> Condition:
    listed = "IN (SELECT value FROM json_each(?))"
    found = Condition(
        f"{column.value} {listed}", (json_text([_plain(column.kind, value) for value in values]),), selective=indexed
    )
    if column.kind not in {Kind.TEXT, Kind.POINTER, Kind.FILE}:
        return found
    return every([found, Condition(f"{column.json} {listed}", (json_text([json_text(value) for value in values]),))])


def _holds(path: str, value: Any) -> Condition:
    """An element of the array is the value; other values than plain ones and pointers are left to the predicate."""
    segments = segments_of(path)
    if segments is None:
        return UNKNOWN
    match value:
        case str():
            text = json_text(value)
            test = has_element(segments, "item.type = 'text' AND (doc -> item.fullkey) = ?")
            return Condition(f"instr({shown_at(segments)}, ?) AND {test}", (text, text))
        case bool():
            return Condition(has_element(segments, f"item.type = '{json_text(value)}'"))
        case int() | float():
            test = "item.type IN ('integer', 'real') AND item.value = json_extract(?, '$')"
            return Condition(has_element(segments, test), (json_text(value),))
        case dict() if _fits(Kind.POINTER, value):
            text = json_text(value)
            test = has_element(segments, "item.type = 'object' AND item.value = ?")
            return Condition(f"instr({shown_at(segments)}, ?) AND {test}", (text, text))
        case _:
            return UNKNOWN


def _exists(table: Table, node: Exists) -> Condition:
    if node.path == "objectId":
        return ALWAYS if node.expected else NEVER
    segments = segments_of(node.path)
    if segments is None or node.path in loose.PERMISSION_PATHS:
        return UNKNOWN
    if len(segments) == 1:
        return Condition(f"{type_at(segments)} IS {'NOT NULL' if node.expected else 'NULL'}")
    return Condition(f"{type_at(segments[:1])} IS NOT NULL", exact=False) if node.expected else UNKNOWN


def _regex(table: Table, node: Regex) -> Condition:
    column = column_of(table, node.path)
    if column is None or column.kind not in {Kind.TEXT, Kind.ID}:
        return UNKNOWN
    return patterns.matches(table, column, node)


def _all(table: Table, node: All) -> Condition:
    if not node.values:
        return NEVER
    return every([_contains(table, node.path, value) for value in node.values])


def _contains(table: Table, path: str, value: Any) -> Condition:
    if isinstance(value, Regex):
        return UNKNOWN
    return _compare(table, Compare(path, "$eq", value))


def _unknown(table: Table, node: ContainedBy) -> Condition:
    return UNKNOWN


def _text(table: Table, node: Text) -> Condition:
    segments = segments_of(node.path)
    return Condition(f"{type_at(segments[:1])} IS NOT NULL", exact=False) if segments else UNKNOWN


BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {
    Compare: _compare,
    In: _in,
    Exists: _exists,
    Regex: _regex,
    All: _all,
    ContainedBy: _unknown,
    Text: _text,
}
