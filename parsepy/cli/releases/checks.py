"""The checks of a release, seen from the server: another process looks into it, then its own tests run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from pathlib import Path

from parsepy.cli.releases import programs
from parsepy.cli.releases.placed import Placed
from parsepy.javascript.cloud import SUFFIXES

LOOK_SECONDS = 60.0
TEST_SECONDS = 180.0
INI_FILES = ("pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini")
NO_TESTS = 5
"""What pytest ends with when it finds none."""
NO_CACHES = {"PYTHONDONTWRITEBYTECODE": "1"}
"""What lies in the folder stays as it was unpacked."""


async def problems_of(placed: Placed, code: Path) -> list[str]:
    """What is wrong with the release whose files lie in `code`; none if it may go live."""
    found = await _looked_at(placed, code)
    if not found and placed.entry.suffix in SUFFIXES:
        found = await _javascript(code)
    if not found and (code / "tests").is_dir():
        found = await _tested(placed, code)
    return [problem.replace(f"{code}{os.sep}", "") for problem in found]


async def _looked_at(placed: Placed, code: Path) -> list[str]:
    """Syntax, imports and duplicate names, found by a process that loads the code."""
    with tempfile.TemporaryDirectory(prefix="parsepy-check-") as scratch:
        report = Path(scratch) / "report.json"
        given = [
            "-m",
            "parsepy.cli.releases.look",
            str(code),
            str(placed.entry),
            str(report),
            str(placed.packages or ""),
        ]
        ended = await programs.run_python(given, folder=code, seconds=LOOK_SECONDS, more=NO_CACHES)
        if ended.code is None:
            return [f"loading takes more than {LOOK_SECONDS:.0f} seconds"]
        if not await asyncio.to_thread(report.is_file):
            return [f"loading ended the process: {ended.output or f'exit code {ended.code}'}"]
        found: list[str] = json.loads(await asyncio.to_thread(report.read_text, encoding="utf-8"))
        return found


async def _javascript(code: Path) -> list[str]:
    """What Node says of the syntax of each file."""
    node = shutil.which("node")
    if node is None:
        return ["the release is JavaScript, and Node is not installed on the server"]
    found = []
    environ = programs.harmless()
    for script in await asyncio.to_thread(_scripts, code):
        ended = await programs.run([node, "--check", str(script)], folder=code, seconds=LOOK_SECONDS, environ=environ)
        if ended.code != 0:
            found.append(ended.output or f"{script}: node --check took too long")
    return found


def _scripts(code: Path) -> list[Path]:
    """The JavaScript files of the release itself."""
    found = (path for path in sorted(code.rglob("*")) if path.suffix in SUFFIXES)
    return [path for path in found if "node_modules" not in path.relative_to(code).parts]


async def _tested(placed: Placed, code: Path) -> list[str]:
    """What pytest says of the release's own tests."""
    ini = next((str(code / name) for name in INI_FILES if (code / name).is_file()), os.devnull)
    given = ["tests", "-q", "-p", "no:cacheprovider", "--color=no", "--no-header", "--tb=short"]
    given += ["-c", ini, f"--rootdir={code}", *(["-o", "asyncio_mode=auto"] if ini == os.devnull else [])]
    module = ["-m", "parsepy.cli.releases.tests", str(code), str(placed.packages or "")]
    ended = await programs.run_python([*module, *given], folder=code, seconds=TEST_SECONDS, more=NO_CACHES)
    if ended.code in {0, NO_TESTS}:
        return []
    if ended.code is None:
        return [f"its tests take more than {TEST_SECONDS:.0f} seconds"]
    if "No module named pytest" in ended.output:
        return ["its tests cannot run: pytest is not installed on the server; install it, or leave tests/ out"]
    return [f"its tests fail:\n{ended.output[-3000:]}"]
