"""The rows of the contract that scenarios have to cover: tests/compat/contract/*.toml.

What no client of a running server can see stands in a file's `[elsewhere]` table: row id -> the test that shows it,
as pytest names it ("tests/unit/api/test_dispatch.py::test_name").
"""

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


def rows_elsewhere() -> dict[str, str]:
    """Row id -> the test that shows what no scenario can."""
    tables = (tomllib.loads(file.read_text()).get("elsewhere", {}) for file in sorted(CONTRACT.glob("*.toml")))
    return {row: test for table in tables for row, test in table.items()}
