"""What every condition finds, on every store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from parsepy.adapters.storage.base import Object, Storage
from parsepy.adapters.storage.mongo import MongoStorage
from parsepy.adapters.storage.postgres.where import predicate
from parsepy.model.order import order_key
from parsepy.model.schema import ClassSchema
from parsepy.model.where import (
    All,
    And,
    Compare,
    ContainedBy,
    Exists,
    In,
    Nor,
    Or,
    Permits,
    Query,
    Regex,
    Where,
)

from .conftest import OPENERS, STORES, THINGS, as_kept, forgets_order, thing

pytestmark = pytest.mark.asyncio(loop_scope="module")


def pointer(object_id: str, class_name: str = "Team") -> dict[str, Any]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}


def date(day: str) -> dict[str, Any]:
    return {"__type": "Date", "iso": f"{day}T00:00:00.000Z"}


def file(name: str) -> dict[str, Any]:
    return {"__type": "File", "name": name}


def data(text: str) -> dict[str, Any]:
    return {"__type": "Bytes", "base64": text}


NULLS = dict.fromkeys(("s", "n", "b", "d", "o", "a", "p", "f", "y"))
ROWS: list[Object] = [
    thing("bare"),
    thing("nulls", **NULLS),
    thing(
        "one", s="abc", n=1, b=True, d=date("2020-01-01"), o={"k": 1, "m": 2}, a=[1, 2], p=pointer("x"), f=file("a.txt")
    ),
    thing(
        "two", s="ABC", n=2.5, b=False, d=date("2021-01-01"), o={"m": 2, "k": 1}, a=[], p=pointer("y"), f=file("b.txt")
    ),
    thing("three", s="", n=0, o={}, a=[{"k": 1}, {"k": None}, {}], y=data("aGk=")),
    thing("four", s="a\nb", n=-7, o={"l": [{"k": 5}, {"k": 6}], "x": {"y": {"z": "deep"}}}, a=[[1, 2], 3, None, "abc"]),
    thing("five", s="äpfel", n=10**12, o={"k": "1"}, a=[1, 2, 1, True, 0, False], ACL={"u1": {"read": True}}),
    thing("six", s="zebra", o={"k": None}, a=[pointer("x"), date("2020-01-01")], ACL={"*": {"read": True}}),
    thing(
        "seven",
        s="100%_\\",
        o={"k": [1, 2], "d": date("2020-01-01"), "p": pointer("x")},
        a=[{"k": [1, {"q": 2}]}],
        ACL={},
    ),
]


@pytest.fixture(scope="module", params=STORES)
def closed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with OPENERS[request.param](request, tmp_path_factory.mktemp("queries")) as store:
        yield store


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded(closed: Storage) -> AsyncIterator[Storage]:
    store = closed
    await store.open()
    await store.create_class(THINGS)
    await store.insert(THINGS, ROWS)
    yield store
    await store.close()


EVERY = "bare nulls one two three four five six seven"


def without(*names: str) -> str:
    return " ".join(name for name in EVERY.split() if name not in names)


EQUALITY: list[tuple[Where, str]] = [
    (Compare("s", "$eq", "abc"), "one"),
    (Compare("s", "$eq", ""), "three"),
    (Compare("s", "$eq", None), "bare nulls"),
    (Compare("s", "$eq", 1), ""),
    (Compare("n", "$eq", 1), "one"),
    (Compare("n", "$eq", 1.0), "one"),
    (Compare("n", "$eq", True), ""),
    (Compare("n", "$eq", "1"), ""),
    (Compare("n", "$eq", 10**12), "five"),
    (Compare("b", "$eq", True), "one"),
    (Compare("b", "$eq", 1), ""),
    (Compare("b", "$eq", False), "two"),
    (Compare("b", "$eq", 0), ""),
    (Compare("d", "$eq", date("2020-01-01")), "one"),
    (Compare("d", "$eq", "2020-01-01T00:00:00.000Z"), ""),
    (Compare("p", "$eq", pointer("x")), "one"),
    (Compare("p", "$eq", pointer("x", "Other")), ""),
    (Compare("p", "$eq", "x"), ""),
    (Compare("f", "$eq", file("a.txt")), "one"),
    (Compare("y", "$eq", data("aGk=")), "three"),
    (Compare("objectId", "$eq", "two"), "two"),
    (Compare("objectId", "$eq", 5), ""),
    (Compare("createdAt", "$eq", {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}), EVERY),
    (Compare("createdAt", "$eq", "2026-01-02T03:04:05.678Z"), ""),
    (Compare("nope", "$eq", 1), ""),
    (Compare("nope", "$eq", None), EVERY),
    (Compare("s", "$ne", "abc"), without("one")),
    (Compare("s", "$ne", None), without("bare", "nulls")),
    (Compare("n", "$ne", 1), without("one")),
    (Compare("b", "$ne", True), without("one")),
    (Compare("p", "$ne", pointer("x")), without("one")),
    (Compare("p", "$ne", None), "one two"),
    (Compare("nope", "$ne", 1), EVERY),
    (Compare("objectId", "$ne", "one"), without("one")),
]

OBJECTS: list[tuple[Where, str]] = [
    (Compare("o", "$eq", {"k": 1, "m": 2}), "one"),
    (Compare("o", "$eq", {"m": 2, "k": 1}), "two"),
    (Compare("o", "$eq", {}), "three"),
    (Compare("o", "$ne", {"k": 1, "m": 2}), without("one")),
    (Compare("o.k", "$eq", 1), "one two seven"),
    (Compare("o.k", "$eq", "1"), "five"),
    (Compare("o.k", "$eq", None), "bare nulls three four six"),
    (Compare("o.k", "$ne", 1), without("one", "two", "seven")),
    (Compare("o.k", "$ne", None), "one two five seven"),
    (Compare("o.k", "$gt", 1), "seven"),
    (Compare("o.k", "$gt", "0"), "five"),
    (Compare("o.x.y.z", "$eq", "deep"), "four"),
    (Compare("o.x", "$eq", {"y": {"z": "deep"}}), "four"),
    (Compare("o.x.y.z", "$eq", None), without("four")),
    (Compare("o.l.k", "$eq", 5), "four"),
    (Compare("o.l.k", "$gt", 5), "four"),
    (Compare("o.l.1.k", "$eq", 6), "four"),
    (Compare("o.l.0.k", "$eq", 6), ""),
    (Compare("o.l.2.k", "$eq", 6), ""),
    (Compare("o.l", "$eq", [{"k": 5}, {"k": 6}]), "four"),
    (Compare("o.l", "$eq", {"k": 5}), "four"),
    (Compare("o.d", "$lt", date("2020-01-02")), "seven"),
    (Compare("o.d.iso", "$eq", "2020-01-01T00:00:00.000Z"), ""),
    (Compare("o.p", "$eq", pointer("x")), "seven"),
    (Compare("o.p.objectId", "$eq", "x"), "seven"),
    (Compare("p.objectId", "$eq", "x"), ""),
    (Compare("f.name", "$eq", "a.txt"), ""),
    (Exists("o.k", True), "one two five six seven"),
    (Exists("o.k", False), "bare nulls three four"),
    (Exists("o.l.k", True), "four"),
    (Exists("o.l.7", True), ""),
    (In("o.k", (1, "1")), "one two five seven"),
    (In("o.k", (None,)), "bare nulls three four six"),
    (In("o.k", (1, None), negated=True), "five"),
    (Regex("o.x.y.z", "^de"), "four"),
    (Compare("s.k", "$eq", None), EVERY),
    (Compare("s.k", "$eq", 1), ""),
]

ARRAYS: list[tuple[Where, str]] = [
    (Compare("a", "$eq", 1), "one five"),
    (Compare("a", "$eq", True), "five"),
    (Compare("a", "$eq", 0), "five"),
    (Compare("a", "$eq", "abc"), "four"),
    (Compare("a", "$eq", None), "bare nulls four"),
    (Compare("a", "$ne", None), without("bare", "nulls", "four")),
    (Compare("a", "$ne", 1), without("one", "five")),
    (Compare("a", "$eq", [1, 2]), "one four"),
    (Compare("a", "$eq", [2, 1]), ""),
    (Compare("a", "$eq", []), "two"),
    (Compare("a", "$ne", []), without("two")),
    (Compare("a", "$eq", {"k": 1}), "three"),
    (Compare("a", "$eq", {}), "three"),
    (Compare("a", "$eq", pointer("x")), "six"),
    (Compare("a", "$eq", date("2020-01-01")), "six"),
    (Compare("a", "$gt", 1), "one four five"),
    (Compare("a", "$lt", 1), "five"),
    (Compare("a", "$lt", date("2020-01-02")), "six"),
    (And((Compare("a", "$gt", 1), Compare("a", "$lt", 1))), "five"),
    (Compare("a.0", "$eq", 1), "one five"),
    (Compare("a.0", "$eq", [1, 2]), "four"),
    (Compare("a.1", "$eq", 3), "four"),
    (Compare("a.0.1", "$eq", 2), "four"),
    (Compare("a.k", "$eq", 1), "three seven"),
    (Compare("a.k", "$eq", None), "bare nulls three six"),
    (Compare("a.k.q", "$eq", 2), "seven"),
    (Compare("a.0.k", "$eq", 1), "three seven"),
    (Compare("a.objectId", "$eq", "x"), "six"),
    (Exists("a.k", True), "three seven"),
    (Exists("a.k", False), without("three", "seven")),
    (Exists("a.5", True), "five"),
    (In("a", (2, 3)), "one four five"),
    (In("a", ([1, 2],)), "one four"),
    (In("a", (2, 3), negated=True), "bare nulls two three six seven"),
    (All("a", (1, 2)), "one five"),
    (All("a", (2, 1, 0)), "five"),
    (All("a", ()), ""),
    (All("a", ("abc", 3)), "four"),
    (All("a", (Regex("", r"^\Qab\E"),)), "four"),
    (All("a", (Regex("", r"^\Qab\E"), Regex("", r"^\Qx\E"))), ""),
    (All("s", ("abc",)), "one"),
    (ContainedBy("a", (1, 2)), "bare nulls one two"),
    (ContainedBy("a", ()), "bare nulls two"),
    (ContainedBy("a", (1, 2, True, False, 0)), "bare nulls one two five"),
    (ContainedBy("a", ([1, 2], 3, None, "abc")), "bare nulls two four"),
    (Regex("a", "^a"), "four"),
]

COMPARISONS: list[tuple[Where, str]] = [
    (Compare("n", "$gt", 1), "two five"),
    (Compare("n", "$gte", 1), "one two five"),
    (Compare("n", "$lt", 1), "three four"),
    (Compare("n", "$lte", 1), "one three four"),
    (Compare("n", "$gt", None), ""),
    (Compare("n", "$gte", None), "bare nulls six seven"),
    (Compare("n", "$lte", None), "bare nulls six seven"),
    (Compare("n", "$lt", None), ""),
    (Compare("n", "$lt", "a"), ""),
    (Compare("n", "$gt", True), ""),
    (Compare("b", "$gt", False), "one"),
    (Compare("b", "$lte", False), "two"),
    (Compare("b", "$lt", 5), ""),
    (Compare("s", "$gt", ""), without("bare", "nulls", "three")),
    (Compare("s", "$gte", "abc"), "one five six"),
    (Compare("s", "$lt", "abc"), "two three four seven"),
    (Compare("s", "$gt", "zz"), "five"),
    (Compare("d", "$lt", date("2020-06-01")), "one"),
    (Compare("d", "$gte", date("2020-01-01")), "one two"),
    (Compare("d", "$gt", "2019"), ""),
    (Compare("createdAt", "$gt", date("2026-01-01")), EVERY),
    (Compare("updatedAt", "$lt", date("2026-01-01")), ""),
    (Compare("p", "$gt", pointer("x")), "two"),
    (Compare("objectId", "$gt", "six"), "three two"),
    (And((Compare("n", "$gt", 0), Compare("n", "$lt", 3))), "one two"),
]

LISTS: list[tuple[Where, str]] = [
    (In("s", ("abc", "zebra", "none")), "one six"),
    (In("s", ()), ""),
    (In("s", (), negated=True), EVERY),
    (In("s", (None,)), "bare nulls"),
    (In("s", (None, "abc")), "bare nulls one"),
    (In("s", ("abc",), negated=True), without("one")),
    (In("s", (None, "abc"), negated=True), without("bare", "nulls", "one")),
    (In("n", (1, 2.5, "x")), "one two"),
    (In("n", (True,)), ""),
    (In("b", (True, False)), "one two"),
    (In("objectId", ("one", "two", "gone")), "one two"),
    (In("objectId", ("one", "two"), negated=True), without("one", "two")),
    (In("p", (pointer("x"), pointer("z"))), "one"),
    (In("p", (pointer("x"),), negated=True), without("one")),
    (In("d", (date("2020-01-01"), date("2022-01-01"))), "one"),
    (In("nope", (None,)), EVERY),
    (In("nope", (1,), negated=True), EVERY),
    (Exists("s", True), without("bare")),
    (Exists("s", False), "bare"),
    (Exists("p", True), "nulls one two"),
    (Exists("nope", False), EVERY),
    (Exists("objectId", True), EVERY),
    (Exists("createdAt", False), ""),
]

PATTERNS: list[tuple[Where, str]] = [
    (Regex("s", "^a"), "one four"),
    (Regex("s", "^A", "i"), "one two four"),
    (Regex("s", "b$"), "four"),
    (Regex("s", "^b"), ""),
    (Regex("s", "^b", "m"), "four"),
    (Regex("s", "a.b"), ""),
    (Regex("s", "a.b", "s"), "four"),
    (Regex("s", "a b c # the alphabet", "x"), "one"),
    (Regex("s", r"\Q100%_\E"), "seven"),
    (Regex("s", r"^\Q100%_\\E"), "seven"),
    (Regex("s", "ÄPFEL", "i"), "five"),
    (Regex("s", "(?<=ze)bra"), "six"),
    (Regex("s", r"(.)b\1", ""), ""),
    (Regex("s", ""), without("bare", "nulls")),
    (Regex("n", "1"), ""),
    (Regex("f", r"\.txt$"), "one two"),
    (Regex("p", r"^Team\$x$"), "one"),
    (Regex("objectId", "^t"), "two three"),
]

LOGIC: list[tuple[Where, str]] = [
    (And(()), EVERY),
    (Or(()), ""),
    (Nor(()), EVERY),
    (Or((Compare("n", "$eq", 1), Compare("s", "$eq", "zebra"))), "one six"),
    (Or((Compare("n", "$eq", 1), Compare("b", "$eq", True))), "one"),
    (And((Compare("n", "$gt", 0), Or((Compare("b", "$eq", True), Compare("b", "$eq", None))))), "one five"),
    (Nor((Compare("n", "$eq", 1), Compare("n", "$eq", None))), "two three four five"),
    (Nor((Nor((Compare("n", "$eq", 1),)),)), "one"),
    (Nor((Exists("a", True),)), "bare"),
    (Permits("read", frozenset({"*"})), without("five", "seven")),
    (Permits("read", frozenset({"*", "u1"})), without("seven")),
    (Permits("read", frozenset()), without("five", "six", "seven")),
    (Permits("write", frozenset({"*", "u1"})), without("five", "six", "seven")),
    (Compare("_rperm", "$eq", "u1"), "five"),
    (In("_rperm", (None, "*")), without("five", "seven")),
    (Exists("_wperm", False), without("five", "six", "seven")),
    (Compare("_rperm", "$ne", "*"), without("six")),
    (And((Permits("read", frozenset({"u1"})), Compare("n", "$gt", 1))), "two five"),
]

CASES = [*EQUALITY, *OBJECTS, *ARRAYS, *COMPARISONS, *LISTS, *PATTERNS, *LOGIC]


@pytest.mark.parametrize(
    ("where", "expected"), CASES, ids=[f"{n} {type(where).__name__}" for n, (where, _) in enumerate(CASES)]
)
async def test_a_condition_finds_what_it_describes(loaded: Storage, where: Where, expected: str) -> None:
    found = await loaded.find(THINGS, Query(where))
    if forgets_order(loaded):
        holds = predicate(where, THINGS)
        expected = " ".join(row["objectId"] for row in ROWS if holds(as_kept(loaded, row)))

    assert [row["objectId"] for row in found] == [name for name in EVERY.split() if name in expected.split()]
    assert await loaded.count(THINGS, where) == len(found)


async def test_objects_come_back_as_they_were_stored(loaded: Storage) -> None:
    assert await loaded.find(THINGS, Query()) == ROWS


async def test_one_object_is_read_by_its_id(loaded: Storage) -> None:
    assert await loaded.get(THINGS, "one") == ROWS[2]
    assert await loaded.get(THINGS, "gone") is None


async def test_wanted_fields_are_there(loaded: Storage) -> None:
    found = await loaded.find(
        THINGS, Query(Compare("objectId", "$eq", "one"), fields=frozenset({"objectId", "s", "a"}))
    )

    assert {name: found[0][name] for name in ("objectId", "s", "a")} == {"objectId": "one", "s": "abc", "a": [1, 2]}


async def test_options_of_other_databases_are_ignored(loaded: Storage) -> None:
    query = Query(Compare("n", "$eq", 1), options={"hint": "n_1", "readPreference": "SECONDARY", "comment": "x"})

    assert [row["objectId"] for row in await loaded.find(THINGS, query)] == ["one"]


DISTINCT = [
    ("n", [1, 2.5, 0, -7, 10**12]),
    ("b", [True, False]),
    ("p", [pointer("x"), pointer("y")]),
    ("d", [date("2020-01-01"), date("2021-01-01")]),
    ("o.m", [2]),
    ("o.k", [1, "1", 2]),
    ("o.l.k", [5, 6]),
    ("a", [1, 2, {"k": 1}, {"k": None}, {}, [1, 2], 3, "abc", True, 0, False, pointer("x"), date("2020-01-01")]),
    ("nope", []),
    ("createdAt", [{"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}]),
]


@pytest.mark.parametrize(("path", "expected"), DISTINCT, ids=[path for path, _ in DISTINCT])
async def test_distinct_takes_arrays_apart_and_leaves_out_nulls(
    loaded: Storage, path: str, expected: list[Any]
) -> None:
    found = await loaded.distinct(THINGS, path, Compare("objectId", "$ne", "seven") if path == "a" else And(()))

    assert found == expected or (isinstance(loaded, MongoStorage) and _in_any_order(found) == _in_any_order(expected))


def _in_any_order(values: list[Any]) -> list[Any]:
    """MongoDB gives different values in the order of an index, or of its own."""
    return sorted(values, key=order_key)


async def test_distinct_reads_matching_objects_only(loaded: Storage) -> None:
    assert _in_any_order(await loaded.distinct(THINGS, "n", Compare("n", "$lt", 1))) == [-7, 0]


async def test_explain_describes_the_query(loaded: Storage) -> None:
    assert await loaded.explain(THINGS, Query(Compare("n", "$eq", 1)))


async def test_a_class_that_is_not_there_is_empty(loaded: Storage) -> None:
    absent = ClassSchema("Absent", THINGS.fields)

    assert await loaded.find(absent, Query()) == []
    assert await loaded.count(absent, And(())) == 0
    assert await loaded.get(absent, "one") is None
    assert await loaded.distinct(absent, "n", And(())) == []
    assert await loaded.delete(absent, And(())) == 0
