"""Records the commands of the real Parse Server, or shows ours beside them: python -m tests.compat.commands.record --help."""

from __future__ import annotations

import argparse
import asyncio
import difflib

import orjson

from tests.compat.commands.runner import chosen, load, run_on_parsepy, run_on_reference, save
from tests.compat.commands.wire import Document


def record(part: str) -> None:
    """Write down what the reference sends."""
    recorded = dict(load())
    outcome = asyncio.run(run_on_reference(chosen(part)))
    changed = [name for name, commands in outcome.items() if recorded.get(name) != commands]
    save({**(recorded if part else {}), **outcome})
    print("\n".join([*(f"new or changed: {name}" for name in changed), f"{len(outcome)} recorded"]))


def compare(part: str, reason: str | None) -> None:
    """Show where parsepy differs from the recording; with a reason, as blocks for accepted.toml."""
    recorded = load()
    for name, commands in asyncio.run(run_on_parsepy(chosen(part))).items():
        ours, theirs = _lines(commands), _lines(recorded.get(name, []))
        if ours == theirs:
            continue
        if reason:
            print("\n".join(["", f'["{name}"]', f'reason = "{reason}"', "ours = '''", *ours, "'''"]))
        else:
            named = (f"{name}: reference", f"{name}: parsepy")
            print("\n".join(difflib.unified_diff(theirs, ours, *named, lineterm="", n=0)))


def _lines(commands: list[Document]) -> list[str]:
    return [orjson.dumps(command, option=orjson.OPT_SORT_KEYS).decode() for command in commands]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.compat.commands.record", description=__doc__)
    parser.add_argument("-k", default="", help="only cases with this in their name")
    parser.add_argument("--compare", action="store_true", help="run parsepy and compare it with the recording")
    parser.add_argument("--accept", metavar="REASON", help="compare, and print blocks for accepted.toml")
    arguments = parser.parse_args()
    if arguments.compare or arguments.accept:
        compare(arguments.k, arguments.accept)
    else:
        record(arguments.k)


if __name__ == "__main__":
    main()
