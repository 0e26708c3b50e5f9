"""The port through which requests are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Window:
    """A client's window of time under one limit: how many requests it holds, the last one included, and its end."""

    used: int
    ends: datetime


class Limits(Protocol):
    """Counts requests of clients under limits."""

    async def take(self, limit: str, client: str, seconds: float) -> Window:
        """Count one request under the limit of that name.

        The first request of a client begins a window of so many seconds; when it has ended, the next request begins another.
        """
