"""A Parse Server and parsepy on one Redis feed each other's followers, as if they were one server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.compat.servers import fresh_database, parsepy, reference
from tests.live_client import live_client
from tests.redis_server import own_redis

pytestmark = [pytest.mark.oracle, pytest.mark.slow]
APP = {"X-Parse-Application-Id": "test"}
MASTER = {**APP, "X-Parse-Master-Key": "master"}
POINT = {"__type": "GeoPoint", "latitude": 1, "longitude": 2}
SIDES = [("reference", "parsepy"), ("parsepy", "reference")]


@dataclass(frozen=True)
class Pair:
    """Two servers on one database and one Redis."""

    urls: Mapping[str, str]
    http: aiohttp.ClientSession

    async def ask(self, server: str, method: str, path: str, body: object = None, token: str = "") -> dict[str, Any]:
        """What a server answers, with the master key unless there is a session."""
        headers = {**APP, "X-Parse-Session-Token": token} if token else MASTER
        async with self.http.request(method, self.urls[server] + path, json=body, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status < 400, found
            return found

    async def sign_up(self, server: str, name: str) -> dict[str, Any]:
        """A new user with his session."""
        await self.ask(server, "POST", "/users", {"username": name, "password": "secret"})
        return await self.ask(server, "POST", "/login", {"username": name, "password": "secret"})


@pytest.fixture
async def pair(postgres_server: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(own_redis(tmp_path / "redis"))
        uri = await stack.enter_async_context(fresh_database("postgres", postgres_server))
        options = {
            "databaseURI": uri,
            "liveQuery": {"classNames": ["Score", "Note", "_User"], "redisURL": redis.url},
            "startLiveQueryServer": True,
            "liveQueryServerOptions": {"redisURL": redis.url},
            # Roles are remembered for long: only what the servers tell each other can be in time.
            "cacheTTL": 600_000,
        }
        # Started one after the other: both make the tables of an empty database.
        theirs = await stack.enter_async_context(reference(options))
        ours = await stack.enter_async_context(parsepy(options))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Pair({"reference": theirs.url, "parsepy": ours.url}, http)


@pytest.mark.parametrize(("one", "other"), SIDES)
async def test_changes_at_one_server_are_events_at_the_other(pair: Pair, one: str, other: str) -> None:
    await pair.ask(other, "POST", "/classes/Score", {"points": 0})
    async with live_client(pair.urls[one]) as near, live_client(pair.urls[other]) as far:
        for client in (near, far):
            await client.follow("Score", {"points": {"$gt": 5}})
        made = await pair.ask(one, "POST", "/classes/Score", {"points": 6, "at": POINT})
        path = f"/classes/Score/{made['objectId']}"
        told = []
        for points in (7, 1, 8):
            await pair.ask(one, "PUT", path, {"points": points})
            told += [await asyncio.gather(*(client.until_told("points", points) for client in (near, far)))]
        await pair.ask(one, "DELETE", path)
        gone = [await client.until(lambda event: event["op"] == "delete") for client in (near, far)]

    assert told[0] == [[("create", 6), ("update", 7)]] * 2
    assert told[1:] == [[[("leave", 1)]] * 2, [[("enter", 8)]] * 2]
    assert [event["object"]["at"]["longitude"] for event in gone] == [2, 2]


@pytest.mark.parametrize(("one", "other"), SIDES)
async def test_an_object_reads_the_same_wherever_its_change_came_from(pair: Pair, one: str, other: str) -> None:
    body = {
        "when": {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}, "tags": ["a", {"deep": True}],
        "who": {"__type": "Pointer", "className": "Score", "objectId": "s1"},
        "bytes": {"__type": "Bytes", "base64": "YQ=="}, "number": 1.5, "ACL": {"*": {"read": True}},
    }  # fmt: skip
    # The real server ends at a file without a URL that it is told of, also by itself.
    url = {"url": f"{pair.urls[one]}/files/test/a.txt"} if one == "reference" else {}
    files = [{"__type": "File", "name": "a.txt", **url}]
    await pair.ask(other, "POST", "/classes/Note", {"first": True})
    async with live_client(pair.urls[one]) as near, live_client(pair.urls[other]) as far:
        for client in (near, far):
            await client.follow("Note")
        made = await pair.ask(one, "POST", "/classes/Note", {**body, "file": files[0], "files": files})
        events = [
            await client.until(lambda event: event["object"]["objectId"] == made["objectId"]) for client in (near, far)
        ]

    near_object, far_object = (event["object"] for event in events)
    hidden = {"file": None, "files": None}
    assert {**near_object, **hidden} == {**far_object, **hidden}
    assert [o["file"]["url"].rpartition("/")[2] for o in (near_object, far_object)] == ["a.txt", "a.txt"]


@pytest.mark.parametrize(("one", "other"), SIDES)
async def test_a_role_that_a_user_changes_at_one_server_counts_for_him_at_the_other(
    pair: Pair, one: str, other: str
) -> None:
    ann = await pair.sign_up(one, f"ann-{one}")
    token = ann["sessionToken"]
    acl = {ann["objectId"]: {"read": True, "write": True}}
    role = await pair.ask(one, "POST", "/roles", {"name": f"Team-{one}", "ACL": acl})
    await pair.ask(one, "POST", "/classes/Score", {"points": 0})
    async with live_client(pair.urls[other], token=token) as client:
        await client.follow("Score")
        secret = {"points": 1, "ACL": {f"role:Team-{one}": {"read": True}}}
        await pair.ask(one, "POST", "/classes/Score", secret)
        await pair.ask(one, "POST", "/classes/Score", {"points": 2})
        before = await client.until_told("points", 2)
        me = {"__type": "Pointer", "className": "_User", "objectId": ann["objectId"]}
        users = {"__op": "AddRelation", "objects": [me]}
        await pair.ask(one, "PUT", f"/roles/{role['objectId']}", {"users": users}, token)
        told: list[tuple[str, Any]] = []
        while ("create", 3) not in told:
            # The real server reads roles again some time after it was told.
            await pair.ask(one, "POST", "/classes/Score", {**secret, "points": 3})
            await pair.ask(one, "POST", "/classes/Score", {"points": 4})
            told = await client.until_told("points", 4)

    assert before == [("create", 2)]


async def test_what_a_parse_server_tells_of_users_goes_out_without_secrets(pair: Pair) -> None:
    ann = await pair.sign_up("reference", "ann")
    async with live_client(pair.urls["parsepy"], token=ann["sessionToken"]) as client:
        await client.follow("_User")
        path = f"/users/{ann['objectId']}"
        await pair.ask("reference", "PUT", path, {"password": "other", "nick": "a"}, ann["sessionToken"])
        event = await client.until(lambda told: told["op"] == "update")

    assert event["object"]["nick"] == "a"
    assert not {"password", "sessionToken"} & event["object"].keys()
    assert not [name for name in (*event["object"], *event["original"]) if name.startswith("_")]
