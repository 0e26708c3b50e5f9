"""What README and first steps tell to type works."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from parsepy.cloud import loader
from tests.unit.cli.processes import ROOT, Running, serving

README = (ROOT / "README.md").read_text()
FIRST_STEPS = (ROOT / "docs" / "first-steps.md").read_text()
PRINTED_URL = "http://127.0.0.1:1337/parse"
NODE_MODULES = ROOT / "tests" / "compat" / "node_modules"


def block(text: str, language: str, containing: str) -> str:
    """The code block of that language that contains a text."""
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return next(str(code) for code in found if containing in code)


async def output(server: Running, *command: str) -> str:
    environment = {**os.environ, "APP_ID": server.headers["X-Parse-Application-Id"]}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=server.folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    told, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    return told.decode()


def test_the_readme_begins_with_two_commands_that_make_knows() -> None:
    commands = [line.split("#")[0].split() for line in block(README, "sh", "make").splitlines()]
    makefile = (ROOT / "Makefile").read_text()

    assert commands == [["make", "serve"], ["make", "test"]]
    assert all(re.search(rf"^{target}:.*## ", makefile, re.MULTILINE) for _, target in commands)


def test_every_document_that_is_linked_is_there() -> None:
    linked = [ROOT / path for path in re.findall(r"\]\((docs/[^)]*)\)", README)]
    linked += [ROOT / "docs" / path for path in re.findall(r"\]\(([^):]*\.md)\)", FIRST_STEPS)]

    assert len(linked) > 6
    assert [path for path in linked if not path.exists()] == []


def test_the_cloud_code_of_the_readme_loads(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(block(README, "python", "Cloud"))

    assert loader.load(str(tmp_path / "main.py")).function("hello") is not None


@pytest.mark.slow
async def test_the_curl_commands_of_first_steps_save_and_find(tmp_path: Path) -> None:
    async with serving(tmp_path, "--port", "0") as server:
        commands = block(FIRST_STEPS, "sh", "curl -X POST").replace(PRINTED_URL, server.url)
        told = await output(server, "bash", "-ec", commands)

    assert told.count('"objectId"') == 2
    assert '"results":[{' in told


@pytest.mark.slow
@pytest.mark.skipif(not (NODE_MODULES / "parse").is_dir(), reason="npm ci --prefix tests/compat was not run")
async def test_the_javascript_of_the_readme_saves(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    async with serving(tmp_path, "--port", "0") as server:
        script = block(README, "js", "Parse.initialize").replace(PRINTED_URL, server.url)
        (tmp_path / "try.js").write_text(
            script.replace("YOUR_APPLICATION_ID", server.headers["X-Parse-Application-Id"])
        )

        assert (await output(server, "node", "try.js")).startswith("saved ")


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    declared = re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)

    assert declared
    assert [name for name in declared if not re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)] == []
