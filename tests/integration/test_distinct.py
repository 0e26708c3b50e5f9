"""The different values of a field, asked with the master key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inprocess import Client


@pytest.mark.parametrize("where", [{"kind": "a"}, '{"kind": "a"}'], ids=["object", "text"])
async def test_conditions_come_as_an_object_or_as_its_text(client: Client, where: Any) -> None:
    await client.create("Thing", kind="a", size=1)
    await client.create("Thing", kind="b", size=2)
    answer = await client.as_("master").post("/aggregate/Thing", {"_method": "GET", "distinct": "size", "where": where})

    assert answer.body == {"results": [1]}


@pytest.mark.parametrize("where", [5, "not json", [1]], ids=repr)
async def test_conditions_that_are_none_are_refused_and_not_forgotten(client: Client, where: Any) -> None:
    await client.create("Thing", size=1)
    answer = await client.as_("master").post("/aggregate/Thing", {"_method": "GET", "distinct": "size", "where": where})

    assert answer.status == 400, answer
