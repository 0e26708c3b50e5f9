"""A client that comes back with a cursor is told what it missed, in order, each change once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from parsepy.core.live import change_log, switches
from parsepy.core.live.changes import Change
from parsepy.model.own_classes import CHANGES, RECORDED_CLASSES
from parsepy.model.where import EVERYTHING, Query
from parsepy.testing.clock import FakeClock

from .processes import Hearsay, Process, Visitor, process

HIGH = {"points": {"$gt": 5}}


async def points(visitor: Visitor, count: int) -> list[tuple[str, int]]:
    """The events so far, when there are so many: what happened, and the points after it."""
    return [(told["op"], told["object"]["points"]) for told in await visitor.until(count)]


async def test_what_happened_meanwhile_is_told_in_order_and_what_happens_then(alone: Process) -> None:
    before = await alone.visitor()
    await before.follows({}, resume="")
    await alone.client.create("Score", points=1)
    await before.until(1)
    before.goes()
    for number in range(2, 6):
        await alone.client.create("Score", points=number)
    back = await alone.visitor()
    await back.follows({}, resume=before.cursor)
    await alone.client.create("Score", points=6)

    assert await points(back, 5) == [("create", number) for number in range(2, 7)]


async def test_unchanged_clients_never_see_a_cursor(alone: Process) -> None:
    plain, numbered = await alone.visitor(), await alone.visitor()
    await plain.follows({})
    await numbered.follows({}, resume="")
    await alone.client.create("Score", points=1)
    await plain.until(1)
    await numbered.until(1)

    assert [message.keys() & {"cursor"} for message in plain.received] == [set(), set()]
    assert [message.keys() & {"cursor"} for message in numbered.received] == [{"cursor"}, {"cursor"}]


async def test_missed_changes_are_the_events_that_they_are_to_the_condition(alone: Process) -> None:
    before = await alone.visitor()
    await before.follows(HIGH, resume="")
    before.goes()
    object_id = await alone.client.create("Score", points=1)
    for number in (9, 8, 2, 7):
        await alone.client.put(f"/classes/Score/{object_id}", {"points": number})
    await alone.client.delete(f"/classes/Score/{object_id}")
    back = await alone.visitor()
    await back.follows(HIGH, resume=before.cursor)

    assert await points(back, 5) == [("enter", 9), ("update", 8), ("leave", 2), ("enter", 7), ("delete", 7)]


async def test_what_the_client_may_not_read_it_does_not_catch_up_on(alone: Process) -> None:
    ann, bob = await alone.client.sign_up("ann"), await alone.client.sign_up("bob")
    before = await alone.visitor(bob.token)
    await before.follows({}, resume="")
    before.goes()
    await alone.client.as_(ann).create("Score", points=1, ACL={ann.id: {"read": True}})
    await alone.client.as_(ann).create("Score", points=2, ACL={bob.id: {"read": True}})
    back = await alone.visitor(bob.token)
    await back.follows({}, resume=before.cursor)

    assert await points(back, 1) == [("create", 2)]
    assert len(back.events) == 1


async def test_secrets_are_not_in_the_log(alone: Process) -> None:
    visitor = await alone.visitor()
    await visitor.follows({}, "_User", resume="")
    await alone.client.sign_up("ann")
    rows = await alone.client.app.storage.find(CHANGES, Query())

    assert [row["className"] for row in rows] == ["_User"]
    assert "_hashed_password" not in rows[0]["data"]
    assert "$2" not in rows[0]["data"]


@pytest.mark.parametrize("cursor", ["other.1", "no cursor", "{epoch}.9999", "{epoch}.-1", "{epoch}.1e3"])
async def test_a_place_that_is_not_known_is_answered_with_resync(alone: Process, cursor: str) -> None:
    first = await alone.visitor()
    await first.follows({}, resume="")
    visitor = await alone.visitor()
    await visitor.follows({}, resume=cursor.format(epoch=first.cursor.split(".")[0]))
    await alone.client.create("Score", points=1)
    await visitor.until(1)

    assert [message["op"] for message in visitor.received] == ["subscribed", "resync", "create"]
    assert visitor.received[1]["cursor"] == first.received[0]["cursor"]


async def test_what_lies_past_the_retention_is_answered_with_resync(alone: Process) -> None:
    first = await alone.visitor()
    await first.follows({}, resume="")
    for number in range(3):
        await alone.client.create("Score", points=number)
    await first.until(3)
    await change_log.tidy(alone.client.app, timedelta(seconds=-10))
    late, recent = await alone.visitor(), await alone.visitor()
    await late.follows({}, resume=first.events[0]["cursor"])
    await recent.follows({}, resume=first.events[1]["cursor"])

    assert [message["op"] for message in late.received] == ["subscribed", "resync"]
    assert [message["op"] for message in recent.received] == ["subscribed", "create"]


async def test_the_log_is_bounded(alone: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "MOST_ENTRIES", 20)
    visitor = await alone.visitor()
    await visitor.follows({}, resume="")
    for number in range(30):
        await alone.client.create("Score", points=number)
    await change_log.tidy(alone.client.app, timedelta(hours=1))

    assert await alone.client.app.storage.count(CHANGES, EVERYTHING) == 20


async def test_what_is_too_large_for_the_log_is_told_as_missing(alone: Process) -> None:
    before = await alone.visitor()
    await before.follows({}, resume="")
    before.goes()
    await alone.client.create("Score", points=1, text="x" * change_log.MOST_BYTES)
    await alone.client.create("Score", points=2)
    back = await alone.visitor()
    await back.follows({}, resume=before.cursor)
    await back.until(1)

    assert [message["op"] for message in back.received] == ["subscribed", "resync", "create"]


async def test_a_class_that_nobody_uses_is_no_longer_recorded(alone: Process) -> None:
    app = alone.client.app
    visitor = await alone.visitor()
    await visitor.follows({}, resume="")
    visitor.goes()
    later = FakeClock(app.now() + timedelta(hours=2))
    await switches.forget(replace(app, clock=later))

    assert await app.storage.count(RECORDED_CLASSES, EVERYTHING) == 0


async def test_a_class_that_is_not_live_cannot_be_caught_up_on(tmp_path: Path) -> None:
    async with process("memory://", tmp_path, classNames=["Chat"]) as only:
        visitor = await only.visitor()
        await visitor.follows({}, resume="")

    assert [(told["op"], told["code"], told["requestId"]) for told in visitor.received] == [("error", 119, 1)]


async def test_no_changes_are_kept_where_the_option_says_so(tmp_path: Path) -> None:
    async with process("memory://", tmp_path, resumeSeconds=0) as only:
        visitor = await only.visitor()
        await visitor.follows({}, snapshot=True)

    assert [(told["op"], told["code"]) for told in visitor.received] == [("error", 119)]


async def test_changes_by_a_server_that_keeps_no_log_are_told_all_the_same(alone: Process) -> None:
    visitor = await alone.visitor()
    await visitor.follows({}, resume="")
    row = {"objectId": "s9", "createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z"}
    alone.client.app.pubsub.publish("testafterSave", Change("Score", None, row).encoded())
    await visitor.until(1)

    assert ("cursor" in visitor.received[1], visitor.received[1]["object"]["objectId"]) == (False, "s9")


async def test_what_a_transaction_did_is_told_together_and_what_it_undid_is_not(alone: Process) -> None:
    visitor = await alone.visitor()
    await visitor.follows({}, resume="")
    path, master = "/parse/classes/Score", alone.client.as_("master")
    good = [{"method": "POST", "path": path, "body": {"points": number}} for number in (1, 2)]
    bad = [*good, {"method": "PUT", "path": f"{path}/missing", "body": {"points": 3}}]
    for requests in (bad, good):
        await master.post("/batch", {"requests": requests, "transaction": True})
    told = await visitor.until(2)

    assert [int(event["cursor"].split(".")[1]) for event in told] == [1, 2]
    assert await change_log.head(alone.client.app.storage) == 2


async def test_an_event_that_no_server_told_of_arrives_soon(shared_uri: str, tmp_path: Path) -> None:
    async with process(shared_uri, tmp_path, Hearsay(lost=1.0)) as here, process(shared_uri, tmp_path) as there:
        await here.client.create("Score", points=0)
        visitor = await here.visitor()
        await visitor.follows({}, resume="")
        await asyncio.gather(*(there.client.create("Score", points=number) for number in range(5)))
        told = await points(visitor, 5)

    assert sorted(told) == [("create", number) for number in range(5)]
