"""A folder of cloud code as one file: the same bytes for the same code, whoever packs it, when and where."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from parsepy.cli.cloud.failures import MistakeError
from parsepy.system.releases.bundle import ENTRIES

LEFT_OUT = frozenset({"__pycache__", "node_modules", "parsepy.json"})
"""Beside these, what begins with a dot, compiled Python, and every virtual environment."""
MODE = 0o644


@dataclass(frozen=True)
class Bundle:
    """The packed code: `files` are its paths, `size` their bytes before packing."""

    data: bytes = field(repr=False)
    files: tuple[str, ...]
    size: int


def pack(folder: Path) -> Bundle:
    """Pack what is in a folder. Raises MistakeError if that is no cloud code, or cannot be packed."""
    if not folder.is_dir():
        raise MistakeError(f"{folder}: there is no such folder. `parsepy cloud init` makes one.")
    if not any((folder / name).is_file() for name in ENTRIES):
        raise MistakeError(f"{folder}: holds no cloud code, which begins with a main.py")
    files = sorted((path.relative_to(folder).as_posix(), path) for path in _files(folder))
    try:
        contents = [(name, path.read_bytes()) for name, path in files]
    except OSError as exc:
        raise MistakeError(f"{exc.filename}: cannot be read: {exc.strerror}") from exc
    return Bundle(
        _compressed(_archive(contents)), tuple(name for name, _ in contents), sum(len(c) for _, c in contents)
    )


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        if _is_left_out(path):
            continue
        if entry.is_symlink():
            raise MistakeError(f"{path}: is a link; a bundle holds files only")
        if entry.is_dir():
            yield from _files(path)
        elif entry.is_file():
            yield path


def _is_left_out(path: Path) -> bool:
    is_environment = (path / "pyvenv.cfg").is_file()
    return path.name.startswith(".") or path.name in LEFT_OUT or path.suffix == ".pyc" or is_environment


def _archive(contents: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in contents:
            entry = tarfile.TarInfo(str(PurePosixPath(name)))
            entry.size, entry.mode = len(content), MODE
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _compressed(data: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()
