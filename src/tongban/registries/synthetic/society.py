"""A whole society of one city in memory, as a pure function of city, sizes, day and seed."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import msgspec

from tongban.base import divisions
from tongban.registries.synthetic import roads as roadmap
from tongban.registries.synthetic.firms import SyntheticFirm, make_firms
from tongban.registries.synthetic.people import SyntheticPerson, SyntheticRelation, make_people
from tongban.registries.synthetic.places import SyntheticPlace, make_places

SOURCE = "synthetic"


class Society(msgspec.Struct, frozen=True, kw_only=True):
    """People, relations, places and firms; they name each other by position in these lists."""

    places: list[SyntheticPlace]
    people: list[SyntheticPerson]
    relations: list[SyntheticRelation]
    firms: list[SyntheticFirm]


def society(
    city: str, *, people: int, firms: int, places: int, seed: int, today: date, roads: Any = None
) -> Society:
    """At least as many people and exactly as many places and firms of ``city`` (adcode) as asked for. ``roads``: what
    its ``roads.yaml`` says; without it the roads are invented.

    Equal arguments give equal societies. ``people`` is rounded up to the last household.
    """
    counties = [d.code for d in divisions.children(city)] or [city]
    found = make_places(Random(f"{city} {seed} places"), counties, roadmap.read(roads, counties), places)
    homes = [n for n, place in enumerate(found) if place.use == "residential"]
    shops = [n for n, place in enumerate(found) if place.use == "commercial"]
    everybody, relations = make_people(Random(f"{city} {seed} people"), city, counties, found, homes, people, today)
    companies = make_firms(Random(f"{city} {seed} firms"), city, everybody, found, shops, firms, today)
    return Society(places=found, people=everybody, relations=relations, firms=companies)
