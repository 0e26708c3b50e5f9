"""Changes are recorded for the classes that somebody wants to catch up on, and others cost nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, StorageUnavailableError
from parsepy.core import delete, save
from parsepy.core.find import find
from parsepy.core.live import change_log
from parsepy.core.live import recording as recorded_writes
from parsepy.core.live.changes import Stored
from parsepy.core.live.switches import KNOWN_SECONDS, SETTLE_SECONDS, SOON_SECONDS
from parsepy.core.transaction import transaction
from parsepy.errors import ParseError
from parsepy.model import values
from parsepy.model.find_params import FindParams
from parsepy.model.own_classes import CHANGE_LOGS, CHANGES, RECORDED_CLASSES
from parsepy.model.where import EVERYTHING

from .recorders import Impatient, Mortal, Recorder, recorder, recording

DATES = {"createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z"}


async def switched_on_elsewhere(one: Recorder) -> None:
    """Another process has had the class `Score` recorded."""
    await change_log.prepare(one.app)
    if RECORDED_CLASSES.name not in one.storage._tables:
        await one.storage.create_class(RECORDED_CLASSES)
    now = one.app.now()
    row = {"objectId": "Score", "createdAt": values.iso(now), "updatedAt": values.iso(now)}
    await one.storage.insert(RECORDED_CLASSES, [row | {"used": values.date_json(now), "since": 0}])


async def test_a_save_of_a_class_that_nobody_resumes_asks_the_store_for_nothing_more() -> None:
    one = await recorder(Mortal(), is_shared=True)
    object_id = (await save.create(one.ctx, "Score", {"points": 1})).object_id
    one.storage.calls.clear()
    for points in range(3):
        await save.update(one.ctx, "Score", object_id, {"points": points})

    assert one.storage.calls == ["find Score", "update Score"] * 3


async def test_what_other_processes_have_recorded_is_known_in_time() -> None:
    one = await recorder(Mortal(), is_shared=True)
    await save.create(one.ctx, "Score", {"points": 1})
    await switched_on_elsewhere(one)
    await save.create(one.ctx, "Score", {"points": 2})
    one.watch.seconds += KNOWN_SECONDS + 0.01
    await save.create(one.ctx, "Score", {"points": 3})

    assert await one.told() == [(None, 3)]
    assert SOON_SECONDS < KNOWN_SECONDS < SETTLE_SECONDS


@pytest.mark.parametrize("store", [Mortal, Impatient])
async def test_a_write_that_took_too_long_to_be_recorded_is_noted_as_missing(store: type[Mortal]) -> None:
    one = await recorder(store(), is_shared=True)
    await save.create(one.ctx, "Score", {"points": 1})

    async def meanwhile() -> None:
        await switched_on_elsewhere(one)
        one.watch.seconds += SETTLE_SECONDS

    one.storage.rests("insert Score", meanwhile)
    await save.create(one.ctx, "Score", {"points": 2})

    assert [(entry.class_name, entry.change) for entry in await one.entries()] == [("Score", None)]


@pytest.mark.parametrize("store", [Mortal, Impatient])
async def test_a_transaction_that_began_too_early_is_noted_as_missing(store: type[Mortal]) -> None:
    one = await recorder(store(), is_shared=True)
    await save.create(one.ctx, "Score", {"points": 1})
    await change_log.prepare(one.app)
    await one.storage.create_class(RECORDED_CLASSES)
    async with transaction(one.ctx) as inside:
        await save.create(inside, "Score", {"points": 2})
        now = one.app.now()
        row = {"objectId": "Score", "createdAt": values.iso(now), "updatedAt": values.iso(now)}
        await inside.storage.insert(RECORDED_CLASSES, [row | {"used": values.date_json(now), "since": 0}])
        one.watch.seconds += SETTLE_SECONDS

    assert [(entry.class_name, entry.change) for entry in await one.entries()] == [("Score", None)]


async def test_a_save_that_is_refused_leaves_no_entry() -> None:
    one = await recording(Mortal())
    object_id = (await save.create(one.ctx, "Score", {"points": 1})).object_id
    await delete.delete(one.ctx, "Score", object_id)
    for refused in (save.update(one.ctx, "Score", object_id, {"points": 2}), delete.delete(one.ctx, "Score", "none")):
        with pytest.raises(ParseError, match="Object not found"):
            await refused

    assert await one.told() == [(None, 1), (1, None)]


@pytest.mark.parametrize("behind", ["insert _ParsepyChange", "update _ParsepyChangeLog"])
async def test_a_change_that_cannot_be_entered_is_not_made(behind: str) -> None:
    one = await recording(Mortal())
    object_id = (await save.create(one.ctx, "Score", {"points": 1})).object_id
    one.storage.fails(behind=behind)
    with pytest.raises(StorageUnavailableError):
        await save.update(one.ctx, "Score", object_id, {"points": 2})

    assert [row["points"] for row in (await find(one.ctx, "Score", FindParams())).results] == [1]
    assert await one.told() == [(None, 1)]


async def test_entries_are_dropped_when_they_are_too_old_but_for_the_last() -> None:
    one = await recording(Mortal())
    for points in range(5):
        await save.create(one.ctx, "Score", {"points": points})
    await change_log.tidy(one.app, timedelta(seconds=-1))

    assert await one.told() == [(None, 4)]
    assert [await change_log.keeps(one.storage, number) for number in range(6)] == [False] * 4 + [True] * 2


async def test_a_log_that_somebody_removed_does_not_stop_saves() -> None:
    one = await recording(Mortal())
    await one.storage.drop_class(CHANGES)
    await one.storage.delete(CHANGE_LOGS, EVERYTHING)
    result = await save.create(one.ctx, "Score", {"points": 1})

    assert result.object_id


async def test_new_objects_that_come_together_are_stored_together_and_refused_alone() -> None:
    one = await recording(Mortal())
    await save.create(one.ctx, "Score", {"points": 0})
    schema = await one.app.schemas.find("Score")
    assert schema is not None
    one.storage.calls.clear()
    rows = [{"objectId": name, **DATES, "points": at} for at, name in enumerate(["a", "b", "a", "c"])]
    found = await asyncio.gather(
        *(recorded_writes.insert(one.ctx, schema, row) for row in rows), return_exceptions=True
    )

    assert [type(result) for result in found] == [Stored, Stored, DuplicateValueError, Stored]
    assert await one.told() == [(None, 0), (None, 0), (None, 1), (None, 3)]
    assert one.storage.calls.count("update _ParsepyChangeLog") < len(rows)


async def test_new_objects_are_refused_when_the_log_cannot_be_written() -> None:
    one = await recording(Mortal())
    one.storage.fails(before="update _ParsepyChangeLog")
    found = await asyncio.gather(
        *(save.create(one.ctx, "Score", {"points": points}) for points in range(3)), return_exceptions=True
    )

    assert [type(result) for result in found] == [StorageUnavailableError] * 3
    assert (await find(one.ctx, "Score", FindParams())).results == []
