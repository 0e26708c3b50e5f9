"""A condition in SQL, and how conditions are put together without exceeding what SQLite takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from parsepy.adapters.storage.base import InvalidQueryError

MAX_PARAMETERS = 10_000
MAX_HEIGHT = 20
"""How deep expressions may be nested: SQLite's parser keeps a hundred open parts, of which a level takes up to four."""


_SIDE_BY_SIDE = 8


def json_text(value: Any) -> str:
    """The JSON text of a value exactly as documents hold it. Raises InvalidQueryError for what no document can hold."""
    try:
        return orjson.dumps(value).decode()
    except TypeError as exc:
        raise InvalidQueryError("the query has values that cannot be stored") from exc


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression with its parameters.

    Not `exact`: it holds for more rows than those that match, so the compiled predicate must look at what it lets
    through. `selective`: an index leads to the rows, the table need not be read through. `height` counts nested levels.
    """

    sql: str
    params: tuple[Any, ...] = ()
    exact: bool = True
    selective: bool = False
    height: int = 0


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
    return _combined(telling, " AND ", exact=exact, selective=any(condition.selective for condition in telling))


def some(conditions: Sequence[Condition]) -> Condition:
    """At least one holds."""
    if not conditions:
        return NEVER
    exact = all(condition.exact for condition in conditions)
    if any(condition.sql == "1" for condition in conditions):
        return ALWAYS if exact else UNKNOWN
    return _combined(conditions, " OR ", exact=exact, selective=all(condition.selective for condition in conditions))


def negated(condition: Condition) -> Condition:
    """It does not hold; what SQL only knows roughly cannot be turned around."""
    if not condition.exact:
        return UNKNOWN
    return Condition(f"({condition.sql}) IS NOT TRUE", condition.params, height=condition.height + 1)


def _combined(conditions: Sequence[Condition], operator: str, *, exact: bool, selective: bool) -> Condition:
    params = tuple(param for condition in conditions for param in condition.params)
    levels = max(1, (len(conditions) // _SIDE_BY_SIDE).bit_length() + 1)
    height = max(condition.height for condition in conditions) + levels
    if height > MAX_HEIGHT or len(params) > MAX_PARAMETERS:
        return UNKNOWN
    sql = _joined([condition.sql for condition in conditions], operator)
    return Condition(sql, params, exact, selective, height)


def _joined(expressions: Sequence[str], operator: str) -> str:
    """The expressions in a balanced tree: SQLite counts the depth of long chains and gives up at 1000."""
    if len(expressions) <= _SIDE_BY_SIDE:
        return operator.join(f"({expression})" for expression in expressions)
    middle = len(expressions) // 2
    return f"({_joined(expressions[:middle], operator)}){operator}({_joined(expressions[middle:], operator)})"
