"""The accepted differences: what parsepy sends instead, and why that is as good or better."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.compat.commands.wire import Document

FILE = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True)
class Accepted:
    """The reason, and the commands of parsepy for the case."""

    reason: str
    ours: list[Document]


def load() -> Mapping[str, Accepted]:
    """The table by the names of the cases."""
    table = tomllib.loads(FILE.read_text())
    return {
        name: Accepted(row["reason"], [orjson.loads(line) for line in row["ours"].splitlines() if line.strip()])
        for name, row in table.items()
    }
