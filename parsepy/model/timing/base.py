"""What all timings have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from parsepy.model.values import iso

TICK = timedelta(milliseconds=1)
"""Times are kept in milliseconds: the next moment is one later."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Timing(Protocol):
    """The times at which something is due. Two with the same text have the same times."""

    @property
    def text(self) -> str:
        """The timing in words, for logs and as its name."""

    def after(self, moment: datetime) -> datetime | None:
        """The first time after the moment, in UTC; None if there is none. `moment` names its zone."""


def since(start: datetime) -> str:
    """When a timing begins, in words; nothing for one that has no beginning."""
    return "" if start == EPOCH else f" from {iso(start)}"
