"""The test kit as our own tests like it: callers by name, the clock of the machine, files in the test's folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from parsepy import testing
from parsepy.adapters.clock import SystemClock
from parsepy.cloud.registry import Cloud
from parsepy.testing import Answer, TestServer, User
from parsepy.testing.server import OPTIONS as KEYS

__all__ = ["KEYS", "Answer", "Client", "User", "started"]

CALLERS: Mapping[str, Mapping[str, str]] = {
    "client": {},
    "master": {"X-Parse-Master-Key": "the-master-key"},
    "readonly": {"X-Parse-Master-Key": "the-read-only-key"},
    "maintenance": {"X-Parse-Maintenance-Key": "the-maintenance-key"},
}


class Client(testing.Client):
    """A client that is told by a name who it is: `client`, `master`, `readonly`, `maintenance`, or by a session token."""

    def as_(self, user: User | str, ip: str = "127.0.0.1", **headers: str) -> Self:
        """The same door for somebody else."""
        token = user.token if isinstance(user, User) else user
        who = CALLERS.get(token, {"X-Parse-Session-Token": token})
        further = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**who, **further}, ip=ip)


@asynccontextmanager
async def started(
    options: Mapping[str, Any] | None = None, cloud: Cloud | None = None, *, folder: Path
) -> AsyncIterator[Client]:
    """A client of a fresh app with these options; `folder` takes its files."""
    given = {"filesFolder": str(folder / "files"), **(options or {})}
    async with TestServer(cloud, options=given, clock=SystemClock()) as server:
        yield Client(server.door)
