"""A condition in SQL, and how conditions are put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

MAX_ARGS = 10_000
"""Most parameters of one condition: the protocol ends at 65,535, the window and other parts need some."""

MAX_HEIGHT = 100
"""How deep conditions may be nested: PostgreSQL's parser and planner recurse on a stack of 2 MB."""

HERE = "\0"
"""Stands for the next argument in SQL that is not numbered yet; no name and no text of ours can hold it."""


class Condition(NamedTuple):
    """An SQL expression with the values of its parameters. It may be NULL, which means that it does not hold.

    Not `is_exact`: it holds for more rows than those that match, so the matcher must look at what it lets through.
    `height` counts nested levels.
    """

    sql: str
    args: tuple[Any, ...] = ()
    is_exact: bool = True
    height: int = 0


ALWAYS = Condition("TRUE")
NEVER = Condition("FALSE")
UNKNOWN = Condition("TRUE", is_exact=False)
"""Nothing that SQL could tell."""


def roughly(condition: Condition) -> Condition:
    """The same for a condition that lets through more than it should."""
    return Condition(condition.sql, condition.args, False, condition.height)


def every(conditions: Sequence[Condition]) -> Condition:
    """All hold."""
    if NEVER in conditions:
        return NEVER
    is_exact = all(condition.is_exact for condition in conditions)
    telling = [condition for condition in conditions if condition.sql != ALWAYS.sql]
    if not telling:
        return ALWAYS if is_exact else UNKNOWN
    return _combined(telling, " AND ", is_exact=is_exact)


def some(conditions: Sequence[Condition]) -> Condition:
    """At least one holds."""
    is_exact = all(condition.is_exact for condition in conditions)
    if any(condition.sql == ALWAYS.sql for condition in conditions):
        return ALWAYS if ALWAYS in conditions else UNKNOWN
    telling = [condition for condition in conditions if condition != NEVER]
    return _combined(telling, " OR ", is_exact=is_exact) if telling else NEVER


def negated(condition: Condition) -> Condition:
    """It does not hold; what SQL only knows roughly cannot be turned around."""
    if not condition.is_exact:
        return UNKNOWN
    if condition == NEVER:
        return ALWAYS
    if condition == ALWAYS:
        return NEVER
    return Condition(f"({condition.sql}) IS NOT TRUE", condition.args, height=condition.height + 1)


def _combined(conditions: Sequence[Condition], operator: str, *, is_exact: bool) -> Condition:
    if len(conditions) == 1:
        return Condition(conditions[0].sql, conditions[0].args, is_exact, conditions[0].height)
    args = tuple(arg for condition in conditions for arg in condition.args)
    height = max(condition.height for condition in conditions) + 1
    if height > MAX_HEIGHT or len(args) > MAX_ARGS:
        return UNKNOWN
    return Condition(operator.join(f"({condition.sql})" for condition in conditions), args, is_exact, height)


def numbered(sql: str, first: int) -> str:
    """The SQL with `$n` for its arguments, counted from `first`."""
    parts = sql.split(HERE)
    for at in range(1, len(parts)):
        parts[at] = f"${first + at - 1}{parts[at]}"
    return "".join(parts)
