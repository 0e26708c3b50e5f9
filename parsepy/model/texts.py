"""JSON values as JavaScript sees them: clients know error texts that were put together by its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def javascript_text(value: Any) -> str:
    """A JSON value as JavaScript puts it into a text."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Mapping():
            return "[object Object]"
        case list():
            return ",".join("" if element is None else javascript_text(element) for element in value)
        case _:
            return str(value)


def is_truthy(value: Any) -> bool:
    """Whether JavaScript takes a JSON value for true: empty lists and objects are."""
    return isinstance(value, list | Mapping) or bool(value)
