"""Several servers on one database: what one changes counts at the others, soon or at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.compat.servers import fresh_database
from tests.inprocess import Answer, Client, User, started

HOOKED = {"databaseOptions": {"enableSchemaHooks": True}}
SHORT = {"databaseOptions": {"schemaCacheTtl": 1}, "cacheTTL": 1000}
LONG = {"databaseOptions": {"schemaCacheTtl": 600_000}, "cacheTTL": 600_000}
BOUND = 1.0
# Two servers, the database and this test share the processors.
SLACK = 0.6

Both = tuple[Client, Client]


def address_of(store: str, request: pytest.FixtureRequest) -> str:
    """A database server of that kind; SQLite needs none."""
    return "" if store == "sqlite" else str(request.getfixturevalue(f"{store}_server"))


@pytest.fixture(params=["sqlite", "postgres", "mongo"])
def address(request: pytest.FixtureRequest) -> str:
    """A database server of each kind."""
    return address_of(request.param, request)


@pytest.fixture(
    params=[
        pytest.param(
            (store, options), id=f"{store}-{name}", marks=[pytest.mark.real_mongo] * (store + name == "mongohooked")
        )
        for store in ("sqlite", "postgres", "mongo")
        for name, options in (("hooked", HOOKED), ("ttl", SHORT))
    ]
)
def soon(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """A database server of each kind, and options by which changes are seen within a second."""
    store, options = request.param
    return address_of(store, request), options


@asynccontextmanager
async def database(address: str, folder: Path) -> AsyncIterator[str]:
    """An empty database on the server, or in the folder."""
    if not address:
        yield f"sqlite:///{folder}/shared.db"
        return
    async with fresh_database("mongo" if address.startswith("mongodb") else "postgres", address) as uri:
        yield uri


@asynccontextmanager
async def two(uri: str, options: dict[str, Any], folder: Path) -> AsyncIterator[Both]:
    """Clients of two servers, each with caches of its own."""
    async with AsyncExitStack() as stack:
        asked = {"databaseURI": uri, **options}
        one, other = [await stack.enter_async_context(started(asked, folder=folder)) for _ in range(2)]
        yield one, other


@pytest.fixture
async def both(soon: tuple[str, dict[str, Any]], tmp_path: Path) -> AsyncIterator[Both]:
    """Two servers that see each other's changes within a second, by hooks or by their time to live."""
    address, options = soon
    async with database(address, tmp_path) as uri, two(uri, options, tmp_path) as clients:
        yield clients


@pytest.fixture
async def patient(address: str, tmp_path: Path) -> AsyncIterator[Both]:
    """Two servers that remember for long what they need not ask for."""
    async with database(address, tmp_path) as uri, two(uri, LONG, tmp_path) as clients:
        yield clients


async def within_bound(ask: Callable[[], Awaitable[Answer]], expected: Callable[[Answer], bool]) -> Answer:
    """Ask until the answer is the expected one, which must be within the bound; that answer."""
    began = time.monotonic()
    while not expected(answer := await ask()):
        assert time.monotonic() - began < BOUND + SLACK, answer
        await asyncio.sleep(0.05)
    return answer


async def a_shared_user(both: Both) -> User:
    """A user whom both servers know."""
    ann = await both[0].sign_up("ann")
    for client in both:
        assert (await client.as_(ann.token).get("/users/me")).status == 200
    return ann


async def test_tightened_permissions_count_everywhere(both: Both) -> None:
    one, other = both
    await one.create("Score", x=1)
    assert (await other.get("/classes/Score")).status == 200

    assert (await one.as_("master").put("/schemas/Score", {"classLevelPermissions": {"find": {}}})).status == 200
    await within_bound(lambda: other.get("/classes/Score"), lambda answer: answer.code == 119)


async def test_a_field_that_is_protected_now_is_hidden_everywhere(both: Both) -> None:
    one, other = both
    await one.create("Note", secret=1)
    assert "secret" in (await other.get("/classes/Note")).body["results"][0]

    hidden = {"find": {"*": True}, "protectedFields": {"*": ["secret"]}}
    await one.as_("master").put("/schemas/Note", {"classLevelPermissions": hidden})
    await within_bound(lambda: other.get("/classes/Note"), lambda found: "secret" not in found.body["results"][0])


async def test_a_dropped_class_is_gone_everywhere(both: Both) -> None:
    one, other = both
    key = await one.create("Score", x=1)
    assert (await other.get(f"/classes/Score/{key}")).status == 200

    await one.delete(f"/classes/Score/{key}")
    await one.as_("master").delete("/schemas/Score")

    async def schema() -> Answer:
        return await other.as_("master").get("/schemas/Score")

    await within_bound(schema, lambda answer: answer.code == 103)


async def test_an_index_is_shown_everywhere(both: Both) -> None:
    one, other = both
    await one.create("Score", x=1)
    assert (await other.get("/classes/Score")).status == 200
    await one.as_("master").put("/schemas/Score", {"indexes": {"by_x": {"x": 1}}})

    answer = await other.as_("master").get("/schemas/Score")

    assert answer.body["indexes"]["by_x"] == {"x": 1}


async def test_a_revoked_session_is_refused_everywhere(both: Both) -> None:
    one, other = both
    ann = await a_shared_user(both)

    assert (await one.as_(ann.token).post("/logout")).status == 200
    await within_bound(lambda: other.as_(ann.token).get("/users/me"), lambda answer: answer.code == 209)


async def test_a_lost_role_counts_everywhere(both: Both) -> None:
    one, other = both
    ann = await a_shared_user(both)
    users = {"__op": "AddRelation", "objects": [ann.pointer]}
    role = (await one.as_("master").post("/roles", {"name": "Crew", "ACL": {}, "users": users})).body["objectId"]
    key = await one.as_("master").create("Plan", ACL={"role:Crew": {"read": True}})
    seen = await within_bound(
        lambda: other.as_(ann.token).get(f"/classes/Plan/{key}"), lambda answer: answer.status == 200
    )
    assert seen.body["objectId"] == key

    await one.as_("master").put(f"/roles/{role}", {"users": users | {"__op": "RemoveRelation"}})
    hidden = await within_bound(
        lambda: other.as_(ann.token).get(f"/classes/Plan/{key}"), lambda answer: answer.code == 101
    )
    assert (hidden.status, hidden.body["error"]) == (404, "Object not found.")


async def test_a_new_class_is_found_at_once(patient: Both) -> None:
    one, other = patient
    key = await one.create("Score", x=1)

    assert (await other.get(f"/classes/Score/{key}")).body["x"] == 1


async def test_a_new_column_in_a_condition_is_found_at_once(patient: Both) -> None:
    one, other = patient
    await one.create("Score", x=1)
    assert (await other.get("/classes/Score")).status == 200
    key = await one.create("Score", y="new", at={"__type": "GeoPoint", "latitude": 1, "longitude": 2})

    found = await other.get("/classes/Score", where={"$or": [{"y": "new"}, {"z": 1}]}, order="-y")

    assert [row["objectId"] for row in found.body["results"]] == [key]


async def test_a_new_column_is_written_at_once_with_its_own_type(patient: Both) -> None:
    one, other = patient
    await one.create("Score", x=1)
    assert (await other.get("/classes/Score")).status == 200
    await one.create("Score", y="text")

    assert (await other.post("/classes/Score", {"y": 1})).code == 111
    assert (await other.post("/classes/Score", {"y": "more"})).status == 201


async def test_a_column_that_got_another_type_is_written_at_once(patient: Both) -> None:
    one, other = patient
    await one.create("Score", x=1)
    assert (await other.get("/classes/Score")).status == 200
    for fields in ({"x": {"__op": "Delete"}}, {"x": {"type": "String"}}):
        assert (await one.as_("master").put("/schemas/Score", {"fields": fields})).status == 200

    assert (await other.post("/classes/Score", {"x": "text"})).status == 201


async def test_a_column_added_elsewhere_may_be_written_where_columns_may_not_be_added(patient: Both) -> None:
    one, other = patient
    closed = {"find": {"*": True}, "create": {"*": True}, "addField": {}}
    await one.as_("master").post("/schemas/Score", {"classLevelPermissions": closed})
    assert (await other.get("/classes/Score")).status == 200
    assert (await other.post("/classes/Score", {"x": 1})).code == 119
    await asyncio.sleep(BOUND)
    await one.as_("master").put("/schemas/Score", {"fields": {"x": {"type": "Number"}}})

    assert (await other.post("/classes/Score", {"x": 1})).status == 201
