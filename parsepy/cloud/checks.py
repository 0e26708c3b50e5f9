"""Checks of the security report that cloud code adds to the server's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parsepy.cloud.hooks import CloudError, location_of

DEFAULT_GROUP = "Cloud Code"


@dataclass(frozen=True, slots=True)
class SecurityCheck:
    """A check: it fails if `function` returns False or raises, and then the report shows `warning` and `solution`."""

    group: str
    title: str
    warning: str
    solution: str
    function: Callable[[], Any]

    @property
    def location(self) -> str:
        """Where the function is written."""
        return location_of(self.function)


def security_check(
    function: Callable[[], Any], *, group: str, title: str, warning: str, solution: str
) -> SecurityCheck:
    """A check as it is registered. Raises CloudError for texts that are none or empty, and a function with parameters."""
    for name, text in (("group", group), ("title", title), ("warning", warning), ("solution", solution)):
        if not isinstance(text, str) or not text.strip():
            raise CloudError(f"{location_of(function)}: the {name} of a security check is a text, not {text!r}")
    try:
        inspect.signature(function).bind()
    except TypeError as exc:
        raise CloudError(f"{location_of(function)}: the security check {title} must take no argument") from exc
    return SecurityCheck(group, title, warning, solution, function)


def refuse_second(first: SecurityCheck | None, second: SecurityCheck) -> None:
    """Raises CloudError, naming both places, if there is a first."""
    if first is not None:
        what = f"security check {second.title} of {second.group}"
        raise CloudError(f"{what} is registered twice: {first.location} and {second.location}")
