"""Records what the real Parse Server answers: python -m tests.compat.record [MODULE ...] [-k PART-OF-NAME]."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection

from tests.compat.differential import recordings
from tests.compat.differential.differences import differences
from tests.compat.differential.registry import Scenario, all_scenarios
from tests.compat.differential.runner import Outcome, run_on_reference
from tests.compat.processes import MissingProgramError


def write(scenarios: Collection[Scenario], outcomes: dict[str, Outcome]) -> list[str]:
    """Put the outcomes into the recordings; names of those that changed. Recordings of deleted scenarios go."""
    changed = []
    for module in sorted({one.module for one in scenarios}):
        existing = {one.name for one in all_scenarios([module])}
        before = recordings.load(module)
        new = {name: outcome for name, outcome in outcomes.items() if name in existing}
        changed += [name for name, outcome in new.items() if differences(before.get(name, []), outcome)]
        kept = {name: transcript for name, transcript in before.items() if name in existing}
        recordings.save(module, kept | new)
    return changed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.compat.record", description=__doc__)
    parser.add_argument("modules", nargs="*", help="scenario modules; default: all")
    parser.add_argument("-k", default="", help="only scenarios with this in their name")
    arguments = parser.parse_args()
    scenarios = all_scenarios(arguments.modules, arguments.k)
    try:
        outcomes = asyncio.run(run_on_reference(scenarios))
    except MissingProgramError as problem:
        raise SystemExit(str(problem)) from problem
    ends = {name: outcome[-1] for name, outcome in outcomes.items() if outcome}
    stopped = {name: end["stopped"] for name, end in ends.items() if "stopped" in end}
    changed = write(scenarios, {name: outcome for name, outcome in outcomes.items() if name not in stopped})
    for name, why in stopped.items():
        print(f"NOT RECORDED {name}: {why}")
    for name in changed:
        print(f"new or changed: {name}")
    print(f"{len(outcomes) - len(stopped)} recorded, {len(changed)} of them new or changed, {len(stopped)} stopped")
    raise SystemExit(1 if stopped else 0)


if __name__ == "__main__":
    main()
