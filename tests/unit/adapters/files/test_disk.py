"""Files on disk: whole or not at all, and never outside their folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.adapters.files.base import FileMissingError, FilesError
from parsepy.adapters.files.disk import DiskFiles


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def cut_off() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionError("gone")


@pytest.fixture
async def files(tmp_path: Path) -> DiskFiles:
    made = DiskFiles(tmp_path / "files")
    await made.open()
    return made


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


async def content(files: DiskFiles, name: str) -> bytes:
    return b"".join([chunk async for chunk in files.read(name)])


@pytest.mark.parametrize("name", ["a.txt", "dir/a b.txt", "ü~!'()*.png", "a/../b", "x" * 200])
async def test_what_is_written_can_be_read(files: DiskFiles, name: str) -> None:
    size = await files.write(name, chunks(b"ab", b"", b"c" * 300_000), "text/plain")

    assert size == await files.size(name) == 300_002
    assert await content(files, name) == b"ab" + b"c" * 300_000


async def test_no_name_leads_out_of_the_folder(files: DiskFiles, tmp_path: Path) -> None:
    for name in ("../evil", "../../evil", "/etc/evil", "a/../../evil", "..", ".", "", "\x00", ".hidden", "x" * 300):
        try:
            await files.write(name, chunks(b"x"), None)
        except FilesError:
            continue

    assert all(path == "files" or path.count("/") == 1 for path in tree(tmp_path))


async def test_a_file_is_stored_under_its_escaped_name(files: DiskFiles, tmp_path: Path) -> None:
    await files.write("dir/a b.txt", chunks(b"x"), None)

    assert tree(tmp_path / "files") == {"dir%2Fa%20b.txt"}


async def test_an_interrupted_upload_leaves_the_old_file_and_no_trace(files: DiskFiles, tmp_path: Path) -> None:
    await files.write("a", chunks(b"old"), None)

    with pytest.raises(ConnectionError):
        await files.write("a", cut_off(), None)

    assert await content(files, "a") == b"old"
    assert tree(tmp_path / "files") == {"a"}


async def test_leftovers_of_a_crash_are_swept_at_the_start(tmp_path: Path) -> None:
    left = tmp_path / ".0123456789abcdef.part"
    left.write_bytes(b"half")

    await DiskFiles(tmp_path).open()

    assert not left.exists()


async def test_missing_files_are_told(files: DiskFiles) -> None:
    for call in (files.size("a"), files.delete("a"), content(files, "a")):
        with pytest.raises(FileMissingError):
            await call


async def test_a_deleted_file_is_gone(files: DiskFiles) -> None:
    await files.write("a", chunks(b"x"), None)
    await files.delete("a")

    with pytest.raises(FileMissingError):
        await files.size("a")
