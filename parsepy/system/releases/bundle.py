"""What is in a bundle (`.tar.gz`): read with care, since a bundle may hold anything."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

ENTRIES = ("main.py", "__init__.py", "main.js", "main.cjs", "main.mjs")
"""What cloud code begins with: the first of these that lies at the root."""
MOST_FILES = 5000
MOST_BYTES = 64 << 20
"""Of all files together, unpacked."""
LONGEST_NAME = 240
_TAR_OVERHEAD = MOST_FILES * 2048
_GZIP = 31
"""What zlib wants to hear for a gzip header and a full window."""
_CACHES = frozenset({"__pycache__", ".pytest_cache"})


class BundleError(Exception):
    """A bundle that is refused; the text is for its author."""


def unpack(data: bytes, folder: Path) -> None:
    """Write the files of a bundle into an empty folder. Raises BundleError; what was written until then stays."""
    for name, content in files(data):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(content)


def is_unpacked(data: bytes, folder: Path) -> bool:
    """Whether the folder holds exactly the files of the bundle, byte by byte; caches that Python made do not count."""
    expected = dict(files(data))
    if any(path.is_symlink() for path in folder.rglob("*")):
        return False
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    if {name for name in found if not _CACHES.intersection(name.parts)} != {Path(name) for name in expected}:
        return False
    return all((folder / name).read_bytes() == content for name, content in expected.items())


def files(data: bytes) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files with their contents. Raises BundleError for what is no bundle, too large, or reaches out of its folder."""
    names = _Names()
    archive = io.BytesIO(_decompressed(data))
    with _told(), tarfile.open(fileobj=archive, mode="r:") as members:
        for member in members:
            name = _name(member)
            if member.isdir():
                continue
            names.add(name)
            content = members.extractfile(member)
            yield name, b"" if content is None else content.read()
    if not names.files:
        raise BundleError("the bundle is empty")


@contextmanager
def _told() -> Iterator[None]:
    """Tell what the library says of broken archives as a BundleError."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as exc:
        raise BundleError(f"the bundle is no tar archive: {exc}") from exc


class _Names:
    """The names so far: none twice, none both a file and a folder, and not too many."""

    def __init__(self) -> None:
        self.files: set[PurePosixPath] = set()
        self._folders: set[PurePosixPath] = set()

    def add(self, name: PurePosixPath) -> None:
        if name in self.files or name in self._folders or self.files.intersection(name.parents):
            raise BundleError(f"{name}: is in the bundle twice")
        self.files.add(name)
        self._folders.update(name.parents)
        if len(self.files) > MOST_FILES:
            raise BundleError(f"the bundle holds more than {MOST_FILES} files")


def _name(member: tarfile.TarInfo) -> PurePosixPath:
    """The path of a member within the bundle."""
    name = PurePosixPath(member.name)
    is_odd = "\\" in member.name or not member.name.isprintable() or len(member.name) > LONGEST_NAME
    if name.is_absolute() or ".." in name.parts or is_odd or (not name.parts and not member.isdir()):
        raise BundleError(f"{member.name[:LONGEST_NAME]!r}: is no path within the bundle")
    # A sparse file may claim any size.
    if member.issparse() or not (member.isreg() or member.isdir()):
        raise BundleError(f"{name}: is neither a file nor a folder; links and devices are refused")
    return name


def _decompressed(data: bytes) -> bytes:
    """The tar archive, whose size is bounded before anybody looks into it."""
    unpacker = zlib.decompressobj(_GZIP)
    most = MOST_BYTES + _TAR_OVERHEAD
    try:
        found = unpacker.decompress(data, most)
    except zlib.error as exc:
        raise BundleError("the bundle is not compressed with gzip") from exc
    if unpacker.unconsumed_tail:
        raise BundleError(f"the bundle holds more than {MOST_BYTES >> 20} MiB")
    if not unpacker.eof:
        raise BundleError("the bundle is cut off")
    return found
