"""docs/settings.md is what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from parsepy.settings import NOT_YET, NotYet
from parsepy.settings.table import markdown_table

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown_table(), (
        "run python -m parsepy.settings.table > docs/settings.md"
    )


def test_the_module_prints_the_document() -> None:
    command = [sys.executable, "-m", "parsepy.settings.table"]
    printed = subprocess.run(command, check=True, capture_output=True, cwd=DOCUMENT.parents[1]).stdout

    assert printed.decode() == markdown_table()


@pytest.mark.parametrize("entry", NOT_YET, ids=lambda entry: entry.option)
def test_the_document_lists_what_is_not_there_yet_with_the_reason(entry: NotYet) -> None:
    assert f"| `{entry.option}` | {entry.reason}" in DOCUMENT.read_text(encoding="utf-8")
