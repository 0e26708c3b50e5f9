"""The apps' own icons, from the folder that the configuration names."""

from __future__ import annotations

import asyncio
from pathlib import Path

from parsepy.dashboard.bundle import TYPES
from parsepy.dashboard.visits import GUARDING, Page, line

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp"})
MORE_TYPES = {".jpeg": "image/jpeg", ".webp": "image/webp"}
LARGEST = 2 << 20
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing that is opened by itself runs no scripts."""


async def answer(folder: str, name: str) -> Page:
    """The picture of that name below the folder; 404 for all else, also for what lies outside or is hidden."""
    body = await asyncio.to_thread(_read, Path(folder), name) if folder else None
    if body is None:
        return line("Not Found", 404)
    suffix = Path(name).suffix.lower()
    type_ = MORE_TYPES.get(suffix) or TYPES[suffix]
    headers = {"Content-Type": type_, "Cache-Control": "public, max-age=0"}
    return Page(200, body, {**GUARDING, **headers, "Content-Security-Policy": SANDBOX})


def _read(folder: Path, name: str) -> bytes | None:
    if "\0" in name or Path(name).suffix.lower() not in SUFFIXES:
        return None
    try:
        base, path = folder.resolve(), (folder / name).resolve()
        is_inside = path.is_relative_to(base)
        if not is_inside or any(part.startswith(".") for part in path.relative_to(base).parts):
            return None
        return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else None
    except OSError:
        return None
