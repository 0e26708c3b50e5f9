"""6.1, 6.5 and 6.10 Live queries: keys of clients, signs of life, and limits of conditions."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import WSMsgType

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

CONNECT = {"op": "connect", "applicationId": "test"}
MASTER: dict[str, Any] = {"masterKey": "live-master"}
SILENT_SECONDS = 15.0


@scenario("6.5/key-pairs", "6.4/wrong-key", "6.4/stays-open", profile="live-keys")
async def one_right_key_is_enough(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        for keys in (
            {},
            {"javascriptKey": "wrong"},
            {"javascriptKey": ""},
            {"restAPIKey": "js"},
            {"masterKey": "master"},
            {"javascriptKey": "js"},
            {"javascriptKey": "wrong", "clientKey": "client"},
            {"masterKey": "live-master"},
        ):
            await ann.say({**CONNECT, **keys})


@scenario("6.5/key-pairs", "6.4/not-connected", profile="live-keys")
async def who_showed_a_wrong_key_is_not_connected(s: Script) -> None:
    async with s.live_socket("ann") as ann:
        await ann.say({**CONNECT, "clientKey": "wrong"})
        await ann.say({"op": "subscribe", "requestId": 1, "query": {"className": "Score", "where": {}}})


@scenario("6.5/master", "6.6/acl", profile="live-keys")
async def the_master_key_of_the_socket_server_reads_everything(s: Script) -> None:
    user = await s.sign_up("ann", email=s.email("ann"))
    async with s.live("master", **MASTER) as master, s.live("client", clientKey="client", masterKey="master") as client:
        for one in (master, client):
            await one.follow("Score", number=1)
            await one.follow("_User", {"objectId": user.id}, number=2)
        score = await s.create("Score", {"ACL": {}}, as_="master")
        await s.told(master, client)
        await s.delete(f"classes/{s.name('Score')}/{score}", as_="master")
        await s.put(f"users/{user.id}", {"phone": "1"}, as_="master")
        await s.told(master, client)


@scenario("6.10/complexity", "6.4/invalid-query", profile="live-keys")
async def conditions_have_limits(s: Script) -> None:
    deep: dict[str, Any] = {"a": 1}
    async with s.live("client", clientKey="client") as client, s.live("master", **MASTER) as master:
        for _ in range(4):
            for one in (client, master):
                await one.follow("Score", deep)
            deep = {"$or": [deep, {"b": 1}]}
        for where in ({"a": {"$regex": "a"}}, {"$or": [{"a": {"$regex": "a"}}]}):
            for one in (client, master):
                await one.follow("Score", where)


@scenario("6.1/heartbeat", profile="live-keys")
async def the_server_asks_for_signs_of_life(s: Script) -> None:
    async with s.live_socket("ann", pings=False) as ann, asyncio.timeout(SILENT_SECONDS):
        first = await ann.socket.receive()
        s.note("the first frame", first.type.name)
        await ann.socket.pong(first.data)
        while (message := await ann.socket.receive()).type is WSMsgType.PING:
            pass
        s.note("a client that does not answer", message.type in {WSMsgType.CLOSED, WSMsgType.CLOSE, WSMsgType.ERROR})


@scenario("mobile-6/ios", profile="live-keys")
async def the_messages_of_ios(s: Script) -> None:
    ann = await s.sign_up("ann")
    query = {"className": s.name("Score"), "where": {"points": {"$gt": 1}}}
    async with s.live("phone", clientKey="client", sessionToken="") as phone:
        await phone.say({"op": "subscribe", "requestId": 1, "query": query})
        await phone.say({"op": "subscribe", "requestId": 2, "query": query, "sessionToken": ann.token})
        await s.create("Score", {"points": 2, "ACL": {ann.id: {"read": True}}}, as_="master")
        await s.told(phone)
        await phone.say({"op": "update", "requestId": 2, "query": {**query, "where": {}}})
        await phone.say({"op": "unsubscribe", "requestId": 1})
        await s.create("Score", {"points": 1})
        await s.told(phone)


@scenario("mobile-6/swift", profile="live-keys")
async def the_messages_of_swift(s: Script) -> None:
    ann = await s.sign_up("ann")
    device = "3d2ea5f4-5d35-4a4b-8f6a-4d8f6dbe5c1d"
    query = {"className": s.name("Score"), "where": {"points": {"$gt": 1}}}
    async with s.live("phone", ann, clientKey="client", installationId=device) as phone:
        await phone.say({"op": "subscribe", "requestId": 1, "query": query})
        await s.create("Score", {"points": 2})
        await s.told(phone)
        await phone.say({"op": "unsubscribe", "requestId": 1})
