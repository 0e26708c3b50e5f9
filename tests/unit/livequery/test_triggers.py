"""Cloud code has its say before clients connect and subscribe, and before each follower is told of an event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parsepy import (
    Cloud,
    CloudError,
    Config,
    ConnectRequest,
    File,
    LiveEventRequest,
    LiveServerRequest,
    ParseError,
    ParseObject,
    Query,
    SubscribeRequest,
    Trigger,
)
from parsepy.app import with_cloud
from parsepy.livequery.connection import Connection
from parsepy.livequery.door import LiveDoor
from parsepy.livequery.hub import Hub
from tests.inprocess import started
from tests.waiting import until

from .conftest import Listener, Live

Serving = Callable[[Cloud], AbstractAsyncContextManager[Live]]


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """A hub of an app with this cloud code."""

    @asynccontextmanager
    async def serve(cloud: Cloud) -> AsyncIterator[Live]:
        async with started(cloud=cloud, folder=tmp_path) as client:
            await client.create("Score", points=1)
            yield Live(Hub(client.app, "http://127.0.0.1:1337/parse"), client)

    return serve


async def told(listener: Listener, number: int) -> list[dict[str, Any]]:
    """The first messages about a subscription, when there are so many."""
    await until(lambda: len(listener.received) >= number + 2)
    return listener.received[2:]


# beforeConnect


async def test_before_connect_learns_who_connects(serving: Serving) -> None:
    cloud, seen = Cloud(), list[ConnectRequest]()
    cloud.before_connect(seen.append)
    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        await live.listener()
        listener = Listener()
        listener.connection = Connection({"test": live.hub}, listener, most_subscriptions=10)
        await listener.says(op="connect", applicationId="test", sessionToken=ann.token, installationId="i1")

    [_, request] = seen
    assert request.user is not None
    assert (request.event, request.user.id, request.session_token) == ("connect", ann.id, ann.token)
    assert (request.clients, request.subscriptions, request.master, request.installation_id) == (1, 0, False, "i1")
    assert (request.client.id, request.client.installation_id) == (listener.received[0]["clientId"], "i1")


async def test_who_is_refused_is_not_connected(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_connect
    def refuse(request: ConnectRequest) -> None:
        raise ParseError(119, "Go away.")

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})

    refusal, unknown = listener.received
    assert refusal == {"op": "error", "error": "Go away.", "code": 119, "reconnect": False, "requestId": None}
    assert unknown["code"] == 2
    assert live.hub.metrics.clients == 0


async def test_a_client_that_is_refused_stays_who_it_was(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_connect
    def only_nobody(request: ConnectRequest) -> None:
        if request.session_token:
            raise ValueError("nobody only")

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        refusal = await listener.says(op="connect", applicationId="test", sessionToken="r:bad")
        await live.changes(None, {"points": 1})

    assert (refusal["code"], refusal["error"]) == (141, "nobody only")
    assert listener.events == ["create"]


async def test_rules_hold_for_clients_that_connect(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_connect(require_user=True)
    def welcome(request: ConnectRequest) -> None:
        assert request.user

    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        stranger, friend = await live.listener(), await live.listener(ann.token)

    assert (stranger.received[0]["code"], friend.received[0]["op"]) == (142, "connected")
    assert stranger.received[0]["error"] == "Validation failed. Please login to continue."


# beforeSubscribe


async def test_before_subscribe_learns_what_is_asked_for(serving: Serving) -> None:
    cloud, seen = Cloud(), list[SubscribeRequest]()
    cloud.before_subscribe("Score")(seen.append)
    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        listener = await live.listener()
        wanted = {"keys": ["points"], "watch": ["points"]}
        await listener.follows({"points": 1}, number=7, query=wanted, sessionToken=ann.token)

    [request] = seen
    assert request.user is not None
    assert (request.op, request.request_id, request.user.id) == ("subscribe", 7, ann.id)
    assert (request.query.where, request.query.to_params().keys, request.watch) == (
        {"points": 1},
        ("points",),
        ["points"],
    )


async def test_before_subscribe_changes_what_is_followed(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def narrow(request: SubscribeRequest) -> None:
        request.query.greater_than("points", 5).select("points")
        request.watch = ["points"]

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        await live.changes(None, {"points": 1, "name": "a"})
        await live.changes(None, {"points": 9, "name": "b"})
        await live.changes({"points": 9, "name": "b"}, {"points": 9, "name": "c"})

    assert listener.events == ["create"]
    assert listener.received[-1]["object"].keys() == {"className", "objectId", "createdAt", "updatedAt", "points"}


async def test_another_query_takes_the_place_of_the_clients(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def replace(request: SubscribeRequest) -> None:
        request.query = Query("Score").equal_to("room", "a")

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({"room": "b"}, query={"keys": ["points"]})
        await live.changes(None, {"room": "a", "points": 1})

    assert listener.events == ["create"]
    assert listener.received[-1]["object"]["room"] == "a"


async def test_what_is_no_query_is_refused_and_the_client_stays(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def spoil(request: SubscribeRequest) -> None:
        request.query = None  # type: ignore[assignment]  # what an author may do by mistake

    async with serving(cloud) as live:
        listener = await live.listener()
        answer = await listener.follows({}, number=3)

    assert (answer["op"], answer["code"], answer["requestId"]) == ("error", 141, 3)


async def test_a_refusal_ends_nothing_that_was_followed_before(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def refuse_changes(request: SubscribeRequest) -> None:
        if request.op == "update":
            raise ParseError(119, "Not you.")

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        query = {"className": "Score", "where": {"points": 5}}
        answer = await listener.says(op="update", requestId=1, query=query)
        await live.changes(None, {"points": 1})

    expected = {"op": "error", "error": "Not you.", "code": 119, "reconnect": False, "requestId": 1}
    assert (answer, listener.events) == (expected, ["create"])


async def test_before_subscribe_gives_nobody_more_rights(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def ask_for_secrets(request: SubscribeRequest) -> None:
        request.query.equal_to("secret", 1)

    async with serving(cloud) as live:
        permissions = {"find": {"*": True}, "protectedFields": {"*": ["secret"]}}
        body = {"fields": {"secret": {"type": "Number"}}, "classLevelPermissions": permissions}
        await live.client.as_("master").put("/schemas/Score", {"className": "Score", **body})
        listener = await live.listener()
        answer = await listener.follows({})

    assert (answer["op"], answer["code"]) == ("error", 119)


# afterLiveQueryEvent


async def test_after_event_learns_what_happened(serving: Serving) -> None:
    cloud, seen = Cloud(), list[LiveEventRequest]()
    cloud.after_live_query_event("Score")(seen.append)
    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        listener = await live.listener(ann.token)
        await listener.follows({})
        await live.changes({"points": 1}, {"points": 2})
        [message] = await told(listener, 1)

    [request] = seen
    assert request.user is not None
    assert request.original is not None
    assert (request.event, request.object["points"], request.original["points"]) == ("update", 2, 1)
    assert (request.user.id, request.session_token, request.clients, request.subscriptions) == (ann.id, ann.token, 1, 1)
    assert (message["op"], message["object"]["points"], message["original"]["points"]) == ("update", 2, 1)
    assert message["object"]["className"] == "Score"


async def test_an_event_is_changed_for_one_follower_alone(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score")
    async def adapt(request: LiveEventRequest) -> None:
        if request.user:
            request.event = "enter"
            request.object["points"] += 1
            request.original = None

    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        own, other = await live.listener(ann.token), await live.listener()
        for listener in (own, other):
            await listener.follows({})
        await live.changes({"points": 1}, {"points": 2})
        [mine], [theirs] = await told(own, 1), await told(other, 1)

    assert (mine["op"], mine["object"]["points"], "original" in mine) == ("enter", 3, False)
    assert (theirs["op"], theirs["object"]["points"], theirs["original"]["points"]) == ("update", 2, 1)


async def test_an_event_can_be_held_back(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score")
    def skip(request: LiveEventRequest) -> None:
        request.send_event = request.object["points"] != 2

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        for points in (1, 2, 3):
            await live.changes(None, {"points": points})
        events = await told(listener, 2)

    assert [event["object"]["points"] for event in events] == [1, 3]
    assert live.hub.metrics.sent == 2


@pytest.mark.parametrize(("event", "sent"), [("leave", ["leave"]), ("nonsense", []), ("connected", [])])
async def test_only_events_are_told(serving: Serving, event: str, sent: list[str]) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score")
    def rename(request: LiveEventRequest) -> None:
        if request.object["points"] == 1:
            request.event = event

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        await live.changes(None, {"points": 1})
        await live.changes(None, {"points": 2})
        await told(listener, len(sent) + 1)

    assert listener.events == [*sent, "create"]


async def test_a_failure_is_told_to_the_follower_and_the_next_events_come(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score")
    def fail(request: LiveEventRequest) -> None:
        if request.event == "create":
            raise ParseError(1234, "Broken.")

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({}, number=4)
        await live.changes(None, {"points": 1})
        await live.changes({"points": 1}, {"points": 2})
        error, event = await told(listener, 2)

    assert error == {"op": "error", "error": "Broken.", "code": 1234, "reconnect": False, "requestId": 4}
    assert event["op"] == "update"


async def test_a_slow_trigger_keeps_only_its_own_follower_waiting(serving: Serving) -> None:
    cloud, gate = Cloud(), asyncio.Event()

    @cloud.after_live_query_event("Score")
    async def wait(request: LiveEventRequest) -> None:
        if request.user and request.object["points"] == 1:
            await gate.wait()

    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        own, other = await live.listener(ann.token), await live.listener()
        for listener in (own, other):
            await listener.follows({})
        for points in (1, 2):
            await live.changes(None, {"points": points})
        await told(other, 2)
        waiting = list(own.events)
        gate.set()
        events = await told(own, 2)

    assert waiting == []
    assert [event["object"]["points"] for event in events] == [1, 2]


async def test_who_unsubscribes_is_told_nothing_that_was_still_on_its_way(serving: Serving) -> None:
    cloud, gate = Cloud(), asyncio.Event()

    @cloud.after_live_query_event("Score")
    async def wait(request: LiveEventRequest) -> None:
        await gate.wait()

    async with serving(cloud) as live:
        listener, witness = await live.listener(), await live.listener()
        for one in (listener, witness):
            await one.follows({})
        await live.changes(None, {"points": 1})
        await listener.says(op="unsubscribe", requestId=1)
        gate.set()
        await told(witness, 1)

    assert listener.received[-1]["op"] == "unsubscribed"


async def test_rules_hold_for_events(serving: Serving) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score", fields={"points": {"type": int, "default": 7}}, require_user=True)
    def pass_on(request: LiveEventRequest) -> None:
        assert request.send_event

    async with serving(cloud) as live:
        ann = await live.client.sign_up("ann")
        own, other = await live.listener(ann.token), await live.listener()
        for listener in (own, other):
            await listener.follows({})
        await live.changes(None, {"name": "a"})
        [event], [error] = await told(own, 1), await told(other, 1)

    assert (event["op"], event["object"]["points"]) == ("create", 7)
    assert (error["code"], error["error"]) == (142, "Validation failed. Please login to continue.")


async def test_cve_2026_33163_a_follower_gets_what_the_trigger_left_and_never_what_is_hidden_from_him(
    serving: Serving,
) -> None:
    cloud, seen = Cloud(), list[Any]()

    @cloud.after_live_query_event("Score")
    def filter_out(request: LiveEventRequest) -> None:
        seen.append(request.object["secret"])
        request.object["secret"] = "told"
        del request.object["name"]

    async with serving(cloud) as live:
        permissions = {"find": {"*": True}, "protectedFields": {"*": ["secret"]}}
        body = {"fields": {"secret": {"type": "String"}, "name": {"type": "String"}}}
        await live.client.as_("master").put(
            "/schemas/Score", {"className": "Score", **body, "classLevelPermissions": permissions}
        )
        listener = await live.listener()
        await listener.follows({}, query={"keys": ["points", "name", "secret"]})
        await live.changes(None, {"points": 1, "name": "a", "secret": "s"})
        [event] = await told(listener, 1)

    assert seen == ["s"]
    assert event["object"].keys() == {"className", "objectId", "createdAt", "updatedAt", "points"}


# onLiveQueryEvent


async def test_listeners_are_told_who_comes_and_goes(serving: Serving) -> None:
    cloud, seen = Cloud(), list[LiveServerRequest]()
    cloud.on_live_query_event(seen.append)
    async with serving(cloud) as live:
        door = LiveDoor({"test": live.hub})
        listener = Listener()
        listener.connection = connection = door.connect(listener, "127.0.0.1")
        await listener.says(op="connect", applicationId="test", installationId="i1")
        await listener.follows({})
        await listener.says(op="update", requestId=1, query={"className": "Score", "where": {"points": 1}})
        await listener.says(op="unsubscribe", requestId=1)
        door.disconnect(connection, "127.0.0.1")
        await until(lambda: len(seen) == 7)

    counts = [(request.event, request.clients, request.subscriptions) for request in seen]
    assert counts[:3] == [("ws_connect", 0, 0), ("connect", 1, 0), ("subscribe", 1, 1)]
    assert [event for event, _, _ in counts[3:]] == ["unsubscribe", "subscribe", "unsubscribe", "ws_disconnect"]
    assert counts[-1] == ("ws_disconnect", 0, 0)
    assert [request.installation_id for request in seen] == [None, *["i1"] * 6]


async def test_listeners_are_told_of_sockets_without_a_client_and_may_fail(serving: Serving) -> None:
    cloud, seen = Cloud(), list[LiveServerRequest]()

    @cloud.on_live_query_event
    def fail(request: LiveServerRequest) -> None:
        raise ValueError("no")

    @cloud.on_live_query_event
    async def note(request: LiveServerRequest) -> None:
        seen.append(request)

    async with serving(cloud) as live:
        door = LiveDoor({"test": live.hub})
        door.disconnect(door.connect(Listener(), "127.0.0.1"), "127.0.0.1")
        await until(lambda: len(seen) == 2)

    assert [request.event for request in seen] == ["ws_connect", "ws_disconnect_error"]
    assert seen[1].error == "Unable to find client undefined"


# Registering, and other code on the fly


def test_the_names_of_javascript_register_the_same() -> None:
    cloud = Cloud()
    cloud.beforeConnect(print)
    cloud.beforeSubscribe("Score")(print)
    cloud.afterLiveQueryEvent("Score")(print)
    cloud.onLiveQueryEvent(print)

    expected = {Trigger.BEFORE_CONNECT, Trigger.BEFORE_SUBSCRIBE, Trigger.AFTER_EVENT, Trigger.ON_LIVE_QUERY_EVENT}
    assert {trigger for trigger, _ in cloud.triggers} == expected
    assert len(cloud.listeners()) == 1


@pytest.mark.parametrize("of", [File, Config, "_Session"])
def test_what_nobody_can_follow_has_no_triggers(of: Any) -> None:
    with pytest.raises(CloudError):
        Cloud().before_subscribe(of)


def test_limits_that_would_never_count_are_refused() -> None:
    with pytest.raises(CloudError, match="no effect on beforeConnect"):
        Cloud().before_connect(rate_limit={"request_count": 1, "request_time_window": 1})(print)


async def test_objects_are_of_the_class_that_the_trigger_is_for(serving: Serving) -> None:
    class Score(ParseObject):
        points: int = 0

    cloud = Cloud()

    @cloud.after_live_query_event(Score)
    def double(request: LiveEventRequest) -> None:
        assert isinstance(request.object, Score)
        request.object.points *= 2

    async with serving(cloud) as live:
        listener = await live.listener()
        await listener.follows({})
        await live.changes(None, {"points": 4})
        [event] = await told(listener, 1)

    assert event["object"]["points"] == 8


async def test_new_code_counts_for_those_who_follow_already(serving: Serving) -> None:
    old, new = Cloud(), Cloud()

    @new.after_live_query_event("Score")
    def mark(request: LiveEventRequest) -> None:
        request.object["mark"] = True

    async with serving(old) as live:
        door = LiveDoor({"test": live.hub})
        listener = await live.listener()
        await listener.follows({})
        await live.changes(None, {"points": 1})
        door.reopen({"test": with_cloud(live.client.app, new)})
        await live.changes(None, {"points": 2})
        first, second = await told(listener, 2)
        door.reopen({"test": with_cloud(live.client.app, old)})
        await live.changes(None, {"points": 3})
        third = (await told(listener, 3))[-1]

    assert ["mark" in message["object"] for message in (first, second, third)] == [False, True, False]
