"""The configuration, and what purging makes the server forget."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inprocess import Client, User

FILE = {"__type": "File", "name": "a.png", "url": "http://files.example/a.png"}


@pytest.mark.parametrize("flag", [True, 1, "yes", {"a": 1}, []], ids=repr)
async def test_a_parameter_with_any_flag_is_for_the_master_key_only(client: Client, flag: Any) -> None:
    await client.as_("master").put("/config", {"params": {"secret": 1, "open": 2}, "masterKeyOnly": {"secret": flag}})

    assert (await client.get("/config")).body["params"] == {"open": 2}
    assert (await client.as_("master").get("/config")).body["params"] == {"secret": 1, "open": 2}


async def test_a_file_among_the_parameters_keeps_its_url(client: Client) -> None:
    await client.as_("master").put("/config", {"params": {"logo": FILE}})

    assert (await client.get("/config")).body["params"] == {"logo": FILE}


async def test_a_deleted_parameter_leaves_no_flag_behind(client: Client) -> None:
    await client.as_("master").put("/config", {"params": {"secret": 1}, "masterKeyOnly": {"secret": True}})

    gone = {"__op": "Delete"}
    await client.as_("master").put("/config", {"params": {"secret": gone}, "masterKeyOnly": {"secret": gone}})

    assert (await client.as_("master").get("/config")).body == {"params": {}, "masterKeyOnly": {}}


async def test_purging_sessions_ends_them_at_once(client: Client, ann: User) -> None:
    assert (await client.as_(ann.token).get("/users/me")).status == 200

    await client.as_("master").delete("/purge/_Session")

    assert (await client.as_(ann.token).get("/users/me")).code == 209


async def test_purging_roles_ends_membership_at_once(client: Client, ann: User) -> None:
    members = {"__op": "AddRelation", "objects": [ann.pointer]}
    await client.as_("master").post("/roles", {"name": "club", "ACL": {}, "users": members})
    note = await client.create("Note", ACL={"role:club": {"read": True}})
    assert (await client.as_(ann.token).get(f"/classes/Note/{note}")).status == 200

    await client.as_("master").delete("/purge/_Role")

    assert (await client.as_(ann.token).get(f"/classes/Note/{note}")).code == 101
