"""A server whose cloud code is given, and a client that speaks HTTP to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from parsepy import Cloud
from parsepy.app import door, running
from parsepy.settings import Settings, networks
from parsepy.testing.clock import FakeClock
from parsepy.web.access_log import AccessLog
from tests.unit.web.sites import site

APP = {"X-Parse-Application-Id": "test"}
MASTER = {**APP, "X-Parse-Master-Key": "the-master-key"}
SETTINGS: dict[str, Any] = {
    "app_id": "test",
    "master_key": "the-master-key",
    "read_only_master_key": "the-read-only-key",
    "database_uri": "memory://",
    "server_url": "http://127.0.0.1:1337/parse",
    "master_key_ips": networks("127.0.0.1"),
    "allow_client_class_creation": True,
}


@asynccontextmanager
async def serving(
    cloud: Cloud, *, clock: FakeClock | None = None, log: AccessLog | None = None, **settings: Any
) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a server with this cloud code; `settings` are fields of `Settings`."""
    async with (
        running(Settings(**{**SETTINGS, **settings}), cloud, clock=clock) as app,
        site(door([app]), log) as client,
    ):
        yield client


async def token_of(client: aiohttp.ClientSession, name: str) -> str:
    """The session token of a new user."""
    async with client.post("/parse/users", headers=APP, json={"username": name, "password": "pw"}) as answer:
        return str((await answer.json())["sessionToken"])
