"""`parsepy dashboard`: the dashboard as a program of its own, and the commands beside it."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import ssl
import sys
from pathlib import Path

import aiohttp
import pytest

from parsepy.cli import first_start
from tests.integration.dashboard.visiting import alone, visitors
from tests.unit.cli.processes import environment, run

pytestmark = pytest.mark.slow
APP = {"appId": "a", "masterKey": "m", "serverURL": "https://example.com/parse"}
USER = {"user": "ann", "pass": "secret"}
SLOW_NPM = """\
#!{python}
import os, pathlib, time
parent = os.getppid()
pathlib.Path({began!r}).write_text("")
while os.getppid() == parent:
    time.sleep(0.05)
"""
"""It never has the package, and ends with who called it."""


async def test_it_serves_the_apps_of_its_file_to_users(tmp_path: Path) -> None:
    (tmp_path / "dash.json").write_text(json.dumps({"apps": [APP], "users": [USER]}))
    arguments = ("--config", "dash.json", "--port", "0", "--mountPath", "/dash")
    async with alone(tmp_path, *arguments) as (server, url), visitors(url) as (visitor,):
        assert url.endswith("/dash/")
        assert await visitor.apps() == 401
        assert await visitor.log_in("ann", "wrong") == "/dash/login"
        assert await visitor.log_in("ann", "secret") == "/dash/apps"
        (app,) = await visitor.apps()
        assert (app["masterKey"], app["serverURL"]) == ("m", "https://example.com/parse")
        assert await server.stop() == 0


async def test_without_anything_it_serves_the_app_of_this_folder(tmp_path: Path) -> None:
    keys = first_start.prepare(tmp_path / ".parsepy")
    async with alone(tmp_path, PORT="0") as (server, url), visitors(url) as (visitor,):
        (app,) = await visitor.apps()

        assert (app["appId"], app["serverURL"]) == (keys.app_id, "http://127.0.0.1:1337/parse")
        assert "It has no users, so only this computer gets in." in server.output
        assert (await visitor.get("parse-dashboard-config.json", Host="example.com"))[0] == 403


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
async def test_it_serves_https(tmp_path: Path) -> None:
    making = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-keyout", "key.pem", "-out", "cert.pem"),
        cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await making.wait() == 0
    env = {f"PARSE_DASHBOARD_{name}": value for name, value in (("APP_ID", "a"), ("MASTER_KEY", "m"))}
    flags = ("--serverURL", APP["serverURL"], "--sslKey", "key.pem", "--sslCert", "cert.pem", "--port", "0")
    async with alone(tmp_path, *flags, **env) as (_, url), aiohttp.ClientSession() as client:
        context = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        context.check_hostname = False
        async with client.get(f"{url}parse-dashboard-config.json", ssl=context) as answer:
            assert url.startswith("https://")
            assert (await answer.json())["apps"][0]["appId"] == "a"


async def test_mistakes_are_told_all_at_once(tmp_path: Path) -> None:
    code, output, errors = await run(tmp_path, "dashboard", "--appId", "a", "--port", "x", "--what")
    assert (code, output) == (2, "")
    assert "--what (flag): is not an argument" in errors

    (tmp_path / "dash.json").write_text('{"apps": [{}], "users": [{}]}')
    code, _, errors = await run(tmp_path, "dashboard", "--config", "dash.json")
    assert (code, errors.count("is missing")) == (2, 5)


async def test_a_busy_port_is_told(tmp_path: Path) -> None:
    async with alone(tmp_path, *(f"--{name}={value}" for name, value in APP.items()), PORT="0") as (_, url):
        port = url.rpartition(":")[2].rstrip("/")
        code, _, errors = await run(tmp_path, "dashboard", "--port", port, *(f"--{n}={v}" for n, v in APP.items()))

    assert code == 1
    assert f"Port {port} is in use." in errors


async def test_without_npm_installing_fails_in_one_line(tmp_path: Path) -> None:
    code, output, errors = await run(tmp_path, "dashboard", "install", "--to", "here", PATH=str(tmp_path))

    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
async def test_an_interrupted_installation_leaves_nothing(tmp_path: Path, by: signal.Signals, code: int) -> None:
    (tmp_path / "npm").write_text(SLOW_NPM.format(python=sys.executable, began=str(tmp_path / "began")))
    (tmp_path / "npm").chmod(0o755)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parsepy", "dashboard", "install", "--to", "here"),
        cwd=tmp_path, env=environment(PATH=str(tmp_path), TMPDIR=str(tmp_path)),
    )  # fmt: skip
    async with asyncio.timeout(20):
        while not (tmp_path / "began").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.02)
        process.send_signal(by)
        assert await process.wait() == code

    assert not (tmp_path / "here").exists()


async def test_another_tarball_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "other.tgz").write_bytes(b"other")
    code, _, errors = await run(tmp_path, "dashboard", "install", "--to", "here", "--from", "other.tgz")

    assert code == 1
    assert "Nothing was installed." in errors
    assert not (tmp_path / "here").exists()


async def test_the_originals_flags_make_users_too(tmp_path: Path) -> None:
    code, output, errors = await run(tmp_path, "dashboard", "--createUser")

    assert (code, output) == (2, "")
    assert errors == "Name of the user: The input has ended.\n"
