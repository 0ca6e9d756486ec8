"""Every city's folder: real divisions, a tree of offices with right codes, hands kept apart, a colour that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.base import divisions
from tongban.base.identifiers import organisation
from tongban.engine.tests.services import repository
from tongban.ui import colour
from tongban.wiring import cities
from tongban.wiring.filling.offices import _flat
from tongban.wiring.node import REPOSITORY

CITIES = sorted((REPOSITORY / "cities").iterdir())
every_city = pytest.mark.parametrize("folder", CITIES, ids=lambda f: f.name)


def offices(folder: Path) -> list[dict]:
    return list(_flat(cities.read(folder, "offices")["offices"]))


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    """Office roles that the items of all cities name."""
    items = repository().items.values()
    return {s.office for item in items for s in item.steps} | {item.office for item in items}


@every_city
def test_a_city_is_a_division_in_force_and_says_its_name(folder):
    data = cities.read(folder, "city")
    assert data["adcode"] == folder.name and divisions.is_known(folder.name)
    assert divisions.get(folder.name).name.zh in data["name"]["zh"] and data["name"]["en"]


@every_city
def test_a_citys_accent_can_be_read_on_white_and_under_it(folder):
    assert colour.contrast(cities.read(folder, "city")["accent"], "#ffffff") >= 4.5


def test_no_two_cities_look_alike():
    data = [cities.read(folder, "city") for folder in CITIES]
    for name in ("mark", "accent"):
        assert len({each[name] for each in data}) == len(CITIES), name


@every_city
def test_offices_are_a_tree_with_codes_of_their_own(folder):
    rows = offices(folder)
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys))
    assert [row["key"] for row in rows if row["parent"] and row["parent"] not in keys] == []
    assert len([row for row in rows if not row["parent"]]) == 1
    codes = [organisation.parse(row["uscc"]) for row in rows]
    assert len({c.value for c in codes}) == len(rows) and all(c.inner_check_ok for c in codes)


@every_city
def test_every_step_of_every_item_has_an_office(folder, wanted):
    filled = {role for row in offices(folder) for role in row["roles"]} | {row["key"] for row in offices(folder)}
    assert wanted - filled == set()


@every_city
def test_no_demonstration_officer_both_examines_and_decides(folder):
    rows = cities.read(folder, "accounts.demo")["officers"]
    keys = {row["key"] for row in offices(folder)}
    assert [r["username"] for r in rows if r["office"] not in keys] == []
    assert [r["username"] for r in rows if "decide" in r["powers"] and set(r["powers"]) & {"examine", "inspect"}] == []
    assert len({r["username"] for r in rows}) == len(rows)


@every_city
def test_somebody_of_the_demonstration_may_do_every_step_of_every_item(folder):
    """Who takes in, examines, inspects, answers and decides: for each role that items name an officer with the power."""
    powers = {"accept": "accept", "examine": "examine", "inspect": "inspect", "ask": "answer", "decide": "decide"}
    items = repository().items.values()
    steps = {(s.office, powers[s.kind.value]) for item in items for s in item.steps if s.kind.value in powers}
    roles = {row["key"]: {*row["roles"], row["key"]} for row in offices(folder)}
    by_system = {role for row in offices(folder) if row["by"] == "system" for role in row["roles"]}
    held = {
        (role, power)
        for officer in cities.read(folder, "accounts.demo")["officers"]
        for role in roles[officer["office"]]
        for power in officer["powers"]
    }
    assert sorted((office, power) for office, power in steps - held if (office, power) not in {(r, "answer") for r in by_system}) == []
