"""The table of who may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from parsepy import Cloud, SaveRequest
from parsepy.testing import TestServer, permissions, table

cloud = Cloud()


@cloud.before_save("Checked", fields={"points": {"type": int, "options": range(5)}})
async def check(request: SaveRequest) -> None:
    """Only the validator matters."""


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async with TestServer(cloud) as running:
        yield running


async def restrict(server: TestServer, class_name: str, rules: Mapping[str, Any]) -> None:
    answer = await server.client.as_master().post(f"/schemas/{class_name}", {"classLevelPermissions": rules})
    answer.checked()


async def test_the_table_shows_the_permissions_of_a_class(server: TestServer) -> None:
    ann = await server.client.sign_up("ann")
    signed_in = {"requiresAuthentication": True}
    rules = {"get": {"*": True}, "find": signed_in, "count": signed_in, "create": signed_in, "update": {ann.id: True}}
    await restrict(server, "Score", rules)
    callers = {
        "nobody": None,
        "ann": ann,
        "bob": await server.client.sign_up("bob"),
        "the master": server.client.as_master(),
    }

    assert await permissions(server, "Score", callers, points=1) == table("""
                    get  find  count  create  update  delete  addField
        nobody      yes  no    no     no      no      no      no
        ann         yes  yes   yes    yes     yes     no      no
        bob         yes  yes   yes    yes     no      no      no
        the master  yes  yes   yes    yes     yes     yes     yes
    """)


async def test_the_table_shows_the_acl_of_the_objects(server: TestServer) -> None:
    ann, bob = await server.client.sign_up("ann"), await server.client.sign_up("bob")
    callers = {"nobody": None, "ann": ann, "bob": bob}

    shown = await permissions(server, "Diary", callers, text="dear diary", ACL={**ann.only(), bob.id: {"read": True}})

    assert shown == table("""
                get  find  count  create  update  delete  addField
        nobody  no   no    no     yes     no      no      no
        ann     yes  yes   yes    yes     yes     yes     yes
        bob     yes  yes   yes    yes     no      no      no
    """)


async def test_refusals_for_other_reasons_are_shown_by_their_number(server: TestServer) -> None:
    shown = await permissions(server, "Checked", {"nobody": None}, points=7)

    assert shown == table("""
                get  find  count  create  update  delete  addField
        nobody  yes  yes   yes    142     142     yes     142
    """)


async def test_nothing_is_left_of_the_objects(server: TestServer) -> None:
    await permissions(server, "Score", {"nobody": None}, points=1)

    assert await server.client.as_master().find("Score") == []
