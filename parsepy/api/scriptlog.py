"""Reading the log over the API, as the dashboard does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.errors import ParseError
from parsepy.logs.files import ERRORS, INFO
from parsepy.logs.reading import Span
from parsepy.model import values
from parsepy.system import log_lines

DEFAULT_SIZE = 10
MOST_LINES = 10_000
DEFAULT_SPAN = timedelta(days=7)
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

routes = Routes()


@routes.get("/scriptlog", Need.MASTER)
async def scriptlog(ctx: Context, request: Request) -> Response:
    """The lines that are asked for, as a bare list."""
    given = {**request.fields, **request.query}
    return Response(await log_lines.lines(ctx.app, span(given, ctx.app.now(), ctx.app.settings.app_id)))


def span(given: Mapping[str, Any], now: datetime, app_id: str) -> Span:
    """Which lines are asked for; what cannot be understood counts as not given.

    Without `level=error` lines of every level are meant, and every `order` but `desc` puts the oldest first.
    """
    until = _moment(given.get("until")) or now
    return Span(
        name=ERRORS if given.get("level") == "error" else INFO,
        since=_moment(given.get("from")) or now - DEFAULT_SPAN,
        until=until,
        size=min(_size(given.get("n")) or _size(given.get("size")) or DEFAULT_SIZE, MOST_LINES),
        newest_first=(given.get("order") or "desc") == "desc",
        app_id=app_id,
    )


def _moment(value: object) -> datetime | None:
    try:
        return min(max(values.date_of(value), FIRST), LAST)
    except ParseError:
        return None


def _size(value: object) -> int:
    """0 for what is no number above it."""
    if not isinstance(value, str | int | float):
        return 0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0
    return int(number) if math.isfinite(number) and number > 0 else 0
