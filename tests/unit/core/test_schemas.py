"""The registry of classes, on the in-memory store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.core.schemas import SchemaRegistry
from parsepy.errors import ParseError
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, SchemaChange
from parsepy.model.system_classes import built_in_schema, default_fields, join_schema
from parsepy.model.where import Query

NUMBER, STRING = Field(FieldType.NUMBER), Field(FieldType.STRING)
POINT = Field(FieldType.GEO_POINT)


class CountingStorage(MemoryStorage):
    """Tells how often the classes were read, and makes every change give way to others first."""

    reads = 0

    async def load_classes(self) -> list[ClassSchema]:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().load_classes()

    async def create_class(self, schema: ClassSchema) -> None:
        await asyncio.sleep(0)
        await super().create_class(schema)

    async def alter_class(self, schema: ClassSchema, change: SchemaChange) -> None:
        await asyncio.sleep(0)
        await super().alter_class(schema, change)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def storage() -> AsyncIterator[CountingStorage]:
    storage = CountingStorage()
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def registry(storage: CountingStorage, clock: Clock) -> SchemaRegistry:
    registry = SchemaRegistry(storage, clock=clock)
    await registry.load()
    return registry


def names(schemas: Sequence[ClassSchema]) -> list[str]:
    return [schema.name for schema in schemas]


async def test_a_fresh_store_has_users_and_roles(registry: SchemaRegistry) -> None:
    assert names(await registry.all()) == ["_User", "_Role"]


async def test_a_second_start_adds_only_what_is_missing(storage: CountingStorage) -> None:
    bare = SchemaRegistry(storage, indexes={})
    await bare.load()
    assert not (await bare.require("_User")).indexes

    again = SchemaRegistry(storage)
    await again.load()

    assert "username_1" in (await again.require("_User")).indexes
    assert names(await again.all()) == ["_User", "_Role"]


async def test_unknown_classes_do_not_storm_the_store(
    registry: SchemaRegistry, storage: CountingStorage, clock: Clock
) -> None:
    clock.now += 10
    before = storage.reads

    found = await asyncio.gather(*(registry.find(f"Missing{n}") for n in range(100)))

    assert found == [None] * 100
    # Who misses while a reading is under way needs one that began later.
    assert storage.reads <= before + 2


async def test_a_class_of_another_server_is_found_after_a_moment(
    registry: SchemaRegistry, storage: CountingStorage, clock: Clock
) -> None:
    assert await registry.find("Score") is None
    await storage.create_class(ClassSchema("Score", {"points": NUMBER}))
    clock.now += 1

    found = await registry.find("Score")

    assert found is not None
    assert found.fields == {**default_fields("Score"), "points": NUMBER}


async def test_classes_are_read_anew_after_their_time_to_live(storage: CountingStorage, clock: Clock) -> None:
    registry = SchemaRegistry(storage, ttl=5, clock=clock)
    await registry.load()
    other = SchemaRegistry(storage)
    await other.load()
    await other.grow(await other.require("_User"), {"nick": STRING})

    assert "nick" not in (await registry.require("_User")).fields
    clock.now += 6
    assert "nick" in (await registry.require("_User")).fields


async def test_a_missing_class_is_named(registry: SchemaRegistry) -> None:
    with pytest.raises(ParseError) as refusal:
        await registry.require("Score")

    assert (refusal.value.code, refusal.value.message) == (103, "Class Score does not exist.")


async def test_a_built_in_class_is_made_when_it_is_needed(registry: SchemaRegistry, storage: CountingStorage) -> None:
    assert await registry.find("_Session") is None

    schema = await registry.require("_Session")
    await storage.insert(schema, [{"objectId": "a", "sessionToken": "r:x"}])

    assert names(await registry.all()) == ["_User", "_Role", "_Session"]


async def test_volatile_classes_are_there_but_never_listed(registry: SchemaRegistry) -> None:
    assert await registry.find("_JobStatus") == built_in_schema("_JobStatus")

    await registry.require("_JobStatus")

    assert "_JobStatus" not in names(await registry.all())


async def test_join_classes_are_there_for_relation_columns_only(registry: SchemaRegistry) -> None:
    assert await registry.find("_Join:users:_Role") == join_schema("_Role", "users")
    assert await registry.find("_Join:name:_Role") is None
    assert await registry.find("_Join:users:Nobody") is None


async def test_a_class_cannot_be_made_twice(registry: SchemaRegistry) -> None:
    await registry.create(ClassSchema("Score", {}))

    with pytest.raises(ParseError, match="103 Class Score already exists"):
        await registry.create(ClassSchema("Score", {}))


async def test_a_class_of_another_server_cannot_be_made_either(
    registry: SchemaRegistry, storage: CountingStorage
) -> None:
    await storage.create_class(ClassSchema("Score", {"points": NUMBER}))

    with pytest.raises(ParseError, match="103 Class Score already exists"):
        await registry.create(ClassSchema("Score", {}))

    assert "points" in (await registry.require("Score")).fields


async def test_a_built_in_class_begins_with_its_columns(registry: SchemaRegistry) -> None:
    created = await registry.create(ClassSchema("_Product", {"extra": STRING}))

    assert created.fields == {**default_fields("_Product"), "extra": STRING}


async def test_many_saves_at_once_make_one_class_with_all_their_columns(registry: SchemaRegistry) -> None:
    planned = registry.planned("Score")

    await asyncio.gather(*(registry.grow(planned, {f"f{n % 5}": NUMBER}) for n in range(50)))

    assert set((await registry.require("Score")).fields) == {*default_fields("Score"), "f0", "f1", "f2", "f3", "f4"}


async def test_of_two_types_for_a_new_column_the_first_wins(registry: SchemaRegistry) -> None:
    planned = registry.planned("Score")

    outcomes = await asyncio.gather(
        registry.grow(planned, {"a": NUMBER}), registry.grow(planned, {"a": STRING}), return_exceptions=True
    )

    assert (await registry.require("Score")).fields["a"] == NUMBER
    assert str(outcomes[1]) == "111 schema mismatch for Score.a; expected Number but got String"


async def test_the_type_that_another_server_gave_a_column_holds(
    registry: SchemaRegistry, storage: CountingStorage
) -> None:
    mine = await registry.create(ClassSchema("Score", {}))
    await storage.alter_class(mine, SchemaChange(add_fields={"a": STRING}))

    with pytest.raises(ParseError, match=r"111 schema mismatch for Score\.a; expected String but got Number"):
        await registry.grow(mine, {"a": NUMBER})


async def test_a_class_has_one_point_at_most(registry: SchemaRegistry) -> None:
    schema = await registry.grow(registry.planned("Place"), {"at": POINT})

    with pytest.raises(ParseError, match="111 MongoDB only supports one GeoPoint field in a class"):
        await registry.grow(schema, {"near": POINT})


async def test_a_change_is_seen_at_once(registry: SchemaRegistry) -> None:
    schema = await registry.create(ClassSchema("Score", {"a": NUMBER}))
    closed = ClassPermissions({"find": {}})

    await registry.alter(schema, SchemaChange(drop_fields=frozenset({"a"}), permissions=closed))

    changed = await registry.require("Score")
    assert ("a" in changed.fields, changed.permissions) == (False, closed)


async def test_the_pairs_of_a_dropped_relation_are_gone(registry: SchemaRegistry, storage: CountingStorage) -> None:
    fans = Field(FieldType.RELATION, "_User")
    team = await registry.create(ClassSchema("Team", {"fans": fans}))
    join = join_schema("Team", "fans")
    await registry.ensure_join(storage, join)
    await storage.insert(join, [{"objectId": "a:b", "owningId": "a", "relatedId": "b"}])

    without = await registry.alter(team, SchemaChange(drop_fields=frozenset({"fans"})))
    await registry.grow(without, {"fans": fans})
    await registry.ensure_join(storage, join)

    assert await storage.find(join, Query()) == []


async def test_a_dropped_class_is_gone_with_its_relations(registry: SchemaRegistry, storage: CountingStorage) -> None:
    team = await registry.create(ClassSchema("Team", {"fans": Field(FieldType.RELATION, "_User")}))
    join = join_schema("Team", "fans")
    await registry.ensure_join(storage, join)
    await storage.insert(join, [{"objectId": "a:b", "owningId": "a", "relatedId": "b"}])

    await registry.drop(team)

    assert await registry.find("Team") is None
    assert await storage.find(join, Query()) == []


async def test_the_users_begin_anew_when_they_are_dropped(registry: SchemaRegistry) -> None:
    users = await registry.grow(await registry.require("_User"), {"nick": STRING})

    await registry.drop(users)

    fresh = await registry.require("_User")
    assert ("nick" in fresh.fields, "username_1" in fresh.indexes) == (False, True)


async def grow_in_transaction(registry: SchemaRegistry, storage: CountingStorage, *, fail: bool) -> None:
    async with storage.transaction() as inner:
        fork = registry.fork(inner)
        await fork.grow(fork.planned("Score"), {"a": NUMBER})
        assert not registry.holds("Score")
        assert not fail
    await registry.adopt(fork)


async def test_what_a_transaction_made_is_known_after_its_commit(
    registry: SchemaRegistry, storage: CountingStorage
) -> None:
    await grow_in_transaction(registry, storage, fail=False)

    assert (await registry.require("Score")).fields["a"] == NUMBER


async def test_what_a_transaction_made_is_forgotten_with_its_failure(
    registry: SchemaRegistry, storage: CountingStorage
) -> None:
    with pytest.raises(AssertionError):
        await grow_in_transaction(registry, storage, fail=True)

    assert await registry.find("Score") is None
