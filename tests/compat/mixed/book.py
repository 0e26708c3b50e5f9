"""What was acknowledged under load, and what went wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHANCE = re.compile(r"\d+|\b[A-Za-z0-9]{10}\b")


@dataclass(frozen=True, order=True)
class Trouble:
    """One kind of unexpected answer. `side` is "first" or "second"; digits and ids in `text` are left out."""

    side: str
    doing: str
    status: int
    text: str


@dataclass
class Book:
    """Kept by all workers of a run, in one event loop.

    `objects`: class and id -> the fields that must be there. `unsure` holds what a failed request may or may not have done:
    an object, or the counter, list or class it was for. `indexes`: number of the worker -> whether its index is there.
    """

    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    counters: Counter[str] = field(default_factory=Counter)
    members: dict[str, set[str]] = field(default_factory=dict)
    permissions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    indexes: dict[int, bool] = field(default_factory=dict)
    unsure: set[Any] = field(default_factory=set)
    troubles: Counter[Trouble] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    def trouble(self, side: str, doing: str, status: int, text: str) -> None:
        """Note an answer that should have been another one."""
        self.troubles[Trouble(side, doing, status, CHANCE.sub("#", text)[:200])] += 1
