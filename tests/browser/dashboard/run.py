"""Plays flows by hand: python -m tests.browser.dashboard.run --help."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tests.browser.dashboard.backdrop import FLOWS, FlowError, Setting, play
from tests.compat.processes import MissingProgramError, StartError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.dashboard.run", description=__doc__)
    parser.add_argument("flows", nargs="*", help="names of flows, or their files; all by default")
    parser.add_argument("--with", dest="cast", choices=["parsepy", "borrowed", "reference"], default="parsepy")
    parser.add_argument("--store", choices=["sqlite", "memory", "mongo", "postgres"], default="sqlite")
    parser.add_argument("--screenshots", type=Path, help="default: a new folder in the system's folder for such")
    parser.add_argument("--workers", type=int, help="so many processes of parsepy; by default one")
    parser.add_argument("--patience", type=float, default=Setting.patience, help="seconds to wait for what should come")
    arguments = parser.parse_args()
    screenshots = (arguments.screenshots or Path(tempfile.mkdtemp(prefix="parsepy-screenshots-"))).resolve()
    screenshots.mkdir(parents=True, exist_ok=True)
    setting = Setting(arguments.cast, arguments.store, arguments.workers, arguments.patience)
    flows = [_file(name) for name in arguments.flows] or sorted(FLOWS.glob("*.cjs"))
    failed = [flow.stem for flow in flows if not _plays(flow, screenshots, setting)]
    print(f"pictures: {screenshots}")
    if failed:
        raise SystemExit(f"failed: {' '.join(failed)}")


def _file(name: str) -> Path:
    return Path(name) if name.endswith(".cjs") else FLOWS / f"{name}.cjs"


def _plays(flow: Path, screenshots: Path, setting: Setting) -> bool:
    began = time.monotonic()
    problem = ""
    outcome = "failed"
    try:
        outcome = "plays" if asyncio.run(play(flow, screenshots, setting)) else "is left out"
    except (FlowError, MissingProgramError, StartError) as error:
        problem = f"\n{error}"
    print(f"{flow.stem} {outcome} with {setting.cast}, {time.monotonic() - began:.0f} s{problem}", flush=True)
    return not problem


if __name__ == "__main__":
    main()
