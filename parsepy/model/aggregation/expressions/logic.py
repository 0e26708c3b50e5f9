"""Comparison, truth, choice and variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parsepy.model.aggregation.budget import refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope, constant
from parsepy.model.aggregation.expressions.signatures import Builder, arguments, checked_names, function
from parsepy.model.aggregation.values import compare, equal, is_nothing, truthy, type_name


def _comparison(name: str, holds: Callable[[int], bool]) -> Builder:
    return function(name, lambda a, b: holds(compare(a, b)), 2)


def _and(spec: Any, compiler: Compiler) -> Expression:
    parts = [compiler(part) for part in arguments("$and", spec, 0, None)]
    return lambda scope: all(truthy(part(scope)) for part in parts)


def _or(spec: Any, compiler: Compiler) -> Expression:
    parts = [compiler(part) for part in arguments("$or", spec, 0, None)]
    return lambda scope: any(truthy(part(scope)) for part in parts)


def _cond(spec: Any, compiler: Compiler) -> Expression:
    if isinstance(spec, dict):
        checked_names("$cond", spec, ("if", "then", "else"))
        spec = [spec["if"], spec["then"], spec["else"]]
    test, then, otherwise = (compiler(part) for part in arguments("$cond", spec, 3, 3))
    return lambda scope: then(scope) if truthy(test(scope)) else otherwise(scope)


def _if_null(spec: Any, compiler: Compiler) -> Expression:
    *parts, last = (compiler(part) for part in arguments("$ifNull", spec, 2, None))

    def evaluate(scope: Scope) -> Any:
        for part in parts:
            value = part(scope)
            if not is_nothing(value):
                return value
        return last(scope)

    return evaluate


def _switch(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$switch", spec, ("branches",), ("default",))
    branches = spec["branches"]
    if not isinstance(branches, list) or not branches:
        raise refused("$switch requires at least one branch")
    for branch in branches:
        checked_names("$switch", branch, ("case", "then"))
    compiled = [(compiler(branch["case"]), compiler(branch["then"])) for branch in branches]
    default = compiler(spec["default"]) if "default" in spec else None

    def evaluate(scope: Scope) -> Any:
        for case, then in compiled:
            if truthy(case(scope)):
                return then(scope)
        if default is None:
            raise refused("$switch could not find a matching branch for an input, and no default was specified.")
        return default(scope)

    return evaluate


def _let(spec: Any, compiler: Compiler) -> Expression:
    checked_names("$let", spec, ("vars", "in"))
    if not isinstance(spec["vars"], dict):
        raise refused("invalid parameter: expected an object (vars)")
    values = {variable_name(name): compiler(part) for name, part in spec["vars"].items()}
    inner = compiler.knowing(*values)(spec["in"])
    return lambda scope: inner(scope.bound({name: value(scope) for name, value in values.items()}))


def variable_name(name: Any) -> str:
    """A name that `$let`, `$map` and the like may give. Raises ParseError 102 for others."""
    if isinstance(name, str) and (name == "CURRENT" or (name[:1].islower() and name.replace("_", "a").isalnum())):
        return name
    raise refused(f"'{name}' starts with an invalid character for a user variable name")


def _literal(spec: Any, compiler: Compiler) -> Expression:
    return constant(spec)


def _not(value: Any) -> bool:
    return not truthy(value)


def _is_in(value: Any, values: Any) -> bool:
    if not isinstance(values, list):
        raise refused(f"$in requires an array as a second argument, found: {type_name(values)}")
    return any(equal(value, item) for item in values)


OPERATORS: Mapping[str, Builder] = {
    "$eq": function("$eq", equal, 2),
    "$ne": function("$ne", lambda a, b: not equal(a, b), 2),
    "$gt": _comparison("$gt", lambda order: order > 0),
    "$gte": _comparison("$gte", lambda order: order >= 0),
    "$lt": _comparison("$lt", lambda order: order < 0),
    "$lte": _comparison("$lte", lambda order: order <= 0),
    "$cmp": function("$cmp", compare, 2),
    "$and": _and,
    "$or": _or,
    "$not": function("$not", _not),
    "$cond": _cond,
    "$ifNull": _if_null,
    "$switch": _switch,
    "$let": _let,
    "$literal": _literal,
    "$in": function("$in", _is_in, 2),
}
