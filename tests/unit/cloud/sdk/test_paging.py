"""Going through any number of objects in any order, on every store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud, FindRequest, ParseError, ParseObject, Query, Relation, User
from parsepy.model.principal import MASTER
from tests.inprocess import Client, started
from tests.unit.cloud.sdk.conftest import Start, calling

DATE = {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"}
ROWS: list[dict[str, Any]] = [
    {"n": 3, "s": "b"},
    {"n": 1, "s": "a", "b": True},
    {"n": 3, "s": "ä", "b": False},
    {"s": "Z", "d": DATE},
    {"n": None, "s": "b", "d": {**DATE, "iso": "2025-01-02T00:00:00.000Z"}},
    {"n": 2},
    {"n": 2, "s": "b", "b": True},
    {"n": 1.5, "s": "", "l": [1]},
]


@pytest.fixture
async def client(start: Start) -> AsyncIterator[Client]:
    async with start() as opened:
        for row in ROWS:
            await opened.create("Row", **row)
        yield opened


@pytest.mark.parametrize("order", ["n", "-n", "s", "-s", "d", "-d", "b", "-b", "createdAt", "-updatedAt", "-objectId"])
async def test_pages_give_what_one_find_gives(client: Client, order: str) -> None:
    with calling(client):
        whole = order if "objectId" in order else f"{order},objectId"
        at_once = await Query.from_json("Row", {"order": whole}).find()
        paged = [each.id async for each in Query.from_json("Row", {"order": order}).each(batch_size=3)]

    assert paged == [each.id for each in at_once]


async def test_pages_keep_two_orders_conditions_and_window(client: Client) -> None:
    query = Query("Row").descending("n").add_ascending("s").exists("s")
    with calling(client):
        at_once = await query.copy().add_ascending("objectId").skip(1).limit(5).find()
        paged = await query.skip(1).limit(5).select("b").find_all(batch_size=2)

    assert [each.id for each in paged] == [each.id for each in at_once]
    assert [each.get("b") for each in paged] == [each.get("b") for each in at_once]


async def test_every_object_is_met_though_the_server_gives_few_at_once(start: Start) -> None:
    async with start(maxLimit=2) as client:
        for n in range(5):
            await client.create("Row", n=n)
        with calling(client):
            found = [each["n"] async for each in Query("Row").descending("n")]

    assert found == [4, 3, 2, 1, 0]


async def test_objects_that_are_deleted_meanwhile_leave_no_gap(client: Client) -> None:
    met = 0
    with calling(client, MASTER):
        async for batch in Query("Row").ascending("s").each_batch(2):
            met += len(batch)
            await ParseObject.destroy_all(batch)

        assert (met, await Query("Row").count()) == (len(ROWS), 0)


async def test_an_order_by_lists_is_refused(client: Client) -> None:
    with calling(client), pytest.raises(ValueError, match="sorted by l can only be found at once"):
        await Query("Row").descending("l").find_all(batch_size=1)


async def test_a_trigger_that_changes_the_order_does_not_turn_in_circles(start: Start) -> None:
    cloud = Cloud()

    @cloud.after_find("Row")
    async def zero(request: FindRequest) -> None:
        for row in request.objects:
            row["n"] = 0

    async with start(cloud) as client:
        await client.create("Row", n=1)
        with calling(client), pytest.raises(RuntimeError, match="no end"):
            await Query("Row").ascending("n").find_all()


async def test_the_members_of_a_relation_are_found_by_its_own_query(start: Start) -> None:
    async with start() as client:
        ann = await client.sign_up("ann")
        with calling(client, MASTER):
            team = ParseObject("Team")
            team.relation("fans").add(User(object_id=ann.id))
            await team.save()
            known = await team.relation("fans").query().find()
            unknown = await ParseObject("Team", team.id).relation("fans").query().find()
            read = (await Query("Team").get(team.id or ""))["fans"]

        assert [type(known[0]), type(unknown[0]), type(read)] == [User, User, Relation]
        assert (known[0].id, unknown[0].id, read.target_class_name) == (ann.id, ann.id, "_User")


async def test_a_find_tells_how_many_match_beside_its_window(client: Client) -> None:
    with calling(client):
        found, count = await Query("Row").exists("s").limit(2).find_with_count()

    assert (len(found), count) == (2, 7)


async def test_the_database_explains_a_query_to_the_server(tmp_path: Path) -> None:
    async with started({}, folder=tmp_path) as client:
        await client.create("Row", n=1)
        with calling(client, MASTER):
            assert await Query("Row").equal_to("n", 1).explain() == [{"plan": "scan", "rows": 1}]
        with calling(client), pytest.raises(ParseError, match="102"):
            await Query("Row").explain()
