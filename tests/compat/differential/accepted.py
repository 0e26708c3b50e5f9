"""Differences that are wanted: differential/accepted.toml, one table per scenario.

    ["queries.find_with_a_negative_limit"]
    reason = "The reference answers 500."
    [["queries.find_with_a_negative_limit".steps]]
    step = 2
    answer = '{"status": 400, "headers": {}, "body": {"code": 102}}'

A name that ends with `@postgres` holds on that store alone: for what the format of its tables cannot hold.
`answer` is what parsepy answers instead; `python -m tests.compat.compare -k NAME --accept REASON` prints the block.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.compat.differential.answers import Record
from tests.compat.differential.differences import ASKED, Difference, differences, same

FILE = Path(__file__).parent / "accepted.toml"


@dataclass(frozen=True)
class Accepted:
    """What parsepy answers instead at some steps (counted from 1) of a scenario, and why."""

    reason: str
    answers: Mapping[int, Record]


def load(store: str = "", file: Path = FILE) -> dict[str, Accepted]:
    """The accepted differences by scenario name: those of all stores, and what holds on `store` alone ("NAME@STORE")."""
    tables = {name: _accepted(table) for name, table in tomllib.loads(file.read_text()).items()}
    known = {name: one for name, one in tables.items() if "@" not in name}
    for name, one in tables.items():
        scenario, mark, where = name.partition("@")
        if mark and where == store:
            everywhere = known[scenario].answers if scenario in known else {}
            known[scenario] = Accepted(one.reason, {**everywhere, **one.answers})
    return known


def names(file: Path = FILE) -> frozenset[str]:
    """The scenarios of which a difference is accepted on some store."""
    return frozenset(name.partition("@")[0] for name in tomllib.loads(file.read_text()))


def _accepted(table: Mapping[str, Any]) -> Accepted:
    return Accepted(table["reason"], {one["step"]: json.loads(one["answer"]) for one in table["steps"]})


def unaccepted(recorded: Sequence[Record], got: Sequence[Record], accepted: Accepted | None) -> list[Difference]:
    """The differences that nobody accepted."""
    answers = accepted.answers if accepted else {}
    expected = [_instead(record, answers.get(step)) for step, record in enumerate(recorded, 1)]
    return differences(expected, got)


def like_neither(recorded: Sequence[Record], got: Sequence[Record], accepted: Accepted | None) -> list[Difference]:
    """The differences from what was recorded that are not as accepted, either: some have their reason in Python alone."""
    unlike = {one.step for one in differences(recorded, got)}
    return [one for one in unaccepted(recorded, got, accepted) if one.step in unlike]


def obsolete(recorded: Sequence[Record], got: Sequence[Record], accepted: Accepted) -> list[int]:
    """The accepted steps at which parsepy now answers as the reference does."""
    pairs = enumerate(zip(recorded, got, strict=False), 1)
    return [step for step, (one, other) in pairs if step in accepted.answers and same(one, other)]


def block(name: str, reason: str, found: Sequence[Difference]) -> str:
    """The TOML that accepts these differences."""
    lines = [f"[{json.dumps(name)}]", f"reason = {json.dumps(reason, ensure_ascii=False)}"]
    for one in found:
        if one.expected is None or one.got is None or "stopped" in one.got:
            raise ValueError(f"{name} does not run to its end on parsepy: that cannot be accepted")
        answer = {key: value for key, value in one.got.items() if key not in ASKED}
        lines += [f"[[{json.dumps(name)}.steps]]", f"step = {one.step}", f"answer = {_literal(answer)}"]
    return "\n".join(lines)


def _instead(record: Record, answer: Record | None) -> Record:
    if answer is None:
        return record
    return {key: value for key, value in record.items() if key in ASKED} | answer


def _literal(answer: Record) -> str:
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    return f"'''{text}'''" if "'''" not in text else json.dumps(text, ensure_ascii=False)
