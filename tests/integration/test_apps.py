"""Several apps in one process, and what outlives a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parsepy.app import door, running
from parsepy.settings import load
from tests.inprocess import KEYS, Client, started


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Client, Client]]:
    """Clients of two apps behind one door."""
    shared = {name: value for name, value in KEYS.items() if name not in {"appId", "masterKey", "databaseURI"}}
    shared |= {"filesFolder": str(tmp_path / "files")}
    apps = [
        {"appId": "test", "masterKey": "the-master-key", "databaseURI": f"sqlite:///{tmp_path}/one.db"},
        {"appId": "other", "masterKey": "another-key", "databaseURI": f"sqlite:///{tmp_path}/two.db"},
    ]
    first, second = load(file={**shared, "apps": apps}).apps
    async with running(first) as one, running(second) as two:
        way_in = door([one, two])
        yield Client(way_in), Client(way_in).with_headers({"X-Parse-Application-Id": "other"})


async def test_the_application_id_chooses_the_app(both: tuple[Client, Client]) -> None:
    one, two = both
    object_id = await one.create("Score", points=1)

    assert (await one.get(f"/classes/Score/{object_id}")).body["points"] == 1
    assert (await two.get(f"/classes/Score/{object_id}")).code == 101
    assert (await two.get("/classes/Score")).body["results"] == []


async def test_sessions_and_keys_of_one_app_mean_nothing_to_another(both: tuple[Client, Client]) -> None:
    one, two = both
    ann = await one.sign_up("ann")

    assert (await one.as_(ann.token).get("/users/me")).body["username"] == "ann"
    assert (await two.with_headers({"X-Parse-Session-Token": ann.token}).get("/users/me")).code == 209
    assert (await two.with_headers({"X-Parse-Master-Key": "the-master-key"}).get("/schemas")).status == 403
    assert (await two.with_headers({"X-Parse-Master-Key": "another-key"}).get("/schemas")).status == 200


async def test_objects_sessions_and_roles_survive_a_restart(tmp_path: Path) -> None:
    options = {"databaseURI": f"sqlite:///{tmp_path}/kept.db"}
    async with started(options, folder=tmp_path) as client:
        ann = await client.sign_up("ann")
        added = {"__op": "AddRelation", "objects": [ann.pointer]}
        await client.as_("master").create("_Role", name="Readers", ACL={}, users=added)
        object_id = await client.as_("master").create("Score", points=1, ACL={"role:Readers": {"read": True}})

    async with started(options, folder=tmp_path) as client:
        read = await client.as_(ann.token).get(f"/classes/Score/{object_id}")
        assert read.body["points"] == 1
        assert (await client.get(f"/classes/Score/{object_id}")).code == 101
        assert (await client.post("/login", {"username": "ann", "password": "ann-secret"})).status == 200
