"""6.1 to 6.4 Live queries: messages that clients send, answers, and errors."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.live import LiveClient
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

CONNECT = {"op": "connect", "applicationId": "test"}
EVERYTHING = {"className": "Score", "where": {}}


def subscribe(query: Any = None, **fields: Any) -> dict[str, Any]:
    return {"op": "subscribe", "requestId": 1, "query": EVERYTHING if query is None else query, **fields}


def of_scores(**query: Any) -> dict[str, Any]:
    return subscribe({**EVERYTHING, **query})


async def each(client: LiveClient, *messages: Any) -> None:
    """Send the messages one after another; each has one answer."""
    for message in messages:
        await client.say(message)


@scenario("6.1/address", "6.1/frames", "6.3/connected", profile="live")
async def a_client_connects_under_any_path(s: Script) -> None:
    for path in ("", "/", "/any/path?with=query"):
        async with s.live_socket("ann", path) as ann:
            await each(ann, CONNECT)


@scenario("6.1/frames", profile="live")
async def a_binary_frame_counts_as_text(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await ann.socket.send_bytes(b'{"op":"connect","applicationId":"test"}')
        await ann.say({"op": 1}, answers=2)


@scenario("6.1/app-id", profile="live")
async def another_app_id(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, {"op": "connect", "applicationId": "other"}, CONNECT)


@scenario("6.1/not-json", "6.4/stays-open", profile="live")
async def what_is_not_json_is_passed_over(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        for text in ("nope", "{", '{"op":"connect"', "{'op': 1}", "\u0000"):
            await ann.say(text, answers=0)
        await each(ann, CONNECT)


@scenario("6.1/not-json", profile="live")
async def an_empty_frame(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await ann.say("", answers=0)
        await ann.say(CONNECT, answers=2)


@scenario("6.2/general", "6.4/schema", "6.4/stays-open", profile="live")
async def messages_are_objects_with_a_known_op(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, "[]", "1", "true", "null", '"x"', "{}")
        await each(ann, {"applicationId": "test"}, {"op": 1}, {"op": None}, {"op": ["connect"]}, {"op": {}})
        await each(ann, {"op": ""}, {"op": "Connect"}, {"op": "redirect"}, {"op": "toString"}, {"op": "a'\"\n"})
        await each(ann, CONNECT)


@scenario("6.2/connect", "6.3/connected", "6.4/schema", profile="live")
async def the_form_of_connect(s: Script) -> None:
    keys = ("javascriptKey", "masterKey", "clientKey", "windowsKey", "restAPIKey")
    async with s.live_socket("ann") as ann:
        await each(ann, {"op": "connect"}, {**CONNECT, "applicationId": 1}, {**CONNECT, "extra": 1})
        for name in (*keys, "sessionToken", "installationId"):
            await each(ann, {**CONNECT, name: None}, {**CONNECT, name: 1}, {**CONNECT, name: ""})
        await each(ann, {**CONNECT, **dict.fromkeys(keys, "any")}, {**CONNECT, "installationId": "device-1"})
        await each(ann, {**CONNECT, "sessionToken": "r:0"}, {**CONNECT, "requestId": 1}, CONNECT)


@scenario("6.2/subscribe", "6.4/schema", profile="live")
async def the_form_of_subscribe(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT, {"op": "subscribe"}, {"op": "subscribe", "requestId": 1})
        numbers: tuple[Any, ...] = ("1", None, True, [], 1.5, -1, 0, 2**40)
        for number in numbers:
            await each(ann, subscribe(requestId=number))
        await each(ann, subscribe([]), subscribe("Score"), subscribe({}), subscribe({"className": "Score"}))
        await each(ann, subscribe({"where": {}}), of_scores(className=1), of_scores(className=None))
        await each(ann, of_scores(where=[]), of_scores(where=None), of_scores(where="{}"))
        await each(ann, subscribe(extra=1), subscribe(sessionToken=1), subscribe(sessionToken=None))
        await each(ann, subscribe(masterKey="master"), subscribe(sessionToken=""), subscribe(sessionToken="r:0"))


@scenario("6.2/subscribe", "6.3/keys", "6.6/watch", "6.4/schema", profile="live")
async def the_form_of_keys_and_watch(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        lists: tuple[Any, ...] = ([], [1], [None], ["a", "a"], ["a", "b", "a"], ["a", 1], [""], ["a.b", "*"])
        for name in ("keys", "watch"):
            for value in (*lists, None, "a", {}):
                await each(ann, of_scores(**{name: value}))


@scenario("6.2/other-parts", "6.4/schema", profile="live")
async def other_parts_of_a_query_are_refused(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        for name, value in (("order", "a"), ("limit", 1), ("skip", 1), ("include", "a"), ("excludeKeys", ["a"])):
            await each(ann, of_scores(**{name: value}))
        await each(ann, of_scores(redirectClassNameForKey="a"), of_scores(objectId="a"), of_scores(keys=["a"], limit=1))


@scenario("6.2/subscribe", "mobile-6/swift", profile="live")
async def the_older_name_of_keys(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT, of_scores(fields=["points"]), of_scores(fields=[]))


@scenario("6.2/unsubscribe", "6.3/subscribed", "6.4/not-connected", profile="live")
async def the_form_of_unsubscribe(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT, {"op": "unsubscribe"})
        for number in ("1", None, 7):
            await each(ann, {"op": "unsubscribe", "requestId": number})
        gone = {"op": "unsubscribe", "requestId": 1}
        await each(ann, subscribe(), {**gone, "extra": 1}, {**gone, "sessionToken": "r:0"}, gone, gone)


@scenario("6.2/update", "6.3/update", "6.4/schema", profile="live")
async def the_form_of_update(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        update = subscribe(op="update")
        await each(ann, CONNECT, {"op": "update"}, {"op": "update", "requestId": 1}, {**update, "extra": 1})
        await each(ann, {**update, "query": {"className": "Score"}}, {**update, "requestId": "1"})
        await ann.say(update, answers=2, label="nothing to update")
        await each(ann, update, {**update, "query": {"className": "Other", "where": {"a": 1}}})


@scenario("6.4/not-connected", "6.1/order", profile="live")
async def nothing_goes_before_connect(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, subscribe(), {"op": "unsubscribe", "requestId": 1})
        await ann.say(subscribe(op="update"), answers=2)
        await each(ann, CONNECT, subscribe())


@scenario("6.3/connected", "6.3/subscribed", profile="live")
async def whoever_connects_again_is_another_client(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, {**CONNECT, "installationId": "device-1"}, subscribe(), CONNECT, subscribe(requestId=2))


@scenario("6.4/stays-open", "6.4/schema", profile="live")
async def the_first_mistake_is_told(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, {"op": "subscribe", "requestId": "1", "extra": 1}, {"op": "connect", "extra": 1})
        await each(ann, {"extra": 1, "op": "connect", "applicationId": "test"}, {"extra": 1, "applicationId": 1})
        await each(ann, CONNECT)


@scenario("6.4/invalid-query", profile="live")
async def malformed_logic_is_refused(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        for name in ("$or", "$and", "$nor"):
            for value in (1, None, "x", {}, {"a": 1}):
                await each(ann, of_scores(where={name: value}))
            await each(ann, of_scores(where={name: []}), of_scores(where={name: [{"a": 1}]}))
            await each(ann, of_scores(where={name: [1]}), of_scores(where={"$or": [{"a": 1, name: 1}]}))


@scenario("6.4/invalid-query", "6.7/patterns", profile="live")
async def malformed_patterns_are_refused(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        patterns: tuple[Any, ...] = ("(", "[", "*", "a{2,1}", "(?<n", 1, None, [], {}, {"source": "a", "flags": "i"})
        for pattern in patterns:
            await each(ann, of_scores(where={"a": {"$regex": pattern}}))
        for options in ("i", "q", 1, "", None):
            await each(ann, of_scores(where={"a": {"$regex": "a", "$options": options}}))
        await each(ann, of_scores(where={"$or": [{"a": {"$regex": "("}}, {"b": 1}]}))


@scenario("6.7/elsewhere", profile="live")
async def conditions_that_need_other_objects(s: Script) -> None:
    sub = {"where": {}, "className": "Other"}
    pointer = {"__type": "Pointer", "className": "Other", "objectId": "aaaaaaaaaa"}
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        for condition in ({"$inQuery": sub}, {"$notInQuery": sub}, {"$select": {"query": sub, "key": "a"}}):
            await each(ann, of_scores(where={"a": condition}), of_scores(where={"$or": [{"a": condition}, {"b": 1}]}))
        await each(ann, of_scores(where={"a": {"$dontSelect": {"query": sub, "key": "a"}}}))
        await each(ann, of_scores(where={"$relatedTo": {"object": pointer, "key": "members"}}))


@scenario("6.4/invalid-query", "6.7/sets", profile="live")
async def malformed_conditions_are_refused(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await each(ann, CONNECT)
        for condition in ({"$foo": 1}, {"$in": 1}, {"$nin": "a"}, {"$all": 1}, {"$exists": "yes"}, {"a": 1, "$gt": 1}):
            await each(ann, of_scores(where={"a": condition}))
        await each(ann, of_scores(where={"$foo": 1}), of_scores(where={"a b": 1}), of_scores(where={"": 1}))
        await each(ann, of_scores(className="no class"), of_scores(className=""), of_scores(className="_Nothing"))
