"""Bundles: which files are in them, and that the same code gives the same bytes."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from parsepy.cli.cloud.bundles import pack
from parsepy.cli.cloud.failures import MistakeError

CODE = {"main.py": "cloud = None\n", "lib/tools.py": "a = 1\n", "tests/test_main.py": "", "requirements.txt": ""}
NOISE = (
    ".git/config",
    ".env",
    ".venv/pyvenv.cfg",
    "own_env/pyvenv.cfg",
    "own_env/lib/x.py",
    "__pycache__/main.cpython-311.pyc",
    "lib/__pycache__/tools.pyc",
    "old.pyc",
    "node_modules/parse/index.js",
    "parsepy.json",
)


def written(folder: Path, *names: str) -> Path:
    for name in [*CODE, *names]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(CODE.get(name, "noise"))
    return folder


def test_a_bundle_holds_the_code_and_nothing_else(tmp_path: Path) -> None:
    bundle = pack(written(tmp_path, *NOISE))
    with tarfile.open(fileobj=io.BytesIO(bundle.data), mode="r:gz") as archive:
        names = archive.getnames()

    assert names == list(bundle.files) == sorted(CODE)
    assert bundle.size == sum(map(len, CODE.values()))


def test_the_same_code_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one"), written(tmp_path / "two", *NOISE)
    os.utime(two / "main.py", (1, 1))
    (two / "main.py").chmod(0o755)
    first = pack(one).data

    assert first == pack(two).data
    (two / "main.py").write_text("cloud = 1\n")
    assert first != pack(two).data


def test_links_are_refused(tmp_path: Path) -> None:
    (written(tmp_path) / "passwords.py").symlink_to("/etc/passwd")

    with pytest.raises(MistakeError, match=r"passwords\.py: is a link"):
        pack(tmp_path)


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        ("nowhere", "there is no such folder"),
        ("lib", "holds no cloud code"),
        ("packages", "holds no cloud code"),
    ],
)
def test_a_folder_without_code_is_told(tmp_path: Path, folder: str, text: str) -> None:
    written(tmp_path, "packages/package.json")

    with pytest.raises(MistakeError, match=text):
        pack(tmp_path / folder)
