"""The schedules of an app: those of its cloud code, and those of the `_JobSchedule` rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from parsepy.adapters.storage.base import Object
from parsepy.cloud.registry import Cloud
from parsepy.errors import ParseError
from parsepy.model import values
from parsepy.model.timing.base import Timing
from parsepy.model.timing.cron import cron
from parsepy.model.timing.intervals import MOST, Once, Repeated

SCHEDULE_CLASS = "_JobSchedule"
WEEK = 7
EVERY_DAY = frozenset(range(WEEK))
LAST_YEAR = 9000
_KEY_LENGTH = 32
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs by itself. `params` are JSON, as text where they come from a row; `row_id` names that row."""

    job: str
    timing: Timing
    params: str | None = None
    row_id: str | None = None

    @property
    def key(self) -> str:
        """What this schedule is remembered by: another one as soon as its times are others."""
        named = "\n".join((self.row_id or "", self.job, self.timing.text))
        return hashlib.sha256(named.encode()).hexdigest()[:_KEY_LENGTH]

    @property
    def text(self) -> str:
        """The schedule in words."""
        return f"{self.job[:_LONGEST_NAME]}: {self.timing.text}"

    def parameters(self) -> Mapping[str, Any]:
        """What the job is called with. Raises ValueError for a text that is no JSON object."""
        if self.params is None or not self.params.strip():
            return {}
        found = orjson.loads(self.params)
        if not isinstance(found, dict):
            raise ValueError("a JSON object is wanted")
        return found


def of_code(cloud: Cloud) -> list[Schedule]:
    """The schedules that cloud code gave its jobs."""
    found = []
    for name in cloud.job_names:
        hook = cloud.job_named(name)
        if hook is not None and hook.timing is not None:
            found.append(Schedule(name, hook.timing))
    return found


def of_row(row: Object) -> Schedule:
    """The schedule that a row describes. Raises ValueError, with a text for its author, if it describes none."""
    job, object_id = row.get("jobName"), row["objectId"]
    if not isinstance(job, str) or not job:
        raise ValueError("it names no job")
    params = row.get("params")
    text = params if params is None or isinstance(params, str) else orjson.dumps(params).decode()
    return Schedule(job, _timing(row), text, object_id)


def _timing(row: Object) -> Timing:
    start = _moment(row.get("startAfter")) or values.date_of(row["createdAt"])
    if row.get("cron"):
        return cron(str(row["cron"]), str(row.get("timeZone") or "UTC"), start=start)
    minutes = row.get("repeatMinutes")
    if not minutes:
        return Once(start)
    if not values.is_number(minutes) or not 0 < minutes <= MOST / timedelta(minutes=1):
        raise ValueError("repeatMinutes must be a number of minutes, at most 366 days")
    interval = timedelta(seconds=max(1, round(60 * minutes)))
    return Repeated(start, interval, _time_of_day(row.get("timeOfDay")), _days(row.get("daysOfWeek")))


def _moment(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = values.date_of(value)
    except ParseError as exc:
        raise ValueError("startAfter must be a date as ISO text") from exc
    if moment.year > LAST_YEAR:
        raise ValueError(f"startAfter must not lie after the year {LAST_YEAR}")
    return moment


def _time_of_day(value: object) -> timedelta | None:
    """`HH:MM`, with seconds and a `Z` as the dashboard writes it: a time in UTC."""
    if value is None or value == "":
        return None
    try:
        moment = values.date_of(f"1970-01-01T{str(value).removesuffix('Z')}Z")
    except ParseError as exc:
        raise ValueError("timeOfDay must be a time such as 12:30:00.000Z") from exc
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _days(value: object) -> frozenset[int]:
    """Seven flags, Monday first; every day if there are none."""
    if value is None:
        return EVERY_DAY
    if not isinstance(value, list) or len(value) != WEEK:
        raise ValueError("daysOfWeek must hold seven flags, for Monday to Sunday")
    return frozenset(day for day, flag in enumerate(value) if flag and flag != "0") or EVERY_DAY
