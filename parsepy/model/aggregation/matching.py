"""Conditions of `$match`: MongoDB's query language over its documents."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from parsepy.model import regex
from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import MAX_EXPRESSION_DEPTH, refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Scope
from parsepy.model.aggregation.values import (
    MISSING,
    is_number,
    is_whole,
    key,
    truthy,
    type_name,
)

Condition = Callable[[Scope], bool]
"""Whether a document, the current one of a scope, meets conditions."""

Test = Callable[[Any], bool]
"""Whether one value meets a condition; MISSING where there is none."""

_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_WITH_EQUAL = frozenset({"$gte", "$lte"})
_TYPE_NUMBERS = {1: "double", 2: "string", 3: "object", 4: "array", 5: "binData", 8: "bool", 9: "date", 10: "null"}
_MORE_TYPE_NUMBERS = {7: "objectId", 11: "regex", 16: "int", 17: "timestamp", 18: "long", 19: "decimal"}
_NUMBER_TYPES = frozenset({"int", "long", "double", "decimal"})
_KNOWN_TYPES = frozenset({*_TYPE_NUMBERS.values(), *_MORE_TYPE_NUMBERS.values(), "number"})
_LISTS = frozenset({"$and", "$or", "$nor"})


def compile_conditions(spec: Any, compiler: Compiler) -> Condition:
    """The conditions as a function. Raises ParseError 102 for what is none, or is not known here."""
    return _Conditions(compiler).every(spec, 0)


class _Conditions:
    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler

    def every(self, spec: Any, depth: int) -> Condition:
        """All conditions of an object."""
        if not isinstance(spec, dict):
            raise refused("the match filter must be an expression in an object")
        if depth > MAX_EXPRESSION_DEPTH:
            raise refused(f"conditions are nested more than {MAX_EXPRESSION_DEPTH} deep")
        parts = [self._part(name, part, depth) for name, part in spec.items() if name != "$comment"]
        if len(parts) == 1:
            return parts[0]
        return lambda scope: all(part(scope) for part in parts)

    def _part(self, name: str, spec: Any, depth: int) -> Condition:
        if name in _LISTS:
            return self._combined(name, spec, depth)
        if name == "$expr":
            evaluate = self._compiler(spec)
            return lambda scope: truthy(evaluate(scope))
        if name.startswith("$"):
            raise refused(f"unknown top level operator: {name}")
        names = tuple(name.split("."))
        holds = self._field(spec, depth)
        return lambda scope: holds(_Field(scope, names))

    def _combined(self, name: str, spec: Any, depth: int) -> Condition:
        if not isinstance(spec, list) or not spec:
            raise refused(f"{name} must be a nonempty array")
        parts = [self.every(part, depth + 1) for part in spec]
        match name:
            case "$and":
                return lambda scope: all(part(scope) for part in parts)
            case "$or":
                return lambda scope: any(part(scope) for part in parts)
            case _:
                return lambda scope: not any(part(scope) for part in parts)

    def _field(self, spec: Any, depth: int) -> Callable[[_Field], bool]:
        """The conditions on one path."""
        if not (isinstance(spec, dict) and any(name.startswith("$") for name in spec)):
            return _any(_equals(spec))
        if depth > MAX_EXPRESSION_DEPTH:
            raise refused(f"conditions are nested more than {MAX_EXPRESSION_DEPTH} deep")
        parts = [self._operator(name, spec, depth) for name in spec if name != "$options"]
        if "$options" in spec and "$regex" not in spec:
            raise refused("$options needs a $regex")
        return lambda field: all(part(field) for part in parts)

    def _operator(self, name: str, spec: Mapping[str, Any], depth: int) -> Callable[[_Field], bool]:
        value = spec[name]
        match name:
            case "$regex":
                return _any(_matches(value, spec.get("$options", "")))
            case "$not":
                return self._negated(value, depth)
            case "$elemMatch":
                return self._element(value, depth)
            case "$all":
                return self._all(value, depth)
        builder = _OPERATORS.get(name)
        if builder is None:
            raise refused(f"unknown operator: {name}")
        return builder(value)

    def _negated(self, spec: Any, depth: int) -> Callable[[_Field], bool]:
        if not isinstance(spec, dict) or not spec:
            raise refused("$not needs a regex or a document")
        holds = self._field(spec, depth + 1)
        return lambda field: not holds(field)

    def _element(self, spec: Any, depth: int) -> Callable[[_Field], bool]:
        if not isinstance(spec, dict):
            raise refused("$elemMatch needs an Object")
        if any(name.startswith("$") and name not in _LISTS and name != "$expr" for name in spec):
            test = self._field(spec, depth + 1)
            return lambda field: any(test(_Value(field.scope, item)) for array in field.arrays() for item in array)
        condition = self.every(spec, depth + 1)

        def holds(field: _Field) -> bool:
            items = (item for array in field.arrays() for item in array)
            return any(
                condition(Scope(item, field.scope.variables, field.scope.budget))
                for item in items
                if isinstance(item, dict)
            )

        return holds

    def _all(self, spec: Any, depth: int) -> Callable[[_Field], bool]:
        if not isinstance(spec, list):
            raise refused("$all needs an array")
        parts = [self._field(item, depth) if _is_element(item) else _any(_equals(item)) for item in spec]
        return lambda field: bool(parts) and all(part(field) for part in parts)


def _is_element(item: Any) -> bool:
    return isinstance(item, dict) and "$elemMatch" in item


class _Field:
    """What a path leads to in the current document."""

    def __init__(self, scope: Scope, names: tuple[str, ...]) -> None:
        self.scope = scope
        self._names = names

    def candidates(self) -> list[Any]:
        """What stands there, and the elements if that is an array."""
        return paths.candidates(self.scope.current, self._names)

    def arrays(self) -> list[list[Any]]:
        """The arrays that stand there."""
        return [value for value, _ in paths.leaves(self.scope.current, self._names) if isinstance(value, list)]

    def values(self) -> list[Any]:
        """What stands there."""
        return [value for value, _ in paths.leaves(self.scope.current, self._names)]


class _Value(_Field):
    """An element of an array, as if it stood at a path."""

    def __init__(self, scope: Scope, value: Any) -> None:
        super().__init__(Scope({"": value}, scope.variables, scope.budget), ("",))


def _any(test: Test) -> Callable[[_Field], bool]:
    return lambda field: any(map(test, field.candidates()))


def _none(test: Test) -> Callable[[_Field], bool]:
    return lambda field: not any(map(test, field.candidates()))


def _equals(value: Any) -> Test:
    if value is None:
        return lambda candidate: candidate is None or candidate is MISSING
    if isinstance(value, str):
        return lambda candidate: bool(candidate == value)
    wanted = key(value)
    return lambda candidate: key(candidate) == wanted


def _relates(name: str) -> Callable[[Any], Callable[[_Field], bool]]:
    relation = _RELATIONS[name]

    def build(value: Any) -> Callable[[_Field], bool]:
        if value is None:
            return _any(_equals(None)) if name in _WITH_EQUAL else lambda field: False
        kind, *wanted = key(value)

        def test(candidate: Any) -> bool:
            found, *payload = key(candidate)
            return bool(found == kind and relation(payload, wanted))

        return _any(test)

    return build


def _among(values: Any, name: str) -> Test:
    if not isinstance(values, list):
        raise refused(f"{name} needs an array")
    if any(isinstance(value, dict) and any(part.startswith("$") for part in value) for value in values):
        raise refused(f"cannot nest $ under {name}")
    wanted = frozenset(map(key, values))
    absent = None in values
    return lambda candidate: absent if candidate is MISSING else key(candidate) in wanted


def _exists(value: Any) -> Callable[[_Field], bool]:
    expected = truthy(value)
    return lambda field: any(found is not MISSING for found in field.candidates()) is expected


def _size(value: Any) -> Callable[[_Field], bool]:
    if not is_whole(value) or value < 0:
        raise refused("$size must be a whole number that is not negative")
    return lambda field: any(len(array) == value for array in field.arrays())


def _mod(value: Any) -> Callable[[_Field], bool]:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(is_number(part) and math.isfinite(part) for part in value)
    ):
        raise refused("malformed mod, needs to be an array of two numbers")
    divisor, remainder = (math.trunc(part) for part in value)
    if divisor == 0:
        raise refused("divisor cannot be 0")

    def test(candidate: Any) -> bool:
        if not is_number(candidate) or not math.isfinite(candidate):
            return False
        return bool(math.fmod(math.trunc(candidate), divisor) == remainder)

    return _any(test)


def _type(value: Any) -> Callable[[_Field], bool]:
    wanted = set(map(_type_named, value if isinstance(value, list) else [value]))
    if "number" in wanted:
        wanted |= _NUMBER_TYPES
    return lambda field: any(type_name(candidate) in wanted for candidate in field.candidates())


def _type_named(value: Any) -> str:
    numbers = _TYPE_NUMBERS | _MORE_TYPE_NUMBERS
    name = numbers.get(int(value)) if is_whole(value) else value
    if not isinstance(name, str) or name not in _KNOWN_TYPES:
        raise refused(f"Unknown type name alias: {value}")
    return name


def _matches(pattern: Any, options: Any) -> Test:
    if not isinstance(pattern, str) or not isinstance(options, str):
        raise refused("$regex has to be a string")
    if set(options) - set("imsxu"):
        raise refused(f"invalid flag in regex options: {options}")
    matches = regex.matcher(pattern, options)
    return lambda candidate: isinstance(candidate, str) and matches(candidate)


_OPERATORS: Mapping[str, Callable[[Any], Callable[[_Field], bool]]] = {
    "$eq": lambda value: _any(_equals(value)),
    "$ne": lambda value: _none(_equals(value)),
    "$in": lambda values: _any(_among(values, "$in")),
    "$nin": lambda values: _none(_among(values, "$nin")),
    **{name: _relates(name) for name in _RELATIONS},
    "$exists": _exists,
    "$size": _size,
    "$mod": _mod,
    "$type": _type,
}
