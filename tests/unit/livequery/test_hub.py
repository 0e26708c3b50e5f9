"""Followers are told what happened to the objects that they follow and may see, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.livequery.following import Follower
from parsepy.livequery.identity import Identity
from parsepy.model.where import Compare

from .conftest import Live

HIGH = {"points": {"$gt": 5}}
MINE = {"ann": {"read": True}}


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (None, {"points": 9}, ["create"]),
        (None, {"points": 1}, []),
        ({"points": 1}, {"points": 9}, ["enter"]),
        ({"points": 8}, {"points": 9}, ["update"]),
        ({"points": 8}, {"points": 2}, ["leave"]),
        ({"points": 1}, {"points": 2}, []),
        ({"points": 8}, None, ["delete"]),
        ({"points": 1}, None, []),
    ],
)
async def test_a_change_is_the_event_that_it_means_for_the_condition(
    live: Live, before: dict[str, Any] | None, after: dict[str, Any] | None, event: list[str]
) -> None:
    listener = await live.listener()
    await listener.follows(HIGH)
    await live.changes(before, after)

    assert listener.events == event


async def test_an_event_carries_the_object_and_what_it_was(live: Live) -> None:
    listener = await live.listener()
    await listener.follows({}, number=7)
    await live.changes({"points": 1}, {"points": 2})
    event = listener.received[-1]

    assert (event["op"], event["requestId"], event["clientId"]) == ("update", 7, listener.received[0]["clientId"])
    assert (event["object"]["points"], event["original"]["points"]) == (2, 1)
    assert (event["object"]["className"], event["object"]["objectId"], "__type" in event["object"]) == (
        "Score",
        "s1",
        False,
    )


async def test_only_readers_are_told(live: Live) -> None:
    ann, bob = await live.client.sign_up("ann"), await live.client.sign_up("bob")
    listeners = [await live.listener(token) for token in (ann.token, bob.token, "")]
    for listener in listeners:
        await listener.follows({})
    await live.changes(None, {"ACL": {ann.id: {"read": True}}})

    assert [listener.events for listener in listeners] == [["create"], [], []]


async def test_who_loses_the_right_to_read_does_not_learn_the_new_state(live: Live) -> None:
    ann = await live.client.sign_up("ann")
    listener = await live.listener(ann.token)
    await listener.follows({})
    await live.changes({"points": 1}, {"points": 2, "ACL": {}})
    left = listener.received[-1]
    await live.changes({"points": 3, "ACL": {}}, {"points": 4})
    entered = listener.received[-1]

    assert (left["op"], left["object"]["points"], left["original"]["points"]) == ("leave", 1, 1)
    assert (entered["op"], entered["object"]["points"], "original" in entered) == ("enter", 4, False)


async def test_keys_and_watched_fields_limit_what_is_told(live: Live) -> None:
    listener = await live.listener()
    await listener.follows({}, query={"keys": ["points"], "watch": ["points"]})
    await live.changes({"points": 1, "name": "a"}, {"points": 1, "name": "b"})
    await live.changes({"points": 1, "name": "a"}, {"points": 2, "name": "b"})

    assert listener.events == ["update"]
    assert listener.received[-1]["object"].keys() == {"className", "objectId", "createdAt", "updatedAt", "points"}


async def test_a_session_that_ends_takes_its_rights_along(live: Live) -> None:
    ann = await live.client.sign_up("ann")
    listener = await live.listener(ann.token)
    await listener.follows({})
    await live.client.as_(ann.token).post("/logout")
    live.hub.doubt(tokens={ann.token})
    await live.changes(None, {"ACL": {ann.id: {"read": True}}})
    await live.changes(None, {})

    assert listener.events == ["create"]
    assert "ACL" not in listener.received[-1]["object"]


async def test_a_role_counts_as_soon_as_it_is_given_and_until_it_is_lost(live: Live) -> None:
    ann, master = await live.client.sign_up("ann"), live.client.as_("master")
    listener = await live.listener(ann.token)
    await listener.follows({})
    users = {"__op": "AddRelation", "objects": [ann.pointer]}
    role = await master.post("/roles", {"name": "Team", "ACL": {"*": {"read": True}}, "users": users})
    live.hub.doubt(everybody=True)
    await live.changes(None, {"ACL": {"role:Team": {"read": True}}})
    gone = {"__op": "RemoveRelation", "objects": [ann.pointer]}
    await master.put(f"/roles/{role.body['objectId']}", {"users": gone})
    live.hub.doubt(everybody=True)
    await live.changes(None, {"ACL": {"role:Team": {"read": True}}})

    assert listener.events == ["create"]


@pytest.mark.parametrize("followers", [1, 100_000])
async def test_a_save_tries_as_many_conditions_whoever_follows_others(live: Live, followers: int) -> None:
    listener, anybody = await live.listener(), Identity(None)
    for number in range(followers):
        where = Compare("room", "$eq", f"room {number}")
        await live.hub.follow(Follower(listener, {"clientId": "c", "requestId": number}, "Score", where, anybody))
    await live.changes({"room": "room 0"}, {"room": "room 0", "text": "hi"})

    assert (live.hub.metrics.subscriptions, live.hub.metrics.evaluated, live.hub.metrics.sent) == (followers, 1, 1)


async def test_equal_conditions_are_tried_once_and_encoded_once(live: Live) -> None:
    crowd = [await live.listener() for _ in range(20)]
    for listener in crowd:
        await listener.follows({"room": "a"})
    await live.changes(None, {"room": "a"})

    assert (live.hub.metrics.evaluated, live.hub.metrics.matched, live.hub.metrics.sent) == (1, 1, 20)
    assert [listener.events for listener in crowd] == [["create"]] * 20
