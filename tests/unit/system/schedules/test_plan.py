"""What the rows of `_JobSchedule` mean, as the dashboard and others write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parsepy.model.timing.cron import cron
from parsepy.model.timing.intervals import Once, Repeated
from parsepy.system.schedules import plan

START = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ROW = {
    "objectId": "one",
    "createdAt": "2026-11-20T09:00:00.000Z",
    "updatedAt": "2026-11-20T09:00:00.000Z",
    "jobName": "sweep",
    "startAfter": "2026-11-20T10:30:00.000Z",
}
DASHBOARD = {"daysOfWeek": [1] * 7, "params": "{}", "timeOfDay": "12:05:00.000Z"}
NOON = timedelta(hours=12, minutes=5)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Once(START)),
        ({"startAfter": None}, Once(datetime(2026, 11, 20, 9, tzinfo=UTC))),
        ({"startAfter": {"__type": "Date", "iso": "2026-11-20T10:30:00.000Z"}}, Once(START)),
        (DASHBOARD, Once(START)),
        ({**DASHBOARD, "repeatMinutes": 1440}, Repeated(START, timedelta(days=1), NOON)),
        ({**DASHBOARD, "repeatMinutes": 15}, Repeated(START, timedelta(minutes=15), NOON)),
        ({"repeatMinutes": 0.5}, Repeated(START, timedelta(seconds=30))),
        (
            {"repeatMinutes": 60, "daysOfWeek": [1, "1", True, 0, "0", False, None]},
            Repeated(START, timedelta(hours=1), None, frozenset({0, 1, 2})),
        ),
        ({"repeatMinutes": 60, "daysOfWeek": [0] * 7}, Repeated(START, timedelta(hours=1))),
        ({"cron": "0 3 * * *"}, cron("0 3 * * *", start=START)),
        ({"cron": "@daily", "timeZone": "Asia/Tokyo", "repeatMinutes": 5}, cron("@daily", "Asia/Tokyo", start=START)),
    ],
)
def test_a_row_describes_its_times(fields: dict[str, Any], expected: object) -> None:
    assert plan.of_row({**ROW, **fields}).timing == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"jobName": None}, "names no job"),
        ({"startAfter": "soon"}, "startAfter"),
        ({"startAfter": "9999-12-31T23:59:59.999Z"}, "year 9000"),
        ({"repeatMinutes": -5}, "repeatMinutes"),
        ({"repeatMinutes": 1e9}, "repeatMinutes"),
        ({"repeatMinutes": 5, "timeOfDay": "noon"}, "timeOfDay"),
        ({"repeatMinutes": 5, "daysOfWeek": [1]}, "daysOfWeek"),
        ({"cron": "often"}, "five fields"),
        ({"cron": "@daily", "timeZone": "Mars"}, "time zone"),
    ],
)
def test_a_row_that_describes_no_times_says_why(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plan.of_row({**ROW, **fields})


def test_a_schedule_is_another_one_when_its_times_are_others() -> None:
    first = plan.of_row(ROW)

    assert plan.of_row({**ROW, "description": "new", "lastRun": 5}).key == first.key
    assert plan.of_row({**ROW, "repeatMinutes": 5}).key != first.key
    assert plan.of_row({**ROW, "jobName": "other"}).key != first.key
    assert plan.of_row({**ROW, "objectId": "two"}).key != first.key


@pytest.mark.parametrize(
    ("params", "expected"), [(None, {}), ("", {}), (" ", {}), ('{"a": [1]}', {"a": [1]}), ({"a": 1}, {"a": 1})]
)
def test_params_are_a_json_object_mostly_as_text(params: Any, expected: dict[str, Any]) -> None:
    assert plan.of_row({**ROW, "params": params}).parameters() == expected


@pytest.mark.parametrize("params", ["{", "[1]", "null", [1], 5])
def test_other_params_are_refused_when_the_job_is_to_run(params: Any) -> None:
    schedule = plan.of_row({**ROW, "params": params})

    with pytest.raises(ValueError, match=r"JSON object|unexpected|EOF|expected"):
        schedule.parameters()
