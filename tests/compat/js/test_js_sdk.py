"""The official JavaScript SDK, under Node, against parsepy and against the real Parse Server: the same checks."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from tests.compat.processes import MissingProgramError, require, temporary_folder
from tests.compat.servers import COMPAT, OwnStore, Server, parsepy, reference

HERE = Path(__file__).parent
OPTIONS: dict[str, Any] = orjson.loads((HERE / "options.json").read_bytes())
SUITE_TIMEOUT = 400.0
LEAST_CHECKS = 250

EVERYTHING = tuple(sorted(HERE.glob("*.test.js")))
# The MongoDB stand-in has no geo queries, full text, transactions or collations: the reference runs these on PostgreSQL,
# and parsepy does not run them on the stand-in.
ON_POSTGRES = tuple(HERE / f"{name}.test.js" for name in ("geo", "letter_case", "text", "transactions"))
ON_MONGO = tuple(file for file in EVERYTHING if file not in ON_POSTGRES)
ON_CLOUD_CODE = tuple(HERE / f"{name}.test.js" for name in ("cloud", "triggers"))
STORES: tuple[OwnStore, ...] = ("sqlite", "postgres", "mongo")


@dataclass(frozen=True)
class Outcome:
    """What a run of test files told: names of the checks that passed, and the others with the reason."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]


async def run_suite(server: Server, files: Iterable[Path]) -> Outcome:
    """Run test files with Node's own runner against a server."""
    node = require("node", "nodejs")
    if not (COMPAT / "node_modules" / "parse").is_dir():
        raise MissingProgramError("the JavaScript SDK is not installed. Run: npm ci --prefix tests/compat")
    with temporary_folder() as folder:
        report = folder / "report.xml"
        argv = [node, "--test", "--test-reporter=junit", f"--test-reporter-destination={report}", *map(str, files)]
        process = await asyncio.create_subprocess_exec(*argv, env={**os.environ, **environment(server)})
        try:
            await asyncio.wait_for(process.wait(), SUITE_TIMEOUT)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return read_report(report)


def environment(server: Server) -> dict[str, str]:
    """What support.js reads."""
    return {
        "PARSE_SERVER_URL": server.url,
        "PARSE_APP_ID": OPTIONS["appId"],
        "PARSE_MASTER_KEY": OPTIONS["masterKey"],
        "PARSE_JS_KEY": OPTIONS["javascriptKey"],
    }


def read_report(report: Path) -> Outcome:
    """The checks of a JUnit report."""
    passed: list[str] = []
    failed: list[str] = []
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{Path(case.get('file', '')).name}: {case.get('name')}"
        trouble = case.find("failure")
        if trouble is None:
            passed.append(name)
        else:
            failed.append(f"{name}\n    {trouble.get('message', '')[:400]}")
    return Outcome(tuple(passed), tuple(failed))


def told(outcome: Outcome) -> str:
    """All failures as one text, for the assertion's message."""
    return f"{len(outcome.passed)} passed, {len(outcome.failed)} failed:\n" + "\n".join(outcome.failed)


@pytest.fixture
def address(request: pytest.FixtureRequest, store: OwnStore) -> str | None:
    """The address of the server of `store`, if it has one."""
    return str(request.getfixturevalue(f"{store}_server")) if store in {"mongo", "postgres"} else None


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("workers", [None, 4], ids=["alone", "workers"])
@pytest.mark.parametrize("store", STORES)
async def test_every_check_of_the_javascript_sdk_passes_on_parsepy(
    store: OwnStore, address: str | None, workers: int | None
) -> None:
    async with parsepy(OPTIONS, store, cloud=HERE / "cloud" / "main.py", address=address, cluster=workers) as server:
        outcome = await run_suite(server, ON_MONGO if store == "mongo" else EVERYTHING)

    assert not outcome.failed, told(outcome)
    assert len(outcome.passed) >= LEAST_CHECKS


@pytest.mark.slow
async def test_every_check_of_cloud_code_passes_on_parsepy_with_the_script_of_the_reference() -> None:
    async with parsepy(OPTIONS, cloud=HERE / "cloud" / "main.js") as server:
        outcome = await run_suite(server, ON_CLOUD_CODE)

    assert not outcome.failed, told(outcome)
    assert outcome.passed


@pytest.mark.slow
@pytest.mark.real_mongo
async def test_every_check_that_mongodbs_stand_in_cannot_run_passes_on_parsepy(mongo_server: str) -> None:
    async with parsepy(OPTIONS, "mongo", cloud=HERE / "cloud" / "main.py", address=mongo_server) as server:
        outcome = await run_suite(server, ON_POSTGRES)

    assert not outcome.failed, told(outcome)
    assert outcome.passed


@pytest.mark.slow
@pytest.mark.oracle
async def test_every_check_passes_on_the_reference_with_mongodb() -> None:
    async with reference(OPTIONS, "mongo", cloud=HERE / "cloud" / "main.js") as server:
        outcome = await run_suite(server, ON_MONGO)

    assert not outcome.failed, told(outcome)
    assert len(outcome.passed) >= LEAST_CHECKS


@pytest.mark.slow
@pytest.mark.oracle
async def test_every_check_that_mongodbs_stand_in_cannot_run_passes_on_the_reference_with_postgresql() -> None:
    async with reference(OPTIONS, "postgres", cloud=HERE / "cloud" / "main.js") as server:
        outcome = await run_suite(server, ON_POSTGRES)

    assert not outcome.failed, told(outcome)
    assert outcome.passed


def test_both_cloud_codes_define_the_same_names() -> None:
    theirs = re.findall(r"Parse\.Cloud\.(\w+)\(\s*(?:'(\w+)'|Parse\.User)", (HERE / "cloud" / "main.js").read_text())
    ours = re.findall(r"cloud\.(\w+)\(\s*\"(\w+)\"", (HERE / "cloud" / "main.py").read_text())

    assert len(ours) > 50
    assert {(hook.lower(), name or "_User") for hook, name in theirs} == {
        (hook.replace("_", ""), name) for hook, name in ours
    }
