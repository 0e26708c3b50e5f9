"""What the store on MongoDB does beside the contract of all stores: its format, its commands, its limits."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import Any

import pytest
from bson.objectid import ObjectId

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    StorageError,
    StorageUnavailableError,
)
from parsepy.adapters.storage.mongo import MongoStorage
from parsepy.model.ops import Increment, Op, Set, SetOnInsert, Unset
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index, SchemaChange
from parsepy.model.system_classes import DEFAULT_FIELDS, built_in_schema, join_schema, startup_indexes
from parsepy.model.where import EVERYTHING, And, Compare, In, Query, by_id
from parsepy.settings.database_options import DatabaseOptions
from tests.compat.servers import REAL_MONGODB

from .conftest import Database

pytestmark = pytest.mark.oracle

MOMENT = "2026-01-02T03:04:05.678Z"
FIELDS = {"s": Field(FieldType.STRING), "n": Field(FieldType.NUMBER), "a": Field(FieldType.ARRAY)}
THING = ClassSchema("Thing", {**DEFAULT_FIELDS, **FIELDS, "o": Field(FieldType.OBJECT)})
PAIRS = join_schema("Team", "members")


def thing(name: str, **fields: Any) -> dict[str, Any]:
    return {"objectId": name, "createdAt": MOMENT, "updatedAt": MOMENT, **fields}


async def test_inserts_that_wait_together_are_one_command(
    uri: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"name": "commandStarted", "keys": ["commandName"], "logLevel": "warn"}
    store = MongoStorage(uri, options=DatabaseOptions(log_client_events=(told,)))
    await store.open()
    await store.create_class(THING)
    caplog.clear()
    await asyncio.gather(*(store.insert(THING, [thing(str(n))]) for n in range(50)))

    assert [record.getMessage().count('"insert"') for record in caplog.records] == [1]
    assert await store.count(THING, EVERYTHING) == 50
    await store.close()


async def test_indexes_that_others_made_are_noted_at_the_next_start(uri: str, database: Database) -> None:
    text = {"_id": "Thing", "_metadata": {"indexes": {"gone_1": {"gone": 1}}}, "objectId": "string", "s": "string"}
    dotted = {"_id": "Dotted", "objectId": "string"}
    await database["_SCHEMA"].insert_many([text, dotted, {"_id": "Empty", "objectId": "string"}])
    await database["Thing"].create_index({"s": 1, "_p_owner": -1})
    await database["Thing"].create_index({"n": 1}, name="parsepy_hidden")
    await database["Dotted"].create_index({"o.k": 1})
    store = MongoStorage(uri)
    await store.open()
    await store.close()
    found = {row["_id"]: row.get("_metadata") async for row in database["_SCHEMA"].find({})}

    noted = {"gone_1": {"gone": 1}, "_id_": {"_id": 1}, "s_1__p_owner_-1": {"s": 1, "_p_owner": -1}}
    assert found == {
        "Thing": {"indexes": noted},
        "Dotted": {"indexes": {"_id_": {"_id": 1}, "o.k_1": {"o.k": 1}}},
        "Empty": None,
    }


async def test_a_start_that_finds_nothing_new_writes_nothing(
    uri: str, store: MongoStorage, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create_class(THING)
    await store.insert(THING, [thing("a")])
    told = {"name": "commandStarted", "keys": ["commandName"], "logLevel": "warn"}
    again = [MongoStorage(uri), MongoStorage(uri, options=DatabaseOptions(log_client_events=(told,)))]
    for one in again:
        caplog.clear()
        await one.open()
        await one.close()

    messages = " ".join(record.getMessage() for record in caplog.records)
    assert '"listIndexes"' in messages
    assert '"update"' not in messages


async def test_of_inserts_that_wait_together_only_the_refused_fails(store: MongoStorage) -> None:
    await store.create_class(THING)
    await store.insert(THING, [thing("5")])
    inserts = (store.insert(THING, [thing(str(n)), thing(f"{n}b")]) for n in range(10))

    results = await asyncio.gather(*inserts, return_exceptions=True)

    assert [type(result) for result in results] == [type(None)] * 5 + [DuplicateValueError] + [type(None)] * 4
    assert {row["objectId"] for row in await store.find(THING, Query())} == {
        *(str(n) for n in range(10)),
        *(f"{n}b" for n in range(10) if n != 5),
    }


async def test_a_row_that_cannot_be_sent_fails_alone(store: MongoStorage) -> None:
    await store.create_class(THING)
    rows = [thing("a"), thing("b", o={"x\0y": 1}), thing("c", s="\ud800"), thing("d")]

    results = await asyncio.gather(*(store.insert(THING, [row]) for row in rows), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), InvalidValueError, InvalidValueError, type(None)]
    assert [row["objectId"] for row in await store.find(THING, Query())] == ["a", "d"]


async def test_an_insert_whose_caller_is_gone_is_finished(store: MongoStorage) -> None:
    await store.create_class(THING)
    gone = asyncio.ensure_future(store.insert(THING, [thing("a")]))
    other = asyncio.ensure_future(store.insert(THING, [thing("b")]))
    await asyncio.sleep(0)
    gone.cancel()
    await other

    assert await store.count(THING, EVERYTHING) == 2


async def test_an_object_that_is_too_large_is_refused(store: MongoStorage) -> None:
    await store.create_class(THING)

    with pytest.raises(InvalidValueError):
        await store.insert(THING, [thing("a", s="x" * 17 * 1024 * 1024)])


async def test_a_class_is_stored_as_parse_server_stores_it(store: MongoStorage, database: Database) -> None:
    await store.create_class(THING)
    await store.alter_class(
        THING,
        SchemaChange(
            add_fields={"p": Field(FieldType.POINTER, "Team"), "n": Field(FieldType.NUMBER, required=True, default=5)},
            drop_fields=frozenset({"s"}),
            permissions=ClassPermissions({"find": {}}),
            add_indexes={"p": Index("p", {"p": 1}), "o.k": Index("o.k", {"o.k": -1})},
        ),
    )

    assert await database["_SCHEMA"].find_one({"_id": "Thing"}) == {
        "_id": "Thing",
        "objectId": "string",
        "updatedAt": "date",
        "createdAt": "date",
        "n": "number",
        "a": "array",
        "o": "object",
        "p": "*Team",
        "_metadata": {
            "fields_options": {"n": {"required": True, "defaultValue": 5}},
            "class_permissions": {"find": {}},
            "indexes": {"p": {"_p_p": 1}, "o.k": {"o.k": -1}},
        },
    }
    assert (await database["Thing"].index_information())["p"]["key"] == [("_p_p", 1)]


async def test_who_adds_a_field_first_decides_its_type(store: MongoStorage, database: Database) -> None:
    await store.create_class(THING)
    types = (FieldType.STRING, FieldType.NUMBER)

    for type_ in types:
        await store.alter_class(THING, SchemaChange(add_fields={"new": Field(type_, required=True)}))

    (schema,) = await store.load_classes()
    assert schema.fields["new"] == Field(FieldType.STRING, required=True)


async def test_servers_may_add_fields_at_the_same_time(store: MongoStorage) -> None:
    await store.create_class(THING)
    names = {f"f{n}" for n in range(20)}
    changes = (SchemaChange(add_fields={name: Field(FieldType.STRING)}) for name in names)
    await asyncio.gather(*(store.alter_class(THING, change) for change in changes))

    (schema,) = await store.load_classes()
    assert names < schema.fields.keys()


async def test_classes_with_fixed_columns_are_not_listed(store: MongoStorage, database: Database) -> None:
    schema = built_in_schema("_Idempotency", startup_indexes()["_Idempotency"])
    await store.create_class(schema)
    await store.create_class(schema)
    await store.insert(schema, [{"objectId": "a", "reqId": "1"}])

    assert await store.load_classes() == []
    assert (await database["_Idempotency"].index_information())["ttl"]["expireAfterSeconds"] == 0
    with pytest.raises(DuplicateValueError):
        await store.insert(schema, [{"objectId": "b", "reqId": "1"}])


async def test_pairs_of_a_relation_are_stored_once(store: MongoStorage, database: Database) -> None:
    await store.create_class(PAIRS)
    row = {"objectId": "o:r", "owningId": "o", "relatedId": "r"}
    await asyncio.gather(*(store.insert(PAIRS, [row]) for _ in range(5)))

    stored = await database[PAIRS.name].find().to_list()
    assert [{name: value for name, value in pair.items() if name != "_id"} for pair in stored] == [
        {"relatedId": "r", "owningId": "o"}
    ]
    assert isinstance(stored[0]["_id"], ObjectId)
    assert await store.get(PAIRS, "o:r") == row


async def test_a_relation_that_holds_a_pair_twice_can_be_used(store: MongoStorage, database: Database) -> None:
    await database[PAIRS.name].insert_many([{"relatedId": "r", "owningId": "o"} for _ in range(2)])
    await store.create_class(PAIRS)

    assert await store.delete(PAIRS, And((Compare("owningId", "$eq", "o"), In("relatedId", ("r",))))) == 2


async def test_rows_with_ids_of_mongodb_are_found_by_their_text(store: MongoStorage, database: Database) -> None:
    hooks = built_in_schema("_Hooks")
    made = await database["_Hooks"].insert_one({"functionName": "f", "url": "http://x"})
    (row,) = await store.find(hooks, Query())

    assert row == {"objectId": str(made.inserted_id), "functionName": "f", "url": "http://x"}
    assert await store.get(hooks, row["objectId"]) == row
    assert await store.update(hooks, by_id(row["objectId"]), {"url": Set("http://y")}) == {**row, "url": "http://y"}
    assert await store.delete(hooks, by_id(row["objectId"])) == 1


async def test_the_configuration_is_kept_under_a_number(store: MongoStorage, database: Database) -> None:
    config = built_in_schema("_GlobalConfig")
    ops: dict[str, Op] = {"params.a": Set(1), "createdAt": SetOnInsert(MOMENT)}
    await store.update(config, by_id("1"), ops, upsert=True)
    await store.update(config, by_id("1"), {**ops, "params.b": Set(2)}, upsert=True)

    (stored,) = await database["_GlobalConfig"].find().to_list()
    assert (stored["_id"], stored["params"]) == (1, {"a": 1, "b": 2})


async def test_concurrent_upserts_make_one_object(store: MongoStorage) -> None:
    await store.create_class(THING)

    await asyncio.gather(
        *(store.update(THING, by_id("a"), {"n": Increment(1)}, upsert=True) for _ in range(10)),
    )

    assert await store.find(THING, Query()) == [{"objectId": "a", "n": 10}]


async def test_an_object_that_had_to_be_read_is_changed_though_others_change_it(store: MongoStorage) -> None:
    await store.create_class(THING)
    await store.insert(THING, [thing("a", a=[0], n=None)])

    await asyncio.gather(
        *(store.update(THING, by_id("a"), {"a.0": Increment(1), "n": Increment(1)}) for _ in range(10)),
    )

    assert await store.get(THING, "a") == thing("a", a=[10], n=10)


async def test_all_of_a_users_providers_may_go(store: MongoStorage, database: Database) -> None:
    users = built_in_schema("_User")
    await store.create_class(users)
    await store.insert(users, [thing("u", username="ann", authData={"a": {"id": "1"}, "b": {"id": "2"}})])

    assert await store.update(users, by_id("u"), {"authData": Set({"b": {"id": "3"}})}) == thing(
        "u", username="ann", authData={"b": {"id": "3"}}
    )
    assert await store.update(users, by_id("u"), {"authData": Unset()}) == thing("u", username="ann")
    stored = await database["_User"].find_one({})
    assert stored is not None
    assert not [key for key in stored if key.startswith("_auth_data")]


async def test_a_prefix_begins_the_names_of_all_collections(uri: str, database: Database) -> None:
    store = MongoStorage(uri, prefix="app_", options=DatabaseOptions(max_time_ms=60_000))
    await store.open()
    await store.create_class(THING)
    await store.insert(THING, [thing("a")])

    assert await store.find(THING, Query()) == [thing("a")]
    assert set(await database.list_collection_names()) == {"app__SCHEMA", "app_Thing"}
    await store.close()


async def test_names_that_documents_use_themselves_are_refused(store: MongoStorage) -> None:
    await store.create_class(THING)
    await store.insert(THING, [thing("a", n=1)])
    for name in ("_rperm", "$where", "a.b", "_id"):
        with pytest.raises(InvalidValueError):
            await store.insert(THING, [thing("b", **{name: 1})])
    with pytest.raises(InvalidValueError):
        await store.update(THING, by_id("a"), {"_rperm": Set(["*"])})

    assert await store.find(THING, Query()) == [thing("a", n=1)]


@pytest.mark.skipif(REAL_MONGODB in os.environ, reason="a real MongoDB may have transactions")
async def test_transactions_are_refused_where_there_are_none(store: MongoStorage) -> None:
    with pytest.raises(InvalidQueryError, match="replica set"):
        async with store.transaction():
            pass


async def test_a_closed_store_refuses_everything(uri: str, database: Database) -> None:
    store = MongoStorage(uri)
    with pytest.raises(StorageUnavailableError):
        await store.find(THING, Query())
    await store.open()
    await store.open()
    await store.close()
    await store.close()
    with pytest.raises(StorageUnavailableError):
        await store.insert(THING, [thing("a")])


@pytest.mark.filterwarnings("ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning")
async def test_a_server_that_is_not_there_is_told_of() -> None:
    # Between the driver's first attempt and its second, half a second later: a socket that it gives up on stays open.
    options = DatabaseOptions(server_selection_timeout_ms=250)
    with pytest.raises(StorageUnavailableError):
        await MongoStorage("mongodb://127.0.0.1:1/parse", options=options).open()
    # On a busy machine the time is over during an attempt: what the driver left open then is collected here.
    gc.collect()


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(StorageError):
        await MongoStorage("mongodb://host:port/parse").open()
