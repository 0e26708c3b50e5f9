"""`pip install .` into an empty environment gives a working `parsepy`."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import aiohttp
import pytest

from tests.compat.processes import Command, free_port, running
from tests.compat.servers import until_port_open

ROOT = Path(__file__).parents[2]


def _run(*argv: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, cwd=cwd, check=False, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in which nothing but the wheel and what it needs is installed; gives its `bin`."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    venv.create(folder / "env", with_pip=True)
    wheel = next(folder.glob("parsepy-*.whl"))
    _run(folder / "env/bin/pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "env/bin"


@pytest.mark.slow
def test_the_wheel_brings_types_and_the_command(installed: Path, tmp_path: Path) -> None:
    program = "import parsepy, pathlib; print((pathlib.Path(parsepy.__file__).parent / 'py.typed').exists())"

    assert _run(installed / "python", "-c", program, cwd=tmp_path).strip() == "True"
    worker = program.replace("py.typed", "javascript/node/worker.js")
    assert _run(installed / "python", "-c", worker, cwd=tmp_path).strip() == "True"
    plugin = "import importlib.util; print(importlib.util.find_spec('pytest_parsepy') is not None)"
    assert _run(installed / "python", "-c", plugin, cwd=tmp_path).strip() == "True"
    assert "serve" in _run(installed / "parsepy", "--help", cwd=tmp_path)


@pytest.mark.slow
def test_the_dashboard_is_not_in_the_wheel_and_goes_to_the_users_cache(installed: Path, tmp_path: Path) -> None:
    program = "from parsepy.dashboard import bundle, install; print(bundle.find(), install.place())"
    environ = {"PATH": str(installed), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [installed / "python", "-c", program], capture_output=True, text=True, env=environ, cwd=tmp_path, check=True
    )

    assert done.stdout.split() == ["None", str(tmp_path / "parsepy")]
    assert "install" in _run(installed / "parsepy", "dashboard", "--help", cwd=tmp_path)


@pytest.mark.slow
async def test_the_installed_command_serves(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    argv = [str(installed / "parsepy"), "serve", "--port", str(port)]
    async with running(Command(argv, tmp_path)) as child:
        await until_port_open(child, port)
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/parse/health") as answer:
            assert json.loads(await answer.read()) == {"status": "ok"}
