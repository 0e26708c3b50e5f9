"""Both servers answer every scenario as the real Parse Server was recorded to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.compat.compare import Unlike, report, unlike_recorded
from tests.compat.differential import recordings
from tests.compat.differential.differences import differences
from tests.compat.differential.profiles import PROFILES
from tests.compat.differential.registry import Scenario, all_scenarios
from tests.compat.differential.runner import Group, grouped, needs_real_mongo, run_on_parsepy, run_on_reference
from tests.compat.servers import OwnStore

GROUPS = grouped(all_scenarios())
CODED = [group for group in GROUPS if PROFILES[group.profile].cloud is not None]
SERVERS: Mapping[OwnStore, str | None] = {"sqlite": None, "postgres": "postgres_server", "mongo": "mongo_server"}
"""The stores that parsepy is tested on, and the fixture that gives the address of each one's server."""


def name_of(group: Group) -> str:
    return f"{group.profile}-{group.store}"


def on_each_store() -> Iterator[Any]:
    """Every group on every store of parsepy; apart from the others, what only a real MongoDB can do."""
    for group, store in itertools.product(GROUPS, SERVERS):
        profile = PROFILES[group.profile]
        if not profile.in_python or (store != "sqlite" and not profile.on_each_store):
            continue
        id_ = f"{name_of(group)}-on-{store}"
        able = [one for one in GROUPS[group] if store != "mongo" or not needs_real_mongo(one)]
        if able:
            yield pytest.param(able, store, id=id_)
        if len(able) < len(GROUPS[group]):
            rest = [one for one in GROUPS[group] if one not in able]
            yield pytest.param(rest, store, id=f"{id_}-real", marks=pytest.mark.real_mongo)


@pytest.mark.slow
@pytest.mark.parametrize(("scenarios", "store"), list(on_each_store()))
def test_parsepy_answers_as_recorded_from_the_reference(
    scenarios: list[Scenario], store: OwnStore, request: pytest.FixtureRequest
) -> None:
    server = SERVERS[store]
    address = request.getfixturevalue(server) if server else None

    found = unlike_recorded(scenarios, asyncio.run(run_on_parsepy(scenarios, store, address)), store)

    assert not found, f"{len(found)} of {len(scenarios)} differ\n{report(found)}"


@pytest.mark.slow
@pytest.mark.parametrize("group", CODED, ids=name_of)
def test_the_references_own_cloud_code_answers_on_parsepy_as_on_the_reference(group: Group) -> None:
    scenarios = GROUPS[group]

    found = unlike_recorded(scenarios, asyncio.run(run_on_parsepy(scenarios, code="js")), "sqlite", "js")

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
