"""Shows where parsepy differs from the recordings.

python -m tests.compat.compare [MODULE ...] [-k PART] [--store STORE] [--code py|js]
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from tests.compat.differential import accepted, recordings
from tests.compat.differential.differences import Difference, differences
from tests.compat.differential.registry import Scenario, all_scenarios
from tests.compat.differential.runner import Code, Outcome, can_run, run_on_parsepy
from tests.compat.servers import OwnStore

# Scenario name -> its differences, or texts that say what is wrong with it.
Unlike = Mapping[str, Sequence[Difference | str]]


def unlike_recorded(
    scenarios: Collection[Scenario], outcomes: dict[str, Outcome], store: OwnStore, code: Code = "py"
) -> Unlike:
    """Scenario name -> what differs and is not accepted (or, as text, what is accepted and no longer differs)."""
    if code == "js":
        return _unlike_with_its_own_code(scenarios, outcomes)
    known = accepted.load(store)
    found: dict[str, Sequence[Difference | str]] = {}
    for one in scenarios:
        recorded = recordings.load(one.module).get(one.name, [])
        outcome = outcomes[one.name]
        agreed = known.get(one.name)
        if unlike := accepted.unaccepted(recorded, outcome, agreed):
            found[one.name] = unlike
        if agreed and (steps := accepted.obsolete(recorded, outcome, agreed)):
            found[one.name] = [f"  accepted.toml: step {step} no longer differs from the reference" for step in steps]
    return found


def _unlike_with_its_own_code(scenarios: Collection[Scenario], outcomes: dict[str, Outcome]) -> Unlike:
    """With the reference's own cloud code parsepy may answer as it, also where a difference is accepted."""
    known = accepted.load("node")
    transcripts = {one.name: recordings.load(one.module).get(one.name, []) for one in scenarios}
    found = {
        name: accepted.like_neither(recorded, outcomes[name], known.get(name)) for name, recorded in transcripts.items()
    }
    return {name: unlike for name, unlike in found.items() if unlike}


def report(found: Unlike) -> str:
    """The differences for a reader."""
    return "\n".join(f"{name}\n" + "\n".join(map(str, lines)) for name, lines in found.items())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.compat.compare", description=__doc__)
    parser.add_argument("modules", nargs="*", help="scenario modules; default: all")
    parser.add_argument("-k", default="", help="only scenarios with this in their name")
    parser.add_argument("-q", action="store_true", help="names only")
    parser.add_argument("--accept", metavar="REASON", help="print what to put into accepted.toml")
    parser.add_argument("--store", choices=get_args(OwnStore), default="sqlite", help="what parsepy runs on")
    parser.add_argument("--code", choices=get_args(Code), default="py", help="the language of the cloud code")
    arguments = parser.parse_args()
    scenarios = [one for one in all_scenarios(arguments.modules, arguments.k) if can_run(one, arguments.store)]
    outcomes = asyncio.run(run_on_parsepy(scenarios, arguments.store, code=arguments.code))
    found = unlike_recorded(scenarios, outcomes, arguments.store, arguments.code)
    if arguments.accept:
        print_blocks(sorted(found), outcomes, arguments.accept)
    else:
        print("\n".join(found) if arguments.q else report(found))
    print(f"{len(scenarios)} scenarios: {len(scenarios) - len(found)} alike, {len(found)} not")
    raise SystemExit(1 if found else 0)


def print_blocks(names: Collection[str], outcomes: dict[str, Outcome], reason: str) -> None:
    for name in names:
        recorded = recordings.load(name.partition(".")[0])[name]
        print(accepted.block(name, reason, differences(recorded, outcomes[name])) + "\n")


if __name__ == "__main__":
    main()
