"""A client that asks for a snapshot gets its results first, and then every change behind them."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud
from parsepy.cloud.requests import FindRequest
from parsepy.livequery import snapshots
from tests.inprocess import Client

from .processes import Process, process

HIGH = {"points": {"$gt": 5}}


def shown(messages: list[dict[str, Any]]) -> list[int]:
    """The points of all objects of the snapshot."""
    return [row["points"] for message in messages if message["op"] == "snapshot" for row in message["objects"]]


async def test_results_come_first_and_then_what_happens(alone: Process) -> None:
    for points in (1, 7, 9):
        await alone.client.create("Score", points=points)
    visitor = await alone.visitor()
    await visitor.follows(HIGH, snapshot=True)
    await alone.client.create("Score", points=8)
    await visitor.until(1)

    assert [message["op"] for message in visitor.received] == ["subscribed", "snapshot", "create"]
    assert shown(visitor.received) == [7, 9]


async def test_objects_look_as_they_do_in_events(alone: Process) -> None:
    visitor = await alone.visitor()
    await visitor.follows({}, resume="", query={"keys": ["points"]})
    object_id = await alone.client.create("Score", points=7, text="long")
    event = (await visitor.until(1))[0]["object"]
    other = await alone.visitor()
    await other.follows({"objectId": object_id}, snapshot=True, query={"keys": ["points"]})

    assert other.received[1]["objects"] == [event]
    assert event.keys() == {"className", "objectId", "createdAt", "updatedAt", "points"}


async def test_nothing_found_is_an_empty_snapshot_with_a_cursor(alone: Process) -> None:
    visitor = await alone.visitor()
    await visitor.follows({"points": 77}, snapshot=True)

    assert (visitor.received[1]["objects"], "cursor" in visitor.received[1]) == ([], True)


async def test_many_objects_come_in_pieces_of_which_the_last_names_the_place(
    alone: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "PIECE", 2)
    for points in range(6, 11):
        await alone.client.create("Score", points=points)
    visitor = await alone.visitor()
    await visitor.follows(HIGH, snapshot=True)
    pieces = visitor.received[1:]

    assert [len(piece["objects"]) for piece in pieces] == [2, 2, 1]
    assert ["cursor" in piece for piece in pieces] == [False, False, True]


async def test_too_many_objects_are_refused(alone: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_OBJECTS", 1)
    await alone.client.create("Score", points=1)
    visitor = await alone.visitor()
    await visitor.follows({}, snapshot=True)
    await alone.client.create("Score", points=2)

    assert [(m["op"], m.get("code"), m["requestId"]) for m in visitor.received] == [
        ("subscribed", None, 1),
        ("error", 102, 1),
    ]


async def test_only_what_the_client_may_read_is_in_it(alone: Process) -> None:
    ann, bob = await alone.client.sign_up("ann"), await alone.client.sign_up("bob")
    for points, reader in ((6, ann), (7, bob)):
        await alone.client.as_(reader).create("Score", points=points, ACL={reader.id: {"read": True}})
    visitor = await alone.visitor(bob.token)
    await visitor.follows(HIGH, snapshot=True)

    assert shown(visitor.received) == [7]


async def test_a_client_that_comes_back_in_time_needs_no_snapshot(alone: Process) -> None:
    first = await alone.visitor()
    await first.follows({}, snapshot=True)
    first.goes()
    await alone.client.create("Score", points=1)
    back, lost = await alone.visitor(), await alone.visitor()
    await back.follows({}, snapshot=True, resume=first.cursor)
    await lost.follows({}, snapshot=True, resume="gone.1")

    assert [message["op"] for message in back.received] == ["subscribed", "create"]
    assert [message["op"] for message in lost.received] == ["subscribed", "resync", "snapshot"]


async def meddled(client: Client, ids: dict[str, str]) -> None:
    """One object is deleted, one becomes low, one higher, and one is made."""
    await client.delete(f"/classes/Score/{ids['deleted']}")
    for name, points in (("low", 1), ("higher", 99)):
        await client.put(f"/classes/Score/{ids[name]}", {"points": points})
    await client.create("Score", name="made", points=50)


async def test_what_happens_during_the_find_is_in_the_snapshot_and_not_told_again(tmp_path: Path) -> None:
    cloud, meanwhile = Cloud(), list[Coroutine[Any, Any, None]]()

    @cloud.after_find("Score")
    async def wait(request: FindRequest) -> None:
        while meanwhile:
            await meanwhile.pop()

    async with process("memory://", tmp_path, cloud=cloud) as only:
        names = ("deleted", "low", "higher", "same")
        ids = {name: await only.client.create("Score", name=name, points=10) for name in names}
        meanwhile.append(meddled(only.client, ids))
        visitor = await only.visitor()
        await visitor.follows(HIGH, snapshot=True)
        await only.client.create("Score", name="then", points=10)
        told = await visitor.until(1)

    rows = {row["name"]: row["points"] for row in visitor.received[1]["objects"]}
    assert rows == {"higher": 99, "same": 10, "made": 50}
    assert [event["object"]["name"] for event in told] == ["then"]


async def test_a_class_that_is_not_there_yet_has_an_empty_snapshot(tmp_path: Path) -> None:
    async with process("memory://", tmp_path) as only:
        visitor = await only.visitor()
        await visitor.follows({}, "Later", snapshot=True)
        await only.client.create("Later", points=1)
        await visitor.until(1)

    assert [message["op"] for message in visitor.received] == ["subscribed", "snapshot", "create"]
