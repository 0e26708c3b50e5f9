"""Starting while the database is down: a clear line within seconds, and the password stays secret."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import orjson
import pytest

from tests.compat.processes import Command, free_port, running
from tests.compat.servers import ROOT, server_options

pytestmark = pytest.mark.slow

SCHEMES = ("postgres", "mongodb")
LONGEST_START = 20.0


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_start_without_a_database_fails_soon_and_names_the_place(scheme: str, tmp_path: Path) -> None:
    nobody = free_port()
    uri = f"{scheme}://ann:tell-nobody@127.0.0.1:{nobody}/parse"
    config = tmp_path / "config.json"
    config.write_bytes(orjson.dumps(server_options(free_port(), {"databaseURI": uri})))
    argv = [sys.executable, "-m", "parsepy", "serve", str(config)]
    started = time.monotonic()
    async with running(Command(argv, tmp_path, env={"PYTHONPATH": str(ROOT)})) as child:
        code = await asyncio.wait_for(child.process.wait(), LONGEST_START)

    said = child.text().splitlines()
    assert code == 1
    assert time.monotonic() - started < LONGEST_START
    assert f"127.0.0.1:{nobody}" in said[-1]
    assert "tell-nobody" not in child.text()
    assert "Traceback" not in child.text()
