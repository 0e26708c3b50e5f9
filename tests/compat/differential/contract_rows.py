"""The rows of the contract that scenarios have to cover: tests/compat/contract/*.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

CONTRACT = Path(__file__).parent.parent / "contract"


def contract_rows() -> dict[str, str]:
    """Row id -> what it says. An id that stands in two files is an error."""
    rows: dict[str, str] = {}
    for file in sorted(CONTRACT.glob("*.toml")):
        for row, says in tomllib.loads(file.read_text())["rows"].items():
            if row in rows:
                raise ValueError(f"{file.name}: row {row} stands in another file too")
            rows[row] = says
    return rows
