"""parsepy sends MongoDB the commands that the real Parse Server sends, but for a table of accepted differences."""

from __future__ import annotations

import pytest
import pytest_asyncio

from tests.compat.commands import accepted
from tests.compat.commands.runner import Outcome, chosen, load, run_on_parsepy, run_on_reference

RECORDED = load()
ACCEPTED = accepted.load()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ours() -> Outcome:
    """The commands of parsepy, case by case."""
    return await run_on_parsepy(chosen())


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", sorted(RECORDED))
async def test_parsepy_sends_the_recorded_commands_or_accepted_ones(ours: Outcome, name: str) -> None:
    known = ACCEPTED.get(name)

    assert ours[name] == (known.ours if known else RECORDED[name])


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_an_accepted_difference_has_a_reason_and_differs(name: str) -> None:
    assert len(ACCEPTED[name].reason) > 20
    assert ACCEPTED[name].ours != RECORDED[name]


def test_every_case_is_recorded() -> None:
    assert {one.name for one in chosen()} <= RECORDED.keys()


@pytest.mark.oracle
async def test_the_reference_still_sends_the_recorded_commands() -> None:
    assert await run_on_reference(chosen()) == RECORDED
