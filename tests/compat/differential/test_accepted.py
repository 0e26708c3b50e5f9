"""A difference is accepted for what parsepy answers at one step, and only as long as it differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.compat.differential.accepted import Accepted, block, load, obsolete, unaccepted
from tests.compat.differential.answers import read_headers
from tests.compat.differential.differences import differences

RECORDED: list[dict[str, Any]] = [{"request": "GET a", "status": 200, "body": 1}, {"request": "GET b", "status": 500}]
GOT: list[dict[str, Any]] = [{"request": "GET a", "status": 200, "body": 1}, {"request": "GET b", "status": 400}]


def test_an_accepted_answer_is_no_difference() -> None:
    assert unaccepted(RECORDED, GOT, Accepted("why", {2: {"status": 400}})) == []


def test_another_answer_than_the_accepted_one_is_a_difference() -> None:
    assert [one.step for one in unaccepted(RECORDED, GOT, Accepted("why", {2: {"status": 404}}))] == [2]


def test_a_step_that_no_longer_differs_is_obsolete() -> None:
    assert obsolete(RECORDED, RECORDED, Accepted("why", {2: {"status": 400}})) == [2]


def test_the_printed_block_accepts_what_it_was_made_from(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text(block("module.it's", 'say "why"', differences(RECORDED, GOT)))

    assert unaccepted(RECORDED, GOT, load(file=file)["module.it's"]) == []


def test_a_scenario_that_stops_cannot_be_accepted() -> None:
    with pytest.raises(ValueError, match="does not run to its end"):
        block("name", "why", differences(RECORDED, RECORDED[:1]))


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (None, 0), ([1, 2], [2, 1])], ids=str)
def test_values_that_python_may_call_equal_differ(one: Any, other: Any) -> None:
    assert len(differences([{"body": one}], [{"body": other}])) == 1


def test_order_of_keys_does_not_count() -> None:
    assert differences([{"body": {"a": 1, "b": 2}}], [{"body": {"b": 2, "a": 1}}]) == []


def test_a_difference_names_the_place_in_the_body() -> None:
    found = differences([{"request": "GET a", "body": {"a": [1, 2]}}], [{"request": "GET a", "body": {"a": [1, 3]}}])

    assert "body.a[1]: reference 2" in str(found[0])


def test_cors_headers_that_are_not_the_usual_ones_are_shown() -> None:
    assert read_headers({"Access-Control-Allow-Origin": "*", "ETag": 'W/"1"', "Date": "now"}) == {
        "access-control-allow-origin": "*",
        "etag": "weak",
    }


def test_nothing_is_listed_after_the_step_where_a_scenario_stopped() -> None:
    found = differences([*RECORDED, *RECORDED], [{"request": "(stopped)", "stopped": "no answer"}])

    assert [one.step for one in found] == [1]


def test_what_is_accepted_on_one_store_counts_there_only(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    found = differences(RECORDED, GOT)
    file.write_text(block("module.one", "why", found) + "\n" + block("module.other@postgres", "format", found))

    assert load("postgres", file).keys() == {"module.one", "module.other"}
    assert load("sqlite", file).keys() == {"module.one"}
