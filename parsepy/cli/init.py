"""`parsepy init`: the files that a new app begins with."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

OWNER_ONLY = 0o600

CLOUD = '''\
"""The cloud code of this app. See docs/cloud/README.md."""

from __future__ import annotations

from parsepy import Cloud, FunctionRequest, ParseError, SaveRequest

cloud = Cloud()


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """Called by clients as `Parse.Cloud.run("hello", {name: "Ann"})`."""
    return f"Hello {request.params.get('name', 'world')}"


@cloud.before_save("GameScore")
async def check_score(request: SaveRequest) -> None:
    """Refuses what no player can reach."""
    if request.object.get("score", 0) > 9000:
        raise ParseError(142, "No cheating!")
'''

TEST = '''\
"""Starts this app on a free port, with its data in memory, and calls it as a client would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONFIG = json.loads((ROOT / "parsepy.json").read_text())


class CloudCodeTest(unittest.TestCase):
    def setUp(self) -> None:
        command = [sys.executable, "-m", "parsepy", "serve", "parsepy.json", "--port", "0", "--databaseURI", "memory://"]
        command += ["--logsFolder", "null", "--verifyServerUrl", "false"]
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        self.url = self.server.stdout.readline().split()[-1]

    def tearDown(self) -> None:
        self.server.terminate()
        self.server.communicate()

    def post(self, path: str, body: dict) -> dict:
        headers = {
            "X-Parse-Application-Id": CONFIG["appId"],
            "X-Parse-Master-Key": CONFIG["masterKey"],
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.load(refused)

    def test_the_function_greets(self) -> None:
        self.assertEqual(self.post("/functions/hello", {"name": "Ann"}), {"result": "Hello Ann"})

    def test_cheating_is_refused(self) -> None:
        self.assertEqual(self.post("/classes/GameScore", {"score": 9001}), {"code": 142, "error": "No cheating!"})


if __name__ == "__main__":
    unittest.main()
'''

TEXT = """\
Written: {files}

  cd {folder}
  parsepy serve --watch            start the server; cloud code is loaded again when it changes
  python -m unittest discover tests   run the test

parsepy.json holds the master key: only you can read it, and .gitignore keeps it out of git.
"""


class ExistsError(Exception):
    """There is a file already that would be overwritten."""


def write(folder: Path) -> str:
    """Write the files; gives what to tell the user. Raises ExistsError before anything is written."""
    config = json.dumps(_config(), indent=2) + "\n"
    files = {
        Path("parsepy.json"): config,
        Path("cloud/__init__.py"): '"""The cloud code of this app."""\n',
        Path("cloud/main.py"): CLOUD,
        Path("tests/test_cloud.py"): TEST,
    }
    there = [str(folder / path) for path in files if (folder / path).exists()]
    if there:
        raise ExistsError(f"Nothing was written, these files exist already: {', '.join(there)}")
    for path, text in files.items():
        _write(folder / path, text, mode=OWNER_ONLY if path.suffix == ".json" else 0o644)
    _ignore(folder / ".gitignore")
    return TEXT.format(files=", ".join(str(folder / path) for path in files), folder=folder)


def _config() -> dict[str, object]:
    return {
        "appId": f"app-{secrets.token_hex(8)}",
        "masterKey": secrets.token_urlsafe(24),
        "serverURL": "http://127.0.0.1:1337/parse",
        "databaseURI": "sqlite:///./.parsepy/data.db",
        "filesFolder": "./.parsepy/files",
        "logsFolder": "./.parsepy/logs",
        "cloud": "cloud/main.py",
        "dashboard": True,
    }


def _write(path: Path, text: str, *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _ignore(path: Path) -> None:
    """Add what must not go into git, beside what is ignored already."""
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    missing = [entry for entry in (".parsepy/", "parsepy.json") if entry not in there.splitlines()]
    if missing:
        path.write_text(
            there + ("\n" if there and not there.endswith("\n") else "") + "\n".join(missing) + "\n", "utf-8"
        )
