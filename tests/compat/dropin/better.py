"""Answers of parsepy that differ from the reference's on the same database, and are better: better.toml.

[[answer]]
stores = ["postgres"]
label = "Typed .*"          # whole label of the question, a regular expression
path = "status|body.*"      # places in the answer that differ, a regular expression
reason = "..."
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.compat.differential.answers import Record
from tests.compat.differential.differences import Difference, places
from tests.compat.servers import Store

FILE = Path(__file__).parent / "better.toml"


@dataclass(frozen=True)
class Better:
    """One row of the table."""

    stores: tuple[Store, ...]
    label: re.Pattern[str]
    path: re.Pattern[str]
    errors: frozenset[int] | None
    reason: str

    def covers(self, expected: Record, path: str) -> bool:
        """Whether the row is about this place in the reference's answer."""
        if self.errors is not None and _code(expected) not in self.errors:
            return False
        return bool(self.label.fullmatch(str(expected["label"])) and self.path.fullmatch(path))


@dataclass(frozen=True)
class Judged:
    """Differences that no row of the table covers, and rows that cover none."""

    unexplained: tuple[Difference, ...]
    needless: tuple[Better, ...]


def better_on(store: Store) -> tuple[Better, ...]:
    """The rows that hold on a store."""
    rows = tomllib.loads(FILE.read_text())["answer"]
    return tuple(map(_row, (row for row in rows if store in row["stores"])))


def _row(row: Mapping[str, Any]) -> Better:
    errors = frozenset(row["errors"]) if "errors" in row else None
    return Better(tuple(row["stores"]), re.compile(row["label"]), re.compile(row["path"]), errors, row["reason"])


def _code(answer: Record) -> int | None:
    body = answer.get("body")
    return body.get("code") if isinstance(body, dict) else None


def judged(found: Iterable[Difference], known: Iterable[Better]) -> Judged:
    """Which of the differences nobody wanted, and which rows are good for nothing."""
    table = tuple(known)
    used: set[Better] = set()
    unexplained = []
    for one in found:
        expected = one.expected or {}
        rows = [next((row for row in table if row.covers(expected, path)), None) for path in places(expected, one.got)]
        used.update(row for row in rows if row)
        if None in rows:
            unexplained.append(one)
    return Judged(tuple(unexplained), tuple(row for row in table if row not in used))
