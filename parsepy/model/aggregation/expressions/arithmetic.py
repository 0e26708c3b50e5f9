"""Arithmetic: whole numbers stay whole where MongoDB's do, dates take part in sums and differences."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression
from parsepy.model.aggregation.expressions.signatures import Builder, nullable, variadic
from parsepy.model.aggregation.values import is_nothing, is_number, type_name, whole


def numeric(name: str, value: Any) -> Any:
    """The number. Raises ParseError 102 for anything else."""
    if not is_number(value):
        raise refused(f"{name} only supports numeric types, not {type_name(value)}")
    return value


def integer(name: str, value: Any) -> int:
    """The number as an integer. Raises ParseError 102 for anything else, and for fractions."""
    if not is_number(value) or not math.isfinite(value) or value != int(value):
        raise refused(f"{name} requires an integral number, found {type_name(value)}")
    return int(value)


def shifted(moment: datetime, milliseconds: float) -> datetime:
    """The date so many milliseconds later. Raises ParseError 102 outside of the years 1 to 9999."""
    try:
        return moment + timedelta(milliseconds=round(milliseconds))
    except (OverflowError, ValueError) as exc:
        raise refused("a date of the aggregation is out of range") from exc


def add(values: list[Any]) -> Any:
    """The sum; with a date among the values that many milliseconds later."""
    if any(map(is_nothing, values)):
        return None
    dates = [value for value in values if isinstance(value, datetime)]
    if len(dates) > 1:
        raise refused("only one date allowed in an $add expression")
    total: Any = 0
    for value in values:
        total += 0 if isinstance(value, datetime) else numeric("$add", value)
    return shifted(dates[0], total) if dates else whole(total)


def _multiply(values: list[Any]) -> Any:
    if any(map(is_nothing, values)):
        return None
    product: Any = 1
    for value in values:
        product = whole(product * numeric("$multiply", value))
    return product


def subtract(a: Any, b: Any) -> Any:
    """The difference; of two dates in milliseconds."""
    if isinstance(a, datetime):
        if isinstance(b, datetime):
            return (a - b) // timedelta(milliseconds=1)
        return shifted(a, -numeric("$subtract", b))
    return whole(numeric("$subtract", a) - numeric("$subtract", b))


def _divide(a: Any, b: Any) -> float:
    numeric("$divide", a)
    if numeric("$divide", b) == 0:
        raise refused("can't $divide by zero")
    return float(a) / float(b)


def _mod(a: Any, b: Any) -> Any:
    numeric("$mod", a)
    if numeric("$mod", b) == 0:
        raise refused("can't $mod by zero")
    if isinstance(a, int) and isinstance(b, int):
        rest = abs(a) % abs(b)
        return rest if a >= 0 else -rest
    return math.nan if math.isinf(a) else math.fmod(a, b)


def _rounded_with(name: str, step: Callable[[float], int]) -> Builder:
    def evaluate(value: Any) -> Any:
        numeric(name, value)
        return value if isinstance(value, int) or not math.isfinite(value) else float(step(value))

    return nullable(name, evaluate)


def _to_place(name: str, cut: Callable[[float, int], float]) -> Builder:
    """`$round` and `$trunc`: to so many digits behind the point, or before it."""

    def evaluate(value: Any, place: Any = 0) -> Any:
        numeric(name, value)
        digits = integer(name, place)
        if not -20 <= digits <= 100:
            raise refused(f"cannot apply {name} with precision value {digits} value must be in [-20, 100]")
        if not math.isfinite(value) or (isinstance(value, int) and digits >= 0):
            return value
        found = cut(value, digits)
        return int(found) if isinstance(value, int) else float(found)

    return nullable(name, evaluate, 1, 2)


def _truncated(value: float, digits: int) -> float:
    text = repr(float(value))
    if digits < 0 or "e" in text:
        return math.trunc(value * 10.0**digits) / 10.0**digits
    before, _, behind = text.partition(".")
    return float(f"{before}.{behind[:digits]}0")


def _checked(name: str, evaluate: Callable[..., float], allowed: Callable[..., bool] | None = None) -> Builder:
    def guarded(*values: Any) -> float:
        floats = [float(numeric(name, value)) for value in values]
        if any(map(math.isnan, floats)):
            return math.nan
        if allowed is not None and not allowed(*floats):
            raise refused(f"{name} cannot take {', '.join(map(repr, values))}")
        try:
            return evaluate(*floats)
        except OverflowError:
            return math.inf
        except ValueError as exc:
            raise refused(f"{name} cannot take {', '.join(map(repr, values))}") from exc

    count = 2 if name in {"$log", "$atan2"} else 1
    return nullable(name, guarded, count)


def _abs(value: Any) -> Any:
    return abs(numeric("$abs", value))


def _power(base: Any, exponent: Any) -> Any:
    numeric("$pow", base), numeric("$pow", exponent)
    if base == 0 and exponent < 0:
        raise refused("$pow cannot take a base of 0 and a negative exponent")
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0 and (abs(base) <= 1 or exponent <= 64):
        return whole(base**exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _random(spec: Any, compiler: Compiler) -> Expression:
    if spec not in ({}, []):
        raise refused("$rand does not take any arguments")
    return lambda scope: random.random()  # noqa: S311 - a sample needs no secrecy


def _is_unit(x: float) -> bool:
    return -1 <= x <= 1


_FUNCTIONS: Mapping[str, tuple[Callable[..., float], Callable[..., bool] | None]] = {
    "$exp": (math.exp, None),
    "$sqrt": (math.sqrt, lambda x: x >= 0),
    "$ln": (math.log, lambda x: x > 0),
    "$log10": (math.log10, lambda x: x > 0),
    "$log": (math.log, lambda x, base: x > 0 and base > 0 and base != 1),
    "$sin": (math.sin, math.isfinite),
    "$cos": (math.cos, math.isfinite),
    "$tan": (math.tan, math.isfinite),
    "$asin": (math.asin, _is_unit),
    "$acos": (math.acos, _is_unit),
    "$atan": (math.atan, None),
    "$atan2": (math.atan2, None),
    "$sinh": (math.sinh, None),
    "$cosh": (math.cosh, None),
    "$tanh": (math.tanh, None),
    "$asinh": (math.asinh, None),
    "$acosh": (math.acosh, lambda x: x >= 1),
    "$atanh": (math.atanh, lambda x: -1 < x < 1),
    "$degreesToRadians": (math.radians, None),
    "$radiansToDegrees": (math.degrees, None),
}

OPERATORS: Mapping[str, Builder] = {
    "$add": variadic("$add", add),
    "$multiply": variadic("$multiply", _multiply),
    "$subtract": nullable("$subtract", subtract, 2),
    "$divide": nullable("$divide", _divide, 2),
    "$mod": nullable("$mod", _mod, 2),
    "$abs": nullable("$abs", _abs),
    "$ceil": _rounded_with("$ceil", math.ceil),
    "$floor": _rounded_with("$floor", math.floor),
    "$round": _to_place("$round", round),
    "$trunc": _to_place("$trunc", _truncated),
    "$pow": nullable("$pow", _power, 2),
    "$rand": _random,
    **{name: _checked(name, evaluate, allowed) for name, (evaluate, allowed) in _FUNCTIONS.items()},
}
