"""Types: what a value is, and turning it into another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from parsepy.errors import ParseError
from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.arithmetic import shifted
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope
from parsepy.model.aggregation.expressions.signatures import Builder, checked_names, function
from parsepy.model.aggregation.values import (
    INT_MAX,
    INT_MIN,
    LONG_MAX,
    LONG_MIN,
    is_nothing,
    is_number,
    number_text,
    type_name,
    utc,
)
from parsepy.model.values import date_of, iso

EPOCH = datetime(1970, 1, 1)
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?i:inf|infinity|nan)", re.ASCII)


def _failed(value: Any, target: str) -> ParseError:
    return refused(f"Failed to convert {type_name(value)} to {target} in $convert")


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _to_bool(value: Any) -> bool:
    return value if isinstance(value, bool) else not (is_number(value) and value == 0)


def _whole_number(name: str, least: int, most: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        match value:
            case bool() | int():
                number = int(value)
            case float() if math.isfinite(value):
                number = math.trunc(value)
            case str() if _INTEGER.fullmatch(value):
                number = int(value)
            case datetime() if most == LONG_MAX:
                number = milliseconds(value)
            case _:
                raise _failed(value, name)
        if not least <= number <= most:
            raise refused(f"Conversion would overflow target type in $convert with no onError value: {number}")
        return number

    return convert


def _to_double(value: Any) -> float:
    match value:
        case bool() | int() | float():
            return float(value)
        case str() if _FLOAT.fullmatch(value):
            return float(value)
        case datetime():
            return float(milliseconds(value))
        case _:
            raise _failed(value, "double")


def to_text(value: Any) -> str:
    """The value as `$toString` writes it. Raises ParseError 102 for arrays, documents and bytes."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case datetime():
            return iso(value)
        case _:
            raise _failed(value, "string")


def to_date(value: Any) -> datetime:
    """The date of milliseconds since 1970, or of ISO text. Raises ParseError 102."""
    match value:
        case datetime():
            return value
        case str():
            try:
                return utc(date_of(value).astimezone(UTC))
            except ParseError as exc:
                raise refused(f"Error parsing date string '{value[:64]}'") from exc
        case bool():
            raise _failed(value, "date")
        case int() | float() if math.isfinite(value):
            return shifted(EPOCH, math.trunc(value))
        case _:
            raise _failed(value, "date")


_TARGETS: Mapping[str, Callable[[Any], Any]] = {
    "double": _to_double,
    "string": to_text,
    "bool": _to_bool,
    "date": to_date,
    "int": _whole_number("int", INT_MIN, INT_MAX),
    "long": _whole_number("long", LONG_MIN, LONG_MAX),
}
_NUMBERED = {1: "double", 2: "string", 8: "bool", 9: "date", 16: "int", 18: "long"}


def _to(name: str, target: str) -> Builder:
    convert = _TARGETS[target]
    return function(name, lambda value: None if is_nothing(value) else convert(value))


def _target(value: Any) -> Callable[[Any], Any]:
    name = _NUMBERED.get(value) if is_number(value) else value
    found = _TARGETS.get(name) if isinstance(name, str) else None
    if found is None:
        raise refused(f"$convert to the type {value} is not supported on this database")
    return found


def _convert(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$convert", spec, ("input", "to"), ("onError", "onNull"))
    given, target, on_null = (compiler(spec.get(name)) for name in ("input", "to", "onNull"))
    on_error = compiler(spec["onError"]) if "onError" in spec else None

    def evaluate(scope: Scope) -> Any:
        value, wanted = given(scope), target(scope)
        if is_nothing(value):
            return on_null(scope)
        if isinstance(wanted, dict):
            wanted = wanted.get("type")
        if is_nothing(wanted):
            return None
        convert = _target(wanted)
        try:
            return convert(value)
        except ParseError:
            if on_error is None:
                raise
            return on_error(scope)

    return evaluate


OPERATORS: Mapping[str, Builder] = {
    "$type": function("$type", type_name),
    "$isNumber": function("$isNumber", is_number),
    "$toBool": _to("$toBool", "bool"),
    "$toDate": _to("$toDate", "date"),
    "$toDouble": _to("$toDouble", "double"),
    "$toInt": _to("$toInt", "int"),
    "$toLong": _to("$toLong", "long"),
    "$toString": _to("$toString", "string"),
    "$convert": _convert,
}
