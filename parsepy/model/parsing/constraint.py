"""The condition on one field: literals and the operators on values, lists, patterns, texts and sub-queries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from parsepy.errors import ErrorCode, ParseError
from parsepy.model import regex
from parsepy.model.parsing import geo as parse_geo
from parsepy.model.parsing import relative_time
from parsepy.model.paths import DATE_TEXTS
from parsepy.model.schema import Field, FieldType
from parsepy.model.values import date_json, date_of, normalised, number
from parsepy.model.where import (
    All,
    Compare,
    CompareOp,
    ContainedBy,
    Exists,
    In,
    InQuery,
    Nor,
    Or,
    Regex,
    Select,
    Text,
    Where,
    both,
)

_OPTIONS = re.compile(r"[imxsu]+")
_PREFIX = re.compile(r"\^\\Q.*\\E")
_COLUMN_TYPES = frozenset({"Pointer", "Date", "Bytes", "GeoPoint", "Polygon", "File"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reading of one `where` depends on."""

    now: datetime
    allow_regex: bool
    internal_fields: frozenset[str]
    fields: Mapping[str, Field] | None

    def column_type(self, path: str) -> FieldType | None:
        """The type of a column, if known."""
        field = self.fields.get(path) if self.fields else None
        return field.type if field else None

    def takes_documents(self, path: str) -> bool:
        """Whether whole objects and arrays can be meant: inside of objects and on Array columns."""
        return "." in path or self.fields is None or self.column_type(path) is FieldType.ARRAY


Operator = Callable[[str, Any, Reading], Where]


def constraint(path: str, value: Any, reading: Reading) -> Where:
    """The condition `{path: value}`: a literal, or operators that all must hold."""
    if not isinstance(value, Mapping) or not any(key.startswith("$") for key in value):
        return _literal(path, value, reading)
    operators = {key: operand for key, operand in value.items() if key.startswith("$")}
    direct = {key: operand for key, operand in value.items() if not key.startswith("$")}
    if direct:
        operators["$eq"] = direct
    # The server tries operators from last to first in the alphabet: the first error is the one it tells.
    return both(*_nodes(path, dict(sorted(operators.items(), reverse=True)), reading))


def _nodes(path: str, operators: Mapping[str, Any], reading: Reading) -> list[Where]:
    nodes: list[Where] = []
    for key, operand in operators.items():
        if key in parse_geo.OPERATORS:
            nodes.append(parse_geo.OPERATORS[key](path, operators))
        elif key == "$regex":
            nodes.append(_regex(path, operators, reading))
        elif key in _OPERATORS:
            nodes.append(_OPERATORS[key](path, operand, reading))
        elif key == "$options" and "$regex" not in operators:
            raise ParseError(ErrorCode.INVALID_QUERY, "$options needs a $regex")
        elif key != "$options" and not (key in parse_geo.MAX_DISTANCES and "$nearSphere" in operators):
            raise ParseError(ErrorCode.INVALID_JSON, f"bad constraint: {key}")
    return nodes


def _literal(path: str, value: Any, reading: Reading) -> Where:
    if value in ({}, []):  # An empty list counts as constraints, of which it has none.
        return Compare(path, "$eq", {})
    if isinstance(value, str) and reading.column_type(path) is FieldType.POINTER:
        return Compare(path, "$eq", _stored_pointer(value))
    try:
        if isinstance(value, list) and "." not in path:
            raise _BadOperandError
        return Compare(path, "$eq", _operand(path, value, reading))
    except _BadOperandError as exc:
        message = f"You cannot use {as_javascript(value)} as a query parameter."
        raise ParseError(ErrorCode.INVALID_JSON, message) from exc


class _BadOperandError(Exception):
    """A value that cannot stand where it stands."""


def _operand(path: str, value: Any, reading: Reading) -> Any:
    """The canonical form of a value to compare with; ISO text on `createdAt` and `updatedAt` becomes a Date."""
    if isinstance(value, str):
        return _text_on(path, value, reading)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number(value)
    if not _is_typed(value) and not reading.takes_documents(path):
        raise _BadOperandError
    if isinstance(value, Mapping) and value.get("__type") and not _is_typed(value) and "." not in path:
        raise _BadOperandError
    if isinstance(value, Mapping) and value.get("__type") == "Pointer":
        # One that is incomplete is no mistake: it points nowhere.
        return _pointer(value.get("className"), value.get("objectId"))
    try:
        return _canonical(value)
    except ParseError as exc:
        raise _BadOperandError from exc


def _text_on(path: str, text: str, reading: Reading) -> Any:
    if path in DATE_TEXTS:
        return _date_or_text(text)
    return {"__type": "File", "name": text} if reading.column_type(path) is FieldType.FILE else text


def _stored_pointer(text: str) -> dict[str, str]:
    """Text on a Pointer column means what MongoDB stores there: `Class$id`."""
    class_name, _, object_id = text.partition("$")
    return _pointer(class_name, object_id)


def _pointer(class_name: Any, object_id: Any) -> dict[str, str]:
    parts = {"className": class_name, "objectId": object_id}
    return {"__type": "Pointer", **{name: part if isinstance(part, str) else "" for name, part in parts.items()}}


def _canonical(value: Any) -> Any:
    """Values of column types in their full form, everything else as it would stand inside of an array."""
    return normalised(value) if _is_typed(value) else normalised([value])[0]


def _is_typed(value: Any) -> bool:
    named = value.get("__type") if isinstance(value, Mapping) else None
    return isinstance(named, str) and named in _COLUMN_TYPES


def _date_or_text(text: str) -> Any:
    try:
        return date_json(date_of(text))
    except ParseError:
        return text


def _atom(path: str, value: Any, reading: Reading) -> Any:
    try:
        return _operand(path, value, reading)
    except _BadOperandError as exc:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        raise ParseError(ErrorCode.INVALID_JSON, f"bad atom: {text}") from exc


def as_javascript(value: Any) -> str:
    """A value as JavaScript turns it into text."""
    if isinstance(value, list):
        return ",".join("" if item is None else as_javascript(item) for item in value)
    if isinstance(value, Mapping):
        return "[object Object]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _comparison(op: CompareOp) -> Operator:
    def read(path: str, operand: Any, reading: Reading) -> Where:
        if _is_relative(operand):
            return Compare(path, op, _relative(path, op, operand["$relativeTime"], reading))
        return Compare(path, op, _atom(path, operand, reading))

    return read


def _is_relative(operand: Any) -> bool:
    return isinstance(operand, Mapping) and bool(operand.get("$relativeTime"))


def _relative(path: str, op: str, text: Any, reading: Reading) -> Any:
    if path != "objectId" and reading.column_type(path) not in {None, FieldType.DATE}:
        raise ParseError(ErrorCode.INVALID_JSON, "$relativeTime can only be used with Date field")
    if op not in {"$lt", "$lte", "$gt", "$gte"}:
        message = "$relativeTime can only be used with the $lt, $lte, $gt, and $gte operators"
        raise ParseError(ErrorCode.INVALID_JSON, message)
    if not isinstance(text, str):
        raise ParseError(ErrorCode.INVALID_JSON, f"bad $relativeTime ({op}) value. Time should be text.")
    try:
        return date_json(relative_time.moment(text, reading.now))
    except relative_time.RelativeTimeError as exc:
        raise ParseError(ErrorCode.INVALID_JSON, f"bad $relativeTime ({op}) value. {exc}") from exc


def _exists(path: str, operand: Any, reading: Reading) -> Where:
    if _is_relative(operand):
        _relative(path, "$exists", operand["$relativeTime"], reading)
    if isinstance(operand, Mapping | list):
        _atom(path, operand, reading)
    return Exists(path, operand is not None and operand is not False and operand != 0)


def _list(name: str) -> Operator:
    negated = name == "$nin"

    def read(path: str, operand: Any, reading: Reading) -> Where:
        if not isinstance(operand, list):
            raise ParseError(ErrorCode.INVALID_JSON, f"bad {name} value")
        flat = [item for entry in operand for item in (entry if isinstance(entry, list) else [entry])]
        patterns = [item for item in flat if _is_pattern(item) and reading.takes_documents(path)]
        values = tuple(_atom(path, item, reading) for item in flat if not (patterns and _is_pattern(item)))
        if not patterns:
            return In(path, values, negated)
        branches: tuple[Where, ...] = (In(path, values), *(_element_pattern(path, item, reading) for item in patterns))
        return Nor(branches) if negated else Or(branches)

    return read


def _is_pattern(value: Any) -> bool:
    return isinstance(value, Mapping) and "$regex" in value


def _element_pattern(path: str, value: Mapping[str, Any], reading: Reading) -> Regex:
    _check_pattern(value, reading)
    return Regex(path, value["$regex"])


def _all(path: str, operand: Any, reading: Reading) -> Where:
    if not isinstance(operand, list):
        raise ParseError(ErrorCode.INVALID_JSON, "bad $all value")
    prefixes = [_is_pattern(item) and _is_prefix(item["$regex"]) for item in operand]
    mixed = any(prefixes) and not all(prefixes)
    if mixed or (len(operand) == 1 and _is_pattern(operand[0]) and not prefixes[0]):
        shown = ",".join(_pattern_or_value(item) for item in operand)
        raise ParseError(ErrorCode.INVALID_JSON, f"All $all values must be of regex type or none: {shown}")
    return All(path, tuple(_element(path, item, reading) for item in operand))


def _element(path: str, item: Any, reading: Reading) -> Any:
    if _is_pattern(item):
        return _element_pattern("", item, reading)
    if isinstance(item, Mapping | list) and not _is_typed(item):
        return _canonical(item)
    return _atom(path, item, reading)


def _is_prefix(pattern: Any) -> bool:
    return isinstance(pattern, str) and _PREFIX.fullmatch(pattern) is not None


def _pattern_or_value(item: Any) -> str:
    if _is_pattern(item):
        source = as_javascript(item["$regex"]).replace("/", "\\/")
        return f"/{source}/"
    return as_javascript(item)


def _contained_by(path: str, operand: Any, reading: Reading) -> Where:
    if not isinstance(operand, list):
        raise ParseError(ErrorCode.INVALID_JSON, "bad $containedBy: should be an array")
    return ContainedBy(path, tuple(_atom(path, item, reading) for item in operand))


def _regex(path: str, operators: Mapping[str, Any], reading: Reading) -> Where:
    _check_pattern(operators, reading)
    return Regex(path, operators["$regex"], operators.get("$options", ""))


def _check_pattern(operators: Mapping[str, Any], reading: Reading) -> None:
    pattern, options = operators["$regex"], operators.get("$options", "")
    if not reading.allow_regex:
        raise ParseError(ErrorCode.INVALID_QUERY, "$regex operator is not allowed")
    if not isinstance(pattern, str):
        raise ParseError(ErrorCode.INVALID_QUERY, "$regex value must be a string")
    if not isinstance(options, str):
        raise ParseError(ErrorCode.INVALID_QUERY, "$options value must be a string")
    if "$options" in operators and not _OPTIONS.fullmatch(options):
        raise ParseError(ErrorCode.INVALID_QUERY, f"Bad $options value for query: {options}")
    regex.matcher(pattern, options)


def _text(path: str, operand: Any, reading: Reading) -> Where:
    search = operand.get("$search") if isinstance(operand, Mapping) else None
    if not isinstance(search, Mapping):
        raise _bad_text("$search, should be object")
    term, language = search.get("$term"), search.get("$language")
    if not isinstance(term, str) or not term:
        raise _bad_text("$term, should be string")
    if not _is_falsy(language) and not isinstance(language, str):
        raise _bad_text("$language, should be string")
    return Text(
        path, term, language or None, *(_flag(search, name) for name in ("$caseSensitive", "$diacriticSensitive"))
    )


def _flag(search: Mapping[str, Any], name: str) -> bool:
    flag = search.get(name)
    if not _is_falsy(flag) and not isinstance(flag, bool):
        raise _bad_text(f"{name}, should be boolean")
    return bool(flag)


def _is_falsy(value: Any) -> bool:
    """Whether JavaScript takes the value for false: empty objects and lists are true there."""
    return not value and not isinstance(value, Mapping | list)


def _bad_text(what: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, f"bad $text: {what}")


def _in_query(name: str) -> Operator:
    def read(path: str, operand: Any, reading: Reading) -> Where:
        if _is_falsy(operand):
            raise ParseError(ErrorCode.INVALID_JSON, f"bad constraint: {name}")
        if not isinstance(operand, Mapping) or not _is_class_query(operand) or "where" not in operand:
            raise _improper(name)
        return InQuery(path, operand, negated=name == "$notInQuery")

    return read


def _select(name: str) -> Operator:
    def read(path: str, operand: Any, reading: Reading) -> Where:
        if _is_falsy(operand):
            raise ParseError(ErrorCode.COMMAND_UNAVAILABLE, f"the {name} constraint is not supported yet")
        if not isinstance(operand, Mapping) or operand.keys() != {"query", "key"}:
            raise _improper(name)
        query, key = operand["query"], operand["key"]
        if not isinstance(query, Mapping) or not _is_class_query(query) or not isinstance(key, str) or not key:
            raise _improper(name)
        return Select(path, query, key, negated=name == "$dontSelect")

    return read


def _is_class_query(query: Mapping[str, Any]) -> bool:
    class_name = query.get("className")
    where = query.get("where", {})
    return isinstance(class_name, str) and bool(class_name) and (isinstance(where, Mapping) or where == [])


def _improper(name: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_QUERY, f"improper usage of {name}")


_OPERATORS: Mapping[str, Operator] = {
    **{op: _comparison(op) for op in get_args(CompareOp)},
    "$exists": _exists,
    "$in": _list("$in"),
    "$nin": _list("$nin"),
    "$all": _all,
    "$containedBy": _contained_by,
    "$text": _text,
    "$inQuery": _in_query("$inQuery"),
    "$notInQuery": _in_query("$notInQuery"),
    "$select": _select("$select"),
    "$dontSelect": _select("$dontSelect"),
}
