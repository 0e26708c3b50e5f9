"""3.2 and 3.4 Geo queries: near, boxes, polygons, spheres. The reference runs on PostgreSQL with PostGIS."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, find, point, polygon, save_all, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

CENTRE = point(0, 0)
DEGREE = 0.017453292519943295
SQUARE = polygon((0, 0), (0, 10), (10, 10), (10, 0))


async def places(s: Script) -> None:
    """Points on the equator at 0, 1, 2 and 10 degrees, one at 45 north, and an object without a point."""
    at = [point(0, 2), point(0, 0), point(0, 10), point(0, 1), point(45, 0)]
    await save_all(s, "Place", [*({"at": one} for one in at), {}])


async def near(s: Script, *constraints: dict[str, Any], **params: Any) -> None:
    """Find by a constraint on the point, in the order of the answer."""
    for constraint in constraints:
        await find(s, "Place", where={"at": constraint}, keys="n", **params)


async def inside(s: Script, *constraints: Any) -> None:
    await ask(s, "Place", *({"at": constraint} for constraint in constraints))


@scenario("3.2/near-sphere", reference_store="postgres")
async def near_sorts_by_distance(s: Script) -> None:
    await places(s)
    await near(s, {"$nearSphere": CENTRE}, {"$nearSphere": point(0, 10)}, {"$nearSphere": point(90, 0)})


@scenario("3.2/near-sphere", reference_store="postgres")
async def an_order_does_not_change_what_is_near(s: Script) -> None:
    await places(s)
    for order in ("n", "-n", "createdAt"):
        await near(s, {"$nearSphere": CENTRE}, order=order)


@scenario("3.2/near-sphere", reference_store="postgres")
async def near_goes_with_limit_skip_and_other_conditions(s: Script) -> None:
    await places(s)
    await near(s, {"$nearSphere": CENTRE}, limit=2)
    await near(s, {"$nearSphere": CENTRE}, limit=2, skip=1)
    await find(s, "Place", where={"at": {"$nearSphere": CENTRE}, "n": {"$gt": 0}}, keys="n")


@scenario("3.2/near-sphere", "3.4/distance", reference_store="postgres")
async def the_distance_from_near_is_in_radians(s: Script) -> None:
    await places(s)
    for degrees in (0.5, 1.5, 5, 50, 400):
        await near(s, {"$nearSphere": CENTRE, "$maxDistance": degrees * DEGREE})


@scenario("3.2/near-sphere", reference_store="postgres")
async def near_in_miles_and_kilometers(s: Script) -> None:
    await places(s)
    await near(
        s, {"$nearSphere": CENTRE, "$maxDistanceInMiles": 100}, {"$nearSphere": CENTRE, "$maxDistanceInKilometers": 150}
    )
    await near(s, {"$nearSphere": CENTRE, "$maxDistanceInRadians": 1.5 * DEGREE})


@scenario("3.2/near-sphere", reference_store="postgres")
async def far_away_in_miles_finds_all(s: Script) -> None:
    await places(s)
    for unit in ("Miles", "Kilometers", "Radians"):
        await near(s, {"$nearSphere": CENTRE, f"$maxDistanceIn{unit}": 100000})


@scenario("3.4/near-count", reference_store="postgres")
async def near_can_be_counted(s: Script) -> None:
    await places(s)
    await near(s, {"$nearSphere": CENTRE}, {"$nearSphere": CENTRE, "$maxDistance": 5 * DEGREE}, count=1, limit=1)


@scenario("3.2/near-sphere", reference_store="postgres")
async def a_point_far_around_the_earth_is_near_from_the_other_side(s: Script) -> None:
    await save_all(s, "Place", [{"at": point(0, 179)}, {"at": point(0, -179)}, {"at": point(0, 170)}])
    await near(s, {"$nearSphere": point(0, -178)}, {"$nearSphere": point(0, -179), "$maxDistance": 3 * DEGREE})


@scenario("3.2/within", reference_store="postgres")
async def a_box_holds_what_is_between_its_corners(s: Script) -> None:
    await places(s)
    await inside(
        s, {"$within": {"$box": [point(-1, -1), point(1, 1)]}}, {"$within": {"$box": [point(-1, 0), point(50, 5)]}}
    )
    await inside(s, {"$within": {"$box": [point(5, 5), point(6, 6)]}})


@scenario("3.2/within", reference_store="postgres")
async def the_edge_of_a_box_is_inside(s: Script) -> None:
    await places(s)
    await inside(
        s, {"$within": {"$box": [point(0, 1), point(0, 2)]}}, {"$within": {"$box": [point(0, 0), point(45, 10)]}}
    )


@scenario("3.2/within", reference_store="postgres")
async def a_box_of_another_form(s: Script) -> None:
    await places(s)
    for box in ([CENTRE], [], [CENTRE, CENTRE, CENTRE], None, 1, "x", [1, 2], [CENTRE, None]):
        await inside(s, {"$within": {"$box": box}})


@scenario("3.2/within", reference_store="postgres")
async def within_without_a_box(s: Script) -> None:
    await places(s)
    await inside(s, {"$within": {}}, {"$within": {"$bad": 1}}, {"$within": 1})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_of_points_holds_what_is_inside(s: Script) -> None:
    await places(s)
    around = [point(-1, -1), point(-1, 5), point(1, 5), point(1, -1)]
    await inside(s, {"$geoWithin": {"$polygon": around}}, {"$geoWithin": {"$polygon": around[:3]}})
    await inside(s, {"$geoWithin": {"$polygon": [*around, around[0]]}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_of_pairs_has_longitude_first(s: Script) -> None:
    await places(s)
    await inside(s, {"$geoWithin": {"$polygon": [[-1, -1], [5, -1], [5, 1], [-1, 1]]}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_object_holds_what_is_inside(s: Script) -> None:
    await places(s)
    await inside(s, {"$geoWithin": {"$polygon": polygon((-20, -20), (-20, 20), (20, 20), (20, -20))}})
    await inside(s, {"$geoWithin": {"$polygon": polygon((-3, -3), (-3, 3), (3, 3), (3, -3))}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_object_in_a_query_has_longitude_first(s: Script) -> None:
    await places(s)
    await inside(s, {"$geoWithin": {"$polygon": polygon((-1, -1), (-1, 5), (1, 5), (1, -1))}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_needs_three_points(s: Script) -> None:
    await places(s)
    for corners in ([], [CENTRE], [CENTRE, point(1, 1)]):
        await inside(s, {"$geoWithin": {"$polygon": corners}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_object_needs_three_points(s: Script) -> None:
    await places(s)
    await inside(s, {"$geoWithin": {"$polygon": polygon((0, 0), (1, 1))}}, {"$geoWithin": {"$polygon": polygon()}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_polygon_of_another_form_is_refused(s: Script) -> None:
    await places(s)
    for value in (1, "x", None, {}, {"__type": "Polygon"}, ["a", "b", "c"], [CENTRE, CENTRE, None], [[1], [2], [3]]):
        await inside(s, {"$geoWithin": {"$polygon": value}})


@scenario("3.2/geo-within", reference_store="postgres")
async def geo_within_without_a_form(s: Script) -> None:
    await places(s)
    await inside(s, {"$geoWithin": {}}, {"$geoWithin": 1}, {"$geoWithin": {"$bad": 1}}, {"$geoWithin": None})


@scenario("3.2/geo-within", "3.4/distance", reference_store="postgres")
async def a_sphere_holds_what_is_within_its_radius(s: Script) -> None:
    await places(s)
    for degrees in (0, 0.5, 1.5, 5, 50):
        await inside(s, {"$geoWithin": {"$centerSphere": [CENTRE, degrees * DEGREE]}})
    await inside(s, {"$geoWithin": {"$centerSphere": [[0, 0], 1.5 * DEGREE]}})


@scenario("3.2/geo-within", "3.4/distance", reference_store="postgres")
async def a_sphere_of_another_form_is_refused(s: Script) -> None:
    await places(s)
    for value in ([CENTRE], [CENTRE, "x"], [CENTRE, -1], [CENTRE, None], 1, None, ["x", 1]):
        await inside(s, {"$geoWithin": {"$centerSphere": value}})


@scenario("3.2/geo-within", reference_store="postgres")
async def a_sphere_with_odd_parts(s: Script) -> None:
    await places(s)
    for value in some([None, 1], [[0], 1], [[0, "x"], 1], [], {}, [CENTRE, True]):
        await inside(s, {"$geoWithin": {"$centerSphere": value}})


@scenario("3.2/geo-intersects", reference_store="postgres")
async def a_point_finds_the_polygons_around_it(s: Script) -> None:
    small = polygon((1, 1), (1, 2), (2, 2), (2, 1))
    await save_all(s, "Place", [{"area": SQUARE}, {"area": small}, {}])
    for where in (point(1.5, 1.5), point(5, 5), point(20, 20), point(-5, 5)):
        await ask(s, "Place", {"area": {"$geoIntersects": {"$point": where}}})


@scenario("3.2/geo-intersects", reference_store="postgres")
async def the_corner_of_a_polygon_is_inside(s: Script) -> None:
    await save_all(s, "Place", [{"area": SQUARE}])
    await ask(s, "Place", {"area": {"$geoIntersects": {"$point": point(0, 0)}}})


@scenario("3.2/geo-intersects", reference_store="postgres")
async def intersects_of_another_form_is_refused(s: Script) -> None:
    await save_all(s, "Place", [{"area": SQUARE}])
    for value in (1, "x", None, {}, [1, 2], {"__type": "GeoPoint"}, SQUARE):
        await ask(s, "Place", {"area": {"$geoIntersects": {"$point": value}}})


@scenario("3.2/geo-intersects", reference_store="postgres")
async def intersects_without_a_point(s: Script) -> None:
    await save_all(s, "Place", [{"area": SQUARE}])
    await ask(s, "Place", {"area": {"$geoIntersects": {}}}, {"area": {"$geoIntersects": 1}})


@scenario("3.4/range", reference_store="postgres")
async def points_out_of_range_are_refused(s: Script) -> None:
    await places(s)
    await save_all(s, "Area", [{"area": SQUARE}])
    far = point(95, 0)
    await inside(
        s, {"$geoWithin": {"$polygon": [far, CENTRE, point(1, 1)]}}, {"$geoWithin": {"$centerSphere": [far, 1]}}
    )
    await ask(s, "Area", {"area": {"$geoIntersects": {"$point": point(0, 200)}}})


@scenario("3.2/near-sphere", reference_store="postgres")
async def near_to_something_that_is_no_point(s: Script) -> None:
    await places(s)
    for value in (1, "x", None, {}, [0, 0], {"__type": "GeoPoint"}):
        await near(s, {"$nearSphere": value})


@scenario("3.2/near-sphere", reference_store="postgres")
async def near_with_an_odd_distance(s: Script) -> None:
    await places(s)
    for distance in some("x", None, -1, [], 0):
        await near(s, {"$nearSphere": CENTRE, "$maxDistance": distance})


@scenario("3.2/literal", reference_store="postgres")
async def points_and_polygons_equal_by_their_coordinates(s: Script) -> None:
    await save_all(s, "Place", [{"at": point(1, 2), "area": SQUARE}, {"at": point(2, 1)}, {}])
    await ask(
        s,
        "Place",
        {"at": point(1, 2)},
        {"at": point(5, 5)},
        {"area": SQUARE},
        {"area": polygon((0, 0), (0, 1), (1, 1))},
    )


@scenario("3.2/exists", reference_store="postgres")
async def points_and_polygons_exist_or_not(s: Script) -> None:
    await save_all(s, "Place", [{"at": point(1, 2), "area": SQUARE}, {}])
    for field in ("at", "area"):
        await ask(s, "Place", {field: {"$exists": True}}, {field: {"$exists": False}})
