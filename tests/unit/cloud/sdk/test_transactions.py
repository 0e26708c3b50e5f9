"""Transactions of cloud code: what is done in one is kept or undone as a whole, with all that triggers do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsepy import (
    Cloud,
    DeleteRequest,
    ErrorCode,
    FunctionRequest,
    ParseError,
    ParseObject,
    Query,
    SaveRequest,
    start_job,
    transaction,
)
from tests.compat.servers import REAL_MONGODB
from tests.inprocess import Client
from tests.unit.cloud.sdk.conftest import opener


async def counted(name: str) -> int:
    return await Query(name).count(use_master_key=True)


async def note(text: str) -> None:
    await ParseObject("Note", text=text).save()


def shop() -> Cloud:
    """Orders whose triggers write notes, in transactions of their own."""
    cloud = Cloud()

    @cloud.before_save("Order")
    async def check(request: SaveRequest) -> None:
        async with transaction():
            await note("checked")
            if request.object.get("amount", 0) < 0:
                raise ParseError(ErrorCode.VALIDATION_ERROR, "Too little.")

    @cloud.after_save("Order")
    async def noted(request: SaveRequest) -> None:
        await note("saved")

    @cloud.before_delete("Order")
    async def unnoted(request: DeleteRequest) -> None:
        await note("deleted")

    @cloud.define("order")
    async def order(request: FunctionRequest) -> Any:
        async with transaction():
            for amount in request.params["amounts"]:
                await ParseObject("Order", amount=amount).save()
            if request.params.get("fails"):
                raise ParseError(ErrorCode.SCRIPT_FAILED, "No.")
        return await counted("Order")

    cloud.define("clear")(clear)
    cloud.define("careless")(careless)
    cloud.define("job")(begin)
    cloud.define("together")(together)
    cloud.job("later")(lambda request: None)
    return cloud


async def clear(request: FunctionRequest) -> None:
    async with transaction():
        await ParseObject.destroy_all(await Query("Order").find())
        raise RuntimeError("stop")


async def careless(request: FunctionRequest) -> None:
    async with transaction():
        await note("begun")
        try:
            async with transaction():
                await note("inner")
                raise LookupError("inside")
        except LookupError:
            await note("went on")


async def begin(request: FunctionRequest) -> None:
    async with transaction():
        await start_job("later")


async def together(request: FunctionRequest) -> int:
    async with transaction():
        await asyncio.gather(*(ParseObject("Order", amount=n).save() for n in range(5)))
    return await counted("Note")


STORES = [
    "memory",
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.oracle),
    pytest.param("mongo", marks=[pytest.mark.oracle, pytest.mark.real_mongo]),
]


@pytest.fixture(params=STORES)
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    async with opener(request, request.param, tmp_path)(shop()) as opened:
        yield opened


async def rows(client: Client, name: str) -> list[Any]:
    return sorted(row.get("text", row.get("amount")) for row in await client.as_("master").find(name))


async def test_what_is_saved_in_a_transaction_is_kept_with_what_triggers_did(client: Client) -> None:
    assert await client.run("order", amounts=[1, 2]) == 2
    assert await rows(client, "Note") == ["checked", "checked", "saved", "saved"]


async def test_an_exception_undoes_everything_that_triggers_did_too(client: Client) -> None:
    refused = await client.post("/functions/order", {"amounts": [1, 2], "fails": True})

    assert refused.body == {"code": 141, "error": "No."}
    assert (await rows(client, "Order"), await rows(client, "Note")) == ([], [])


async def test_a_trigger_that_refuses_undoes_what_was_saved_before(client: Client) -> None:
    refused = await client.post("/functions/order", {"amounts": [1, -1]})

    assert refused.body == {"code": 142, "error": "Too little."}
    assert (await rows(client, "Order"), await rows(client, "Note")) == ([], [])


async def test_deletes_are_undone(client: Client) -> None:
    await client.run("order", amounts=[1, 2])
    assert (await client.post("/functions/clear")).code == 141

    assert await rows(client, "Order") == [1, 2]
    assert "deleted" not in await rows(client, "Note")


async def test_a_part_that_fails_undoes_the_whole_even_if_its_error_is_caught(client: Client) -> None:
    refused = await client.post("/functions/careless")

    assert refused.body == {"code": 142, "error": "The transaction was undone because a part of it failed."}
    assert await rows(client, "Note") == []


async def test_a_transaction_in_a_transactional_batch_belongs_to_it(client: Client) -> None:
    good = {"method": "POST", "path": "/parse/functions/order", "body": {"amounts": [1]}}
    bad = {"method": "POST", "path": "/parse/functions/order", "body": {"amounts": [-1]}}
    assert (await client.post("/batch", {"requests": [good, bad], "transaction": True})).code == 142
    assert await rows(client, "Order") == []

    assert (await client.post("/batch", {"requests": [good, good], "transaction": True})).status == 200
    assert await rows(client, "Order") == [1, 1]


async def test_saves_side_by_side_in_a_transaction_take_turns(client: Client) -> None:
    assert await client.run("together") == 10
    assert await rows(client, "Order") == [0, 1, 2, 3, 4]


async def test_no_job_is_started_in_a_transaction(client: Client) -> None:
    assert (await client.post("/functions/job")).body == {
        "code": 119,
        "error": "A job cannot be started inside a transaction.",
    }


@pytest.mark.oracle
async def test_a_database_without_transactions_says_so(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if os.environ.get(REAL_MONGODB):
        pytest.skip("a real MongoDB may have them")
    async with opener(request, "mongo", tmp_path)(shop()) as client:
        refused = await client.post("/functions/careless")

        assert refused.code == 102
        assert "replica set" in refused.body["error"]
        assert await rows(client, "Note") == []
