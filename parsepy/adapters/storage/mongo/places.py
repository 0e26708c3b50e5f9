"""Conditions on points and polygons as MongoDB filters; its positions are `[longitude, latitude]`."""

from __future__ import annotations

import math
from typing import Any

from parsepy.model import geo
from parsepy.model.stored_values import interior_in_document
from parsepy.model.where import Intersects, Near, WithinBox, WithinPolygon, WithinSphere

Filter = dict[str, Any]


def near(path: str, node: Near) -> Filter:
    """Sorts by distance; needs an index of the kind `2d`."""
    condition: Filter = {"$nearSphere": _position(node.latitude, node.longitude)}
    if node.max_radians is not None:
        condition["$maxDistance"] = min(node.max_radians, math.pi)
    return {path: condition}


def around(path: str, node: Near) -> Filter:
    """What `near` finds, in any order."""
    if node.max_radians is None:
        return {path: {"$ne": None}}
    return in_sphere(path, WithinSphere(path, node.latitude, node.longitude, node.max_radians))


def in_box(path: str, node: WithinBox) -> Filter:
    """Between two opposite corners, whichever they are."""
    south, north = sorted((node.south_west[0], node.north_east[0]))
    west, east = sorted((node.south_west[1], node.north_east[1]))
    return {path: {"$geoWithin": {"$box": [_position(south, west), _position(north, east)]}}}


def in_polygon(path: str, node: WithinPolygon) -> Filter:
    """On the flat map."""
    return {path: {"$geoWithin": {"$polygon": [_position(*corner) for corner in node.corners]}}}


def in_sphere(path: str, node: WithinSphere) -> Filter:
    """Within an angle; half the circumference reaches every point."""
    if node.radians >= math.pi:
        return {path: {"$ne": None}}
    return {path: {"$geoWithin": {"$centerSphere": [_position(node.latitude, node.longitude), node.radians]}}}


def intersects(path: str, node: Intersects) -> Filter:
    """Polygons that hold the point."""
    point = {"type": "Point", "coordinates": _position(node.latitude, node.longitude)}
    return {path: {"$geoIntersects": {"$geometry": point}}}


def compared(path: str, op: str, value: Any) -> Filter:
    """A point before or after another: by latitude, then by longitude."""
    if value is None:
        return {path: {op: None}}
    point = geo.point_of(value)
    if point is None:
        return {"_id": {"$in": []}}
    latitude, longitude = (interior_in_document(part) for part in point)
    strict = op.removesuffix("e")
    return {
        "$or": [{f"{path}.1": {strict: latitude}}, {f"{path}.1": latitude, f"{path}.0": {op: longitude}}],
    }


def _position(latitude: float, longitude: float) -> list[Any]:
    return [interior_in_document(longitude), interior_in_document(latitude)]
