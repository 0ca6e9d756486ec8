"""Roads on which synthetic places lie: the real ones of a city's ``roads.yaml``; invented ones (演示…路) in a county of
which it names none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import msgspec

from tongban.base import divisions, streets
from tongban.registries.synthetic.words import material

UNSURE = "*"  # stands for the street of a road that runs through several
UNITS = ("号", "幢", "室")


class Stretch(msgspec.Struct, frozen=True):
    """A road within one street or town: its nine digits and name, both empty where it is not known which."""

    road: str
    street: str = ""
    street_name: str = ""


class Roads(msgspec.Struct, frozen=True):
    """Stretches by county, and what follows an address's three numbers, by use."""

    stretches: dict[str, tuple[Stretch, ...]]
    units: dict[str, tuple[str, str, str]]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """``roads``: county → street or town → roads. ``units``: use → what follows the numbers (default 号, 幢, 室)."""

    roads: dict[str, dict[str, list[str]]] = {}
    units: dict[str, tuple[str, str, str]] = {}


def read(data: Any, counties: list[str]) -> Roads:
    """Roads of the counties from the content of ``roads.yaml``, which may be empty. Raises ValueError where it names a
    county that is not among them, or a street that its county has not."""
    file = msgspec.convert(data or {}, _File)
    if strange := sorted(set(file.roads) - set(counties)):
        raise ValueError(f"roads.yaml: no counties of this city: {', '.join(strange)}")
    named = {county: tuple(_stretches(county, rows)) for county, rows in file.roads.items()}
    return Roads({county: named.get(county) or _invented() for county in counties}, file.units)


def _stretches(county: str, rows: dict[str, list[str]]) -> Iterator[Stretch]:
    known = {street.name: street.code for street in streets.of(county)}
    for name, roads in rows.items():
        if name != UNSURE and name not in known:
            raise ValueError(f"roads.yaml: {divisions.full_name(county)} has no street or town {name}")
        street, shown = ("", "") if name == UNSURE else (known[name], name)
        yield from (Stretch(road, street, shown) for road in roads)


def _invented() -> tuple[Stretch, ...]:
    words = material()
    return tuple(Stretch(f"演示{name}{kind}") for name, kind in product(words.roads, words.road_kinds))
