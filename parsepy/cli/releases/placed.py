"""A release that lies on this machine, and how a worker is told to run it in place of the `cloud` option."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parsepy.cli.plan import Plan

FLAG = "--releases"
PROBE = "--probe"


@dataclass(frozen=True)
class Placed:
    """A release, the file or folder that is loaded, and the folder of what was installed for it, if anything was."""

    release: str
    sha256: str
    entry: Path
    packages: Path | None = None


def arguments(releases: Mapping[str, Placed]) -> tuple[str, ...]:
    """What the command line of a worker says of the releases, by application id; nothing if there is none."""
    if not releases:
        return ()
    told = {
        app_id: {"release": placed.release, "entry": str(placed.entry), "packages": str(placed.packages or "")}
        for app_id, placed in sorted(releases.items())
    }
    return FLAG, json.dumps(told)


def release_in(arguments: Sequence[str], app_id: str) -> str:
    """The release of the app that a worker with such `arguments` runs; "" for the `cloud` option."""
    if not arguments:
        return ""
    release: str = json.loads(arguments[1]).get(app_id, {}).get("release", "")
    return release


def applied(plan: Plan, argument: str | None) -> Plan:
    """The plan with the releases that the argument names; what was installed for them can be imported from now on."""
    if not argument:
        return plan
    told = json.loads(argument)
    # `python -m` lets imports look in the working directory first, where the code that the release replaces may lie.
    sys.path[:] = [path for path in sys.path if path not in {"", str(Path.cwd())}]
    for release in told.values():
        if release["packages"] and release["packages"] not in sys.path:
            # Behind everything else: nothing that a release brings takes the place of what the server works with.
            sys.path.append(release["packages"])
    apps = tuple(
        replace(settings, cloud=told[settings.app_id]["entry"]) if settings.app_id in told else settings
        for settings in plan.apps
    )
    return replace(plan, apps=apps)
