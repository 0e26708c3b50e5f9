"""Gets the dashboard's files from npm, once: fetched, compared with the pinned sum, and put in place whole."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from parsepy.dashboard import bundle

PACKAGE = f"parse-dashboard@{bundle.VERSION}"
TARBALL = f"parse-dashboard-{bundle.VERSION}.tgz"
ADDRESS = f"https://registry.npmjs.org/parse-dashboard/-/{TARBALL}"
WITHOUT_NPM = (
    "npm is needed once to fetch the Parse Dashboard, and was not found. Install Node.js, or download "
    f"{ADDRESS} yourself; then run: parsepy dashboard install [--from {TARBALL}]"
)
ROOT = PurePosixPath("package")
LICENSE = ROOT / "LICENSE"
PUBLIC = ROOT / "Parse-Dashboard" / bundle.PUBLIC
MOST_PACKED_BYTES = 32 << 20
MOST_BYTES = 128 << 20
MOST_FILES = 10_000
FETCH_SECONDS = 180.0
HASTE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=60000")
"""By itself npm tries for minutes where there is no network."""
STALE_SECONDS = 3600.0
UNFINISHED = ".installing-"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class InstallError(Exception):
    """The dashboard could not be installed; the text tells why and what to do. What was installed before is as it was."""


def place() -> Path:
    """Where it is kept: where the environment says, in a checkout of parsepy there, else in the user's cache."""
    if chosen := os.environ.get(bundle.PLACE_VARIABLE):
        return Path(chosen)
    is_checkout = bundle.CHECKOUT.is_dir() and os.access(bundle.CHECKOUT, os.W_OK)
    return bundle.CHECKOUT if is_checkout else bundle.cache()


def fetch() -> bytes:
    """The tarball, by `npm pack`. Raises InstallError without npm or if npm cannot get it."""
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError(WITHOUT_NPM)
    with tempfile.TemporaryDirectory(prefix="parsepy-") as folder:
        command = [npm, "pack", PACKAGE, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error", *HASTE]
        try:
            done = subprocess.run(  # noqa: S603 - the npm that the user would call
                command, cwd=folder, env=_environment(), capture_output=True, timeout=FETCH_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as exc:
            raise InstallError(f"npm did not fetch {PACKAGE} within {FETCH_SECONDS:.0f} seconds.") from exc
        except OSError as exc:
            raise InstallError(f"npm cannot be run: {exc.strerror}.") from exc
        found = Path(folder, TARBALL)
        if done.returncode or not found.is_file():
            reason = _reason(done.stderr)
            raise InstallError(f"npm could not fetch {PACKAGE} ({reason}). Is there a network?")
        return read(found)


def read(path: Path) -> bytes:
    """A tarball that somebody fetched. Raises InstallError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_PACKED_BYTES + 1)
    except OSError as exc:
        raise InstallError(f"{path} cannot be read: {exc.strerror}.") from exc
    if len(data) > MOST_PACKED_BYTES:
        raise InstallError(f"{path} is too large to be {TARBALL}.")
    return data


def install(tarball: bytes, into: Path, *, integrity: str = bundle.INTEGRITY) -> Path:
    """Put the files of the tarball into a new folder of `into`, all or none; gives the folder.

    Raises InstallError if it is not the tarball that `integrity` (as npm writes it) describes, or cannot be written.
    """
    _check(tarball, integrity)
    try:
        into.mkdir(parents=True, exist_ok=True)
        _sweep(into)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=into) as unfinished:
            tree = Path(unfinished, bundle.FOLDER)
            for name, data in _files(tarball):
                path = tree / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return _put(tree, into / bundle.FOLDER, Path(unfinished))
    except OSError as exc:
        raise InstallError(f"The dashboard cannot be written to {into}: {exc.strerror}.") from exc


def _check(tarball: bytes, integrity: str) -> None:
    algorithm, _, expected = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, tarball).digest()).decode()
    if found != expected:
        raise InstallError(f"This is not {TARBALL} as published: its {algorithm} is {found}. Nothing was installed.")


def _put(tree: Path, target: Path, aside: Path) -> Path:
    """Move the finished tree to its place; what is broken there goes aside."""
    if not (tree / bundle.LANDMARK).is_file():
        raise InstallError(f"{TARBALL} lacks {bundle.LANDMARK}. Nothing was installed.")
    if target.exists() and not (target / bundle.LANDMARK).is_file():
        target.rename(aside / "broken")
    try:
        tree.rename(target)
    except OSError:
        # Somebody else was quicker, with the same files.
        if not (target / bundle.LANDMARK).is_file():
            raise
    return target


def _files(tarball: bytes) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files that a browser needs, and the licence, by their path below the folder. Raises InstallError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
            yield from _wanted(archive)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise InstallError(f"{TARBALL} cannot be unpacked. Nothing was installed.") from exc


def _wanted(archive: tarfile.TarFile) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Those of the archive's files. Raises InstallError for an archive that is not npm's."""
    size = 0
    for number, member in enumerate(archive):
        size += member.size
        if number >= MOST_FILES or size > MOST_BYTES:
            raise InstallError(f"{TARBALL} holds more than it should. Nothing was installed.")
        name = _destination(member)
        file = archive.extractfile(member) if name is not None else None
        if name is not None and file is not None:
            yield name, file.read()


def _destination(member: tarfile.TarInfo) -> PurePosixPath | None:
    """Where the member goes; None if it stays away. Raises InstallError for one that would go elsewhere."""
    path = PurePosixPath(member.name)
    is_outside = path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name
    if is_outside or not (member.isfile() or member.isdir()):
        raise InstallError(f"{TARBALL} holds {member.name!r}, which is no plain file. Nothing was installed.")
    if not member.isfile():
        return None
    if path == LICENSE:
        return path.relative_to(ROOT)
    return path.relative_to(PUBLIC.parent) if path.is_relative_to(PUBLIC) else None


def _sweep(into: Path) -> None:
    """Remove what installations left that were killed."""
    for left in into.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left)


def _environment() -> dict[str, str]:
    """Node trusts only certificates of its own; behind a proxy with another one npm needs the system's."""
    found = dict(os.environ)
    if SYSTEM_CERTIFICATES.is_file():
        found.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    return found


def _reason(output: bytes) -> str:
    """What npm said first of its failure; the lines after it tell where in npm that was."""
    lines = output[:4096].decode(errors="replace").splitlines()
    told = [
        line.removeprefix("npm error").removeprefix("npm ERR!").strip()
        for line in lines
        if line.startswith(("npm error", "npm ERR!"))
    ]
    first = next(iter(told), "no reason given")
    return "".join(letter for letter in first if letter.isprintable())[:200]
