"""What a live query server counts, for whoever wants to see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Metrics:
    """Counts since the start, and how things stand now.

    `evaluated` counts conditions tried on an object, `matched` events that somebody is told of, `sent` messages to clients,
    `dropped` clients that did not keep up; `lag` is the age in seconds of the change that was told last.
    """

    clients: int = 0
    subscriptions: int = 0
    changes: int = 0
    evaluated: int = 0
    matched: int = 0
    sent: int = 0
    dropped: int = 0
    lag: float = 0.0
