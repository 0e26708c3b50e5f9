"""Sorting, windows, distance and text: the order in which every store gives its answers."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.adapters.storage.base import Object, Storage
from parsepy.model.where import (
    And,
    Compare,
    Intersects,
    Near,
    Order,
    Query,
    Text,
    Where,
    WithinBox,
    WithinPolygon,
    WithinSphere,
)

from .conftest import THINGS, thing


def point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


def square(latitude: float, longitude: float, half: float) -> dict[str, Any]:
    south, north, west, east = latitude - half, latitude + half, longitude - half, longitude + half
    return {
        "__type": "Polygon",
        "coordinates": [[south, west], [south, east], [north, east], [north, west], [south, west]],
    }


def date(day: str) -> dict[str, Any]:
    return {"__type": "Date", "iso": f"{day}T00:00:00.000Z"}


def pointer(object_id: str) -> dict[str, Any]:
    return {"__type": "Pointer", "className": "Team", "objectId": object_id}


async def names(store: Storage, query: Query) -> str:
    return " ".join(row["objectId"] for row in await store.find(THINGS, query))


async def stored(store: Storage, *rows: Object) -> Storage:
    await store.insert(THINGS, rows)
    return store


SORTED: list[tuple[str, str, str, list[Any]]] = [
    ("numbers", "n", "missing null minus zero half big", [None, -1, 0, 0.5, 10**12]),
    ("texts", "s", "missing null empty upper lower umlaut", [None, "", "Z", "a", "ä"]),
    ("booleans", "b", "missing null no yes", [None, False, True]),
    ("dates", "d", "missing null early late", [None, date("1999-01-01"), date("2020-01-01")]),
    ("pointers", "p", "missing null a b", [None, pointer("a"), pointer("b")]),
]


@pytest.mark.parametrize(
    ("path", "expected", "values"), [case[1:] for case in SORTED], ids=[case[0] for case in SORTED]
)
@pytest.mark.parametrize("descending", [False, True])
async def test_nothing_and_null_come_before_all_values(
    thing_store: Storage, path: str, expected: str, values: list[Any], descending: bool
) -> None:
    missing, null, *present = expected.split()
    rows = [thing(name, **{path: value}) for name, value in zip([null, *present], values, strict=True)]
    await stored(thing_store, thing(missing), *rows[::-1])

    found = (await names(thing_store, Query(order=(Order(path, descending),)))).split()

    assert [name for name in found if name in present] == (present[::-1] if descending else present)
    assert set(found[-2:] if descending else found[:2]) == {missing, null}


async def test_types_sort_in_the_order_of_bson(thing_store: Storage) -> None:
    values = {"null": None, "number": 5, "text": "a", "object": {"a": 1}, "bool": False, "date": date("2020-01-01")}
    rows = [thing(name, o={"k": value}) for name, value in values.items()]
    await stored(thing_store, *rows[::-1])

    assert await names(thing_store, Query(order=(Order("o.k"),))) == "null number text object bool date"
    assert await names(thing_store, Query(order=(Order("o.k", True),))) == "date bool object text number null"


async def test_arrays_sort_by_their_least_or_greatest_element(thing_store: Storage) -> None:
    arrays = {"high": [9], "wide": [1, 10], "middle": [5, 6], "empty": [], "null": None}
    await stored(thing_store, *(thing(name, a=value) for name, value in arrays.items()))

    assert await names(thing_store, Query(order=(Order("a"),))) == "empty null wide middle high"
    assert await names(thing_store, Query(order=(Order("a", True),))) == "wide high middle null empty"


async def test_objects_sort_field_by_field(thing_store: Storage) -> None:
    objects = {
        "two": {"k": 2},
        "one": {"k": 1},
        "more": {"k": 1, "l": 1},
        "other": {"j": 9},
        "text": {"k": "1"},
        "none": {},
    }
    await stored(thing_store, *(thing(name, o=value) for name, value in objects.items()))

    assert await names(thing_store, Query(order=(Order("o"),))) == "none other one more two text"


async def test_equal_objects_keep_the_order_of_their_creation(thing_store: Storage) -> None:
    await stored(thing_store, *(thing(name, n=n) for name, n in zip("zaymbx", [1, 2, 1, 2, 1, 2], strict=True)))

    assert await names(thing_store, Query(order=(Order("n"),))) == "z y b a m x"
    assert await names(thing_store, Query(order=(Order("n", True),))) == "a m x z y b"


async def test_a_second_key_decides_between_equals(thing_store: Storage) -> None:
    await stored(
        thing_store, thing("c", n=1, s="x"), thing("a", n=2, s="y"), thing("b", n=1, s="y"), thing("d", n=2, s="x")
    )

    assert await names(thing_store, Query(order=(Order("n", True), Order("s")))) == "d a c b"
    assert await names(thing_store, Query(order=(Order("objectId", True),))) == "d c b a"


async def test_without_order_objects_come_as_they_were_created(thing_store: Storage) -> None:
    await stored(thing_store, thing("b"), thing("c"))
    await stored(thing_store, thing("a"))

    assert await names(thing_store, Query()) == "b c a"


WINDOWS = [
    (None, 0, "a b c d"),
    (2, 0, "a b"),
    (2, 1, "b c"),
    (0, 0, ""),
    (None, 3, "d"),
    (9, 3, "d"),
    (5, 9, ""),
]


@pytest.mark.parametrize(("limit", "skip", "expected"), WINDOWS)
@pytest.mark.parametrize("order", [(), (Order("n"),), (Order("o.k"),)])
async def test_windows(
    thing_store: Storage, order: tuple[Order, ...], limit: int | None, skip: int, expected: str
) -> None:
    await stored(thing_store, *(thing(name, n=at, o={"k": at}) for at, name in enumerate("abcd")))

    assert await names(thing_store, Query(order=order, limit=limit, skip=skip)) == expected


PLACES = {"zero": (0, 0), "one": (1, 1), "ten": (10, 10), "west": (40, -30), "south": (-80, 170), "north": (89, 0)}
FAR = {"near_date_line": (0, 179.9)}

GEO: list[tuple[str, Where, str]] = [
    ("near", Near("g", 0, 0), "zero one ten west north south"),
    ("near with maximum", Near("g", 0, 0, 0.1), "zero one"),
    ("near exactly", Near("g", 0, 0, 0.0), "zero"),
    ("near with negative maximum", Near("g", 0, 0, -1.0), ""),
    ("near with another condition", And((Near("g", 10, 10, 1.0), Compare("n", "$gt", 0))), "ten one west"),
    ("box", WithinBox("g", (-5, -5), (5, 5)), "zero one"),
    ("box with edges", WithinBox("g", (0, 0), (1, 1)), "zero one"),
    ("box upside down", WithinBox("g", (5, 5), (-5, -5)), "zero one"),
    ("polygon", WithinPolygon("g", ((-5, -5), (-5, 5), (15, 15), (5, -5))), "zero one ten"),
    ("polygon with edges", WithinPolygon("g", ((0, 0), (0, 10), (10, 10))), "zero one ten"),
    ("polygon elsewhere", WithinPolygon("g", ((50, 50), (50, 60), (60, 60))), ""),
    ("sphere", WithinSphere("g", 0, 0, 0.1), "zero one"),
    ("sphere everywhere", WithinSphere("g", 0, 0, 4.0), "zero one ten west south north"),
    ("intersects", Intersects("poly", 0.5, 0.5), "zero one"),
    ("intersects on the edge", Intersects("poly", 2, 1), "one"),
    ("intersects nothing", Intersects("poly", -50, 100), ""),
    ("no points", Near("s", 0, 0), ""),
    ("no polygons", Intersects("g", 0, 0), ""),
    ("equality", Compare("g", "$eq", {"__type": "GeoPoint", "latitude": 1, "longitude": 1}), "one"),
]


@pytest.mark.parametrize(("where", "expected"), [case[1:] for case in GEO], ids=[case[0] for case in GEO])
async def test_places(thing_store: Storage, where: Where, expected: str) -> None:
    rows = [
        thing(name, n=at, g=point(*place), poly=square(*place, 1), s=name)
        for at, (name, place) in enumerate(PLACES.items())
    ]
    await stored(thing_store, *rows, thing("nowhere"), thing("null", g=None, poly=None))

    assert await names(thing_store, Query(where)) == expected
    assert await thing_store.count(THINGS, where) == len(expected.split())


async def test_distance_goes_before_every_order(thing_store: Storage) -> None:
    await stored(thing_store, *(thing(name, g=point(*place), s=name) for name, place in PLACES.items()))

    query = Query(Near("g", 0, 0), order=(Order("s"),), skip=1, limit=2)

    assert await names(thing_store, query) == "one ten"


async def test_the_way_over_the_date_line_is_short(thing_store: Storage) -> None:
    await stored(thing_store, thing("far", g=point(0, 90)), thing("near", g=point(0, -179)))

    assert await names(thing_store, Query(Near("g", 0, 179))) == "near far"


TEXTS = {
    "brown_fox": "the quick brown fox",
    "dogs": "brown dogs running",
    "cafe": "Café über",
    "fox": "fox",
    "dog": "a quick-thinking dog",
    "other": "nothing here",
}
SEARCHES = [
    (Text("t", "fox"), "brown_fox fox"),
    (Text("t", "FOX"), "brown_fox fox"),
    (Text("t", "FOX", case_sensitive=True), ""),
    (Text("t", "brown fox"), "brown_fox dogs fox"),
    (Text("t", '"brown fox"'), "brown_fox"),
    (Text("t", 'fox "brown fox"'), "brown_fox"),
    (Text("t", "brown -fox"), "dogs"),
    (Text("t", "-fox"), ""),
    (Text("t", "run"), "dogs"),
    (Text("t", "dog"), "dogs dog"),
    (Text("t", "dog", language="none"), "dog"),
    (Text("t", "cafe"), "cafe"),
    (Text("t", "cafe", diacritic_sensitive=True), ""),
    (Text("t", "CAFÉ", diacritic_sensitive=True), "cafe"),
    (Text("t", "the"), ""),
    (Text("t", "thinking"), "dog"),
    (Text("t", '" ; DROP TABLE'), ""),
]


@pytest.mark.parametrize(("where", "expected"), SEARCHES, ids=[str(where) for where, _ in SEARCHES])
async def test_text_search(thing_store: Storage, where: Text, expected: str) -> None:
    await stored(
        thing_store, *(thing(name, t=text) for name, text in TEXTS.items()), thing("none"), thing("null", t=None)
    )

    assert await names(thing_store, Query(where)) == expected


@pytest.mark.parametrize("descending", [False, True])
async def test_scores_are_given_and_sort_the_best_first(thing_store: Storage, descending: bool) -> None:
    await stored(thing_store, *(thing(name, t=text) for name, text in TEXTS.items()))

    query = Query(Text("t", "quick fox"), order=(Order("$score", descending),), with_score=True)
    found = await thing_store.find(THINGS, query)

    assert [row["objectId"] for row in found] == ["brown_fox", "fox", "dog"]
    assert [round(row["score"], 3) for row in found] == [1.333, 1.1, 0.667]
