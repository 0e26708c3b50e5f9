"""The page about testing: its files, written out as they are named, pass under pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/cloud/testing.md"
FILE = re.compile(r"```python\n# (\S+\.py)\n(.*?)```", re.DOTALL)

pytestmark = pytest.mark.slow


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    files = FILE.findall(PAGE.read_text())
    for name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    options = [
        "-p",
        "pytest_parsepy",
        "-p",
        "pytest_asyncio.plugin",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    count = sum(text.count("async def test_") for _, text in files)
    assert f"{count} passed" in done.stdout, done.stdout


def test_every_example_of_the_page_is_a_file() -> None:
    page = PAGE.read_text()

    assert page.count("```python") == len(FILE.findall(page)) >= 10
