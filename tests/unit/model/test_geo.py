"""Distances and shapes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsepy.model import geo

LONDON, PARIS = (51.5074, -0.1278), (48.8566, 2.3522)


def test_distances_are_angles_on_the_globe() -> None:
    assert geo.distance(LONDON, PARIS) * geo.KILOMETERS_PER_RADIAN == pytest.approx(343.6, abs=0.5)
    assert geo.distance((0, 0), (0, 180)) == pytest.approx(math.pi)
    assert geo.distance((90, 0), (-90, 77)) == pytest.approx(math.pi)
    assert geo.distance((10, 20), (10, 20)) == 0


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(POINTS, POINTS)
def test_distances_are_symmetric_and_bounded(a: geo.Point, b: geo.Point) -> None:
    assert geo.distance(a, b) == pytest.approx(geo.distance(b, a))
    assert 0 <= geo.distance(a, b) <= math.pi


STAR = [(0, 0), (10, 5), (0, 10), (5, 5)]


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((4, 5), False),
        ((6, 5), True),
        ((5, 5), True),
        ((0, 0), True),
        ((2, 1.5), True),
        ((1, 5), False),
        ((11, 5), False),
    ],
)
def test_polygons_may_be_concave(point: geo.Point, inside: bool) -> None:
    assert geo.in_polygon(point, STAR) is inside
    assert geo.in_polygon(point, [*STAR, STAR[0]]) is inside


@pytest.mark.parametrize("value", [None, 5, "x", {}, {"__type": "GeoPoint"}, {"__type": "Polygon", "coordinates": 5}])
def test_other_values_are_no_shapes(value: object) -> None:
    assert geo.point_of(value) is None
    assert geo.corners_of(value) is None


def test_a_polygon_without_corners_holds_nothing() -> None:
    assert not geo.in_polygon((0, 0), [])
