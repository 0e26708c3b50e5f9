"""A condition in SQL, and how conditions are put together without exceeding what SQLite takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_PARAMETERS = 10_000
MAX_NESTING = 60
"""How deep and/or/nor may be nested before the rest is left to the compiled predicate."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression with its parameters.

    Not `exact`: it holds for more rows than those that match, so the compiled predicate must look at what it lets
    through. `selective`: an index leads to the rows, the table need not be read through.
    """

    sql: str
    params: tuple[Any, ...] = ()
    exact: bool = True
    selective: bool = False


ALWAYS = Condition("1")
NEVER = Condition("0", selective=True)
UNKNOWN = Condition("1", exact=False)
"""Nothing that SQL could tell."""


def every(conditions: Sequence[Condition]) -> Condition:
    """All hold."""
    exact = all(condition.exact for condition in conditions)
    telling = [condition for condition in conditions if condition.sql != "1"]
    if not telling:
        return ALWAYS if exact else UNKNOWN
    return _within_limits(
        Condition(
            _joined([condition.sql for condition in telling], " AND "),
            _params(telling),
            exact,
            any(condition.selective for condition in telling),
        )
    )


def some(conditions: Sequence[Condition]) -> Condition:
    """At least one holds."""
    if not conditions:
        return NEVER
    exact = all(condition.exact for condition in conditions)
    if any(condition.sql == "1" for condition in conditions):
        return ALWAYS if exact else UNKNOWN
    return _within_limits(
        Condition(
            _joined([condition.sql for condition in conditions], " OR "),
            _params(conditions),
            exact,
            all(condition.selective for condition in conditions),
        )
    )


def negated(condition: Condition) -> Condition:
    """It does not hold; what SQL only knows roughly cannot be turned around."""
    if not condition.exact:
        return UNKNOWN
    return Condition(f"({condition.sql}) IS NOT TRUE", condition.params)


def _params(conditions: Sequence[Condition]) -> tuple[Any, ...]:
    return tuple(param for condition in conditions for param in condition.params)


def _within_limits(condition: Condition) -> Condition:
    return condition if len(condition.params) <= MAX_PARAMETERS else UNKNOWN


def _joined(expressions: Sequence[str], operator: str) -> str:
    """The expressions in a balanced tree: SQLite counts the depth of long chains and gives up at 1000."""
    if len(expressions) == 1:
        return f"({expressions[0]})"
    if len(expressions) <= 8:
        return "(" + operator.join(f"({expression})" for expression in expressions) + ")"
    middle = len(expressions) // 2
    return f"({_joined(expressions[:middle], operator)}{operator}{_joined(expressions[middle:], operator)})"
