"""The fixtures for pytest, as a project of users has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parsepy.cli import main

ROOT = Path(__file__).parents[2]
CLOUD = """
from parsepy import Cloud

cloud = Cloud()
cloud.define("hello")(lambda request: "Hello")
"""
TEST = """
from datetime import timedelta

import pytest

pytestmark = pytest.mark.asyncio


async def test_the_function_greets(parse_client):
    assert await parse_client.run("hello") == "Hello"


@pytest.mark.parametrize("attempt", [1, 2])
async def test_every_test_has_a_server_of_its_own(parse_client, parse_server, parse_clock, parse_mail, attempt):
    assert (await parse_client.find("Score"), len(parse_mail)) == ([], 0)
    await parse_client.create("Score")
    await parse_clock.advance(timedelta(days=1))
    assert parse_server.app.now() == parse_clock.now()
"""
OPTIONS = """

@pytest.fixture
def parse_options():
    return {"maxLimit": 1}


async def test_options_are_those_of_the_fixture(parse_client):
    for _ in range(2):
        await parse_client.create("Score")
    assert len(await parse_client.find("Score")) == 1
"""
IMPORTED = """
import main


def test_the_code_under_test_is_what_tests_import(parse_cloud):
    assert parse_cloud is main.cloud
"""
UNUSED = """
import sys


def test_nothing_of_the_server_is_imported():
    assert [name for name in sys.modules if name == "parsepy" or name.startswith(("parsepy.", "aiohttp"))] == []
"""

pytestmark = pytest.mark.slow


def run_pytest(folder: Path, files: dict[str, str], *arguments: str) -> str:
    """What pytest says about the files, in a process of its own."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_parsepy", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


STRICT = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")


@pytest.mark.parametrize(
    ("code", "test"),
    [
        ("cloud/main.py", "tests/test_it.py"),
        ("cloud/main.py", "cloud/tests/test_it.py"),
        ("main.py", "tests/test_it.py"),
        ("cloud/__init__.py", "test_it.py"),
    ],
)
def test_the_fixtures_find_the_cloud_code(tmp_path: Path, code: str, test: str) -> None:
    said = run_pytest(tmp_path, {code: CLOUD, test: TEST + OPTIONS}, *STRICT)

    assert "4 passed" in said, said


def test_the_tests_of_a_release_find_its_code(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, {"main.py": CLOUD, "tests/test_it.py": TEST}, *STRICT, "tests")

    assert "3 passed" in said, said


@pytest.mark.parametrize(("folder", "tests"), [("", "cloud"), ("cloud", "tests"), ("", "")])
def test_what_init_writes_passes_at_once(tmp_path: Path, folder: str, tests: str) -> None:
    main(["cloud", "init", str(tmp_path)])
    said = run_pytest(tmp_path / folder, {}, *STRICT, *([tests] if tests else []))

    assert "3 passed" in said, said


def test_the_configuration_names_the_cloud_code(tmp_path: Path) -> None:
    files = {
        "code/greetings.py": CLOUD,
        "test_it.py": TEST,
        "pytest.ini": "[pytest]\nparsepy_cloud = code/greetings.py\n",
    }
    said = run_pytest(tmp_path, files, *STRICT)

    assert "3 passed" in said, said


def test_a_main_of_another_program_is_left_alone(tmp_path: Path) -> None:
    test = "def test_there_is_none(parse_cloud):\n    assert parse_cloud.function_names == ()\n"
    said = run_pytest(tmp_path, {"main.py": "raise SystemExit(1)\n", "test_it.py": test}, *STRICT)

    assert "1 passed" in said, said


def test_tests_and_server_share_the_code(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, {"main.py": CLOUD, "test_it.py": IMPORTED}, *STRICT)

    assert "1 passed" in said, said


def test_who_does_not_use_the_fixtures_pays_nothing(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, {"main.py": CLOUD, "test_it.py": UNUSED}, *STRICT)

    assert "1 passed" in said, said


def test_the_plugin_of_anyio_runs_the_fixtures_too(tmp_path: Path) -> None:
    backend = '@pytest.fixture\ndef anyio_backend():\n    return "asyncio"\n'
    test = TEST.replace("pytest.mark.asyncio", "pytest.mark.anyio") + "\n\n" + backend
    said = run_pytest(tmp_path, {"main.py": CLOUD, "test_it.py": test}, "-p", "anyio.pytest_plugin")

    assert "3 passed" in said, said
