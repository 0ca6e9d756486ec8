"""Halls of every city as data; whether they are open; which is nearest."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tongban.base import boundaries, streets
from tongban.base.calendar import SHANGHAI, OfficeHours, builtin
from tongban.journeys import nearby

CITIES = sorted(path.parent.name for path in (Path(__file__).parents[4] / "cities").glob("*/city.yaml"))
HOURS = OfficeHours.from_data({day: ["09:00-12:00", "13:30-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")})


def at(day, clock):
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI)


def opening(day, clock):
    return nearby.opening(HOURS, now=at(day, clock), calendar=builtin())


@pytest.mark.parametrize("city", CITIES)
def test_the_halls_of_a_city_stand_in_it_and_every_county_has_one(city):
    halls = nearby.halls(city)
    counties = boundaries.counties(city)
    known = {*counties, *(street.code for code in counties for street in streets.of(code))}
    assert {hall.division for hall in halls} <= known
    assert {hall.division[:6] for hall in halls if hall.kind == "hall"} == set(counties)
    assert len({hall.key for hall in halls}) == len(halls)
    xs = [x for rings in counties.values() for ring in rings for x, _ in ring]
    ys = [y for rings in counties.values() for ring in rings for _, y in ring]
    for hall in halls:
        lon, lat = hall.place
        assert min(xs) <= lon <= max(xs) and min(ys) <= lat <= max(ys), hall.key
        assert "演示" in hall.name.zh and "demo" in hall.name.en
        assert nearby.hours_of(city, hall).weekly


@pytest.mark.parametrize(
    ("day", "clock", "until", "following"),
    [
        ("2026-11-27", "08:59", None, "2026-11-27 09:00"),
        ("2026-11-27", "09:00", "2026-11-27 12:00", "2026-11-27 13:30"),
        ("2026-11-27", "12:00", None, "2026-11-27 13:30"),
        ("2026-11-27", "17:00", None, "2026-11-30 09:00"),
        ("2026-11-28", "10:00", None, "2026-11-30 09:00"),
        ("2026-09-30", "18:00", None, "2026-10-08 09:00"),
        ("2026-10-10", "10:00", "2026-10-10 12:00", "2026-10-10 13:30"),
    ],
)
def test_open_until_when_and_from_when_again_holidays_and_make_up_days_counted(day, clock, until, following):
    found = opening(day, clock)
    assert found.open == (until is not None)
    assert (f"{found.until:%Y-%m-%d %H:%M}" if found.until else None) == until
    assert f"{found.next:%Y-%m-%d %H:%M}" == following


def test_where_no_holiday_is_announced_yet_the_weekday_counts_and_it_is_said():
    found = opening("2031-03-03", "10:00")
    assert found.open and not found.known and found.days[0][0] == date(2031, 3, 3)
    near_the_end = opening("2026-12-31", "10:00")
    assert near_the_end.open and not near_the_end.known


def test_the_chosen_street_comes_first_then_its_county(settings):
    city = "330100"
    street = next(hall.division for hall in nearby.halls(city) if hall.kind == "neighbourhood")
    found = nearby.near(city, at=street, now=at("2026-11-27", "10:00"))
    assert found[0].hall.division == street and found[0].km == 0
    same = [each.hall.division[:6] == street[:6] for each in found]
    assert same == sorted(same, reverse=True)


def test_without_a_place_of_this_city_nothing_is_sorted():
    for told in ("", "310117001", "nonsense", "999999"):
        assert all(each.km is None for each in nearby.near("330100", at=told, now=at("2026-11-27", "10:00")))


def test_who_must_be_seen_goes_to_people_and_each_office_to_who_serves_it():
    now = at("2026-11-27", "10:00")
    kinds = {each.hall.kind for each in nearby.near("330100", office="market-supervision", visit=True, now=now)}
    assert kinds == {"hall"}
    assert {each.hall.kind for each in nearby.near("330100", office="civil-affairs", now=now)} == set(nearby.Kind.__args__)


@pytest.mark.parametrize("city", CITIES)
def test_districts_are_those_of_the_city_and_what_a_hall_leaves_is_served_at_the_citys_own(city):
    served = nearby.districts(city)
    inside = {code for code, _ in nearby.areas(city)} | {code for _, of in nearby.quarters(city) for code, _ in of}
    assert set().union(*served.values()) <= inside and served["civil-affairs"]
    if city.endswith("00"):
        assert len(served[""]) > len(served["meteorology"]) == 1
