"""What `$group` and `$bucket` work out of many values; some of it is an expression over an array, too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from parsepy.model.aggregation.budget import Holding, refused
from parsepy.model.aggregation.expressions.arithmetic import integer
from parsepy.model.aggregation.expressions.arrays import greatest, least
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope, constant
from parsepy.model.aggregation.expressions.sets import merged
from parsepy.model.aggregation.expressions.signatures import Builder, checked_names
from parsepy.model.aggregation.sorting import compiled_order
from parsepy.model.aggregation.values import MISSING, identity, is_nothing, is_number, key, whole

_FLOATS_AT_ONCE = 256


class Accumulator(Protocol):
    """Takes values one by one."""

    def add(self, value: Any) -> None:
        """Take a value; MISSING where a document has none."""

    def result(self) -> Any:
        """What came of them."""


@dataclass(frozen=True, slots=True)
class Accumulation:
    """One output of a group: what is taken of each document, and where it goes."""

    value: Expression
    begin: Callable[[Holding], Accumulator]


class Total:
    """A sum without the rounding of every step; what is no number does not count."""

    def __init__(self) -> None:
        self._whole = 0
        self._floats: list[float] = []
        self._special: float | None = None
        self._has_float = False
        self.count = 0

    def add(self, value: Any) -> None:
        """Take a value."""
        if not is_number(value):
            return
        self.count += 1
        if isinstance(value, int):
            self._whole += value
            return
        self._has_float = True
        if not math.isfinite(value):
            self._special = value if self._special is None else self._special + value
            return
        self._floats.append(value)
        if len(self._floats) > _FLOATS_AT_ONCE:
            self._floats = [_exact(self._floats)]

    def result(self) -> Any:
        """The sum: whole if all numbers were."""
        if self._special is not None:
            return self._special
        return _exact([*self._floats, self._whole]) if self._has_float else whole(self._whole)


def _exact(numbers: Iterable[float]) -> float:
    try:
        return math.fsum(numbers)
    except OverflowError:
        return math.inf


class _Average(Total):
    def result(self) -> Any:
        return super().result() / self.count if self.count else None


class _Deviation:
    def __init__(self, *, of_sample: bool) -> None:
        self._of_sample = of_sample
        self._count, self._mean, self._squares = 0, 0.0, 0.0

    def add(self, value: Any) -> None:
        if not is_number(value):
            return
        self._count += 1
        delta = value - self._mean
        self._mean += delta / self._count
        self._squares += delta * (value - self._mean)

    def result(self) -> Any:
        divisor = self._count - 1 if self._of_sample else self._count
        return math.sqrt(self._squares / divisor) if divisor > 0 else None


class _Extreme:
    def __init__(self, *, greatest_wins: bool) -> None:
        self._greatest = greatest_wins
        self._value: Any = None
        self._key: Any = None

    def add(self, value: Any) -> None:
        if is_nothing(value):
            return
        found = key(value)
        if self._key is None or (found > self._key if self._greatest else found < self._key):
            self._value, self._key = value, found

    def result(self) -> Any:
        return self._value


class _First:
    def __init__(self) -> None:
        self._value: Any = None
        self._has_value = False

    def add(self, value: Any) -> None:
        if not self._has_value:
            self._value, self._has_value = value, True

    def result(self) -> Any:
        return self._value


class _Last:
    def __init__(self) -> None:
        self._value: Any = None

    def add(self, value: Any) -> None:
        self._value = value

    def result(self) -> Any:
        return self._value


class _Count:
    def __init__(self) -> None:
        self._count = 0

    def add(self, value: Any) -> None:
        self._count += 1

    def result(self) -> Any:
        return self._count


class _List:
    """All values; `finish` makes the result of them."""

    def __init__(self, holding: Holding, finish: Callable[[list[Any]], Any] = list, *, with_missing: bool = False):
        self._holding, self._finish, self._with_missing = holding, finish, with_missing
        self._values: list[Any] = []

    def add(self, value: Any) -> None:
        if value is MISSING and not self._with_missing:
            return
        self._holding.add(value)
        self._values.append(None if value is MISSING else value)

    def result(self) -> Any:
        return self._finish(self._values)


class _Set:
    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._values: dict[Any, Any] = {}

    def add(self, value: Any) -> None:
        if value is MISSING:
            return
        name = identity(value)
        if name not in self._values:
            self._holding.add(value)
            self._values[name] = value

    def result(self) -> Any:
        return list(self._values.values())


class _Merged:
    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._value: dict[str, Any] = {}

    def add(self, value: Any) -> None:
        if not is_nothing(value):
            self._value = merged([self._value, value])
            self._holding.add(value)

    def result(self) -> Any:
        return self._value


class _FirstMany:
    def __init__(self, holding: Holding, count: int) -> None:
        self._holding, self._left = holding, count
        self._values: list[Any] = []

    def add(self, value: Any) -> None:
        if self._left > 0:
            self._left -= 1
            self._holding.add(value)
            self._values.append(None if value is MISSING else value)

    def result(self) -> Any:
        return self._values


Starter = Callable[[Holding], Accumulator]

_PLAIN: Mapping[str, Starter] = {
    "$sum": lambda holding: Total(),
    "$avg": lambda holding: _Average(),
    "$min": lambda holding: _Extreme(greatest_wins=False),
    "$max": lambda holding: _Extreme(greatest_wins=True),
    "$first": lambda holding: _First(),
    "$last": lambda holding: _Last(),
    "$push": _List,
    "$addToSet": _Set,
    "$mergeObjects": _Merged,
    "$stdDevPop": lambda holding: _Deviation(of_sample=False),
    "$stdDevSamp": lambda holding: _Deviation(of_sample=True),
}
_OVER_ARRAYS = ("$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp")
_MANY: Mapping[str, Callable[[int], Starter]] = {
    "$firstN": lambda count: partial(_FirstMany, count=count),
    "$lastN": lambda count: partial(_List, finish=lambda values: values[-count:], with_missing=True),
    "$minN": lambda count: partial(_List, finish=lambda values: least(values, count)),
    "$maxN": lambda count: partial(_List, finish=lambda values: greatest(values, count)),
}
_ORDERED = {"$top": 1, "$topN": 1, "$bottom": -1, "$bottomN": -1}

NAMES = frozenset({"$count", *_PLAIN, *_MANY, *_ORDERED})
"""What `docs/aggregate.md` lists."""


def compile_accumulator(name: str, spec: Any, compiler: Compiler) -> Accumulation:
    """One output of a group: `{"$sum": expression}`. Raises ParseError 102 for what is none, or unknown here."""
    if not isinstance(spec, dict) or len(spec) != 1:
        raise refused(f"The field '{name}' must specify one accumulator")
    operator, argument = next(iter(spec.items()))
    if operator == "$count":
        if argument != {}:
            raise refused("$count takes no arguments, i.e. $count:{}")
        return Accumulation(constant(1), lambda holding: _Count())
    if operator in _MANY:
        checked_names(operator, argument, ("input", "n"))
        return Accumulation(compiler(argument["input"]), _MANY[operator](_number(operator, argument["n"])))
    if operator in _ORDERED:
        return _ordered(operator, argument, compiler)
    if operator not in _PLAIN:
        raise refused(f"unknown group operator '{operator}'")
    if isinstance(argument, list) and operator not in {"$push", "$addToSet"}:
        if len(argument) != 1:
            raise refused(f"The {operator} accumulator is a unary operator")
        argument = argument[0]
    return Accumulation(compiler(argument), _PLAIN[operator])


def _number(operator: str, value: Any) -> int:
    count = integer(operator, value)
    if count < 1:
        raise refused(f"'n' must be greater than 0, found {count} ({operator})")
    return count


def _ordered(operator: str, spec: Any, compiler: Compiler) -> Accumulation:
    """The first or last documents by an order: the values are pairs of sort key and output."""
    checked_names(operator, spec, ("sortBy", "output", "n") if operator.endswith("N") else ("sortBy", "output"))
    order, output = compiled_order(operator, spec["sortBy"]), compiler(spec["output"])
    count = _number(operator, spec["n"]) if "n" in spec else 1

    def evaluate(scope: Scope) -> Any:
        return {"key": order(scope.current), "output": output(scope)}

    def finish(pairs: list[Any]) -> Any:
        ordered = [pair["output"] for pair in sorted(pairs, key=_first_part)]
        outputs = [None if value is MISSING else value for value in ordered]
        chosen = outputs[:count] if _ORDERED[operator] == 1 else outputs[-count:]
        return chosen if "n" in spec else chosen[0]

    return Accumulation(evaluate, lambda holding: _List(holding, finish))


def _first_part(pair: Mapping[str, Any]) -> Any:
    return pair["key"]


def _over_array(name: str) -> Builder:
    """The accumulator as an expression: over the elements of one array, or over several values."""

    def build(spec: Any, compiler: Compiler) -> Expression:
        given = spec if isinstance(spec, list) else [spec]
        parts = [compiler(part) for part in given]

        def evaluate(scope: Scope) -> Any:
            values = [part(scope) for part in parts]
            if len(values) == 1 and isinstance(values[0], list):
                values = values[0]
            accumulator = _PLAIN[name](Holding(name))
            for value in values:
                accumulator.add(value)
            return accumulator.result()

        return evaluate

    return build


OPERATORS: Mapping[str, Builder] = {name: _over_array(name) for name in _OVER_ARRAYS}
