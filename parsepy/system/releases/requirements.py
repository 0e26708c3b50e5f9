"""What a release requires (`requirements.txt`), compared with what is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement

FILE = "requirements.txt"


@dataclass(frozen=True)
class Wanted:
    """`missing` are not installed; `problems` are lines that no installation would satisfy."""

    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def installed_version(name: str) -> str | None:
    """The version of a package beside the server's own, if it is there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def compared(text: str, version_of: Callable[[str], str | None] = installed_version) -> Wanted:
    """Look for every requirement of the text. What is there in another version is a problem: the server works with it."""
    missing, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        wanted = line.partition(" #")[0].strip()
        if not wanted or wanted.startswith("#"):
            continue
        requirement = _parsed(wanted)
        if requirement is None:
            problems.append(f"{FILE}:{number}: {wanted}: only names with versions are understood")
            continue
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        version = version_of(requirement.name)
        if version is None:
            missing.append(wanted)
        elif not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{FILE}:{number}: {wanted}: the server has {requirement.name} {version}")
    return Wanted(tuple(missing), tuple(problems))


def _parsed(line: str) -> Requirement | None:
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return None
    return None if requirement.url else requirement
