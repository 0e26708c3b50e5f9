"""The folder of the releases on this machine: `.parsepy/releases/<sha256>/`, each verified before it is used."""

from __future__ import annotations

import asyncio
import fcntl
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parsepy.cli import first_start
from parsepy.cli.releases import programs
from parsepy.cli.releases.placed import Placed
from parsepy.system.releases import bundle as bundles
from parsepy.system.releases import requirements
from parsepy.system.releases.bundle import ENTRIES
from parsepy.system.releases.records import Release

FOLDER = first_start.FOLDER / "releases"
CODE = "cloud"
PACKAGES = "packages"
LOCK = ".lock"
MOST_KEPT = 5
"""So many releases stay unpacked on a machine, besides those in use."""
INSTALL_SECONDS = 240.0
BEGUN_SECONDS = 600.0
"""What somebody began to unpack and did not end within this time was left behind."""
_NEW = ".new-"


class PlacingError(Exception):
    """A release that cannot be made ready on this machine; each problem is a text for its author."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Depot:
    """Unpacks releases and installs what they require, if that is allowed."""

    def __init__(self, folder: Path = FOLDER, *, allow_install: bool = False) -> None:
        self._folder = folder.absolute()
        self._allow_install = allow_install

    async def place(self, release: Release, bundle: bytes) -> Placed:
        """The release, ready to be loaded: as it was uploaded, whatever lay there before. Raises PlacingError."""
        home = self.home(release.sha256)
        try:
            await asyncio.to_thread(_unpacked, home, bundle)
        except bundles.BundleError as exc:
            raise PlacingError(str(exc)) from exc
        except OSError as exc:
            raise PlacingError(f"the release cannot be unpacked: {exc.strerror or exc}") from exc
        code = home / CODE
        entry = next((code / name for name in ENTRIES if (code / name).is_file()), None)
        if entry is None:
            raise PlacingError(f"the bundle has none of {', '.join(ENTRIES)} at its root")
        packages = await self._packages(home)
        return Placed(release.id, release.sha256, code if entry.name == "__init__.py" else entry, packages)

    def home(self, sha256: str) -> Path:
        """The folder of a release."""
        return self._folder / sha256

    def remove(self, old: Collection[str]) -> None:
        """Remove releases by their sha256, and what was begun and never ended."""
        if not self._folder.is_dir():
            return
        for home in self._folder.iterdir():
            is_left = home.name.startswith(_NEW) and time.time() - home.stat().st_mtime > BEGUN_SECONDS
            if is_left or home.name in old:
                shutil.rmtree(home, ignore_errors=True)

    async def _packages(self, home: Path) -> Path | None:
        """Where what the release requires lies, beside what the server has itself."""
        listed = home / CODE / requirements.FILE
        if not listed.is_file():
            return None
        wanted = requirements.compared(listed.read_text(encoding="utf-8", errors="replace"))
        if wanted.problems:
            raise PlacingError(*wanted.problems)
        if not wanted.missing:
            return None
        if not self._allow_install:
            raise PlacingError(
                *(f"{requirements.FILE}: {name} is not installed on the server" for name in wanted.missing),
                "Install it there, or let the server do it: cloudDeploy.allowInstall",
            )
        packages = home / PACKAGES
        if not packages.is_dir():
            await _install(wanted.missing, packages)
        return packages


def _unpacked(home: Path, bundle: bytes) -> None:
    """See to it that the folder holds the bundle. Other servers may do this at once in the same place."""
    first_start.make_folder(home.parent.parent)
    home.parent.mkdir(mode=0o700, exist_ok=True)
    with _alone(home.parent):
        if home.is_dir() and bundles.is_unpacked(bundle, home / CODE):
            return
        new = home.parent / f"{_NEW}{secrets.token_hex(8)}"
        try:
            (new / CODE).mkdir(parents=True)
            bundles.unpack(bundle, new / CODE)
            shutil.rmtree(home, ignore_errors=True)
            new.rename(home)
        finally:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other server on this machine changes the folder; ends with the process in any case."""
    with (folder / LOCK).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def _install(names: Collection[str], packages: Path) -> None:
    """Let pip put packages into a folder of their own. Raises PlacingError with what pip said."""
    new = packages.with_name(f"{packages.name}-{secrets.token_hex(4)}")
    pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--target", str(new), *names]
    try:
        ended = await programs.run_python(pip, folder=packages.parent, seconds=INSTALL_SECONDS, keep=programs.FOR_PIP)
        if ended.code != 0:
            raise PlacingError(f"{', '.join(names)} cannot be installed: {ended.output or 'pip took too long'}")
        with suppress(OSError):
            # Another server on this machine may have been quicker.
            await asyncio.to_thread(new.rename, packages)
    finally:
        shutil.rmtree(new, ignore_errors=True)
