"""Work that many want at once is done once, and all go on in the same turn of the loop."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.together import Together


class Work:
    """Takes two turns of the loop; counts how often it was begun, and in which turn each caller went on."""

    def __init__(self, error: Exception | None = None) -> None:
        self.together = Together()
        self.error = error
        self.begun = 0
        self.turn = 0
        self.went_on: list[tuple[str, int]] = []

    async def do(self, caller: str) -> None:
        while not self.went_on:
            if await self.together.waited("work"):
                continue
            async with self.together.working("work"):
                self.begun += 1
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                if self.error is not None:
                    raise self.error
            break
        self.went_on.append((caller, self.turn))

    async def count_turns(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)


async def test_one_works_and_all_go_on_in_one_turn_in_their_order() -> None:
    work = Work()
    turns = asyncio.create_task(work.count_turns())
    await asyncio.gather(*(work.do(name) for name in "abcd"))
    turns.cancel()

    assert work.begun == 1
    assert [name for name, _ in work.went_on] == list("abcd")
    assert len({turn for _, turn in work.went_on}) == 1


async def test_who_waits_for_a_store_that_is_gone_is_told_without_trying_it_again() -> None:
    work = Work(StorageUnavailableError("gone"))
    done = await asyncio.gather(*(work.do(name) for name in "abc"), return_exceptions=True)

    assert [type(error) for error in done] == [StorageUnavailableError] * 3
    assert work.begun == 1


async def test_a_refusal_is_the_workers_own_and_the_next_one_tries() -> None:
    work = Work(ValueError("refused"))
    done = await asyncio.gather(*(work.do(name) for name in "abc"), return_exceptions=True)

    assert [type(error) for error in done] == [ValueError] * 3
    assert work.begun == 3


async def test_work_that_is_cancelled_is_taken_over() -> None:
    work = Work()
    first = asyncio.create_task(work.do("a"))
    others = [asyncio.create_task(work.do(name)) for name in "bc"]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(*others)

    assert work.begun == 2
    assert [name for name, _ in work.went_on] == ["b", "c"]
    with pytest.raises(asyncio.CancelledError):
        await first
