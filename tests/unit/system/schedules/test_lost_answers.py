"""The store fails once, before or after it has done what was asked: whichever call that is, the run is begun once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from parsepy.adapters.storage.base import Storage, StorageUnavailableError
from parsepy.system.schedules import claims
from parsepy.system.schedules.claims import State
from parsepy.system.schedules.runs import AGAIN
from tests.unit.system.schedules.servers import MIDNIGHT, MINUTE, Runs, Site, noting, site

TURNS = 100


@dataclass
class Failing:
    """A store of which the call with this number fails, before or after it was carried out; 0 for none."""

    takes_turns: ClassVar[bool] = False
    store: Storage
    number: int
    done: bool
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.store, name)

        async def counted(*args: Any, **named: Any) -> Any:
            self.calls += 1
            fails = self.calls == self.number
            if fails and not self.done:
                raise StorageUnavailableError("gone")
            result = await call(*args, **named)
            if fails:
                raise StorageUnavailableError("gone")
            return result

        return counted


@asynccontextmanager
async def failing(runs: Runs, number: int, *, done: bool) -> AsyncIterator[tuple[Site, Failing]]:
    """A server whose schedule is known, and whose store fails once from then on."""
    async with site("memory://", noting(runs, every=MINUTE)) as one:
        await one.look()
        store = Failing(one.app.storage, number, done)
        one.scheduler.use(replace(one.app, storage=store))
        yield one, store


async def looked(one: Site) -> None:
    """One turn at the present time, and all that it sets off."""
    try:
        await one.scheduler.turn()
    except StorageUnavailableError:
        await asyncio.sleep(0)
    for _ in range(TURNS):
        await asyncio.sleep(0)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 12))
async def test_a_run_is_begun_once_whichever_call_fails(number: int, done: bool) -> None:
    runs: Runs = []
    async with failing(runs, number, done=done) as (one, store):
        await one.clock.advance(MINUTE)
        for _ in range(5):
            await looked(one)
            await one.clock.advance(AGAIN)
        (claim,) = (await claims.read(one.app)).values()

    assert store.calls >= number
    assert runs == [MIDNIGHT + MINUTE]
    assert claim.state is State.IDLE


async def test_rows_that_could_not_be_read_are_read_again() -> None:
    runs: Runs = []
    async with site("memory://", noting(runs), options={"scheduleJobs": True}) as one:
        await one.clock.advance(MINUTE)
        await one.schedule(startAfter="2026-11-20T00:01:30.000Z")
        store = Failing(one.app.storage, 1, done=False)
        one.scheduler.use(replace(one.app, storage=store))
        await one.clock.advance(MINUTE)

    assert store.calls > 1
    assert runs == [MIDNIGHT + 1.5 * MINUTE]


async def test_the_scheduler_goes_on_when_the_store_is_back() -> None:
    runs: Runs = []
    async with site("memory://", noting(runs, every=MINUTE), options={"scheduleJobs": True}) as one:
        await one.clock.advance(MINUTE / 2)
        store = Failing(one.app.storage, 1, done=False)
        one.scheduler.use(replace(one.app, storage=store))
        await one.clock.advance(MINUTE)

    assert store.calls > 1
    assert runs == [MIDNIGHT + MINUTE]
