"""How operators take their arguments: one, some, any number, or by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsepy.model.aggregation.budget import measured, refused
from parsepy.model.aggregation.expressions.compiler import Compiler, Expression, Scope, constant
from parsepy.model.aggregation.values import MISSING, is_nothing

Builder = Callable[[Any, Compiler], Expression]
"""Compiles the arguments of one operator."""

Named = dict[str, Any]
"""Arguments by name; those that were not given are MISSING."""


def arguments(name: str, spec: Any, least: int, most: int | None) -> Sequence[Any]:
    """The arguments of an operator; one alone needs no list. Raises ParseError 102 for a wrong number."""
    given = spec if isinstance(spec, list) else [spec]
    if len(given) < least or (most is not None and len(given) > most):
        if most == least:
            raise refused(f"Expression {name} takes exactly {least} arguments. {len(given)} were passed in.")
        limit = "" if most is None else f", and at most {most},"
        raise refused(f"Expression {name} takes at least {least} arguments{limit} but {len(given)} were passed in.")
    return given


def function(name: str, evaluate: Callable[..., Any], least: int = 1, most: int | None = None) -> Builder:
    """An operator of `least` to `most` values (by itself: exactly `least`)."""
    top = least if most is None else most

    def build(spec: Any, compiler: Compiler) -> Expression:
        parts = [compiler(part) for part in arguments(name, spec, least, top)]
        match parts:
            case [only]:
                return lambda scope: evaluate(only(scope))
            case [first, second]:
                return lambda scope: evaluate(first(scope), second(scope))
            case _:
                return lambda scope: evaluate(*[part(scope) for part in parts])

    return build


def nullable(name: str, evaluate: Callable[..., Any], least: int = 1, most: int | None = None) -> Builder:
    """The same, for an operator that gives null if one of its values is null or missing."""

    def guarded(*values: Any) -> Any:
        return None if any(map(is_nothing, values)) else evaluate(*values)

    return function(name, guarded, least, most)


def variadic(name: str, evaluate: Callable[[list[Any]], Any], least: int = 0) -> Builder:
    """An operator of any number of values."""

    def build(spec: Any, compiler: Compiler) -> Expression:
        parts = [compiler(part) for part in arguments(name, spec, least, None)]
        return lambda scope: evaluate([part(scope) for part in parts])

    return build


def named(
    name: str, evaluate: Callable[[Named], Any], required: Sequence[str], optional: Sequence[str] = ()
) -> Builder:
    """An operator of named values."""

    def build(spec: Any, compiler: Compiler) -> Expression:
        checked_names(name, spec, required, optional)
        fields = {key: compiler(part) for key, part in spec.items()}
        absent = {key: constant(MISSING) for key in (*required, *optional) if key not in fields}
        every: Mapping[str, Expression] = {**fields, **absent}
        return lambda scope: evaluate({key: field(scope) for key, field in every.items()})

    return build


def checked_names(name: str, spec: Any, required: Sequence[str], optional: Sequence[str] = ()) -> None:
    """Raise ParseError 102 if these are not the names that an operator takes."""
    if not isinstance(spec, dict):
        raise refused(f"{name} only supports an object as its argument")
    for key in spec:
        if key not in required and key not in optional:
            raise refused(f"{name} found an unknown argument: {key}")
    for key in required:
        if key not in spec:
            raise refused(f"{name} requires '{key}' to be specified")


def sized(builder: Builder) -> Builder:
    """The operator, refusing results that are too large: for those that put values together."""

    def build(spec: Any, compiler: Compiler) -> Expression:
        evaluate = builder(spec, compiler)

        def checked(scope: Scope) -> Any:
            return measured(evaluate(scope))

        return checked

    return build
