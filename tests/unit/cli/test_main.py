"""The commands, and how mistakes are told."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from parsepy.cli import main
from parsepy.version import __version__
from tests.unit.cli.processes import environment, run, serving


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["serve", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert "examples:\n  parsepy serve" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    assert capsys.readouterr().out == f"parsepy {__version__}\n"


def test_all_routes_are_listed_with_what_they_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes"]) == 0

    lines = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert ("POST", "/classes/:className", "client") in lines
    assert ("GET", "/serverInfo", "master") in lines


def test_the_table_of_options_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    assert "| `allowClientClassCreation` |" in capsys.readouterr().out


def test_all_mistakes_in_the_settings_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.json").write_text(json.dumps({"appId": "a", "port": "many", "masterKey": "m", "sessionLenght": 1}))

    assert main(["serve", "config.json", "--colour", "red"]) == 2
    flag = capsys.readouterr().err
    assert main(["serve", "config.json"]) == 2
    told = capsys.readouterr().err

    assert "--colour" in flag
    assert all(text in told for text in ("3 mistakes", "port", "sessionLength", "serverURL"))
    assert "Traceback" not in told


@pytest.mark.slow
async def test_broken_cloud_code_stops_the_start_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from parsepy import Cloud\ncloud = Cloud()\n1 / 0\n")

    code, _, errors = await run(tmp_path, "serve", "--port", "0", "--cloud", "main.py")

    assert code == 2
    assert "main.py:3: ZeroDivisionError" in errors
    assert "Traceback" not in errors


@pytest.mark.slow
async def test_a_start_with_a_configuration_prints_no_key(tmp_path: Path) -> None:
    config = {
        "appId": "mine", "masterKey": "very-secret", "serverURL": "http://127.0.0.1:1/parse", "port": 0,
        "databaseURI": "memory://", "accountLockout": {"duration": 5, "threshold": 3},
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))

    async with serving(tmp_path, "config.json") as server:
        await server.until_printed("serverURL: http://127.0.0.1:1/parse/health did not answer")
        assert server.output.startswith(f"parsepy {__version__} serves mine at http://127.0.0.1:")
        assert "NOT PROTECTED: accountLockout" in server.output
        assert "very-secret" not in server.output


@pytest.mark.slow
async def test_a_new_app_has_cloud_code_and_a_test_that_passes(tmp_path: Path) -> None:
    code, output, _ = await run(tmp_path, "init", "my-app")
    again, _, errors = await run(tmp_path, "init", "my-app")
    app = tmp_path / "my-app"

    assert (code, again) == (0, 2)
    assert "cloud/main.py" in output
    assert "exist already" in errors
    assert (app / "parsepy.json").stat().st_mode & 0o077 == 0
    assert ".parsepy/" in (app / ".gitignore").read_text()
    assert await unittests(app) == 0


async def unittests(folder: Path) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "unittest", "discover", "tests", cwd=folder, env=environment()
    )
    return await process.wait()
