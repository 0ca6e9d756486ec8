"""Maps as plain geometry: boundaries and points in, SVG paths out. ``ui.map`` draws them with the same in words beside.

The sheet is 640 by 480 units and fits any width; points are in percent, so that their numbers keep their size. No map
service is asked: a page tells no stranger which place somebody looks at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tongban.base.boundaries import Ring
from tongban.base.words import Words

WIDTH, HEIGHT, MARGIN = 640.0, 480.0, 24.0
FINENESS = 0.8  # units that a boundary may leave its true course by


@dataclass(frozen=True, kw_only=True)
class Area:
    """A division: ``tone`` 0 (plain) to 4 (deepest) is how much of something there is; ``said`` is that in words."""

    name: Words
    rings: tuple[Ring, ...]
    tone: int = 0
    said: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A point, told in the list beside with its number."""

    name: Words
    lon: float
    lat: float
    detail: Words | None = None
    href: str | None = None


@dataclass(frozen=True)
class Drawing:
    """Paths of the areas in their order; points in percent of the sheet in theirs."""

    paths: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


def draw(areas: Sequence[Area], pins: Sequence[Pin] = ()) -> Drawing:
    """The drawing. ValueError when there is no area or a tone is out of range."""
    if not areas or any(not 0 <= area.tone <= 4 for area in areas):
        raise ValueError("a map needs an area, with tones from 0 to 4")
    place, paths = _sheet(tuple(area.rings for area in areas))
    dots = (place(pin.lon, pin.lat) for pin in pins)
    return Drawing(paths, tuple((round(x / WIDTH * 100, 2), round(y / HEIGHT * 100, 2)) for x, y in dots))


@lru_cache(maxsize=32)
def _sheet(areas: tuple[tuple[Ring, ...], ...]):  # type: ignore[no-untyped-def]
    """How points fall on the sheet, and the paths of these areas: kept, for a city's are drawn again and again."""
    place = _projection([point for rings in areas for ring in rings for point in ring])
    return place, tuple("".join(_path([place(*p) for p in ring]) for ring in rings) for rings in areas)


def _projection(points: Sequence[tuple[float, float]]):  # type: ignore[no-untyped-def]
    """Longitude and latitude to units, as large as fits, in the middle; a degree of longitude shrinks with latitude."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return lambda lon, lat: (left + (lon - west) * narrow * scale, top + (north - lat) * scale)


def _path(points: list[tuple[float, float]]) -> str:
    kept = simplified(points)
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def simplified(points: list[tuple[float, float]], fineness: float = FINENESS) -> list[tuple[float, float]]:
    """Fewer points, none of those left out further than ``fineness`` from the line drawn (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = 0.0, 0
        for i in range(first + 1, last):
            away = _distance(points[i], points[first], points[last])
            if away > far:
                far, at = away, i
        if far > fineness:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far ``p`` lies from the stretch between ``a`` and ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
    return math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy)
