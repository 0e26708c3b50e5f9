"""Where transactions do not take turns, what a dead process leaves behind is found out, and entered once."""

from __future__ import annotations

import asyncio

import pytest

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.core import delete, save
from parsepy.core.live import switches
from parsepy.core.live.intents import LEASE_SECONDS
from parsepy.core.transaction import transaction
from parsepy.model.own_classes import INTENTS
from parsepy.model.where import EVERYTHING

from .recorders import Impatient, Recorder, recorder, recording

ENTERED = [(None, 1), (1, 2)]


async def with_score() -> tuple[Recorder, str]:
    """A process, and an object whose creation it has recorded."""
    one = await recording(Impatient())
    return one, (await save.create(one.ctx, "Score", {"points": 1})).object_id


async def swept(one: Recorder) -> None:
    """Look at what is left behind, again when the lease is over, and once more."""
    for _ in range(3):
        await one.intents.sweep(one.app)
        one.watch.seconds += LEASE_SECONDS


async def test_changes_are_entered_and_leave_no_intent_behind() -> None:
    one, object_id = await with_score()
    await save.update(one.ctx, "Score", object_id, {"points": 2})
    await delete.delete(one.ctx, "Score", object_id)

    assert await one.told() == [(None, 1), (1, 2), (2, None)]
    assert await one.storage.count(INTENTS, EVERYTHING) == 0


@pytest.mark.parametrize(
    ("before", "behind", "told"),
    [
        ("", "insert _ParsepyIntent", [(None, 1)]),
        ("update Score", "", [(None, 1)]),
        ("", "update Score", ENTERED),
        ("insert _ParsepyChange", "", ENTERED),
        ("", "insert _ParsepyChange", ENTERED),
        ("delete _ParsepyIntent", "", ENTERED),
        ("", "delete _ParsepyIntent", ENTERED),
    ],
)
async def test_wherever_a_process_dies_its_change_is_entered_once_if_it_was_done(
    before: str, behind: str, told: list[tuple[int | None, int]]
) -> None:
    one, object_id = await with_score()
    one.storage.fails(before=before, behind=behind)
    with pytest.raises(StorageUnavailableError):
        await save.update(one.ctx, "Score", object_id, {"points": 2})
    one.storage.fails()
    await swept(one)

    assert await one.told() == told
    assert await one.storage.count(INTENTS, EVERYTHING) == 0


async def test_a_creation_that_was_lost_sight_of_is_entered() -> None:
    one = await recording(Impatient())
    one.storage.fails(behind="insert Score")
    with pytest.raises(StorageUnavailableError):
        await save.create(one.ctx, "Score", {"points": 5})
    one.storage.fails()
    await swept(one)

    assert await one.told() == [(None, 5)]


async def test_a_deletion_that_was_lost_sight_of_is_entered() -> None:
    one, object_id = await with_score()
    one.storage.fails(behind="delete Score")
    with pytest.raises(StorageUnavailableError):
        await delete.delete(one.ctx, "Score", object_id)
    one.storage.fails()
    await swept(one)

    assert await one.told() == [(None, 1), (1, None)]


async def test_two_processes_settle_an_intent_once() -> None:
    one, object_id = await with_score()
    others = [await recorder(one.storage) for _ in range(3)]
    one.storage.fails(behind="update Score")
    with pytest.raises(StorageUnavailableError):
        await save.update(one.ctx, "Score", object_id, {"points": 2})
    one.storage.fails()
    await asyncio.gather(*(swept(other) for other in others))

    assert await one.told() == ENTERED


async def test_who_writes_the_object_next_settles_what_was_left_behind_first() -> None:
    one, object_id = await with_score()
    one.storage.fails(behind="update Score")
    with pytest.raises(StorageUnavailableError):
        await save.update(one.ctx, "Score", object_id, {"points": 2})
    one.storage.fails()
    next_save = asyncio.create_task(save.update(one.ctx, "Score", object_id, {"points": 3}))
    while not next_save.done():
        one.watch.seconds += LEASE_SECONDS / 10
        await asyncio.sleep(0.001)

    assert await one.told() == [(None, 1), (1, 2), (2, 3)]


async def test_a_process_that_was_taken_for_dead_does_not_enter_its_change_again() -> None:
    one, object_id = await with_score()
    other = await recorder(one.storage)

    async def asleep() -> None:
        one.watch.seconds += LEASE_SECONDS
        await swept(other)

    one.storage.rests("update Score", asleep)
    await save.update(one.ctx, "Score", object_id, {"points": 2})

    assert await one.told() == ENTERED


async def test_a_slow_process_that_nobody_missed_enters_its_change() -> None:
    one, object_id = await with_score()

    async def asleep() -> None:
        one.watch.seconds += LEASE_SECONDS

    one.storage.rests("update Score", asleep)
    await save.update(one.ctx, "Score", object_id, {"points": 2})

    assert await one.told() == ENTERED


async def test_a_transaction_is_entered_after_its_commit() -> None:
    one, object_id = await with_score()
    async with transaction(one.ctx) as inside:
        await save.update(inside, "Score", object_id, {"points": 2})
        await save.update(inside, "Score", object_id, {"points": 3})
        await save.create(inside, "Score", {"points": 7})
        assert await one.told() == [(None, 1)]

    assert await one.told() == [(None, 1), (1, 3), (None, 7)]
    assert await one.storage.count(INTENTS, EVERYTHING) == 0


async def test_a_transaction_that_nobody_came_to_enter_is_entered_later() -> None:
    one, object_id = await with_score()
    async with transaction(one.ctx) as inside:
        await save.update(inside, "Score", object_id, {"points": 2})
        one.storage.fails(before="insert _ParsepyChange")
    one.storage.fails()
    await swept(one)

    assert await one.told() == ENTERED


async def test_a_transaction_that_is_undone_leaves_nothing_behind() -> None:
    one, object_id = await with_score()

    async def undone() -> None:
        async with transaction(one.ctx) as inside:
            await save.update(inside, "Score", object_id, {"points": 2})
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await undone()
    await swept(one)

    assert await one.told() == [(None, 1)]


async def test_many_writers_of_one_object_are_entered_in_the_order_in_which_they_wrote() -> None:
    one, object_id = await with_score()
    others = [await recorder(one.storage) for _ in range(3)]
    for other in others:
        await switches.switch_on(other.app, "Score")
    add = {"points": {"__op": "Increment", "amount": 1}}
    await asyncio.gather(*(save.update(other.ctx, "Score", object_id, add) for other in others for _ in range(4)))

    assert await one.told() == [(None, 1), *((number, number + 1) for number in range(1, 13))]
