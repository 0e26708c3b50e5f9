"""What is told to Parse Servers on the same Redis, and what is believed of what they tell."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from parsepy.core.context import Call, Context
from parsepy.core.live import publishing
from parsepy.core.live.changes import DELETED, SAVED, decoded
from parsepy.core.live.interest import Interest
from parsepy.livequery.server import LiveServer
from parsepy.model.principal import MASTER
from parsepy.model.schema import ClassSchema
from tests.inprocess import started

FILE = {"__type": "File", "name": "a.txt"}
URL = "http://here/parse/files/test/a.txt"


@pytest.mark.parametrize("has_strangers", [True, False])
async def test_files_have_urls_where_strangers_hear_of_them(tmp_path: Path, has_strangers: bool) -> None:
    async with started(folder=tmp_path) as client:
        told: list[dict[str, Any]] = []
        client.app.pubsub.subscribe("testafterSave", lambda message: told.append(orjson.loads(message)))
        live = Interest(client.app.pubsub, "test", [re.compile(".*")], is_always=has_strangers)
        app = replace(client.app, live=live)
        ctx = Context(app, MASTER, app.storage, Call(server_url="http://here/parse"))
        row = {"objectId": "a", "file": FILE, "more": {"files": [FILE, {**FILE, "url": "http://there"}]}}
        publishing.publish(ctx, ClassSchema("Note", {}), None, row)

    sent = told[0]["currentParseObject"]
    urls = [sent["file"].get("url"), *(file.get("url") for file in sent["more"]["files"])]
    assert urls == ([URL, URL, "http://there"] if has_strangers else [None, None, "http://there"])
    assert "url" not in FILE


@pytest.mark.parametrize("channel", [SAVED, DELETED])
def test_what_nobody_is_shown_is_dropped_when_it_is_heard(channel: str) -> None:
    user = {
        "__type": "Object", "className": "_User", "objectId": "u1", "username": "ann", "sessionToken": "r:1",
        "_hashed_password": "h", "_rperm": ["*"], "password": "p",
    }  # fmt: skip
    change = decoded(channel, orjson.dumps({"currentParseObject": user, "originalParseObject": user, "parsepy": "1f"}))

    assert change.before == {"objectId": "u1", "username": "ann"}
    assert change.after in (None, change.before)


async def test_a_role_that_a_stranger_changed_is_read_again(tmp_path: Path) -> None:
    async with started(folder=tmp_path) as client:
        server = LiveServer(client.app, "")
        server.listen()
        cache = client.app.caches["roles"]
        cache.put("u1", frozenset({"role:Team"}), read_at=cache.revocations)
        client.app.pubsub.publish("testclearCache", b'{"userId":"somebody else"}')

        assert cache.get("u1") is None


async def test_strangers_are_told_who_changed_a_role_unless_it_was_the_master_key(tmp_path: Path) -> None:
    async with started(folder=tmp_path) as client:
        told: list[bytes] = []
        client.app.pubsub.subscribe("testclearCache", told.append)
        ann = await client.sign_up("ann")
        acl = {ann.id: {"read": True, "write": True}}
        await client.as_("master").post("/roles", {"name": "One", "ACL": acl})
        await client.as_(ann).post("/roles", {"name": "Two", "ACL": acl})

    assert [orjson.loads(message) for message in told] == [{"userId": ann.id}]
