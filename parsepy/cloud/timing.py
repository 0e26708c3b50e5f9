"""The times at which cloud code wants its jobs to run by themselves."""

from __future__ import annotations

from datetime import timedelta

from parsepy.model.timing.base import Timing
from parsepy.model.timing.cron import cron as cron_times
from parsepy.model.timing.intervals import every as interval_times

UTC_ZONE = "UTC"


def timing_of(cron: str | None, every: timedelta | None, time_zone: str | None) -> Timing | None:
    """What a job's arguments ask for; None if it is to be started by others only.

    Raises TypeError, with a text for the author, for what cannot be.
    """
    if every is not None and (cron is not None or time_zone is not None):
        raise TypeError("every stands alone: cron and time_zone say something else")
    if time_zone is not None and cron is None:
        raise TypeError("time_zone is the zone of cron, which is missing")
    try:
        if cron is not None:
            return cron_times(cron, UTC_ZONE if time_zone is None else time_zone)
        return None if every is None else interval_times(every)
    except ValueError as exc:
        raise TypeError(str(exc)) from exc
