"""What a find gives, and the shape of the find itself: steps of a find that need another one are handed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from parsepy.adapters.storage.base import Explanation, Object
from parsepy.core.context import Context
from parsepy.model.find_params import FindParams
from parsepy.model.record import record


@record(frozen=True, slots=True)
class FindResult:
    """Rows as the caller may see them, and the count of all matches if it was asked for.

    `class_name` is set when a redirect led to another class, `plan` instead of rows when the query was to be explained.
    """

    results: list[Object]
    count: int | None = None
    class_name: str | None = None
    plan: Explanation | None = None


Find = Callable[[Context, str, FindParams], Awaitable[FindResult]]
"""`core.find.find`: context, class name, parameters."""
