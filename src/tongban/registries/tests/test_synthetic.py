"""The synthetic society."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from shapely.geometry import Point

from tongban.base import divisions as table
from tongban.base import streets
from tongban.base.actors import SYSTEM
from tongban.base.identifiers import mobile, organisation
from tongban.base.identifiers import person as person_ids
from tongban.registries import actions, queries, synthetic
from tongban.registries.models import Division, FirmName, LegalEntity, Person, Place, Relation
from tongban.registries.synthetic import places as maker
from tongban.registries.tests.conftest import CITY, NOW, WARRANT, roads

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def made():
    return synthetic.society(CITY, people=2000, firms=200, places=800, seed=1, today=TODAY, roads=roads(CITY))


def test_the_same_seed_makes_the_same_society_and_another_seed_another():
    def small(seed):
        return synthetic.society("310117", people=200, firms=20, places=80, seed=seed, today=TODAY)

    assert small(1) == small(1)
    assert small(1) != small(2)


def test_every_number_has_right_checks_and_says_what_the_row_says(made):
    assert len({p.number for p in made.people}) == len(made.people) >= 2000
    for p in made.people:
        read = person_ids.parse(p.number, today=TODAY)
        assert (read.birth, read.sex) == (p.birth, p.sex)
        assert not p.mobile or mobile.parse(p.mobile).value == p.mobile
    for f in made.firms:
        assert organisation.parse(f.uscc).inner_check_ok


def test_there_are_children_and_the_old_and_parents_are_older_than_their_children(made):
    ages = [(TODAY - p.birth).days // 365 for p in made.people]
    assert sum(age < 18 for age in ages) > 200
    assert sum(age >= 80 for age in ages) > 20
    assert min(ages) >= 0 and max(ages) < 100
    for r in made.relations:
        gap = (made.people[r.other].birth - made.people[r.person].birth).days / 365.25
        assert gap > 17 or r.kind == "spouse"
        assert r.since <= TODAY


def test_places_lie_on_the_roads_of_their_street_and_county(made):
    assert {p.division for p in made.places} == {d.code for d in table.children(CITY)}
    real = roads(CITY)["roads"]
    for p in made.places:
        street = next((s.name for s in streets.of(p.division) if s.code == p.street), "*")
        assert p.road in real[p.division][street]
        below = "" if street == "*" else street
        assert p.text == f"{table.full_name(p.division)}{below}{p.road}{p.number}{p.building}{p.room}"


def test_points_of_places_lie_in_their_county(made):
    areas = {county: maker.boundary(county) for county in {p.division for p in made.places}}
    assert all(areas[p.division].contains(Point(p.lon, p.lat)) for p in made.places)


def test_homes_in_shanghai_stand_in_lanes_and_shops_at_numbers():
    found = synthetic.society("310117", people=20, firms=1, places=80, seed=1, today=TODAY, roads=roads("310117")).places
    units = {(p.use, p.number[-1], p.building[-1], p.room[-1]) for p in found}
    assert units == {("residential", "弄", "号", "室"), ("commercial", "号", "幢", "室")}


def test_without_a_list_of_roads_they_are_invented_and_say_so():
    found = synthetic.society("310117", people=20, firms=1, places=40, seed=1, today=TODAY).places
    assert all(p.road.startswith("演示") and not p.street for p in found)


@pytest.mark.parametrize(("said", "wrong"), [
    ({"roads": {"330106": {"方松街道": ["文诚路"]}}}, "西湖区 has no street or town 方松街道"),
    ({"roads": {"310117": {"方松街道": ["文诚路"]}}}, "no counties of this city: 310117"),
    ({"roads": {"330106": ["曙光路"]}}, "Expected `object`"),
    ({"road": {}}, "unknown field"),
])
def test_a_list_of_roads_that_is_wrong_says_where(said, wrong):
    with pytest.raises(ValueError, match=wrong):
        synthetic.society(CITY, people=20, firms=1, places=40, seed=1, today=TODAY, roads=said)


def test_loading_twice_loads_once_and_every_row_is_labelled(hangzhou):
    again = actions.load_synthetic(city=CITY, people=900, firms=50, places=400, seed=7, by=SYSTEM, now=NOW)
    assert again == hangzhou == {m: t.objects.count() for m, t in (("people", Person), ("firms", LegalEntity), ("places", Place))}
    assert hangzhou["people"] >= 600 and hangzhou["firms"] == 40 and hangzhou["places"] == 300
    for model in (Person, Place, Relation, LegalEntity, FirmName):
        assert not model.objects.filter(synthetic=False).exists()


def test_a_place_names_its_street_which_lies_in_its_county(hangzhou):
    place = Place.objects.filter(street__name="湖滨街道").select_related("street").first()
    assert (place.division_id, place.street.code) == ("330102", "330102003")
    place.street_id = "330106002"
    with pytest.raises(IntegrityError, match="place_street_lies_in_its_division"), transaction.atomic():
        place.save()


def test_divisions_are_loaded_with_their_parents_and_again_without_harm(hangzhou):
    count = actions.load_divisions(city=CITY, by=SYSTEM, now=NOW)
    assert Division.objects.count() == count > 3000
    assert queries.division("330106").parent_id == CITY
    counties = {d.code for d in table.children(CITY)}
    assert {d.code for d in queries.divisions_below(CITY) if d.level != "street"} == counties
    assert {d.parent_id for d in queries.divisions_below(CITY) if d.level == "street"} == counties
    assert queries.division("330106002").name == "北山街道"
    assert {d.parent_id for d in queries.divisions_below("330106")} == {"330106"}
    assert not queries.divisions_below("310117").exists()  # of another city only what there is above streets


@pytest.mark.parametrize("city", ["330100", "310117"])
def test_each_city_has_its_personas_by_rule(hangzhou, city):
    actions.load_synthetic(city=city, people=600, firms=40, places=300, by=SYSTEM, now=NOW)
    cast = synthetic.personas(city, warrant=WARRANT, now=NOW)
    assert set(cast) == {
        "representative", "founder", "elder", "pensioner", "guardian", "second-guardian", "minor", "bride", "groom", "resident",
        "employee",
    }  # fmt: skip
    assert len({p.id for p in cast.values()}) == len(cast)
    assert cast == synthetic.personas(city, warrant=WARRANT, now=NOW)
    founder = queries.person(cast["founder"].id, warrant=WARRANT, now=NOW)
    assert not queries.entities_represented_by(founder, warrant=WARRANT, now=NOW).exists()
    assert queries.entity_by_uscc(cast["representative"].firm.uscc).representative_id == cast["representative"].id
