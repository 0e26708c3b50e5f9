"""What inserts, updates and deletes do to objects, on every store."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parsepy.adapters.storage.base import DuplicateValueError, InvalidValueError, Storage
from parsepy.model.ops import Add, AddUnique, Increment, Op, Ops, Remove, Set, SetOnInsert, Unset
from parsepy.model.where import And, Compare, In, Order, Permits, Query, by_id

from .conftest import THINGS, thing

POINTER = {"__type": "Pointer", "className": "Team", "objectId": "x"}
DATE = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}

CHANGES: list[tuple[dict[str, Any], dict[str, Op], dict[str, Any]]] = [
    ({}, {"s": Set("x")}, {"s": "x"}),
    ({"s": "y"}, {"s": Set("x")}, {"s": "x"}),
    ({"s": "y"}, {"s": Set(None)}, {"s": None}),
    ({"s": "y"}, {"s": Unset()}, {}),
    ({}, {"s": Unset()}, {}),
    ({"s": None}, {"s": Unset()}, {}),
    ({"n": 1}, {"n": Increment(2)}, {"n": 3}),
    ({"n": 1.5}, {"n": Increment(0.5)}, {"n": 2}),
    ({"n": 1}, {"n": Increment(-2.5)}, {"n": -1.5}),
    ({}, {"n": Increment(2)}, {"n": 2}),
    ({"n": None}, {"n": Increment(2)}, {"n": 2}),
    ({"a": [1]}, {"a": Add((1, 2, 2))}, {"a": [1, 1, 2, 2]}),
    ({}, {"a": Add((1,))}, {"a": [1]}),
    ({"a": None}, {"a": Add((1,))}, {"a": [1]}),
    ({"a": [2, 1, 2]}, {"a": AddUnique((1, 3, 3))}, {"a": [2, 1, 2, 3]}),
    ({"a": [1]}, {"a": AddUnique((True, 1.0, "1"))}, {"a": [1, True, "1"]}),
    ({"a": [{"k": 1, "m": 2}]}, {"a": AddUnique(({"k": 1, "m": 2}, {"k": 1}))}, {"a": [{"k": 1, "m": 2}, {"k": 1}]}),
    ({"a": [POINTER]}, {"a": AddUnique((POINTER, DATE))}, {"a": [POINTER, DATE]}),
    ({}, {"a": AddUnique((1, 1))}, {"a": [1]}),
    ({"a": [1, 2, 1, "1"]}, {"a": Remove((1,))}, {"a": [2, "1"]}),
    ({"a": [POINTER, DATE, [1]]}, {"a": Remove((POINTER, [1]))}, {"a": [DATE]}),
    ({}, {"a": Remove((1,))}, {}),
    ({"a": [1]}, {"a": Remove((5,))}, {"a": [1]}),
    ({"s": "y"}, {"s": SetOnInsert("x")}, {"s": "y"}),
    ({"o": {"k": 1, "l": 2}}, {"o.k": Set(5)}, {"o": {"k": 5, "l": 2}}),
    ({"o": {"k": 1}}, {"o.x.y": Set(5)}, {"o": {"k": 1, "x": {"y": 5}}}),
    ({}, {"o.k": Set(5)}, {"o": {"k": 5}}),
    ({"o": None}, {"o.k": Set(5)}, {"o": {"k": 5}}),
    ({"o": {"k": 1, "l": 2}}, {"o.k": Unset()}, {"o": {"l": 2}}),
    ({"o": {"l": 2}}, {"o.k": Unset(), "o.x.y": Unset()}, {"o": {"l": 2}}),
    ({"o": {"k": 1}}, {"o.k": Increment(2), "o.n": Increment(1)}, {"o": {"k": 3, "n": 1}}),
    ({"o": {"l": [1]}}, {"o.l": Add((2,))}, {"o": {"l": [1, 2]}}),
    ({"o": {"l": [1]}}, {"o.l": Remove((1,)), "o.m": Remove((1,))}, {"o": {"l": []}}),
    ({"a": [1, 2, 3]}, {"a.1": Set(9)}, {"a": [1, 9, 3]}),
    ({"a": [1]}, {"a.3": Set(9)}, {"a": [1, None, None, 9]}),
    ({"a": [{"k": 1}]}, {"a.0.k": Increment(1)}, {"a": [{"k": 2}]}),
    ({"a": [1, 2]}, {"a.0": Unset()}, {"a": [None, 2]}),
    ({}, {"a.1": Set(9)}, {"a": [None, 9]}),
    ({}, {"a.1.k": Set(9)}, {"a": [None, {"k": 9}]}),
    ({"a": [1]}, {"a.1.k.l": Increment(2)}, {"a": [1, {"k": {"l": 2}}]}),
    (
        {"s": "x", "n": 1},
        {"s": Set("y"), "n": Increment(1), "a": Add((1,)), "b": Set(True)},
        {"s": "y", "n": 2, "a": [1], "b": True},
    ),
]


@pytest.mark.parametrize(("before", "ops", "after"), CHANGES, ids=[f"{before} {ops}" for before, ops, _ in CHANGES])
async def test_an_operation_changes_the_object(
    thing_store: Storage, before: dict[str, Any], ops: Ops, after: dict[str, Any]
) -> None:
    await thing_store.insert(THINGS, [thing("x", **before)])

    assert await thing_store.update(THINGS, by_id("x"), ops) == thing("x", **after)
    assert await thing_store.get(THINGS, "x") == thing("x", **after)


REFUSED: list[tuple[dict[str, Any], dict[str, Op]]] = [
    ({"o": {"k": "x"}}, {"o.k": Increment(1)}),
    ({"o": {"k": True}}, {"o.k": Increment(1)}),
    ({"o": {"k": "x"}}, {"o.k": Add((1,))}),
    ({"o": {"k": {}}}, {"o.k": AddUnique((1,))}),
    ({"o": {"k": 1}}, {"o.k": Remove((1,))}),
    ({"o": {"k": 1}}, {"o.k.l": Set(1)}),
    ({"o": {"p": POINTER}}, {"o.p.l": Set(1)}),
    ({"a": [1]}, {"a.x": Set(1)}),
    ({"a": [1]}, {"a.999999": Set(1)}),
]


@pytest.mark.parametrize(("before", "ops"), REFUSED, ids=[f"{before} {ops}" for before, ops in REFUSED])
async def test_an_operation_that_does_not_fit_changes_nothing(
    thing_store: Storage, before: dict[str, Any], ops: Ops
) -> None:
    await thing_store.insert(THINGS, [thing("x", s="kept", **before)])

    with pytest.raises(InvalidValueError):
        await thing_store.update(THINGS, by_id("x"), {"s": Set("lost"), **ops})

    assert await thing_store.get(THINGS, "x") == thing("x", s="kept", **before)


async def test_update_changes_the_first_match_only(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1), thing("b", n=2), thing("c", n=2)])

    changed = await thing_store.update(THINGS, Compare("n", "$eq", 2), {"s": Set("x")})

    assert changed == thing("b", n=2, s="x")
    assert await thing_store.find(THINGS, Query()) == [thing("a", n=1), thing("b", n=2, s="x"), thing("c", n=2)]


async def test_update_without_a_match_tells_so(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1, ACL={"u": {"read": True}})])
    forbidden = And((by_id("a"), Permits("write", frozenset({"*"}))))

    assert await thing_store.update(THINGS, by_id("b"), {"n": Set(2)}) is None
    assert await thing_store.update(THINGS, forbidden, {"n": Set(2)}) is None
    assert await thing_store.get(THINGS, "a") == thing("a", n=1, ACL={"u": {"read": True}})


async def test_an_acl_that_changes_counts_at_once(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a")])
    acl = {"u": {"read": True, "write": True}}

    await thing_store.update(THINGS, by_id("a"), {"ACL": Set(acl)})

    assert await thing_store.count(THINGS, Permits("read", frozenset({"*"}))) == 0
    assert await thing_store.find(THINGS, Query(Permits("write", frozenset({"u"})))) == [thing("a", ACL=acl)]


async def test_an_update_keeps_the_place_in_the_order_of_creation(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a"), thing("b"), thing("c")])
    await thing_store.update(THINGS, by_id("a"), {"n": Set(1)})

    assert [row["objectId"] for row in await thing_store.find(THINGS, Query())] == ["a", "b", "c"]


async def test_upsert_changes_what_is_there(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1)])

    changed = await thing_store.update(THINGS, by_id("a"), {"n": Increment(1), "s": SetOnInsert("new")}, upsert=True)

    assert changed == thing("a", n=2)
    assert await thing_store.count(THINGS, And(())) == 1


async def test_upsert_inserts_the_equalities_and_the_operations(thing_store: Storage) -> None:
    where = And((by_id("a"), Compare("s", "$eq", "x"), Compare("n", "$gt", 5), In("b", (True,))))
    ops: Ops = {"n": Increment(1), "t": SetOnInsert("new"), "a": AddUnique((1, 1)), "d": Unset()}

    inserted = await thing_store.update(THINGS, where, ops, upsert=True)

    assert inserted == {"objectId": "a", "s": "x", "b": True, "n": 1, "t": "new", "a": [1]}
    assert await thing_store.find(THINGS, Query()) == [inserted]


async def test_upsert_of_an_id_that_is_taken_is_refused(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1)])

    with pytest.raises(DuplicateValueError) as refused:
        await thing_store.update(THINGS, And((by_id("a"), Compare("n", "$eq", 2))), {"s": Set("x")}, upsert=True)

    assert refused.value.field == "objectId"


async def test_concurrent_increments_all_count(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=0)])

    await asyncio.gather(*(thing_store.update(THINGS, by_id("a"), {"n": Increment(1)}) for _ in range(25)))

    assert await thing_store.get(THINGS, "a") == thing("a", n=25)


async def test_a_conditional_update_succeeds_once(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", s="token")])
    where = And((by_id("a"), Compare("s", "$eq", "token")))

    results = await asyncio.gather(*(thing_store.update(THINGS, where, {"s": Unset()}) for _ in range(10)))

    assert [result for result in results if result] == [thing("a")]


async def test_an_id_can_be_used_once(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1)])

    with pytest.raises(DuplicateValueError) as refused:
        await thing_store.insert(THINGS, [thing("b"), thing("a", n=2)])

    assert refused.value.field == "objectId"
    assert await thing_store.find(THINGS, Query()) == [thing("a", n=1)]


async def test_ids_tell_case_apart(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a"), thing("A")])

    assert await thing_store.get(THINGS, "A") == thing("A")


async def test_delete_counts_what_it_deletes(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a", n=1), thing("b", n=2), thing("c", n=2)])

    assert await thing_store.delete(THINGS, Compare("n", "$eq", 2)) == 2
    assert await thing_store.delete(THINGS, Compare("n", "$eq", 2)) == 0
    assert await thing_store.find(THINGS, Query()) == [thing("a", n=1)]


async def test_deleted_ids_can_be_used_again_and_count_as_new(thing_store: Storage) -> None:
    await thing_store.insert(THINGS, [thing("a"), thing("b")])
    await thing_store.delete(THINGS, by_id("a"))
    await thing_store.insert(THINGS, [thing("a")])

    assert [row["objectId"] for row in await thing_store.find(THINGS, Query())] == ["b", "a"]


async def test_objects_belong_to_the_receiver(thing_store: Storage) -> None:
    row = thing("a", o={"k": [1]})
    await thing_store.insert(THINGS, [row])
    row["o"]["k"].append(2)
    (found,) = await thing_store.find(THINGS, Query())
    found["o"]["k"].append(3)

    changed = await thing_store.update(THINGS, by_id("a"), {"n": Set(1)})
    assert changed is not None
    changed["o"]["k"].append(4)

    assert await thing_store.get(THINGS, "a") == thing("a", o={"k": [1]}, n=1)


EXTREMES = [0, -1, 2**53, -(2**53), 1e300, 1.5e-10, 0.1, 12345678901234567000.0]


@pytest.mark.parametrize("number", EXTREMES)
async def test_numbers_come_back_exactly(thing_store: Storage, number: float) -> None:
    await thing_store.insert(THINGS, [thing("a", n=number, o={"k": number})])

    assert await thing_store.find(THINGS, Query(Compare("n", "$eq", number))) == [thing("a", n=number, o={"k": number})]
    assert await thing_store.count(THINGS, Compare("o.k", "$eq", number)) == 1


STRANGE = ["", "'", '"', "\\", "%_", "a\nb", "\u2028", "😀", "ß", "e\u0301", "$.x", "x" * 5000]


@pytest.mark.parametrize("text", STRANGE, ids=[repr(text)[:12] for text in STRANGE])
async def test_texts_come_back_exactly(thing_store: Storage, text: str) -> None:
    await thing_store.insert(THINGS, [thing("a", s=text, o={"k": text}, a=[text]), thing("b", s="other")])

    found = await thing_store.find(THINGS, Query(Compare("s", "$eq", text), order=(Order("s"),)))

    assert found == [thing("a", s=text, o={"k": text}, a=[text])]
    assert await thing_store.count(THINGS, Compare("a", "$eq", text)) == 1
    assert await thing_store.count(THINGS, In("o.k", (text, "-"))) == 1


@pytest.mark.parametrize("field", ["s", "o", "a"])
async def test_the_character_zero_is_kept_or_refused(thing_store: Storage, field: str) -> None:
    row = thing("a", **{field: {"s": "a\0b", "o": {"k": "a\0b"}, "a": ["a\0b"]}[field]})
    try:
        await thing_store.insert(THINGS, [row])
    except InvalidValueError:
        row = thing("a")
        await thing_store.insert(THINGS, [row])
        with pytest.raises(InvalidValueError):
            await thing_store.update(THINGS, by_id("a"), {field: Set("a\0b" if field == "s" else ["a\0b"])})

    assert await thing_store.find(THINGS, Query()) == [row]
    assert await thing_store.count(THINGS, Compare("s", "$eq", "a\0b")) == int(row.get("s") == "a\0b")


async def test_field_names_are_data(thing_store: Storage) -> None:
    odd = {"a b": 1, "é": 2, "'": 3, '"': 4, "0": 5, "__type": "Odd", "x;y": 6}
    await thing_store.insert(THINGS, [thing("a", o=odd)])

    assert await thing_store.get(THINGS, "a") == thing("a", o=odd)
    assert await thing_store.count(THINGS, Compare("o.é", "$eq", 2)) == 1
    assert await thing_store.count(THINGS, Compare("o.0", "$eq", 5)) == 1
