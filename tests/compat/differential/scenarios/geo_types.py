"""2.1 GeoPoints and polygons as values; on PostgreSQL, since the MongoDB stand-in has no geo index."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


def point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


def polygon(*points: list[float]) -> dict[str, Any]:
    return {"__type": "Polygon", "coordinates": list(points)}


SQUARE = polygon([0, 0], [0, 1], [1, 1], [1, 0])


@scenario("2.1/geopoint", reference_store="postgres")
async def a_geopoint_comes_back_as_it_was(s: Script) -> None:
    name = s.name("Place")
    for value in (point(10, 20), point(-33.5, 151.25), point(0, 0), point(90, 180), point(-90, -180)):
        made = await s.create("Place", {"at": value})
        await s.get(f"classes/{name}/{made}")


@scenario("2.1/geopoint", "2.1/mismatch", reference_store="postgres")
async def a_geopoint_column_refuses_other_types(s: Script) -> None:
    made = await s.create("Place", {"at": point(1, 2)})
    for value in ("text", 1, [1, 2], {"latitude": 1, "longitude": 2}, SQUARE):
        await s.post(f"classes/{s.name('Place')}", {"at": value})
        await s.put(f"classes/{s.name('Place')}/{made}", {"at": value})


@scenario("2.1/geopoint-range", reference_store="postgres")
async def a_latitude_out_of_range_is_accepted(s: Script) -> None:
    name = s.name("Place")
    made = await s.create("Place", {"at": point(200, 20)})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/one-geopoint", reference_store="postgres")
async def a_class_has_one_geopoint_only(s: Script) -> None:
    name = s.name("Place")
    await s.post(f"classes/{name}", {"a": point(1, 2), "b": point(3, 4)})
    made = await s.create("Place", {"a": point(1, 2)})
    await s.put(f"classes/{name}/{made}", {"a": point(5, 6), "b": point(3, 4)})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/one-geopoint", reference_store="postgres")
async def a_schema_has_one_geopoint_only(s: Script) -> None:
    name = s.name("Place")
    geo = {"type": "GeoPoint"}
    await s.post("schemas", {"className": name, "fields": {"a": geo, "b": geo}}, as_="master")
    await s.post("schemas", {"className": name, "fields": {"a": geo}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"b": geo}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"a": {"__op": "Delete"}}}, as_="master")
    await s.put(f"schemas/{name}", {"fields": {"b": geo}}, as_="master")


@scenario("2.1/geopoint", reference_store="postgres")
async def a_geopoint_is_replaced_and_removed(s: Script) -> None:
    name = s.name("Place")
    made = await s.create("Place", {"at": point(1, 2), "n": 1})
    await s.put(f"classes/{name}/{made}", {"at": point(3.5, -4.5)})
    await s.get(f"classes/{name}/{made}")
    await s.put(f"classes/{name}/{made}", {"at": {"__op": "Delete"}})
    await s.get(f"classes/{name}/{made}")


@scenario("2.1/polygon", reference_store="postgres")
async def a_polygon_comes_back_closed(s: Script) -> None:
    name = s.name("Area")
    for value in (SQUARE, polygon([0, 0], [0, 1], [1, 1], [1, 0], [0, 0]), polygon([-10.5, 20.25], [0, 0], [3, 4])):
        made = await s.create("Area", {"within": value})
        await s.get(f"classes/{name}/{made}")


@scenario("2.1/polygon-closing", reference_store="postgres")
async def a_polygon_needs_three_different_points(s: Script) -> None:
    name = s.name("Area")
    await s.create("Area", {"within": SQUARE})
    for value in (
        polygon([0, 0], [0, 1], [0, 0]),
        polygon([0, 0], [0, 0], [0, 0], [0, 0]),
        polygon([0, 0], [1, 1]),
        polygon([0, 0]),
        polygon(),
    ):
        await s.post(f"classes/{name}", {"within": value})


@scenario("2.1/polygon", "2.1/mismatch", reference_store="postgres")
async def a_polygon_column_refuses_other_types(s: Script) -> None:
    made = await s.create("Area", {"within": SQUARE})
    values: list[Any] = ["text", 1, [[0, 0], [0, 1], [1, 1]], point(1, 2), {"coordinates": []}]
    for value in values:
        await s.post(f"classes/{s.name('Area')}", {"within": value})
        await s.put(f"classes/{s.name('Area')}/{made}", {"within": value})


@scenario("2.1/nested-values", reference_store="postgres")
async def geo_values_inside_objects_stay_as_they_were(s: Script) -> None:
    made = await s.create("Holder", {"o": {"g": point(1, 2), "p": SQUARE}, "a": [point(3, 4), SQUARE]})
    await s.get(f"classes/{s.name('Holder')}/{made}")
