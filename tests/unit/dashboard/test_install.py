"""The dashboard is installed whole, as it was published, or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from parsepy.dashboard import bundle, install
from parsepy.dashboard.install import InstallError

PUBLIC = "package/Parse-Dashboard/public"
FILES = {
    "package/LICENSE": b"the licence",
    "package/package.json": b"{}",
    "package/Parse-Dashboard/app.js": b"the server, which nobody needs",
    f"{PUBLIC}/sw.js": b"worker",
    f"{PUBLIC}/bundles/dashboard.bundle.js": b"the page",
}
FAKE_NPM = """\
#!{python}
import pathlib, shutil, sys
folder = sys.argv[sys.argv.index("--pack-destination") + 1]
assert sys.argv[1:3] == ["pack", "parse-dashboard@{version}"], sys.argv
shutil.copy({tarball!r}, pathlib.Path(folder, "parse-dashboard-{version}.tgz"))
"""
BROKEN_NPM = """\
#!/bin/sh
echo "npm error code ENOTFOUND" >&2
echo "npm error A complete log of this run can be found in: /home/somebody" >&2
exit 1
"""


def packed(files: Mapping[str, bytes] = FILES, *special: tarfile.TarInfo) -> bytes:
    """A tarball as npm makes it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member in special:
            archive.addfile(member)
    return buffer.getvalue()


def put(tarball: bytes, into: Path) -> Path:
    """Install it as if it were the published one."""
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    return install.install(tarball, into, integrity=f"sha512-{digest}")


def program(folder: Path, text: str) -> None:
    """A program called npm in a folder."""
    (folder / "npm").write_text(text)
    (folder / "npm").chmod(0o755)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_a_browser_needs_is_installed_and_nothing_else(tmp_path: Path) -> None:
    folder = put(packed(), tmp_path / "new" / "place")

    assert names(folder) == {"LICENSE", "public/sw.js", "public/bundles/dashboard.bundle.js"}
    assert (folder / "public" / "sw.js").read_bytes() == b"worker"
    assert bundle.found_in(tmp_path / "new" / "place") == folder
    assert list((tmp_path / "new" / "place").iterdir()) == [folder]


def test_another_tarball_than_the_published_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match=r"not parse-dashboard-9\.2\.0\.tgz as published: its sha512 is "):
        install.install(packed(), tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [f"{PUBLIC}/../../../../outside", "/outside", f"{PUBLIC}/..\\outside", "../outside"])
def test_nothing_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(InstallError, match="which is no plain file"):
        put(packed({**FILES, name: b"x"}), tmp_path / "a" / "b")

    assert names(tmp_path) == set()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo(f"{PUBLIC}/link")
    member.type, member.linkname = kind, "/etc/passwd"

    with pytest.raises(InstallError, match="which is no plain file"):
        put(packed(FILES, member), tmp_path)


def test_an_archive_that_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    member = tarfile.TarInfo(f"{PUBLIC}/huge")
    member.size = install.MOST_BYTES + 1
    head = io.BytesIO()
    with tarfile.open(fileobj=head, mode="w:gz") as archive:
        archive.fileobj.write(member.tobuf())

    with pytest.raises(InstallError, match="more than it should"):
        put(head.getvalue(), tmp_path)


@pytest.mark.parametrize("cut", [0.3, 0.9], ids=["early", "late"])
def test_a_torn_archive_is_refused_whole(tmp_path: Path, cut: float) -> None:
    whole = packed({**FILES, f"{PUBLIC}/noise": os.urandom(100_000)})

    with pytest.raises(InstallError, match=r"cannot be unpacked|lacks"):
        put(whole[: int(len(whole) * cut)], tmp_path)
    assert names(tmp_path) == set()


def test_an_archive_without_the_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match=r"lacks public/bundles/dashboard\.bundle\.js"):
        put(packed({"package/LICENSE": b""}), tmp_path)


def test_what_an_interrupted_installation_left_is_no_dashboard_and_is_replaced(tmp_path: Path) -> None:
    broken = tmp_path / bundle.FOLDER / "public"
    broken.mkdir(parents=True)
    (broken / "old.js").write_text("")
    killed = tmp_path / f"{install.UNFINISHED}x"
    killed.mkdir()
    os.utime(killed, (time.time() - 7200, time.time() - 7200))

    assert bundle.found_in(tmp_path) is None
    assert "public/old.js" not in names(put(packed(), tmp_path))
    assert not killed.exists()


def test_who_comes_second_finds_it_done(tmp_path: Path) -> None:
    first = put(packed(), tmp_path)

    assert put(packed(), tmp_path) == first


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InstallError, match=r"cannot be written to .*file"):
        put(packed(), tmp_path / "file")


def test_npm_is_asked_for_the_pinned_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tarball = packed()
    (tmp_path / "any.tgz").write_bytes(tarball)
    text = FAKE_NPM.format(python=sys.executable, version=bundle.VERSION, tarball=str(tmp_path / "any.tgz"))
    program(tmp_path, text)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert install.fetch() == tarball


def test_without_npm_one_line_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(InstallError, match=r"npm is needed once.*parsepy dashboard install") as caught:
        install.fetch()
    assert "\n" not in str(caught.value)


def test_why_npm_failed_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, BROKEN_NPM)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(InstallError, match=r"could not fetch .* \(code ENOTFOUND\)\. Is there a network\?"):
        install.fetch()


def test_it_is_kept_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bundle.PLACE_VARIABLE, str(tmp_path))

    assert install.place() == tmp_path
    assert bundle.find() is None
    assert put(packed(), install.place()) == bundle.find()
