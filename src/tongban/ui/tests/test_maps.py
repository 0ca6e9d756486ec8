"""Maps: what is drawn, and that it is drawn where it lies."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base import boundaries
from tongban.base.words import Words
from tongban.ui import maps

SQUARE = ((120.0, 30.0), (121.0, 30.0), (121.0, 31.0), (120.0, 31.0), (120.0, 30.0))


def area(*rings, tone=0):
    return maps.Area(name=Words(zh="甲", en="A"), rings=rings or (SQUARE,), tone=tone)


def pin(lon, lat):
    return maps.Pin(name=Words(zh="点", en="Point"), lon=lon, lat=lat)


def test_a_point_stands_where_it_lies():
    drawing = maps.draw([area()], [pin(120.5, 30.5), pin(120.0, 31.0)])
    assert drawing.points[0] == pytest.approx((50, 50), abs=0.1)
    assert drawing.points[1][0] < 50 and drawing.points[1][1] == pytest.approx(5, abs=0.1)


def test_north_is_above_and_a_degree_of_longitude_is_shorter():
    drawing = maps.draw([area()], [pin(120, 31), pin(121, 30)])
    (left, top), (right, bottom) = drawing.points
    assert top < bottom and left < right
    assert (right - left) * maps.WIDTH < (bottom - top) * maps.HEIGHT


def test_a_map_without_an_area_or_with_a_sixth_tone_is_refused():
    for areas in ([], [area(tone=5)]):
        with pytest.raises(ValueError):
            maps.draw(areas)


@given(st.lists(st.tuples(st.floats(0, 640), st.floats(0, 480)), min_size=3, max_size=60))
def test_a_simplified_boundary_keeps_its_ends_and_leaves_nothing_out_by_far(points):
    kept = maps.simplified(points, 2.0)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    for p in points:
        assert min(maps._distance(p, a, b) for a, b in itertools.pairwise(kept)) <= 2.0 + 1e-6


def test_the_boundaries_of_a_citys_counties_are_known():
    found = boundaries.counties("330100")
    assert {"330106", "330122"} <= set(found) and all(code.startswith("3301") for code in found)
    assert list(boundaries.counties("310117")) == ["310117"]
    lon, lat = found["330106"][0][0]
    assert 119.5 < lon < 120.5 and 29.9 < lat < 30.5


def test_a_citys_map_weighs_little():
    drawing = maps.draw([maps.Area(name=Words(zh=c, en=c), rings=r) for c, r in boundaries.counties("330100").items()])
    assert 1_000 < sum(map(len, drawing.paths)) < 40_000
