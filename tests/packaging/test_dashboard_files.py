"""The dashboard's files are nowhere in parsepy, and as published where they were installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from parsepy.dashboard import bundle

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "tests" / "compat" / "node_modules" / "parse-dashboard"
INSTALLED = bundle.found_in(bundle.CHECKOUT)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(INSTALLED is None, reason="parsepy dashboard install was not run")
@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="npm ci --prefix tests/compat was not run")
def test_what_is_installed_is_what_was_published_byte_for_byte() -> None:
    assert INSTALLED is not None
    public = _files(PUBLISHED / "Parse-Dashboard" / "public")

    assert len(public) > 30
    assert _files(INSTALLED / "public") == public
    assert (INSTALLED / "LICENSE").read_bytes() == (PUBLISHED / "LICENSE").read_bytes()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone")
def test_nothing_of_it_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "dashboard_static"], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert listed.stdout.split() == ["dashboard_static/README.md"]


def test_the_makefile_and_the_tests_have_the_same_version() -> None:
    assert f"dashboard_static/{bundle.FOLDER}\n" in (ROOT / "Makefile").read_text()
    assert f'"parse-dashboard": "{bundle.VERSION}"' in (ROOT / "tests" / "compat" / "package.json").read_text()
    assert bundle.INTEGRITY in (ROOT / "tests" / "compat" / "package-lock.json").read_text()
