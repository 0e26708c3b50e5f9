"""The files of the Parse Dashboard as npm has them: where they lie, and how a browser gets them."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "9.2.0"
INTEGRITY = "sha512-ivkgPpomNXHCWW7Zj5v1T0cFJgVnZb37Qg1H6NpbaTnN4xusL/JZmWQ7EBYCtj5MHh3DNgYzBdXKx9SSvWknOQ=="
"""Of the tarball `parse-dashboard-9.2.0.tgz` in npm's registry."""

FOLDER = f"parse-dashboard-{VERSION}"
"""The folder with LICENSE and `public`, in whichever place it is kept: another version is another folder."""
PUBLIC = "public"
LANDMARK = Path(PUBLIC, "bundles", "dashboard.bundle.js")
CHECKOUT = Path(__file__).parents[2] / "dashboard_static"
PLACE_VARIABLE = "PARSEPY_DASHBOARD_FILES"
"""The variable that names another place, for example one that an image of a container brings."""

TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/vnd.microsoft.icon",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".txt": "text/plain; charset=utf-8",
}
OTHER_TYPE = "application/octet-stream"
COMPRESSIBLE = frozenset({".js", ".svg", ".txt"})
LEVEL = 6


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A file as it is sent. `gzipped` is empty if that would not make it shorter."""

    type: str
    body: bytes
    gzipped: bytes
    tag: str


class Bundle:
    """The files below a folder; each is read at its first use, and kept. Nothing outside of it can be asked for."""

    def __init__(self, public: Path) -> None:
        self._paths = {path.relative_to(public).as_posix(): path for path in public.rglob("*") if path.is_file()}
        self._files: dict[str, BundledFile] = {}
        self._reading = asyncio.Lock()

    @property
    def names(self) -> frozenset[str]:
        """The paths of all files, with slashes, below the folder."""
        return frozenset(self._paths)

    async def file(self, name: str) -> BundledFile | None:
        """The file of that path; None if there is none. Raises OSError if it cannot be read any more."""
        path = self._paths.get(name)
        if path is None:
            return None
        async with self._reading:
            if name not in self._files:
                self._files[name] = await asyncio.to_thread(_read, path)
        return self._files[name]


def find() -> Path | None:
    """The folder of the dashboard, in a checkout or in the user's cache; None if it was not installed."""
    chosen = os.environ.get(PLACE_VARIABLE)
    places = (Path(chosen),) if chosen else (CHECKOUT, cache())
    return next(filter(None, map(found_in, places)), None)


def found_in(place: Path) -> Path | None:
    """The folder of the dashboard in that place, if it is there."""
    return place / FOLDER if (place / FOLDER / LANDMARK).is_file() else None


def cache() -> Path:
    """Where users without a checkout keep it."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(chosen) if chosen.startswith("/") else Path.home() / ".cache"
    return home / "parsepy"


def opened(folder: Path | None) -> Bundle | None:
    """The bundle in a folder that `find` gave."""
    return Bundle(folder / PUBLIC) if folder is not None else None


def _read(path: Path) -> BundledFile:
    body = path.read_bytes()
    gzipped = gzip.compress(body, LEVEL, mtime=0) if path.suffix in COMPRESSIBLE else b""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return BundledFile(TYPES.get(path.suffix, OTHER_TYPE), body, gzipped if len(gzipped) < len(body) else b"", tag)
