"""What the checks of a release find, and what they must not see."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from parsepy.cli.releases import programs
from parsepy.cli.releases.checks import problems_of
from parsepy.cli.releases.depot import CODE, Depot
from parsepy.system.releases.records import Release
from tests.integration.deploying import bundle, code

TWICE = """

@cloud.define("version")
async def again(request):
    return 2
"""
ENVIRONMENT = """
import os, sys
from pathlib import Path
text = " ".join([*os.environ.values(), *sys.argv, os.getcwd()])
assert "the-secret" not in text, "seen"
"""


async def problems(folder: Path, files: dict[str, str]) -> list[str]:
    """What is wrong with a release of these files."""
    data = bundle(files)
    depot = Depot(folder / "releases")
    release = Release("r1", "", "checking", hashlib.sha256(data).hexdigest(), len(data), 1)
    placed = await depot.place(release, data)
    return await problems_of(placed, depot.home(release.sha256) / CODE)


async def test_nothing_is_wrong_with_good_code_and_good_tests(tmp_path: Path) -> None:
    test = (
        "from main import cloud\nfrom cloud.main import cloud as same\n\n\n"
        "async def test_it() -> None:\n    assert cloud.function_names == same.function_names == ('version',)\n"
    )

    assert await problems(tmp_path, {"main.py": code(1), "tests/test_main.py": test}) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": code(1), "lib/more.py": "x = = 1\n"}, "lib/more.py:1: SyntaxError: invalid syntax"),
        ({"main.py": "import stripe_like\n"}, "main.py:1: ModuleNotFoundError: No module named 'stripe_like'"),
        ({"main.py": code(1, more="raise ValueError('no')\n")}, "main.py:9: ValueError: no"),
        ({"main.py": "x = 1\n"}, "there is no Cloud(); begin with `cloud = Cloud()`"),
        ({"main.py": "import os\nos._exit(0)\n"}, "loading ended the process: exit code 0"),
    ],
    ids=["syntax", "import", "error", "no cloud", "exit"],
)
async def test_broken_code_is_told_with_its_place(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    found = await problems(tmp_path, files)

    assert len(found) == 1
    assert expected in found[0]
    assert str(tmp_path) not in found[0]


async def test_a_name_that_is_registered_twice_is_told_with_both_places(tmp_path: Path) -> None:
    (found,) = await problems(tmp_path, {"main.py": code(1, more=TWICE)})

    assert "function version is registered twice: " in found
    assert "main.py:6 and " in found


async def test_a_failing_test_is_told(tmp_path: Path) -> None:
    test = "def test_it() -> None:\n    assert 1 == 2, 'not at all'\n"
    (found,) = await problems(tmp_path, {"main.py": code(1), "tests/test_main.py": test})

    assert found.startswith("its tests fail:")
    assert "not at all" in found


async def test_the_checks_see_no_secret_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARSE_SERVER_MASTER_KEY", "PARSE_SERVER_DATABASE_URI", "DATABASE_URL", "AWS_SECRET", "HOME"):
        monkeypatch.setenv(name, "the-secret")
    test = f"{ENVIRONMENT}\n\ndef test_it() -> None:\n    assert True\n"

    assert await problems(tmp_path, {"main.py": ENVIRONMENT + code(1), "tests/test_main.py": test}) == []


async def test_configuration_of_the_servers_own_folder_is_not_that_of_the_tests(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    test = "def test_it() -> None:\n    assert True\n"

    assert await problems(tmp_path, {"main.py": code(1), "tests/test_main.py": test}) == []


async def test_a_release_may_bring_its_own_configuration_of_tests(tmp_path: Path) -> None:
    files = {"main.py": code(1), "pytest.ini": "[pytest]\npython_files = check_*.py\n"}
    files["tests/check_it.py"] = "def test_it() -> None:\n    assert False, 'it was run'\n"
    (found,) = await problems(tmp_path, files)

    assert "it was run" in found


async def test_modules_called_like_those_of_python_disturb_nothing(tmp_path: Path) -> None:
    assert await problems(tmp_path, {"main.py": code(1), "statistics.py": "raise ValueError\n"}) == []


async def test_javascript_is_checked_by_node(tmp_path: Path) -> None:
    assert await problems(tmp_path, {"main.js": "Parse.Cloud.define('a', () => 1);\n"}) == []

    (found,) = await problems(tmp_path, {"main.js": "function (\n"})
    assert "SyntaxError" in found


async def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    script = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    script += "print(p.pid, flush=True); p.wait()"
    ended = await programs.run_python(["-c", script], folder=tmp_path, seconds=2)

    assert ended.code is None
    while is_running(int(ended.output)):  # noqa: ASYNC110 - another process tells nobody
        await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process still runs; one that ended and was not fetched yet does not."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] not in {"Z", "X"}


async def test_only_the_end_of_much_output_is_kept(tmp_path: Path) -> None:
    ended = await programs.run_python(["-c", "print('x' * 10**6 + 'end')"], folder=tmp_path, seconds=30)

    assert ended.code == 0
    assert ended.output.endswith("end")
    assert len(ended.output) <= programs.MOST_OUTPUT
