"""The log files of a folder: one a day, and further ones with a number when a day's is full."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from parsepy.settings import Retention

INFO = "parse-server.info"
ERRORS = "parse-server.err"
REQUESTS = "parse-server.access"

DAY_SECONDS = 86400
_ENDING = re.compile(r"\.([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True, order=True)
class LogFile:
    """A file by its day (`2026-01-31`, local time) and its number within the day; they sort by age."""

    day: str
    number: int
    path: Path


def log_files(folder: Path, name: str) -> list[LogFile]:
    """The files of that name, the oldest first. Raises OSError for a folder that cannot be read; none if there is none."""
    try:
        return sorted(found for path in folder.iterdir() if (found := _log_file(path, name)) is not None)
    except FileNotFoundError:
        return []


def _log_file(path: Path, name: str) -> LogFile | None:
    if not path.name.startswith(name):
        return None
    ending = _ENDING.fullmatch(path.name, len(name))
    return LogFile(ending[1], int(ending[2] or 0), path) if ending else None


def file_of(folder: Path, name: str, day: str, number: int = 0) -> Path:
    """Where the lines of a day are; `number` counts the full ones before."""
    return folder / (f"{name}.{day}.{number}" if number else f"{name}.{day}")


def outdated(files: list[LogFile], keep: Retention | None) -> list[LogFile]:
    """Those, of files sorted by age, that are kept no longer."""
    if keep is None:
        return []
    if keep.files is not None:
        return files[: -keep.files]
    oldest = time.strftime("%Y-%m-%d", time.localtime(time.time() - (keep.days or 0) * DAY_SECONDS))
    return [file for file in files if file.day < oldest]
