"""Arrays: reading, making and walking them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cmp_to_key
from itertools import zip_longest
from typing import Any

from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.arithmetic import integer
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope, constant
from parsepy.model.aggregation.expressions.logic import variable_name
from parsepy.model.aggregation.expressions.signatures import (
    Builder,
    Named,
    checked_names,
    function,
    named,
    nullable,
    sized,
    variadic,
)
from parsepy.model.aggregation.sorting import compiled_order
from parsepy.model.aggregation.values import MISSING, equal, is_nothing, key, truthy, type_name

MOST_ITEMS = 2_000_000
"""How many elements an operator may make."""


def array(name: str, value: Any) -> list[Any]:
    """The array. Raises ParseError 102 for anything else."""
    if not isinstance(value, list):
        raise refused(f"{name} requires an array, found: {type_name(value)}")
    return value


def _element(values: Any, position: Any) -> Any:
    if not isinstance(values, list):
        raise refused(f"$arrayElemAt's first argument must be an array, but is {type_name(values)}")
    at = integer("$arrayElemAt", position)
    return values[at] if -len(values) <= at < len(values) else MISSING


def _end(name: str, at: int) -> Callable[[Any], Any]:
    def evaluate(value: Any) -> Any:
        if is_nothing(value):
            return None
        values = array(name, value)
        return values[at] if values else MISSING

    return evaluate


def _concat(values: list[Any]) -> Any:
    if any(map(is_nothing, values)):
        return None
    lists = [array("$concatArrays", value) for value in values]
    _check_count(sum(map(len, lists)))
    return [item for part in lists for item in part]


def _check_count(count: int) -> None:
    if count > MOST_ITEMS:
        raise refused(f"an array of the aggregation has more than {MOST_ITEMS} elements")


def _slice(values: Any, *numbers: Any) -> list[Any]:
    items = array("$slice", values)
    if len(numbers) == 1:
        count = integer("$slice", numbers[0])
        return items[:count] if count >= 0 else items[count:]
    start, count = (integer("$slice", number) for number in numbers)
    if count <= 0:
        raise refused("Third argument to $slice must be positive")
    first = max(0, len(items) + start) if start < 0 else start
    return items[first : first + count]


def _range(start: Any, end: Any, step: Any = 1) -> list[int]:
    numbers = range(integer("$range", start), integer("$range", end), _step(step))
    _check_count(len(numbers))
    return list(numbers)


def _step(step: Any) -> int:
    number = integer("$range", step)
    if number == 0:
        raise refused("$range requires a non-zero step value")
    return number


def _index_of(values: Any, wanted: Any, start: Any = 0, end: Any = None) -> Any:
    if is_nothing(values):
        return None
    items = array("$indexOfArray", values)
    first, last = _bounds("$indexOfArray", start, end, len(items))
    return next((at for at in range(first, last) if equal(items[at], wanted)), -1)


def _bounds(name: str, start: Any, end: Any, length: int) -> tuple[int, int]:
    first, last = integer(name, start), length if end is None else integer(name, end)
    if first < 0 or last < 0:
        raise refused(f"{name} requires nonnegative indexes")
    return first, min(last, length)


def _size(value: Any) -> int:
    if not isinstance(value, list):
        raise refused(f"The argument to $size must be an array, but was of type: {type_name(value)}")
    return len(value)


def _map(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$map", spec, ("input", "in"), ("as",))
    name = variable_name(spec.get("as", "this"))
    given, inner = compiler(spec["input"]), compiler.knowing(name)(spec["in"])

    def evaluate(scope: Scope) -> Any:
        values = given(scope)
        if is_nothing(values):
            return None
        found: list[Any] = []
        for item in array("$map", values):
            scope.budget.step()
            found.append(inner(scope.bound({name: item})))
        return [None if value is MISSING else value for value in found]

    return evaluate


def _filter(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$filter", spec, ("input", "cond"), ("as", "limit"))
    name = variable_name(spec.get("as", "this"))
    given, test = compiler(spec["input"]), compiler.knowing(name)(spec["cond"])
    limit = compiler(spec.get("limit"))

    def evaluate(scope: Scope) -> Any:
        values, most = given(scope), limit(scope)
        if is_nothing(values):
            return None
        count = MOST_ITEMS if is_nothing(most) else integer("$filter", most)
        if count < 1:
            raise refused("$filter: limit must be greater than 0")
        found: list[Any] = []
        for item in array("$filter", values):
            scope.budget.step()
            if len(found) < count and truthy(test(scope.bound({name: item}))):
                found.append(item)
        return found

    return evaluate


def _reduce(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$reduce", spec, ("input", "initialValue", "in"))
    given, initial = compiler(spec["input"]), compiler(spec["initialValue"])
    inner = compiler.knowing("this", "value")(spec["in"])

    def evaluate(scope: Scope) -> Any:
        values, value = given(scope), initial(scope)
        if is_nothing(values):
            return None
        for item in array("$reduce", values):
            scope.budget.step()
            value = inner(scope.bound({"this": item, "value": value}))
        return value

    return evaluate


def _zip(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$zip", spec, ("inputs",), ("useLongestLength", "defaults"))
    longest = spec.get("useLongestLength", False)
    if not isinstance(spec["inputs"], list) or not spec["inputs"] or not isinstance(longest, bool):
        raise refused("$zip requires an array of inputs, and true or false for useLongestLength")
    if "defaults" in spec and not longest:
        raise refused("cannot specify defaults unless useLongestLength is true")
    given = [compiler(part) for part in spec["inputs"]]
    defaults = compiler(spec["defaults"]) if "defaults" in spec else constant([None] * len(given))

    def evaluate(scope: Scope) -> Any:
        values, fill = [part(scope) for part in given], defaults(scope)
        if any(map(is_nothing, values)):
            return None
        lists = [array("$zip", value) for value in values]
        if len(array("$zip", fill)) != len(lists):
            raise refused("$zip: defaults and inputs must have the same length")
        if not longest:
            return [list(row) for row in zip(*lists, strict=False)]
        rows = zip_longest(*lists, fillvalue=MISSING)
        return [[fill[at] if item is MISSING else item for at, item in enumerate(row)] for row in rows]

    return evaluate


def _reversed(value: Any) -> list[Any]:
    return array("$reverseArray", value)[::-1]


def _sort_array(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$sortArray", spec, ("input", "sortBy"))
    given = compiler(spec["input"])
    by = spec["sortBy"]
    if isinstance(by, dict):
        order = compiled_order("$sortArray", by)
    elif by in (1, -1) and not isinstance(by, bool):
        order = cmp_to_key(lambda a, b: by * ((key(a) > key(b)) - (key(a) < key(b))))
    else:
        raise refused("$sortArray: sortBy must be an object, 1 or -1")

    def evaluate(scope: Scope) -> Any:
        values = given(scope)
        return None if is_nothing(values) else sorted(array("$sortArray", values), key=order)

    return evaluate


def _ends(name: str, pick: Callable[[list[Any], int], list[Any]]) -> Builder:
    def evaluate(given: Named) -> Any:
        count = integer(name, given["n"])
        if count < 1:
            raise refused(f"{name}: 'n' must be greater than 0")
        return pick(array(name, given["input"]), count)

    return named(name, evaluate, ("input", "n"))


def least(values: list[Any], count: int) -> list[Any]:
    """The smallest values, in order; null and missing are none."""
    return sorted((value for value in values if not is_nothing(value)), key=key)[:count]


def greatest(values: list[Any], count: int) -> list[Any]:
    """The greatest values, in order; null and missing are none."""
    return sorted((value for value in values if not is_nothing(value)), key=key, reverse=True)[:count]


def _is_array(value: Any) -> bool:
    return isinstance(value, list)


OPERATORS: Mapping[str, Builder] = {
    "$arrayElemAt": nullable("$arrayElemAt", _element, 2),
    "$first": function("$first", _end("$first", 0)),
    "$last": function("$last", _end("$last", -1)),
    "$firstN": _ends("$firstN", lambda values, count: values[:count]),
    "$lastN": _ends("$lastN", lambda values, count: values[-count:]),
    "$minN": _ends("$minN", least),
    "$maxN": _ends("$maxN", greatest),
    "$concatArrays": sized(variadic("$concatArrays", _concat)),
    "$slice": nullable("$slice", _slice, 2, 3),
    "$range": function("$range", _range, 2, 3),
    "$indexOfArray": function("$indexOfArray", _index_of, 2, 4),
    "$size": function("$size", _size),
    "$isArray": function("$isArray", _is_array),
    "$map": sized(_map),
    "$filter": _filter,
    "$reduce": _reduce,
    "$zip": sized(_zip),
    "$reverseArray": nullable("$reverseArray", _reversed),
    "$sortArray": _sort_array,
}
