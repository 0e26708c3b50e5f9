"""Jobs of cloud code that are to run by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parsepy import Cloud, JobRequest
from parsepy.cloud.registry import CloudError


def sweep(request: JobRequest) -> None:
    """Nothing to sweep."""


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ({}, None),
        ({"cron": "0 3 * * *"}, "cron 0 3 * * * UTC"),
        ({"cron": "@daily", "time_zone": "Europe/Berlin"}, "cron 0 0 * * * Europe/Berlin"),
        ({"every": timedelta(minutes=5)}, "every 300 s"),
    ],
)
def test_a_job_keeps_its_times_also_in_another_registry(times: dict[str, Any], text: str | None) -> None:
    part, cloud = Cloud(), Cloud()
    part.job("sweep", **times)(sweep)
    cloud.include(part)
    hook = cloud.job_named("sweep")

    assert hook is not None
    assert (hook.timing and hook.timing.text) == text


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"cron": "0 25 * * *"}, "no cron expression"),
        ({"cron": "0 0 31 4 *"}, "never due"),
        ({"cron": "@daily", "time_zone": "Mars"}, "no time zone"),
        ({"every": timedelta(0)}, "whole seconds"),
        ({"every": timedelta(hours=1), "cron": "@daily"}, "every stands alone"),
        ({"every": timedelta(hours=1), "time_zone": "UTC"}, "every stands alone"),
        ({"time_zone": "UTC"}, "which is missing"),
    ],
)
def test_times_that_cannot_be_are_told_with_the_place_of_the_job(times: dict[str, Any], reason: str) -> None:
    cloud = Cloud()

    with pytest.raises(CloudError, match=rf"test_job_times\.py:\d+: job sweep: .*{reason}"):
        cloud.job("sweep", **times)(sweep)
    assert cloud.job_names == ()
