"""Calling functions and starting jobs of the running app from cloud code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options
from parsepy.cloud.codec import decode
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.query import Query


async def run(name: str, params: Mapping[str, Any] | None = None, **options: Unpack[Options]) -> Any:
    """Call a function, as the caller unless the options say otherwise; its result."""
    return decode(await actions.current().run(name, params or {}, CallOptions(**options)))


async def start_job(name: str, params: Mapping[str, Any] | None = None) -> str:
    """Start a job, with the rights of the server; the id of its status.

    Raises ParseError 141 for an unknown one, and 119 inside a transaction.
    """
    return await actions.current().start_job(name, params or {})


async def get_job_status(job_id: str) -> ParseObject:
    """How far a job is: `status` is `running`, `succeeded` or `failed`, `message` what it told last. Raises ParseError 101."""
    return await Query("_JobStatus").get(job_id, use_master_key=True)


async def get_jobs_data() -> dict[str, list[str]]:
    """The names of all `jobs`, and of those that have a schedule: `in_use`."""
    return await actions.current().jobs()
