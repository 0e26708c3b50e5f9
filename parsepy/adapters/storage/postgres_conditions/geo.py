"""Conditions on points and polygons as SQL: the model's formulas, and boxes around them for indexes.

PostGIS is not asked: it measures with a radius of 6371.0088 km and rounds otherwise, so that answers would depend on whether
a database has the extension; and the plain formula on `point` columns was measured to be as fast.
"""

# ruff: noqa: S608 - names are quoted or were checked, values are arguments
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsepy.adapters.storage.postgres.columns import Column, Kind
from parsepy.adapters.storage.postgres_conditions.compare import Table, place_of
from parsepy.adapters.storage.postgres_conditions.condition import HERE, NEVER, UNKNOWN, Condition, every, roughly
from parsepy.adapters.storage.postgres_conditions.places import Nowhere, Permissions
from parsepy.adapters.storage.postgres_conditions.scalars import Scalar, Shape, coordinates
from parsepy.model.where import Intersects, Near, WithinBox, WithinPolygon, WithinSphere

_MARGIN = 1e-5
"""Degrees by which boxes are larger than they must be: PostgreSQL's own operators round to a tenth of that."""

_OFF_MAP = (
    "(-Infinity,90),(Infinity,Infinity)",
    "(-Infinity,-Infinity),(Infinity,-90)",
    "(180,-Infinity),(Infinity,Infinity)",
    "(-Infinity,-Infinity),(-180,Infinity)",
)
"""Where points lie that are no places on earth (a latitude of 200): their distances are measured all the same."""

_WITHOUT_SHAPES = (Nowhere, Permissions, Scalar, Shape)

Point = tuple[float, float]


def distance(column: Column, centre: Point) -> Condition:
    """The angle between a column's point and the centre, as an SQL expression: the model's formula step by step."""
    latitude, longitude = coordinates(column)
    across = f"power(sin((radians({HERE}::float8) - radians({latitude})) / 2), 2)"
    along = f"power(sin(radians({HERE}::float8 - {longitude}) / 2), 2)"
    both = f"{across} + cos(radians({latitude})) * cos(radians({HERE}::float8)) * {along}"
    # The order of the arguments is the order in which they stand in the text.
    args = (float(centre[0]), float(centre[0]), float(centre[1]))
    return Condition(f"2 * asin(least(1, sqrt(greatest(0, {both}))))", args)


def _point_column(table: Table, path: str) -> Column | Condition:
    """The column of points at a path, or what any condition on points says about the path."""
    column = table.column(path)
    if column is not None and column.kind is Kind.POINT:
        return column
    return NEVER if isinstance(place_of(table, path), _WITHOUT_SHAPES) else UNKNOWN


def _near(table: Table, node: Near) -> Condition:
    column = _point_column(table, node.path)
    if isinstance(column, Condition):
        return column
    if node.max_radians is None:
        return Condition(f"{column.sql} IS NOT NULL")
    return _circle(column, (node.latitude, node.longitude), node.max_radians)


def _sphere(table: Table, node: WithinSphere) -> Condition:
    column = _point_column(table, node.path)
    if isinstance(column, Condition):
        return column
    return _circle(column, (node.latitude, node.longitude), node.radians)


def _circle(column: Column, centre: Point, radians: float) -> Condition:
    measured = distance(column, centre)
    # least and greatest pass over NULL, so that the distance of no point is 0.
    inside = Condition(
        f"{column.sql} IS NOT NULL AND {measured.sql} <= {HERE}::float8", (*measured.args, float(radians))
    )
    around = _around_circle(column, centre, radians)
    return inside if around is None else every([around, inside])


def _around_circle(column: Column, centre: Point, radians: float) -> Condition | None:
    """A box around a circle that holds no pole and does not cross the date line; points off the map lie in it as well."""
    reach = math.degrees(min(max(radians, 0.0), math.pi)) + _MARGIN
    if abs(centre[0]) + reach >= 90 or abs(centre[1]) > 180:
        return None
    ratio = math.sin(math.radians(reach)) / math.cos(math.radians(centre[0]))
    across = math.degrees(math.asin(min(1.0, ratio))) + _MARGIN
    if abs(centre[1]) + across >= 180:
        return None
    near = _in_box(column, (centre[0] - reach, centre[1] - across), (centre[0] + reach, centre[1] + across))
    off_map = "".join(f" OR {column.sql} <@ box '{box}'" for box in _OFF_MAP)
    return Condition(near.sql + off_map, near.args)


def _in_box(column: Column, low: Point, high: Point) -> Condition:
    """A condition that an index on the points serves; corners are (latitude, longitude)."""
    box = f"box(point({HERE}::float8, {HERE}::float8), point({HERE}::float8, {HERE}::float8))"
    args = (low[1] - _MARGIN, low[0] - _MARGIN, high[1] + _MARGIN, high[0] + _MARGIN)
    return Condition(f"{column.sql} <@ {box}", tuple(map(float, args)))


def _within_box(table: Table, node: WithinBox) -> Condition:
    column = _point_column(table, node.path)
    if isinstance(column, Condition):
        return column
    corners = (node.south_west, node.north_east)
    low, high = _extent(corners)
    latitude, longitude = coordinates(column)
    sql = f"{latitude} BETWEEN {HERE}::float8 AND {HERE}::float8 AND {longitude} BETWEEN {HERE}::float8 AND {HERE}::float8"
    exactly = Condition(sql, (float(low[0]), float(high[0]), float(low[1]), float(high[1])))
    return every([_in_box(column, low, high), exactly])


def _extent(corners: Sequence[Point]) -> tuple[Point, Point]:
    latitudes, longitudes = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return (min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))


def _within_polygon(table: Table, node: WithinPolygon) -> Condition:
    column = _point_column(table, node.path)
    if isinstance(column, Condition):
        return column
    if not node.corners:
        return NEVER
    return every([_in_box(column, *_extent(node.corners)), _inside(column, node.corners)])


def _inside(column: Column, corners: Sequence[Point]) -> Condition:
    """On an edge, or an odd number of edges is crossed on the way out: the model's steps on the polygon's edges."""
    y, x = coordinates(column)
    on_edge = (
        f"(_bx - _ax) * ({y} - _ay) - (_by - _ay) * ({x} - _ax) = 0 "
        f"AND {y} BETWEEN least(_ay, _by) AND greatest(_ay, _by) AND {x} BETWEEN least(_ax, _bx) AND greatest(_ax, _bx)"
    )
    crosses = f"CASE WHEN (_ay > {y}) <> (_by > {y}) THEN {x} < (_bx - _ax) * ({y} - _ay) / (_by - _ay) + _ax END"
    lists = ", ".join([f"{HERE}::float8[]"] * 4)
    sql = (
        f"(SELECT bool_or({on_edge}) OR count(*) FILTER (WHERE {crosses}) % 2 = 1 "
        f"FROM unnest({lists}) AS edge (_ay, _ax, _by, _bx))"
    )
    before = [corners[-1], *corners[:-1]]
    args = (
        [float(corner[0]) for corner in before],
        [float(corner[1]) for corner in before],
        [float(corner[0]) for corner in corners],
        [float(corner[1]) for corner in corners],
    )
    return Condition(sql, args)


def _intersects(table: Table, node: Intersects) -> Condition:
    column = table.column(node.path)
    if column is None or column.kind is not Kind.POLYGON:
        return NEVER if isinstance(place_of(table, node.path), _WITHOUT_SHAPES) else UNKNOWN
    point = f"point({HERE}::float8, {HERE}::float8)"
    # PostgreSQL takes a point that is a millionth of a degree off for one on the edge, and never looks closer.
    return roughly(Condition(f"box({column.sql}) @> {point}", (float(node.longitude), float(node.latitude))))


BUILDERS: Mapping[type, Callable[[Table, Any], Condition]] = {
    Near: _near,
    WithinSphere: _sphere,
    WithinBox: _within_box,
    WithinPolygon: _within_polygon,
    Intersects: _intersects,
}
