"""Distances on the globe and shapes on the map; points are (latitude, longitude) in degrees, distances radians."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

KILOMETERS_PER_RADIAN = 6371.0
MILES_PER_RADIAN = 3959.0

Point = tuple[float, float]


def point_of(value: Any) -> Point | None:
    """The coordinates of a GeoPoint value; None for everything else."""
    if not isinstance(value, dict) or value.get("__type") != "GeoPoint":
        return None
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return latitude, longitude


def corners_of(value: Any) -> list[Point] | None:
    """The corners of a Polygon value; None for everything else."""
    if not isinstance(value, dict) or value.get("__type") != "Polygon":
        return None
    coordinates = value.get("coordinates")
    if not isinstance(coordinates, list):
        return None
    return [(latitude, longitude) for latitude, longitude in coordinates]


def distance(a: Point, b: Point) -> float:
    """The angle between two points as seen from the centre of the earth (haversine)."""
    first, second = math.radians(a[0]), math.radians(b[0])
    across = math.sin((second - first) / 2) ** 2
    along = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(max(0.0, across + math.cos(first) * math.cos(second) * along))))


def in_box(point: Point, corner: Point, opposite: Point) -> bool:
    """Whether the point lies between two opposite corners, the edges included; the box never crosses the date line."""
    return min(corner[0], opposite[0]) <= point[0] <= max(corner[0], opposite[0]) and min(
        corner[1], opposite[1]
    ) <= point[1] <= max(corner[1], opposite[1])


def in_polygon(point: Point, corners: Sequence[Point]) -> bool:
    """Whether the point lies inside or on the edge, on the flat map; open and closed rings mean the same."""
    inside = False
    previous = corners[-1] if corners else point
    for corner in corners:
        if _on_edge(point, previous, corner):
            return True
        if _crosses(point, previous, corner):
            inside = not inside
        previous = corner
    return inside


def _on_edge(point: Point, a: Point, b: Point) -> bool:
    cross = (b[1] - a[1]) * (point[0] - a[0]) - (b[0] - a[0]) * (point[1] - a[1])
    return cross == 0 and in_box(point, a, b)


def _crosses(point: Point, a: Point, b: Point) -> bool:
    if (a[0] > point[0]) == (b[0] > point[0]):
        return False
    return point[1] < (b[1] - a[1]) * (point[0] - a[0]) / (b[0] - a[0]) + a[1]
