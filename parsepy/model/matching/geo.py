"""Conditions on points and polygons."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from parsepy.model import geo
from parsepy.model.paths import Predicate, candidates_at
from parsepy.model.where import Intersects, Near, WithinBox, WithinPolygon, WithinSphere


def _points(path: str, test: Callable[[geo.Point], bool]) -> Predicate:
    found = candidates_at(path)

    def any_point(row: Mapping[str, Any]) -> bool:
        return any(test(point) for value in found(row) if (point := geo.point_of(value)) is not None)

    return any_point


def _near(node: Near) -> Predicate:
    centre, most = (node.latitude, node.longitude), node.max_radians
    return _points(node.path, lambda point: most is None or geo.distance(point, centre) <= most)


def distance_from(node: Near) -> Callable[[Mapping[str, Any]], float]:
    """A function that gives the distance of an object's nearest point in radians; infinite without a point."""
    found, centre = candidates_at(node.path), (node.latitude, node.longitude)

    def distance(row: Mapping[str, Any]) -> float:
        points = [point for value in found(row) if (point := geo.point_of(value)) is not None]
        return min((geo.distance(point, centre) for point in points), default=math.inf)

    return distance


def _within_box(node: WithinBox) -> Predicate:
    return _points(node.path, lambda point: geo.in_box(point, node.south_west, node.north_east))


def _within_polygon(node: WithinPolygon) -> Predicate:
    return _points(node.path, lambda point: geo.in_polygon(point, node.corners))


def _within_sphere(node: WithinSphere) -> Predicate:
    centre = (node.latitude, node.longitude)
    return _points(node.path, lambda point: geo.distance(point, centre) <= node.radians)


def _intersects(node: Intersects) -> Predicate:
    found, point = candidates_at(node.path), (node.latitude, node.longitude)

    def contains(row: Mapping[str, Any]) -> bool:
        return any(geo.in_polygon(point, corners) for value in found(row) if (corners := geo.corners_of(value)))

    return contains


BUILDERS: Mapping[type, Callable[[Any], Predicate]] = {
    Near: _near,
    WithinBox: _within_box,
    WithinPolygon: _within_polygon,
    WithinSphere: _within_sphere,
    Intersects: _intersects,
}
