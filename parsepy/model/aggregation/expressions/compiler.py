"""Expressions of MongoDB compiled to functions: literals, field paths, variables, and operators by their tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parsepy.model.aggregation import paths
from parsepy.model.aggregation.budget import MAX_EXPRESSION_DEPTH, Budget, measured, refused
from parsepy.model.aggregation.values import MISSING

SYSTEM_VARIABLES = frozenset({"ROOT", "CURRENT", "NOW", "REMOVE"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is evaluated in. `variables` holds ROOT, NOW, REMOVE and those of `$let`, `$map` and the like."""

    current: Any
    variables: Mapping[str, Any]
    budget: Budget

    def bound(self, values: Mapping[str, Any]) -> Scope:
        """The same with more variables; one named CURRENT changes what paths begin at."""
        return Scope(values.get("CURRENT", self.current), {**self.variables, **values}, self.budget)


Expression = Callable[[Scope], Any]
"""Gives the value of an expression, MISSING for none."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles expressions; `names` are the variables that are known where the expression stands."""

    operators: Mapping[str, Callable[[Any, Compiler], Expression]]
    names: frozenset[str] = SYSTEM_VARIABLES
    depth: int = 0

    def knowing(self, *names: str) -> Compiler:
        """A compiler for an expression in which these variables are bound, too."""
        return replace(self, names=self.names | set(names))

    def __call__(self, spec: Any) -> Expression:
        """Compile an expression. Raises ParseError 102 for what is none, or is not known here."""
        inner = replace(self, depth=self.depth + 1)
        if inner.depth > MAX_EXPRESSION_DEPTH:
            raise refused(f"an expression is nested more than {MAX_EXPRESSION_DEPTH} deep")
        match spec:
            case str() if spec.startswith("$$"):
                return inner.variable(spec[2:])
            case str() if spec.startswith("$"):
                return _field(paths.split(spec[1:]))
            case dict():
                return inner.object(spec)
            case list():
                return _array([inner(item) for item in spec])
            case _:
                return constant(spec)

    def variable(self, path: str) -> Expression:
        """A variable, or a path below one."""
        name, *names = paths.split(path)
        if name not in self.names:
            raise refused(f"Use of undefined variable: {name}")
        if name == "CURRENT":
            return _field(names) if names else lambda scope: scope.current
        if not names:
            return lambda scope: scope.variables.get(name, MISSING)
        read = paths.reader(names)
        return lambda scope: read(scope.variables.get(name, MISSING))

    def object(self, spec: Mapping[str, Any]) -> Expression:
        """An operator with its arguments, or a document made of expressions."""
        name = next((key for key in spec if key.startswith("$")), None)
        if name is None:
            return _document({key: self(part) for key, part in spec.items()})
        if len(spec) != 1:
            raise refused(f"an object representing an expression must have exactly one field: {', '.join(spec)}")
        return self.operator(name, spec[name])

    def operator(self, name: str, spec: Any) -> Expression:
        """One operator. Raises ParseError 102 naming it if it is not known."""
        builder = self.operators.get(name)
        if builder is None:
            raise refused(f"Unrecognized expression '{name}'")
        return builder(spec, self)


def constant(value: Any) -> Expression:
    """Always the same value."""
    return lambda scope: value


def _field(names: Sequence[str]) -> Expression:
    read = paths.reader(names)
    return lambda scope: read(scope.current)


def _array(items: Sequence[Expression]) -> Expression:
    def evaluate(scope: Scope) -> Any:
        found = [item(scope) for item in items]
        return measured([None if value is MISSING else value for value in found])

    return evaluate


def _document(fields: Mapping[str, Expression]) -> Expression:
    for name in fields:
        if not name or "." in name:
            raise refused(f"FieldPath field names may not contain '.' or be empty: '{name}'")

    def evaluate(scope: Scope) -> Any:
        found = ((name, field(scope)) for name, field in fields.items())
        return measured({name: value for name, value in found if value is not MISSING})

    return evaluate
