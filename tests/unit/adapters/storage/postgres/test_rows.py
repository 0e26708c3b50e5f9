"""Rows that others wrote, and values that are easily lost on their way."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.adapters.storage.base import InvalidValueError, Object
from parsepy.adapters.storage.postgres.pool import Connection
from parsepy.adapters.storage.postgres.storage import PostgresStorage
from parsepy.adapters.storage.postgres_tables import values
from parsepy.model.ops import Add, AddUnique, Increment, Remove, Set, Unset
from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import join_schema
from parsepy.model.where import Compare, Exists, In, Query, by_id

from ..conftest import THINGS, thing

pytestmark = pytest.mark.oracle

ODD: list[tuple[str, Object]] = [
    ("n = 'NaN'", {}),
    ("n = 1e15", {"n": 10**15}),
    ("n = 9007199254740992", {"n": 2**53}),
    ("n = 1.5e300", {"n": 1.5e300}),
    ("d = '2020-01-01 01:00:00+01'", {"d": {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}}),
    ("d = '2020-01-01 00:00:00.5+00'", {"d": {"__type": "Date", "iso": "2020-01-01T00:00:00.500Z"}}),
    ("d = '2020-01-01 00:00:00.123456+00'", {"d": {"__type": "Date", "iso": "2020-01-01T00:00:00.123Z"}}),
    ("d = 'infinity'", {}),
    ("""o = '{"k": {"__op": "Increment", "amount": 2}}'""", {"o": {"k": 2}}),
    ("""o = '{"k": {"__op": "Delete"}, "l": 1}'""", {"o": {"l": 1}}),
    (
        """o = '{"k": {"__op": "Add", "objects": [1]}, "l": {"__op": "Remove", "objects": [1]}}'""",
        {"o": {"k": [1], "l": []}},
    ),
    ("""o = '{"k": 12345678901234567890}'""", {"o": {"k": 12345678901234567890.0}}),
    ("a = '[null, 1, null]'", {"a": [None, 1, None]}),
    ("g = '(20.5,-10)'", {"g": {"__type": "GeoPoint", "latitude": -10, "longitude": 20.5}}),
    (
        "poly = '((0,0),(1,0),(1,1))'",
        {"poly": {"__type": "Polygon", "coordinates": [[0, 0], [0, 1], [1, 1], [0, 0]]}},
    ),
    ("_rperm = '{u,role:x}', _wperm = '{}'", {"ACL": {"u": {"read": True}, "role:x": {"read": True}}}),
    ("_rperm = '{u}'", {"ACL": {"u": {"read": True}, "*": {"write": True}}}),
    ("_rperm = '{}', _wperm = '{}'", {"ACL": {}}),
]


@pytest.mark.parametrize(("setting", "expected"), ODD, ids=[setting for setting, _ in ODD])
async def test_a_row_of_another_server_is_read_sensibly(
    store: PostgresStorage, direct: Connection, setting: str, expected: Object
) -> None:
    await store.insert(THINGS, [thing("a"), thing("b")])
    await direct.execute(f"""UPDATE "Thing" SET {setting} WHERE "objectId" = 'a'""")

    assert await store.get(THINGS, "a") == thing("a", **expected)
    assert await store.find(THINGS, Query(limit=10)) == [thing("a", **expected), thing("b")]
    assert await store.find(THINGS, Query()) == [thing("a", **expected), thing("b")]


async def test_null_is_not_nothing(store: PostgresStorage, direct: Connection) -> None:
    before = await direct.fetchval("SELECT count(*) FROM pg_attribute WHERE attname = '_parsepy_nulls'")
    await store.insert(THINGS, [thing("a", s=None, n=1), thing("b")])

    assert before == 0
    assert await store.find(THINGS, Query()) == [thing("a", s=None, n=1), thing("b")]
    assert [row["objectId"] for row in await store.find(THINGS, Query(Exists("s", True)))] == ["a"]
    assert await store.count(THINGS, Compare("s", "$eq", None)) == 2


async def test_what_another_server_writes_over_null_counts(store: PostgresStorage, direct: Connection) -> None:
    await store.insert(THINGS, [thing("a", s=None, t=None)])
    await direct.execute("""UPDATE "Thing" SET s = 'new'""")

    assert await store.get(THINGS, "a") == thing("a", s="new", t=None)
    assert await store.update(THINGS, by_id("a"), {"s": Unset()}) == thing("a", t=None)


NULLED: list[tuple[Any, Any]] = [
    (Set(None), None),
    (Set([1]), [1]),
    (Add((1,)), [1]),
    (AddUnique((1, 1)), [1]),
    (Remove((1,)), None),
]


@pytest.mark.parametrize(("op", "after"), NULLED, ids=[str(op) for op, _ in NULLED])
async def test_operations_take_null_for_nothing(store: PostgresStorage, op: Any, after: Any) -> None:
    await store.insert(THINGS, [thing("a", a=None)])

    assert await store.update(THINGS, by_id("a"), {"a": op}) == thing("a", a=after)


async def test_a_class_may_have_more_fields_than_a_function_has_arguments(store: PostgresStorage) -> None:
    fields = {f"f{at}": Field(FieldType.NUMBER) for at in range(250)}
    wide = ClassSchema("Wide", {**THINGS.fields, **fields})
    row = thing("a", **{name: at for at, name in enumerate(fields)}, o={"k": 1}, ACL={"u": {"read": True}})
    await store.create_class(wide)
    await store.insert(wide, [row, thing("b")])

    assert await store.get(wide, "a") == row
    assert await store.find(wide, Query(limit=5)) == [row, thing("b")]
    assert await store.find(wide, Query()) == [row, thing("b")]


@pytest.mark.parametrize(
    "row", [{"n": "x"}, {"d": {"no": "date"}}, {"p": "x"}, {"s": "a\0b"}, {"s": "\ud800"}], ids=str
)
async def test_what_no_column_can_hold_is_refused(store: PostgresStorage, row: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        await store.insert(THINGS, [thing("a", **row)])

    assert await store.find(THINGS, Query()) == []


async def test_a_sum_that_is_no_number_is_refused(store: PostgresStorage) -> None:
    await store.insert(THINGS, [thing("a", n=1.7e308)])

    with pytest.raises(InvalidValueError):
        await store.update(THINGS, by_id("a"), {"n": Increment(1.7e308)})

    assert await store.get(THINGS, "a") == thing("a", n=1.7e308)


async def test_pairs_are_found_by_their_ids_through_an_index(store: PostgresStorage, direct: Connection) -> None:
    pairs = join_schema("Thing", "r")
    rows = [{"objectId": f"a:{at}:b", "owningId": "a", "relatedId": f"{at}:b"} for at in range(3000)]
    await store.create_class(pairs)
    await store.insert(pairs, rows)
    await direct.execute('ANALYZE "_Join:r:Thing"')
    (plan,) = await store.explain(pairs, Query(by_id("a:7:b")))

    assert await store.get(pairs, "a:7:b") == rows[7]
    assert "Seq Scan" not in str(plan)
    assert (
        await store.update(pairs, by_id("a:8:b"), {"owningId": Set("a"), "relatedId": Set("8:b")}, upsert=True)
        == rows[8]
    )
    assert await store.delete(pairs, In("objectId", ("a:7:b", "a:8:b", "none"))) == 2


@pytest.mark.parametrize("zone", ["+00:00", "Z"])
@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.6", "2026-01-02T03:04:05.600Z"),
        ("2026-01-02T03:04:05.67", "2026-01-02T03:04:05.670Z"),
        ("2026-01-02T03:04:05.678", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05.678912", "2026-01-02T03:04:05.678Z"),
        ("12026-01-02T03:04:05.67", None),
    ],
)
def test_moments_are_read_to_the_millisecond(stored: str, shown: str | None, zone: str) -> None:
    assert values.read_iso(stored + zone) == shown
    assert values.list_reader(values.read_iso)([stored + zone, None]) == [shown, None]
