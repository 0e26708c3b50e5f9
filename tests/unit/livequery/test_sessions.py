"""Who a follower is can change while he stays connected: sessions end, and roles come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from parsepy import Cloud
from parsepy.core.live.changes import Change
from parsepy.livequery.connection import Connection
from parsepy.livequery.following import Follower
from parsepy.livequery.hub import Hub
from parsepy.livequery.identity import Identity
from parsepy.livequery.server import LiveServer
from parsepy.model.where import EVERYTHING
from parsepy.testing import Client, TestServer, User
from tests.waiting import until

from .conftest import Listener

LIVE = {"liveQuery": {"classNames": [".*"]}, "sessionLength": 3600}


class Live:
    """A live query server that hears of what its app does, at a time that the test tells."""

    def __init__(self, server: TestServer, live: LiveServer) -> None:
        self.server = server
        self.live = live

    @property
    def master(self) -> Client:
        return self.server.client.as_master()

    async def role_path(self, name: str) -> str:
        """Where a role can be changed."""
        [role] = await self.master.find("_Role", name=name)
        return f"/roles/{role['objectId']}"

    async def follower(self, user: User | None = None, class_name: str = "Score") -> Listener:
        """A client that follows all of a class, and then all of `Witness`."""
        listener = Listener()
        listener.connection = Connection({"test": self.live.hub}, listener, most_subscriptions=10)
        session = {"sessionToken": user.token} if user else {}
        await listener.says(op="connect", applicationId="test", **session)
        for number, name in enumerate((class_name, "Witness")):
            query = {"className": name, "where": {}}
            await listener.says(op="subscribe", requestId=number, query=query, **session)
        listener.received.clear()
        return listener

    async def told(self, listener: Listener) -> list[str]:
        """The events of all that has happened, which are then forgotten."""
        mark = await self.master.create("Witness")
        await until(lambda: any(message.get("object", {}).get("objectId") == mark for message in listener.received))
        found = [message["op"] for message in listener.received if message.get("requestId") == 0]
        listener.received.clear()
        return found


@asynccontextmanager
async def serving(options: dict[str, Any] | None = None) -> AsyncIterator[Live]:
    async with TestServer(Cloud(), options={**LIVE, **(options or {})}) as server:
        live = LiveServer(server.app, "http://127.0.0.1:1337/parse")
        live.listen()
        task = asyncio.create_task(live.run())
        for name in ("Score", "Witness"):
            await server.client.as_master().create(name)
        yield Live(server, live)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def only(reader: User | str) -> dict[str, Any]:
    """An ACL of one reader."""
    name = reader.id if isinstance(reader, User) else reader
    return {name: {"read": True}}


async def test_a_session_that_expires_takes_its_rights_along() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        score = await live.master.create("Score", ACL=only(ann))
        before = await live.told(listener)
        await live.server.clock.advance(timedelta(hours=1))
        await live.master.update("Score", score, points=1)
        after = await live.told(listener)

    assert (before, after) == (["create"], [])


async def test_a_session_that_is_extended_goes_on() -> None:
    async with serving({"extendSessionOnUse": True}) as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        score = await live.master.create("Score", ACL=only(ann))
        for _ in range(3):
            await live.server.clock.advance(timedelta(minutes=40))
            await live.server.client.as_(ann).get("/users/me")
            await live.master.update("Score", score, points=1)
        told = await live.told(listener)

    assert told == ["create", "update", "update", "update"]


async def test_a_session_that_is_deleted_ends_at_once() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        [session] = (await live.master.get("/sessions")).body["results"]
        await live.master.delete(f"/sessions/{session['objectId']}")
        await live.master.create("Score", ACL=only(ann))

        assert await live.told(listener) == []


async def test_a_new_password_ends_what_the_old_sessions_were_told() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        await live.master.put(f"/users/{ann.id}", {"password": "another"})
        await live.master.create("Score", ACL=only(ann))

        assert await live.told(listener) == []


async def test_a_user_who_is_deleted_is_told_nothing_more() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        await live.master.delete(f"/users/{ann.id}")
        await live.master.create("Score", ACL=only(ann))

        assert await live.told(listener) == []


async def test_a_role_counts_from_the_moment_it_is_given_until_it_is_taken() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        score = await live.master.create("Score", ACL=only("role:Team"))
        outside = await live.told(listener)
        await live.master.make_role("Team", ann)
        await live.master.update("Score", score, points=1)
        inside = await live.told(listener)
        gone = {"__op": "RemoveRelation", "objects": [ann.pointer]}
        await live.master.put(await live.role_path("Team"), {"users": gone})
        await live.master.update("Score", score, points=2)
        after = await live.told(listener)

    assert (outside, inside, after) == ([], ["update"], [])


async def test_an_inherited_role_counts_as_well() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        await live.master.make_role("Team")
        await live.master.make_role("Own", ann)
        [own] = await live.master.find("_Role", name="Own")
        child = {"__type": "Pointer", "className": "_Role", "objectId": own["objectId"]}
        await live.master.put(await live.role_path("Team"), {"roles": {"__op": "AddRelation", "objects": [child]}})
        await live.master.create("Score", ACL=only("role:Team"))

        assert await live.told(listener) == ["create"]


async def test_a_role_that_is_deleted_counts_no_more() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        await live.master.make_role("Team", ann)
        listener = await live.follower(ann)
        await live.master.delete(await live.role_path("Team"))
        await live.master.create("Score", ACL=only("role:Team"))

        assert await live.told(listener) == []


async def test_a_role_opens_a_class_while_its_user_is_connected() -> None:
    everybody = {"find": {"*": True}, "get": {"*": True}, "create": {"*": True}}
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        closed = {"classLevelPermissions": {**everybody, "find": {"role:Team": True}}}
        await live.master.put("/schemas/Score", {"className": "Score", **closed})
        await live.master.create("Score")
        refused = await live.told(listener)
        await live.master.make_role("Team", ann)
        await live.master.create("Score")
        told = await live.told(listener)

    assert (refused, told) == (["error"], ["create"])


async def test_who_has_logged_out_is_told_of_no_session() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann, "_Session")
        await live.server.client.log_in("ann")
        before = await live.told(listener)
        await live.server.client.as_(ann).post("/logout")
        await live.server.client.log_in("ann")
        after = await live.told(listener)

    assert (before, "create" in after, "update" in after) == (["create"], False, False)


async def test_a_session_whose_end_shows_at_another_subscription_has_ended_for_all() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower(ann)
        await live.server.clock.advance(timedelta(hours=1))
        query = {"className": "Score", "where": {"points": 1}}
        answer = await listener.says(op="subscribe", requestId=5, query=query, sessionToken=ann.token)
        await live.master.create("Score", ACL=only(ann))

        assert answer["op"] == "subscribed"
        assert await live.told(listener) == []


async def test_every_hub_learns_what_has_become_of_a_session() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        identity, outlet = Identity(ann.token), Listener()
        hubs = [Hub(live.server.app, "http://127.0.0.1:1337/parse") for _ in range(2)]
        for number, hub in enumerate(hubs):
            await hub.follow(Follower(outlet, {"requestId": number}, "Score", EVERYTHING, identity))
        await live.server.client.as_(ann).post("/logout")
        for hub in hubs:
            hub.doubt(tokens=[ann.token])
            await hub.tell(Change("Score", None, {"objectId": "s1", "ACL": only(ann)}))
            await hub.tell(Change("Score", None, {"objectId": "s2"}))

    assert [message["object"]["objectId"] for message in outlet.received] == ["s2", "s2"]


async def test_subscriptions_of_one_connection_end_with_their_own_sessions() -> None:
    async with serving() as live:
        ann, bob = await live.server.client.sign_up("ann"), await live.server.client.sign_up("bob")
        listener = await live.follower(ann)
        await listener.says(
            op="subscribe", requestId=5, query={"className": "Score", "where": {}}, sessionToken=bob.token
        )
        await live.server.client.as_(bob).post("/logout")
        await live.master.create("Score", ACL={**only(ann), **only(bob)})
        await until(lambda: bool(listener.events))
        numbers = [message["requestId"] for message in listener.received if message["op"] == "create"]

    assert numbers == [0]


async def test_subscriptions_of_one_token_are_of_one_identity_which_is_looked_at_once() -> None:
    async with serving() as live:
        ann = await live.server.client.sign_up("ann")
        listener = await live.follower()
        for number in (5, 6):
            query = {"className": "Score", "where": {"points": number}}
            await listener.says(op="subscribe", requestId=number, query=query, sessionToken=ann.token)
        await live.server.client.as_(ann).post("/logout")
        for number in (5, 6):
            await live.master.create("Score", points=number, ACL=only(ann))
        await live.master.create("Witness")
        await until(lambda: bool(listener.events))
        again = await listener.says(op="subscribe", requestId=7, query=query, sessionToken=ann.token)

    assert listener.events == ["create"]
    assert again["op"] == "subscribed"
