"""Both servers answer every scenario as the real Parse Server was recorded to."""

from __future__ import annotations

import asyncio

import pytest

from tests.compat.compare import Unlike, report, unlike_recorded
from tests.compat.differential import recordings
from tests.compat.differential.differences import differences
from tests.compat.differential.registry import all_scenarios
from tests.compat.differential.runner import Group, grouped, run_on_parsepy, run_on_reference

GROUPS = grouped(all_scenarios())


def name_of(group: Group) -> str:
    return f"{group.profile}-{group.store}"


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS, ids=name_of)
def test_parsepy_answers_as_recorded_from_the_reference(group: Group) -> None:
    scenarios = GROUPS[group]

    found = unlike_recorded(scenarios, asyncio.run(run_on_parsepy(scenarios)))

    assert not found, f"{len(found)} of {len(scenarios)} differ\n{report(found)}"


@pytest.mark.oracle
@pytest.mark.parametrize("group", GROUPS, ids=name_of)
def test_reference_still_answers_as_recorded(group: Group) -> None:
    scenarios = GROUPS[group]

    outcomes = asyncio.run(run_on_reference(scenarios))

    recorded = {one.name: recordings.load(one.module).get(one.name, []) for one in scenarios}
    changed = {name: differences(transcript, outcomes[name]) for name, transcript in recorded.items()}
    found: Unlike = {name: lines for name, lines in changed.items() if lines}
    assert not found, f"run python -m tests.compat.record\n{report(found)}"
