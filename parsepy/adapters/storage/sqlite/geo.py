"""Conditions on points as SQL: a box around what can match; the predicate measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsepy.adapters.storage.sqlite.columns import Table, extracted, segments_of, type_of
from parsepy.adapters.storage.sqlite.condition import UNKNOWN, Condition
from parsepy.model.schema import FieldType
from parsepy.model.where import Near, WithinBox, WithinPolygon, WithinSphere

_MARGIN = 1e-6
"""Degrees by which boxes are larger than they must be, for rounding."""


def coordinates_at(path: str) -> tuple[str, str] | None:
    """Latitude and longitude of a column of points, as SQL."""
    segments = segments_of(path)
    if segments is None:
        return None
    return extracted((*segments, "latitude")), extracted((*segments, "longitude"))


def _near(table: Table, node: Near) -> Condition:
    return _circle(table, node.path, (node.latitude, node.longitude), node.max_radians)


def _sphere(table: Table, node: WithinSphere) -> Condition:
    return _circle(table, node.path, (node.latitude, node.longitude), node.radians)


def _circle(table: Table, path: str, centre: tuple[float, float], radians: float | None) -> Condition:
    """Points off the map (a latitude of 200) are let through: they lie where the box does not see them."""
    expressions = coordinates_at(path)
    if expressions is None or type_of(table.schema, path) is not FieldType.GEO_POINT:
        return UNKNOWN
    latitude, longitude = expressions
    if radians is None or not _on_map(centre):
        return Condition(f"{latitude} IS NOT NULL", exact=False)
    reach = math.degrees(min(radians, math.pi)) + _MARGIN
    low, high = centre[0] - reach, centre[0] + reach
    inside, params = f"{latitude} BETWEEN ? AND ?", [low, high]
    across = _longitude_reach(centre[0], reach)
    if across is not None and centre[1] - across > -180 and centre[1] + across < 180:
        inside += f" AND {longitude} BETWEEN ? AND ?"
        params += [centre[1] - across, centre[1] + across]
    off_map = f"abs({latitude}) > 90 OR abs({longitude}) > 180"
    return Condition(f"({inside}) OR {off_map}", tuple(params), exact=False)


def _on_map(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180


def _longitude_reach(latitude: float, reach: float) -> float | None:
    """Degrees of longitude that a circle spans to each side; None if it holds a pole."""
    if abs(latitude) + reach >= 90:
        return None
    ratio = math.sin(math.radians(reach)) / math.cos(math.radians(latitude))
    return math.degrees(math.asin(min(1.0, ratio))) + _MARGIN


def _box(table: Table, node: WithinBox) -> Condition:
    return _around(table, node.path, (node.south_west, node.north_east))


def _polygon(table: Table, node: WithinPolygon) -> Condition:
    return _around(table, node.path, node.corners)


def _around(table: Table, path: str, corners: Sequence[tuple[float, float]]) -> Condition:
    expressions = coordinates_at(path)
    if expressions is None or type_of(table.schema, path) is not FieldType.GEO_POINT or not corners:
        return UNKNOWN
    latitudes, longitudes = [corner[0] for corner in corners], [corner[1] for corner in corners]
    params = (
        min(latitudes) - _MARGIN,
        max(latitudes) + _MARGIN,
        min(longitudes) - _MARGIN,
        max(longitudes) + _MARGIN,
    )
    sql = f"{expressions[0]} BETWEEN ? AND ? AND {expressions[1]} BETWEEN ? AND ?"
    return Condition(sql, params, exact=False)


BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {
    Near: _near,
    WithinSphere: _sphere,
    WithinBox: _box,
    WithinPolygon: _polygon,
}
