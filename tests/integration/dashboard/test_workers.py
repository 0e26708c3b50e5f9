"""Worker processes are one dashboard: who logs in, out, or too often wrongly with one is known to all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import bcrypt
import pytest

from tests.integration.dashboard.visiting import Visitor, address, configured, files, visitors
from tests.unit.cli.processes import Running, serving

pytestmark = pytest.mark.slow
PASSWORD = "correct horse"
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
WRONG_BEFORE_LOCK = 5
MOST_VISITORS = 50


@asynccontextmanager
async def two_workers(folder: Path) -> AsyncIterator[Running]:
    """A server with two workers and the users ann and bob."""
    users = [{"user": name, "pass": HASH} for name in ("ann", "bob")]
    option = {"users": users, "useEncryptedPasswords": True}
    name = configured(folder, dashboard=option, cluster=2, jsonLogs=True, logsFolder=None)
    async with serving(folder, name, PARSEPY_DASHBOARD_FILES=files(folder)) as server:
        await server.until_printed(" serves (pid ", 2)
        yield server


@asynccontextmanager
async def at_each(server: Running) -> AsyncIterator[tuple[Visitor, Visitor]]:
    """Two visitors whose connections two different workers have; who connects is spread, though not at once."""
    async with visitors(address(server), MOST_VISITORS) as found:
        first = await _worker(server, found[0], 0)
        for number, visitor in enumerate(found[1:], start=1):
            if await _worker(server, visitor, number) != first:
                break
        else:
            pytest.fail("one worker has all connections")
        yield found[0], visitor


async def _worker(server: Running, visitor: Visitor, number: int) -> str:
    """Who answers the visitor."""
    path = f"apps/{number}-"
    await visitor.get(path)
    await server.until_printed(f'/dashboard/{path}"')
    line = next(line for line in server.output.splitlines() if f'/dashboard/{path}"' in line)
    found = re.search(r'"worker":(\d+)', line)
    assert found is not None, line
    return found[1]


async def _until(visitor: Visitor, status: int) -> None:
    """Wait until the visitor gets that status for the apps: workers hear of each other soon, not at once."""
    async with asyncio.timeout(10):
        while await visitor.apps() != status:  # noqa: ASYNC110 - another process hears of it
            await asyncio.sleep(0.02)


async def test_who_logs_in_with_one_worker_is_known_to_the_other(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as server, at_each(server) as (one, other):
        assert await other.apps() == 401
        assert await one.log_in("ann", PASSWORD) == "/dashboard/apps"
        other.remember(one.session.cookie_jar)

        assert [app["appId"] for app in await other.apps()] == ["a"]


async def test_who_logs_out_with_one_worker_is_unknown_to_the_other(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as server, at_each(server) as (one, other):
        await one.log_in("ann", PASSWORD)
        other.remember(one.session.cookie_jar)
        assert await other.apps() != 401
        assert (await one.get("logout"))[0] == 302

        await _until(other, 401)


async def test_wrong_log_ins_are_counted_over_all_workers(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as server, at_each(server) as (one, other):
        for _ in range(WRONG_BEFORE_LOCK):
            assert (await one.log_in("ann", "wrong")).startswith("/dashboard/login")
        async with asyncio.timeout(10):
            while "Too many wrong log-ins" not in (await other.get("login"))[1]:
                assert (await other.log_in("ann", "wrong")).startswith("/dashboard/login")

        assert (await other.log_in("ann", PASSWORD)).startswith("/dashboard/login")
        assert await other.log_in("bob", PASSWORD) == "/dashboard/apps"


async def test_a_restart_keeps_people_logged_in(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as server, visitors(address(server)) as (before,):
        await before.log_in("ann", PASSWORD)
        cookies = tuple(before.session.cookie_jar)
        assert await server.stop() == 0
    async with two_workers(tmp_path) as server, visitors(address(server)) as (after,):
        after.remember(cookies)

        assert await after.apps() != 401
