"""Servers that share a database end on the same release, whatever happens to one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from parsepy import app as assembly
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.cli.releases.depot import Depot
from parsepy.cli.releases.follower import ATTEMPT_SECONDS, Follower, Retry
from parsepy.cli.releases.placed import Placed
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App
from parsepy.model.own_classes import RELEASE_PARTS
from parsepy.model.where import Compare
from parsepy.settings import Settings
from parsepy.system.releases import records, rollout, servers
from parsepy.system.releases.servers import LIVE_SECONDS
from tests.integration.deploying import bundle, versioned


@dataclass
class Workers:
    """What one server runs; `refused` are the releases that it cannot load, `crashing` those that do not stay."""

    running: str = ""
    ran: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    crashing: set[str] = field(default_factory=set)

    async def try_out(self, placed: Placed) -> str:
        return "cannot be loaded" if placed.release in self.refused else ""

    async def run(self, placed: Placed | None) -> str:
        release = placed.release if placed else ""
        if release in self.crashing:
            return "ended right after its start"
        self.running = release
        self.ran.append(release)
        return ""

    def start_with(self, placed: Placed) -> None:
        self.running = placed.release

    @property
    def workers(self) -> tuple[dict[str, Any], ...]:
        return ({"worker": 1, "release": self.running, "healthy": True},)


class Ticking:
    """A clock that never tells the same moment twice."""

    def __init__(self) -> None:
        self._moments = count()

    def now(self) -> datetime:
        return datetime(2026, 1, 31, tzinfo=UTC) + timedelta(milliseconds=next(self._moments))

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


@dataclass
class One:
    """A server among several."""

    follower: Follower
    workers: Workers


@dataclass
class Site:
    """Servers on one database, and a watch that is moved by hand."""

    app: App
    folder: Path
    servers: list[One] = field(default_factory=list)
    seconds: float = 0.0

    async def start(self, name: str) -> One:
        """One server more."""
        workers = Workers()
        depot = Depot(self.folder / name)
        one = One(Follower(self.app, name, workers, depot, seconds=lambda: self.seconds), workers)
        await one.follower.begin()
        await one.follower.beat()
        self.servers.append(one)
        return one

    async def release(self, data: bytes | None = None) -> str:
        """A release that passed its checks and is to be activated."""
        made = await records.add(self.app, data or versioned(1), note="", by="test")
        assert await records.claim_check(self.app, made, "checker")
        assert await records.end_check(self.app, made, "checker", ())
        return made.id

    async def turn(self, times: int = 8, *, without: Sequence[One] = ()) -> None:
        """Let each server do what is to be done, several times; those that stand still do nothing."""
        for _ in range(times):
            for one in self.servers:
                if one not in without:
                    await one.follower.beat()
                    await one.follower.step()

    @property
    def running(self) -> list[str]:
        return [one.workers.running for one in self.servers]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A database without servers."""
    settings = Settings(app_id="test", master_key="key", database_uri="memory://", files_folder=str(tmp_path))
    async with AsyncExitStack() as stack:
        app = replace(assembly.build(settings, Cloud(), clock=Ticking()), storage=MemoryStorage())
        stack.callback(app.cloud.close)
        yield Site(app, tmp_path)


@pytest.fixture
async def two(site: Site) -> Site:
    """Two servers."""
    for name in ("a", "b"):
        await site.start(name)
    return site


async def state(site: Site, release: str) -> tuple[str, tuple[str, ...]]:
    """The state of a release, and what is wrong with it."""
    found = await records.get(site.app, release)
    assert found is not None
    return (await rollout.current(site.app)).state_of(found), found.problems


async def test_all_servers_go_over_to_a_good_release(two: Site) -> None:
    release = await two.release()
    await two.turn()

    assert two.running == [release, release]
    assert await state(two, release) == ("active", ())


async def test_no_server_runs_a_release_that_one_of_them_cannot_load(two: Site) -> None:
    good = await two.release()
    await two.turn()
    broken = await two.release(versioned(2))
    two.servers[1].workers.refused.add(broken)
    await two.turn()

    assert [one.workers.ran for one in two.servers] == [[good], [good]]
    assert await state(two, broken) == ("failed", ("b: cannot be loaded",))
    assert await state(two, good) == ("active", ())


async def test_all_go_back_when_a_release_does_not_stay_alive_on_one(two: Site) -> None:
    good = await two.release()
    await two.turn()
    crashing = await two.release(versioned(2))
    two.servers[0].workers.crashing.add(crashing)
    await two.turn(12)

    assert two.running == [good, good]
    assert two.servers[1].workers.ran == [good, crashing, good]
    assert (await state(two, crashing))[0] == "failed"


async def test_without_an_active_release_all_go_back_to_the_cloud_option(two: Site) -> None:
    crashing = await two.release()
    two.servers[1].workers.crashing.add(crashing)
    await two.turn(12)

    assert two.running == ["", ""]
    assert (await rollout.current(two.app)).active == ""


async def test_a_server_that_died_in_the_middle_is_not_waited_for(two: Site) -> None:
    release = await two.release()
    dead = two.servers[1]
    await two.turn(without=[dead])
    assert (await state(two, release))[0] == "activating"

    two.seconds = LIVE_SECONDS + 1
    await two.turn(without=[dead])

    assert (await state(two, release))[0] == "active"


async def test_a_server_that_died_halfway_finds_the_active_release_when_it_is_back(two: Site) -> None:
    release = await two.release()
    await two.turn(1)
    two.servers.pop()
    await two.turn(1)
    two.seconds = LIVE_SECONDS + 1
    await two.turn()
    back = await two.start("b")

    assert back.workers.running == release


async def test_a_server_that_slept_catches_up(two: Site) -> None:
    release = await two.release()
    two.seconds = LIVE_SECONDS + 1
    await two.turn(without=[two.servers[1]])
    await two.turn()

    assert two.running == [release, release]


async def test_a_server_that_joins_in_the_middle_takes_part(two: Site) -> None:
    release = await two.release()
    await two.turn(2)
    await two.start("c")
    await two.turn()

    assert two.running == [release] * 3


async def test_when_all_servers_died_in_the_middle_the_next_to_start_ends_it(two: Site) -> None:
    release = await two.release()
    await two.turn(1)
    two.servers.clear()
    await two.start("c")
    await two.turn()
    assert two.running == [""]
    two.seconds = LIVE_SECONDS + 1
    await two.turn()

    assert two.running == [release]
    assert (await state(two, release))[0] == "active"


async def test_a_server_that_lives_but_does_nothing_fails_the_attempt_in_the_end(two: Site) -> None:
    release = await two.release()
    stuck = two.servers[1]
    await two.turn(without=[stuck])
    two.seconds = ATTEMPT_SECONDS + 1
    await stuck.follower.beat()
    await two.turn(without=[stuck])

    assert await state(two, release) == ("failed", ("not ready in time: b",))
    assert two.servers[0].workers.running == ""


async def test_releases_are_activated_one_after_another_as_they_were_asked_for(two: Site) -> None:
    all_ = [await two.release(versioned(number)) for number in range(3)]
    await two.turn(30)

    assert two.running == [all_[-1]] * 2
    assert [(await state(two, release))[0] for release in all_] == ["retired", "retired", "active"]


async def test_an_old_release_comes_back(two: Site) -> None:
    old = await two.release()
    await two.turn()
    new = await two.release(versioned(2))
    await two.turn()
    assert two.running == [new, new]
    found = await records.get(two.app, old)
    assert found is not None
    assert await records.ask(two.app, found)
    await two.turn()

    assert two.running == [old, old]


async def test_who_cannot_go_back_now_tries_again_later(two: Site) -> None:
    good = await two.release()
    await two.turn()
    other = await two.release(versioned(2))
    await two.turn()
    one = two.servers[0]
    one.follower.me = replace(one.follower.me, release=good)
    one.workers.running = good
    one.workers.crashing.add(other)
    await two.turn()
    assert one.workers.running == good
    one.workers.crashing.clear()
    two.seconds += 100
    await two.turn()

    assert one.workers.running == other


async def test_a_worker_that_still_runs_something_else_is_replaced(two: Site) -> None:
    release = await two.release()
    await two.turn()
    two.servers[0].workers.running = "left over"
    await two.turn(1)

    assert two.running == [release, release]


async def test_a_release_that_vanished_from_the_database_fails(two: Site) -> None:
    release = await two.release()
    await two.app.storage.delete(RELEASE_PARTS, Compare("release", "$eq", release))
    await two.turn()

    assert (await state(two, release))[0] == "failed"
    assert two.running == ["", ""]


async def test_a_release_is_checked_by_one_server_and_by_another_if_that_died(two: Site) -> None:
    made = await records.add(two.app, bundle({"main.py": "import nothing_like_it\n"}), note="", by="test")
    dead, alive = two.servers
    assert await records.claim_check(two.app, made, dead.follower.me.id)
    await alive.follower.check()
    assert await state(two, made.id) == ("checking", ())

    two.seconds = LIVE_SECONDS + 1
    await alive.follower.beat()
    await alive.follower.check()

    assert await state(two, made.id) == (
        "failed",
        ("main.py:1: ModuleNotFoundError: No module named 'nothing_like_it'",),
    )


async def test_a_server_that_leaves_is_off_the_list(two: Site) -> None:
    await two.servers[0].follower.leave()

    assert [server.name for server in await servers.known(two.app)] == ["b"]


def test_the_pause_before_another_try_grows() -> None:
    plan, found = Retry(), []
    for _ in range(6):
        plan.failed(plan.at)
        found.append(plan.at)

    assert found == [5, 15, 35, 75, 135, 195]
