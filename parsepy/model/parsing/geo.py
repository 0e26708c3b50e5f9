"""The operators on points and polygons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.geo import KILOMETERS_PER_RADIAN, MILES_PER_RADIAN, Point
from parsepy.model.values import is_number
from parsepy.model.where import Intersects, Near, Where, WithinBox, WithinPolygon, WithinSphere

GeoOperator = Callable[[str, Mapping[str, Any]], Where]
"""Takes the path and all operators on it."""

MAX_DISTANCES: Mapping[str, float] = {
    "$maxDistance": 1.0,
    "$maxDistanceInKilometers": KILOMETERS_PER_RADIAN,
    "$maxDistanceInMiles": MILES_PER_RADIAN,
    "$maxDistanceInRadians": 1.0,
}
"""Operators beside `$nearSphere`, the first that is there counts, with their units in one radian."""


def _bad(message: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, message)


def _point(value: Any) -> Point | None:
    if not isinstance(value, Mapping):
        return None
    latitude, longitude = value.get("latitude"), value.get("longitude")
    return (latitude, longitude) if is_number(latitude) and is_number(longitude) else None  # type: ignore[return-value]  # checked


def _geo_point(value: Any) -> Point | None:
    """Only what says that it is a GeoPoint."""
    return _point(value) if isinstance(value, Mapping) and value.get("__type") == "GeoPoint" else None


def _pair(value: Any) -> Point | None:
    """`[longitude, latitude]`."""
    if not isinstance(value, list) or len(value) != 2 or not all(is_number(part) for part in value):
        return None
    return value[1], value[0]


def _checked(point: Point | None, name: str, otherwise: str) -> Point:
    if point is None:
        raise _bad(otherwise)
    if abs(point[0]) > 90:
        raise _bad(f"bad {name} value; latitude should be between -90 and 90")
    if abs(point[1]) > 180:
        raise _bad(f"bad {name} value; longitude should be between -180 and 180")
    return point


def _near(path: str, operators: Mapping[str, Any]) -> Where:
    point = _point(operators["$nearSphere"])
    if point is None:
        raise _bad("bad $nearSphere value; should be GeoPoint")
    for name, units in MAX_DISTANCES.items():
        distance = operators.get(name)
        if distance is not None and not is_number(distance):
            raise _bad(f"bad {name} value; should be a number")
        if distance is not None:
            return Near(path, point[0], point[1], distance / units)
    return Near(path, point[0], point[1])


def _within(path: str, operators: Mapping[str, Any]) -> Where:
    operand = operators["$within"]
    box = operand.get("$box") if isinstance(operand, Mapping) else None
    corners = [_point(corner) for corner in box] if isinstance(box, list) else []
    if len(corners) != 2 or corners[0] is None or corners[1] is None:
        raise _bad("malformatted $within arg")
    return WithinBox(path, corners[0], corners[1])


def _geo_within(path: str, operators: Mapping[str, Any]) -> Where:
    operand = operators["$geoWithin"]
    if isinstance(operand, Mapping) and "$polygon" in operand:
        return WithinPolygon(path, _corners(operand["$polygon"]))
    if isinstance(operand, Mapping) and "$centerSphere" in operand:
        return _sphere(path, operand["$centerSphere"])
    raise _bad("bad $geoWithin value; should hold $polygon or $centerSphere")


def _corners(polygon: Any) -> tuple[Point, ...]:
    name = "$geoWithin"
    if isinstance(polygon, Mapping) and polygon.get("__type") == "Polygon":
        corners = polygon.get("coordinates")
        if not isinstance(corners, list) or len(corners) < 3:
            raise _bad(f"bad {name} value; Polygon.coordinates should contain at least 3 lon/lat pairs")
    elif isinstance(polygon, list):
        corners = polygon
        if len(corners) < 3:
            raise _bad(f"bad {name} value; $polygon should contain at least 3 GeoPoints")
    else:
        raise _bad(f"bad {name} value; $polygon should be Polygon object or Array of Parse.GeoPoint's")
    return tuple(_checked(_pair(corner) or _geo_point(corner), name, f"bad {name} value") for corner in corners)


def _sphere(path: str, operand: Any) -> Where:
    name = "$geoWithin"
    if not isinstance(operand, list) or len(operand) < 2:
        raise _bad(f"bad {name} value; $centerSphere should be an array of Parse.GeoPoint and distance")
    point = _pair(operand[0]) or _geo_point(operand[0])
    centre = _checked(point, name, f"bad {name} value; $centerSphere geo point invalid")
    if not is_number(operand[1]) or operand[1] < 0:
        raise _bad(f"bad {name} value; $centerSphere distance invalid")
    return WithinSphere(path, centre[0], centre[1], operand[1])


def _geo_intersects(path: str, operators: Mapping[str, Any]) -> Where:
    operand = operators["$geoIntersects"]
    point = _geo_point(operand.get("$point")) if isinstance(operand, Mapping) else None
    latitude, longitude = _checked(point, "$geoIntersect", "bad $geoIntersect value; $point should be GeoPoint")
    return Intersects(path, latitude, longitude)


OPERATORS: Mapping[str, GeoOperator] = {
    "$nearSphere": _near,
    "$within": _within,
    "$geoWithin": _geo_within,
    "$geoIntersects": _geo_intersects,
}
