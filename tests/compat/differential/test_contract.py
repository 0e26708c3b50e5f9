"""The scenarios, the contract's rows, the recordings and the documents belong together."""

from __future__ import annotations

from pathlib import Path

from tests.compat.differential import accepted, recordings
from tests.compat.differential.contract_rows import contract_rows, rows_elsewhere
from tests.compat.differential.profiles import PROFILES
from tests.compat.differential.registry import all_scenarios

ENOUGH_SCENARIOS = 500
ROOT = Path(__file__).parents[3]
COMPATIBILITY = ROOT / "docs" / "compatibility.md"


def test_every_contract_row_has_a_scenario() -> None:
    covered = {row for one in all_scenarios() for row in one.rows}

    assert [row for row in contract_rows() if row not in covered] == []


def test_rows_that_no_scenario_can_show_name_a_test_that_exists() -> None:
    named = {row: test.partition("::") for row, test in rows_elsewhere().items()}

    assert [row for row, (file, _, name) in named.items() if f"def {name}(" not in (ROOT / file).read_text()] == []


def test_no_scenario_names_an_unknown_contract_row() -> None:
    rows = contract_rows()

    assert [(one.name, row) for one in all_scenarios() for row in one.rows if row not in rows] == []


def test_every_scenario_names_a_contract_row_and_a_known_profile() -> None:
    assert [one.name for one in all_scenarios() if not one.rows or one.profile not in PROFILES] == []


def test_there_are_enough_scenarios() -> None:
    assert len(all_scenarios()) >= ENOUGH_SCENARIOS


def test_every_scenario_is_recorded_and_every_recording_has_a_scenario() -> None:
    recorded = {name for module in recordings.modules() for name in recordings.load(module)}

    assert recorded ^ {one.name for one in all_scenarios()} == set()


def test_accepted_differences_name_scenarios_that_exist() -> None:
    assert accepted.names() - {one.name for one in all_scenarios()} == set()


def test_accepted_differences_stand_in_the_compatibility_document() -> None:
    text = COMPATIBILITY.read_text()

    assert [name for name in accepted.names() if f"`{name}`" not in text] == []
