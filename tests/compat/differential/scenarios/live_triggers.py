"""6.9 Live queries: triggers around connections, subscriptions and events."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.live import LiveClient
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def enter(s: Script, ann: LiveClient, how: str, /, **query: Any) -> None:
    """Follow the rooms of this scenario and kind."""
    where = {"how": how, "tag": s.name("a")}
    await ann.say({"op": "subscribe", "requestId": 1, "query": {"className": "Room", "where": where, **query}})


async def build(s: Script, how: str, **fields: Any) -> str:
    """A room of this scenario and kind."""
    return (await s.post("classes/Room", {"how": how, "tag": s.name("a"), **fields})).id


async def follow(s: Script, client: LiveClient, class_name: str, **fields: Any) -> None:
    """Follow the objects of a class that are this scenario's."""
    query = {"className": class_name, "where": {"tag": s.name("a")}}
    await client.say({"op": "subscribe", "requestId": 1, "query": query, **fields})


@scenario("6.9/before-connect", profile="live-triggers")
async def who_may_connect(s: Script) -> None:
    for how in ("refused", "broken", "text", "welcome"):
        async with s.live_socket("ann") as ann:
            await ann.say({"op": "connect", "applicationId": "test", "installationId": s.name(f"{how}-")})
            await ann.say({"op": "unsubscribe", "requestId": 1})


@scenario("6.9/before-connect", profile="live-triggers")
async def before_connect_knows_the_user(s: Script) -> None:
    user, who = await s.sign_up("ann"), s.name("known-")
    async with s.live_socket("ann") as ann:
        message = {"op": "connect", "applicationId": "test", "installationId": who}
        await ann.say(message | {"sessionToken": user.token})
    await s.post("functions/seen", {"who": s.name("known-")})


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_refuses(s: Script) -> None:
    async with s.live("ann") as ann:
        await enter(s, ann, "refused")
        await enter(s, ann, "wrong")
        await build(s, "refused")
        await s.told(ann)


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_narrows(s: Script) -> None:
    user = await s.sign_up("ann")
    async with s.live("ann", user) as ann:
        await enter(s, ann, "open")
        await build(s, "open", open=False)
        await build(s, "open", open=True)
        await s.told(ann)
        await enter(s, ann, "own")
        await build(s, "own", owner="nobody")
        await build(s, "own", owner=user.id)
        await s.told(ann)


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_chooses_keys(s: Script) -> None:
    async with s.live("ann") as ann:
        await enter(s, ann, "short")
        await build(s, "short", text="a", n=1)
        await s.told(ann)


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_and_keys_of_the_client(s: Script) -> None:
    async with s.live("ann") as ann:
        await enter(s, ann, "plain", keys=["text"])
        await enter(s, ann, "plain", watch=["text"])


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_chooses_what_is_watched(s: Script) -> None:
    async with s.live("ann") as ann:
        await enter(s, ann, "watched")
        room = await build(s, "watched", text="a", n=1)
        await s.put(f"classes/Room/{room}", {"n": 2})
        await s.put(f"classes/Room/{room}", {"text": "b"})
        await s.told(ann)


@scenario("6.9/before-subscribe", profile="live-triggers")
async def before_subscribe_gives_another_query(s: Script) -> None:
    async with s.live("ann") as ann:
        await enter(s, ann, "other")
        await build(s, "any", text="a")
        await s.told(ann)


@scenario("6.9/after-event", profile="live-triggers")
async def events_are_held_back_and_renamed(s: Script) -> None:
    async with s.live("ann") as ann:
        for how in ("dropped", "renamed", "unknown"):
            await enter(s, ann, how)
            room = await build(s, how, text="drop")
            await s.put(f"classes/Room/{room}", {"text": "keep"})
            await s.told(ann, label=how)
            await s.delete(f"classes/Room/{room}")
            await s.told(ann, label=f"{how} and deleted")


@scenario("6.9/after-event", profile="live-triggers")
async def events_are_changed(s: Script) -> None:
    user = await s.sign_up("ann")
    async with s.live("ann", user) as ann:
        for how in ("marked", "taken", "told", "replaced", "plain"):
            await enter(s, ann, how)
            room = await build(s, how, text="a", n=1)
            await s.told(ann, label=how)
            await s.put(f"classes/Room/{room}", {"text": "b"})
            await s.told(ann, label=how)
            await s.delete(f"classes/Room/{room}")
            await s.told(ann, label=how)


@scenario("6.9/after-event", profile="live-triggers")
async def events_are_changed_for_each_by_himself(s: Script) -> None:
    user = await s.sign_up("ann")
    async with s.live("ann", user) as ann, s.live("bob") as bob:
        await enter(s, ann, "marked")
        await enter(s, bob, "marked")
        await build(s, "marked", text="a")
        await s.told(ann, bob)


@scenario("6.9/after-event", profile="live-triggers")
async def keys_hold_for_what_a_trigger_adds(s: Script) -> None:
    async with s.live("ann") as ann:
        query = {"className": "Room", "where": {"tag": s.name("a")}}
        await ann.say({"op": "subscribe", "requestId": 1, "query": query})
        await build(s, "marked", text="a", n=4)
        await s.told(ann)


@scenario("6.9/after-event", profile="live-triggers")
async def failures_are_told_to_the_follower(s: Script) -> None:
    async with s.live("ann") as ann:
        for how in ("refused", "broken"):
            query = {"className": "Room", "where": {"how": how, "tag": s.name("a")}}
            await ann.say({"op": "subscribe", "requestId": 1, "query": query | {"where": {"tag": s.name("a")}}})
            await build(s, how)
            await s.told(ann, label=how)


@scenario("6.9/validators", profile="live-triggers")
async def rules_for_subscriptions(s: Script) -> None:
    user = await s.sign_up("ann")
    async with s.live("ann", user) as ann, s.live("bob") as bob:
        for name in ("Members", "Club", "Checked"):
            await follow(s, ann, name, sessionToken=user.token)
            await follow(s, bob, name)


@scenario("6.9/validators", profile="live-triggers")
async def rules_for_events(s: Script) -> None:
    user = await s.sign_up("ann")
    async with s.live("ann", user) as ann, s.live("bob") as bob:
        for name in ("Told", "Full", "Filled"):
            await follow(s, ann, name, sessionToken=user.token)
            await follow(s, bob, name)
            await s.post(f"classes/{name}", {"tag": s.name("a")})
            await s.told(ann, bob, label=name)


@scenario("6.9/on-event", profile="live-triggers")
async def listeners_are_told_who_comes_and_goes(s: Script) -> None:
    who = s.name("seen-")
    async with s.live_socket("ann") as ann:
        await ann.say({"op": "connect", "applicationId": "test", "installationId": who})
        await enter(s, ann, "plain")
        await enter(s, ann, "plain")
        where = {"className": "Room", "where": {"tag": s.name("b")}}
        await ann.say({"op": "update", "requestId": 1, "query": where})
        await ann.say({"op": "unsubscribe", "requestId": 1})
        await s.post("functions/seen", {"who": who})


@scenario("6.9/requests", profile="live-requests")
async def what_triggers_are_given(s: Script) -> None:
    user, who = await s.sign_up("ann"), s.name("given-")
    async with s.live("ann", user, installationId=who) as ann:
        query = {"className": "Shown", "where": {"who": who}}
        await ann.say({"op": "subscribe", "requestId": 1, "query": query, "sessionToken": user.token})
        made = await s.post("classes/Shown", {"who": who})
        await s.put(f"classes/Shown/{made.id}", {"n": 1})
        await s.delete(f"classes/Shown/{made.id}")
        await s.told(ann)
        await ann.say({"op": "unsubscribe", "requestId": 1})
        await s.post("functions/given", {"who": who})


@scenario("6.9/requests", profile="live-requests")
async def what_triggers_are_given_of_nobody(s: Script) -> None:
    who = s.name("nobody-")
    async with s.live("ann", installationId=who) as ann:
        query = {"className": "Shown", "where": {"who": who}}
        await ann.say({"op": "subscribe", "requestId": 1, "query": query})
        await s.post("classes/Shown", {"who": who})
        await s.told(ann)
        await s.post("functions/given", {"who": who})
