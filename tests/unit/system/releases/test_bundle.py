"""Bundles are read with care: whatever is in them, nothing is written outside their folder."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from parsepy.system.releases import bundle as bundles
from parsepy.system.releases.bundle import BundleError, files, is_unpacked, unpack
from tests.integration.deploying import bundle

GOOD = {"main.py": "x = 1\n", "lib/more.py": "y = 2\n"}


def packed(*members: tarfile.TarInfo, content: bytes = b"") -> bytes:
    """A bundle of members as odd as one likes."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return gzip.compress(archive.getvalue())


def member(name: str, type_: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A member of that name and type."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = type_, link
    return made


def test_a_bundle_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    unpack(bundle(GOOD), tmp_path)

    assert (tmp_path / "lib" / "more.py").read_text() == "y = 2\n"
    assert is_unpacked(bundle(GOOD), tmp_path)


def test_a_leading_dot_and_members_for_folders_are_fine(tmp_path: Path) -> None:
    unpack(packed(member("./", tarfile.DIRTYPE), member("./lib", tarfile.DIRTYPE), member("./lib/a.py")), tmp_path)

    assert (tmp_path / "lib" / "a.py").is_file()


@pytest.mark.parametrize(
    "odd",
    [
        *(member(name) for name in ("/etc/passwd", "../out.py", "lib/../../out.py", "a\\b.py", "a\nb.py", "x" * 300)),
        member("link.py", tarfile.SYMTYPE, "/etc/passwd"),
        member("hard.py", tarfile.LNKTYPE, "main.py"),
        member("pipe", tarfile.FIFOTYPE),
        member("disk", tarfile.BLKTYPE),
    ],
    ids=lambda found: repr(found.name[:20]),
)
def test_what_is_no_plain_file_in_the_folder_is_refused(tmp_path: Path, odd: tarfile.TarInfo) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()

    with pytest.raises(BundleError):
        unpack(packed(odd), inside)

    assert list(inside.rglob("*")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


@pytest.mark.parametrize("names", [("a.py", "a.py"), ("a", "a/b.py"), ("a/b.py", "a")], ids=str)
def test_a_name_is_there_once(names: tuple[str, str]) -> None:
    with pytest.raises(BundleError, match="twice"):
        list(files(packed(*map(member, names))))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"PK\x03\x04", "not compressed"),
        (gzip.compress(b"no tar at all" * 100), "no tar archive"),
        (bundle(GOOD)[:-40], "cut off"),
        (packed(), "empty"),
    ],
    ids=["zip", "no tar", "cut off", "empty"],
)
def test_what_is_no_bundle_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(BundleError, match=problem):
        list(files(data))


def test_a_small_bundle_of_much_data_is_refused_before_it_is_read() -> None:
    bomb = gzip.compress(bytes(bundles.MOST_BYTES + (32 << 20)))

    with pytest.raises(BundleError, match="more than 64 MiB"):
        list(files(bomb))


def test_too_many_files_are_refused() -> None:
    many = packed(*(member(f"{number}.py") for number in range(bundles.MOST_FILES + 1)))

    with pytest.raises(BundleError, match="more than 5000"):
        list(files(many))


def change_one(folder: Path) -> None:
    (folder / "main.py").write_text("x = 666\n")


def remove_one(folder: Path) -> None:
    (folder / "lib" / "more.py").unlink()


def add_one(folder: Path) -> None:
    (folder / "lib" / "sitecustomize.py").write_text("evil = True\n")


def link_one(folder: Path) -> None:
    (folder / "lib" / "more.py").unlink()
    (folder / "lib" / "more.py").symlink_to(folder / "main.py")


@pytest.mark.parametrize("damage", [change_one, remove_one, add_one, link_one])
def test_a_folder_that_was_touched_is_not_the_bundle(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    unpack(bundle(GOOD), tmp_path)
    damage(tmp_path)

    assert not is_unpacked(bundle(GOOD), tmp_path)


def test_what_python_caches_does_not_count(tmp_path: Path) -> None:
    unpack(bundle(GOOD), tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "main.pyc").write_bytes(b"")

    assert is_unpacked(bundle(GOOD), tmp_path)
