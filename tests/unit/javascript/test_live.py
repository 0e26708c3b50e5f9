"""Triggers of live queries in Node: what they are told of, and what is left of it."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy import (
    ConnectRequest,
    LiveClient,
    LiveEventRequest,
    LiveServerRequest,
    ParseObject,
    Query,
    SubscribeRequest,
    Trigger,
)
from parsepy.cloud.requests import CloudRequest
from parsepy.javascript.outcomes import taken
from parsepy.javascript.registrations import registered
from parsepy.javascript.requests import told

CLIENT = LiveClient("c1", "r:token", "i1")


def event() -> LiveEventRequest:
    room = {"objectId": "r1", "text": "now"}
    was = {"objectId": "r1", "text": "was"}
    return LiveEventRequest(
        event="update", object=ParseObject.from_json(room, "Room"), original=ParseObject.from_json(was, "Room")
    )


@pytest.mark.parametrize("kind", ["beforeConnect", "beforeSubscribe", "afterEvent", "onLiveQueryEvent"])
def test_triggers_of_live_queries_are_registered(kind: str) -> None:
    async def call(key: str, given: Any, request: CloudRequest | None) -> dict[str, Any]:
        return {}

    entry = {"kind": kind, "name": "Room", "key": f"{kind} Room", "rules": None, "place": "main.js:1"}

    assert list(registered([entry], call).triggers) == [(Trigger(kind), "Room")]


def test_a_connection_is_told_with_its_client() -> None:
    shown = told(ConnectRequest(client=CLIENT, clients=2, subscriptions=3, session_token="r:token"))

    assert shown["client"] == {"id": "c1", "hasMasterKey": False, "sessionToken": "r:token", "installationId": "i1"}
    assert (shown["kind"], shown["event"], shown["clients"], shown["subscriptions"]) == ("connect", "connect", 2, 3)


def test_what_happens_at_the_server_is_told_with_and_without_a_client() -> None:
    opened, subscribed = LiveServerRequest(event="ws_connect"), LiveServerRequest(event="subscribe", client=CLIENT)

    assert (told(opened)["client"], told(subscribed)["client"]["id"]) == (None, "c1")


def test_a_query_is_told_and_taken_with_keys_and_watch() -> None:
    request = SubscribeRequest(query=Query("Room").equal_to("a", 1).select("b", "c"), watch=["b"], request_id=4)
    shown = told(request)
    taken(request, {"query": {"where": {"a": 2}, "keys": "b", "watch": "b,c"}})

    assert shown["query"] == {"className": "Room", "where": {"a": 1}, "keys": "b,c", "watch": ["b"]}
    assert (request.query.class_name, request.query.where, request.query.to_params().keys) == ("Room", {"a": 2}, ("b",))
    assert request.watch == ["b", "c"]


def test_a_query_that_was_left_alone_stays() -> None:
    query = Query("Room").equal_to("a", 1)
    request = SubscribeRequest(query=query, watch=["b"])
    taken(request, {})

    assert (request.query, request.watch) == (query, ["b"])


def test_an_event_is_told_whole_and_taken_as_it_was_left() -> None:
    request = event()
    shown = told(request)
    changed = {"className": "Room", "objectId": "r1", "text": "changed"}
    taken(request, {"sendEvent": False, "event": "enter", "object": changed, "original": None})

    assert (shown["object"]["text"], shown["original"]["text"], shown["object"]["className"]) == ("now", "was", "Room")
    assert (request.send_event, request.event, request.original) == (False, "enter", None)
    assert (request.object.class_name, request.object.to_json()) == ("Room", {"objectId": "r1", "text": "changed"})


def test_an_event_that_was_left_alone_stays() -> None:
    request = event()
    taken(request, {"sendEvent": True, "event": "update"})

    assert request.original is not None
    assert (request.object["text"], request.original["text"], request.send_event) == ("now", "was", True)
