"""What live queries of Parse Server once gave away: each advisory has a test that bears its number.

That the filter of a trigger holds for what is sent (CVE-2026-33163) is shown in test_triggers.py.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from parsepy.livequery.server import LiveServer
from tests.inprocess import started
from tests.waiting import until

from .conftest import Live

SERVER_URL = "http://127.0.0.1:1337/parse"
LIVE = {"liveQuery": {"classNames": [".*"]}}


@contextlib.asynccontextmanager
async def serving(folder: Path, options: Mapping[str, Any] | None = None) -> AsyncIterator[Live]:
    """A live query server that hears of what its app does."""
    async with started({**LIVE, **(options or {})}, folder=folder) as client:
        server = LiveServer(client.app, SERVER_URL)
        server.listen()
        task = asyncio.create_task(server.run())
        await client.create("Score", points=1)
        yield Live(server.hub, client)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def declare(live: Live, fields: dict[str, str], **permissions: Any) -> None:
    """Give the class `Score` columns, and permissions of which those not given are open."""
    everybody = {name: {"*": True} for name in ("find", "get", "count", "create", "update", "delete", "addField")}
    body = {
        "className": "Score",
        "fields": {name: {"type": type_} for name, type_ in fields.items()},
        "classLevelPermissions": {**everybody, **permissions},
    }
    answer = await live.client.as_("master").put("/schemas/Score", body)
    assert answer.status == 200, answer.body


async def test_cve_2020_15270_a_client_whose_session_ended_is_told_nothing_more(tmp_path: Path) -> None:
    async with serving(tmp_path) as live:
        ann = await live.client.sign_up("ann")
        listener, public = await live.listener(ann.token), await live.listener()
        await listener.follows({})
        await public.follows({})
        await live.client.as_(ann.token).post("/logout")
        await live.client.as_("master").post("/classes/Score", {"ACL": {ann.id: {"read": True}}})
        await live.client.create("Score")
        await until(lambda: bool(public.events) and bool(listener.events))

    assert ["ACL" in event["object"] for event in listener.received[2:]] == [False]


async def test_cve_2021_41109_users_are_told_without_tokens_and_passwords(tmp_path: Path) -> None:
    async with serving(tmp_path) as live:
        ann = await live.client.sign_up("ann")
        listener = await live.listener(ann.token)
        query = {"className": "_User", "where": {"objectId": ann.id}}
        await listener.says(op="subscribe", requestId=1, query=query)
        await live.client.as_(ann.token).put(f"/users/{ann.id}", {"phone": "1"})
        secrets = {"sessionToken": "r:1", "password": "x", "_hashed_password": "y"}
        await live.changes(None, {"objectId": ann.id, **secrets}, "_User")
        await until(lambda: len(listener.events) == 2)

    told = [state for event in listener.received[2:] for state in (event["object"], event.get("original", {}))]
    assert not any(state.keys() & secrets.keys() for state in told)


async def test_cve_2022_31112_protected_fields_are_not_told(live: Live) -> None:
    await declare(live, {"secret": "Number"}, protectedFields={"*": ["secret"]})
    listener = await live.listener()
    await listener.follows({})
    await live.changes({"secret": 1}, {"secret": 2})

    assert listener.events == ["update"]
    assert "secret" not in {**listener.received[-1]["object"], **listener.received[-1]["original"]}


async def test_cve_2026_30925_a_pattern_that_backtracks_holds_nobody_up(live: Live) -> None:
    listener = await live.listener()
    await listener.follows({"name": {"$regex": "^(a+)+$"}})
    async with asyncio.timeout(20):
        await live.changes(None, {"name": "a" * 5_000 + "!"})
    await live.changes(None, {"name": "aaa"})

    assert listener.events == ["create"]


@pytest.mark.parametrize("operation", ["find", "get"])
async def test_cve_2026_30947_class_level_permissions_hold(live: Live, operation: str) -> None:
    listener = await live.listener()
    where = {"objectId": "s1"} if operation == "get" else {}
    await listener.follows(where)
    await declare(live, {"n": "Number"}, **{operation: {}})
    await live.changes(None, {"n": 1})
    refused = await listener.follows(where, number=2)

    assert listener.events == []
    assert (refused["op"], refused["code"]) == ("error", 119)


@pytest.mark.parametrize(
    "where", [{"secret": 1}, {"secret.a": 1}, {"$or": [{"$and": [{"secret": 1}]}, {"n": 1}]}], ids=str
)
async def test_cve_2026_32098_protected_fields_cannot_be_asked_for(live: Live, where: dict[str, Any]) -> None:
    await declare(live, {"secret": "Object"}, protectedFields={"*": ["secret"]})
    refused = await (await live.listener()).follows(where)

    assert (refused["op"], refused["code"]) == ("error", 119)


async def test_cve_2026_32770_an_invalid_pattern_is_refused_and_ends_nothing(live: Live) -> None:
    listener = await live.listener()
    refused = await listener.follows({"name": {"$regex": "("}})
    await listener.follows({})
    await live.changes(None, {"name": "("})

    assert (refused["op"], refused["code"]) == ("error", 102)
    assert listener.events == ["create"]


async def test_cve_2026_33421_pointer_permissions_hold(live: Live) -> None:
    ann, bob = await live.client.sign_up("ann"), await live.client.sign_up("bob")
    await declare(live, {"owners": "Array"}, find={"pointerFields": ["owners"]})
    listeners = [await live.listener(token) for token in (ann.token, bob.token, "")]
    for listener in listeners:
        await listener.follows({})
    await live.changes(None, {"owners": [ann.pointer]})

    assert [listener.events for listener in listeners] == [["create"], [], []]


@pytest.mark.parametrize("field", ["secret", "secret.a"])
async def test_cve_2026_33429_protected_fields_cannot_be_watched(live: Live, field: str) -> None:
    await declare(live, {"secret": "Object"}, protectedFields={"*": ["secret"]})
    refused = await (await live.listener()).follows({}, query={"watch": [field]})

    assert (refused["op"], refused["code"]) == ("error", 119)


async def test_cve_2026_33508_conditions_are_limited_in_depth(live: Live) -> None:
    where: dict[str, Any] = {"a": 1}
    for _ in range(30):
        where = {"$or": [where, {"b": 1}]}
    refused = await (await live.listener()).follows(where)

    assert (refused["op"], refused["code"]) == ("error", 102)


async def test_cve_2026_34363_what_is_hidden_from_one_is_there_for_the_others(live: Live) -> None:
    ann = await live.client.sign_up("ann")
    await declare(live, {"secret": "Number", "n": "Number"}, protectedFields={"*": ["secret"], ann.id: ["n"]})
    listeners = [await live.listener(token) for token in ("", ann.token, "")]
    for listener in listeners:
        await listener.follows({})
    await live.changes({"secret": 1, "n": 1}, {"secret": 2, "n": 2})
    told = [listener.received[-1] for listener in listeners]

    assert [sorted({"secret", "n"} & event["object"].keys()) for event in told] == [["n"], ["n", "secret"], ["n"]]
    assert told[0]["original"]["n"] == 1


async def test_cve_2026_57481_states_that_were_not_readable_are_not_told(live: Live) -> None:
    ann = await live.client.sign_up("ann")
    listener = await live.listener(ann.token)
    await listener.follows({"n": {"$gt": 0}})
    await live.changes({"n": 1, "ACL": {ann.id: {"read": True}}}, {"n": -1, "secret": 1, "ACL": {}})
    await live.changes({"n": 1, "secret": 1, "ACL": {}}, {"n": 2, "ACL": {ann.id: {"read": True}}})

    assert listener.events == ["leave", "enter"]
    assert not any("secret" in {**event["object"], **event.get("original", {})} for event in listener.received[2:])


async def test_cve_2026_100632_protected_fields_count_the_roles_of_the_follower(live: Live) -> None:
    ann, master = await live.client.sign_up("ann"), live.client.as_("master")
    users = {"__op": "AddRelation", "objects": [ann.pointer]}
    await master.post("/roles", {"name": "Team", "ACL": {"*": {"read": True}}, "users": users})
    fields = {"a": "Number", "b": "Number"}
    await declare(live, fields, protectedFields={"*": ["a"], "authenticated": ["a"], "role:Team": ["b"]})
    listeners = [await live.listener(token) for token in (ann.token, "")]
    for listener in listeners:
        await listener.follows({})
    await live.changes(None, {"a": 1, "b": 1})

    assert [sorted({"a", "b"} & one.received[-1]["object"].keys()) for one in listeners] == [["a", "b"], ["b"]]


async def test_cve_2026_109301_a_file_without_a_url_is_told_with_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as live:
        listener = await live.listener()
        await listener.follows({})
        file = {"__type": "File", "name": "a.txt"}
        await live.client.post("/classes/Score", {"file": file, "inner": {"files": [file]}})
        await until(lambda: bool(listener.events))

    assert (
        listener.received[-1]["object"]["file"]["url"] == f"{SERVER_URL}/files/{live.client.app.settings.app_id}/a.txt"
    )


async def test_ghsa_349r_988w_x3jp_what_stands_beside_an_or_counts(live: Live) -> None:
    ann, bob = await live.listener(), await live.listener()
    either = [{"a": 1}, {"b": 1}]
    await ann.follows({"$or": either})
    await bob.follows({"$or": either, "owner": "bob"})
    await live.changes(None, {"a": 1, "owner": "ann"})

    assert (ann.events, bob.events) == (["create"], [])


async def test_ghsa_969q_274f_mc7w_a_write_of_an_inner_field_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as live:
        score = await live.client.create("Score", inner={"a": 1})
        listener = await live.listener()
        await listener.follows({"inner.a": 2})
        await live.client.put(f"/classes/Score/{score}", {"inner.a": 2})
        await until(lambda: bool(listener.events))

    assert (listener.events, listener.received[-1]["object"]["inner"]) == (["enter"], {"a": 2})


async def test_ghsa_f92h_3w9f_hg55_nobody_is_told_auth_data(live: Live) -> None:
    ann = await live.client.sign_up("ann")
    listener = await live.listener(ann.token)
    await listener.says(op="subscribe", requestId=1, query={"className": "_User", "where": {"objectId": ann.id}})
    secret = {"authData": {"mfa": {"secret": "x"}}}
    await live.changes({"objectId": ann.id, **secret}, {"objectId": ann.id, "phone": "1", **secret}, "_User")

    assert listener.events == ["update"]
    assert "authData" not in {**listener.received[-1]["object"], **listener.received[-1]["original"]}


@pytest.mark.parametrize("field", ["authData", "authData.anonymous.id", "sessionToken", "_hashed_password", "password"])
async def test_ghsa_9v83_v857_2xf8_secrets_of_users_cannot_be_asked_for(live: Live, field: str) -> None:
    ann = await live.client.sign_up("ann")
    listener = await live.listener(ann.token)
    for where in ({field: "a"}, {"$or": [{field: {"$regex": "a"}}, {"username": "b"}]}):
        refused = await listener.says(op="subscribe", requestId=1, query={"className": "_User", "where": where})
        assert (refused["op"], refused["code"] in {102, 105, 119}) == ("error", True)


async def test_sessions_are_told_to_their_user_without_tokens(tmp_path: Path) -> None:
    async with serving(tmp_path) as live:
        ann = await live.client.sign_up("ann")
        listener = await live.listener(ann.token)
        await listener.says(op="subscribe", requestId=1, query={"className": "_Session", "where": {}})
        await live.client.sign_up("bob")
        await live.client.post("/login", {"username": "ann", "password": "ann-secret"})
        await until(lambda: bool(listener.events))

    assert listener.events == ["create"]
    assert listener.received[-1]["object"]["user"] == ann.pointer
    assert "sessionToken" not in listener.received[-1]["object"]
