"""The cities' folders say what the program can read, and fill every role that the shared items ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tongban.base import divisions, streets
from tongban.base.calendar import Calendar, OfficeHours, builtin
from tongban.base.identifiers import organisation
from tongban.registries.synthetic import roads

FOLDER = Path(__file__).parents[4] / "cities"
CITIES = sorted(path.parent.name for path in FOLDER.glob("*/city.yaml"))
SUPPLY = {"water-supply", "power-supply", "gas-supply"}
POWERS = {"accept", "examine", "answer", "decide", "inspect", "review", "transfer", "extend", "supervise", "draft", "publish",
    "counter", "refund", "allow-refund",
}  # fmt: skip
ROLES = {
    "window", "market-supervision", "tax", "social-insurance", "housing-fund", "housing-fund-centre", "seal",
    "statistics", "civil-affairs", "urban-management",
}


def read(city, name):
    return yaml.safe_load((FOLDER / city / f"{name}.yaml").read_text("utf-8"))


@pytest.fixture(params=CITIES)
def city(request):
    return request.param


def test_both_cities_of_the_main_job_are_there_with_roads_of_their_own():
    assert {"310117", "330100"} <= set(CITIES)
    assert all(read(city, "roads") for city in ("310117", "330100"))


def test_a_city_says_its_code_and_name(city):
    data = read(city, "city")
    assert data["adcode"] == city
    assert divisions.full_name(city).endswith(data["name"]["zh"])
    assert data["name"]["en"] and len(data["mark"]) == 1


def test_offices_have_right_codes_of_their_own_and_parents_that_exist(city):
    offices = read(city, "offices")["offices"]
    keys = [office["key"] for office in offices]
    codes = [organisation.parse(office["uscc"]) for office in offices]
    assert len(set(keys)) == len(keys) and len({code.value for code in codes}) == len(codes)
    # Those that supply water, power and gas are firms (91); everybody else is an organ of the state (11).
    supplies = {code.value for code, office in zip(codes, offices, strict=True) if set(office.get("roles", ())) & SUPPLY}
    assert {code.prefix for code in codes if code.value not in supplies} == {"11"}
    assert {code.prefix for code in codes if code.value in supplies} <= {"91"}
    assert all(code.inner_check_ok for code in codes)
    assert {office["parent"] for office in offices if "parent" in office} <= set(keys)
    assert all(office["name"]["zh"] and office["name"]["en"] for office in offices)


def test_every_role_is_filled_by_one_office_of_a_division_and_by_the_city(city):
    offices = read(city, "offices")["offices"]
    filled = [(role, office["uscc"][2:8]) for office in offices for role in office["roles"]]
    assert len(filled) == len(set(filled))
    assert {role for role, division in filled if division == city} >= ROLES


@pytest.mark.parametrize("city", ["310117", "330100"])
def test_tax_takes_its_steps_by_its_own_system_where_a_demonstration_runs_one(city):
    assert [o["by"] for o in read(city, "offices")["offices"] if "tax" in o["roles"]] == ["system"]


def test_hours_and_calendar_can_be_read_and_no_office_never_closes(city):
    Calendar.from_data(read(city, "calendar")["years"], base=builtin())
    for office in read(city, "offices")["offices"]:
        hours = OfficeHours.from_data(office["hours"])
        assert sum(bool(day) for day in hours.weekly) == 5


@pytest.mark.parametrize("city", sorted(path.parent.name for path in FOLDER.glob("*/roads.yaml")))
def test_every_county_has_roads_enough_and_no_street_has_one_twice(city):
    counties = [d.code for d in divisions.children(city)] or [city]
    found = roads.read(read(city, "roads"), counties)
    for county in counties:
        stretches = found.stretches[county]
        assert len(set(stretches)) == len(stretches)
        assert len({s.road for s in stretches}) >= (8 if len(counties) > 1 else 40)
        assert not any("演示" in s.road for s in stretches)


def test_every_street_and_town_of_songjiang_has_a_road():
    found = roads.read(read("310117", "roads"), ["310117"]).stretches["310117"]
    assert {s.street for s in found} == {s.code for s in streets.of("310117")}


def test_officers_sit_in_offices_and_nobody_both_examines_and_decides(city):
    officers = read(city, "accounts.demo")["officers"]
    offices = {office["key"]: office for office in read(city, "offices")["offices"]}
    assert len({o["username"] for o in officers}) == len(officers)
    for officer in officers:
        assert officer["office"] in offices
        assert set(officer["powers"]) <= POWERS
        assert not {"examine", "decide"} <= set(officer["powers"])
        assert not {"refund", "allow-refund"} <= set(officer["powers"]), "one asks, another allows"
        assert "演示" in officer["name"]
    held = {(o["office"], power) for o in officers for power in o["powers"]}
    for key, office in offices.items():
        if office["by"] == "desk" and set(office["roles"]) & (ROLES - {"window"}):
            assert (key, "decide") in held
            assert {(key, "examine"), (key, "answer")} & held
