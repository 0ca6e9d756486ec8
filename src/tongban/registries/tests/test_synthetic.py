"""The synthetic society."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.base import divisions as table
from tongban.base.actors import SYSTEM
from tongban.base.identifiers import mobile, organisation
from tongban.base.identifiers import person as person_ids
from tongban.registries import actions, queries, synthetic
from tongban.registries.models import Division, FirmName, LegalEntity, Person, Place, Relation
from tongban.registries.tests.conftest import CITY, NOW, WARRANT

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def made():
    return synthetic.society(CITY, people=2000, firms=200, places=800, seed=1, today=TODAY)


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


def test_places_lie_in_their_divisions_and_say_that_they_are_made_up(made):
    assert {p.division for p in made.places} == {d.code for d in table.children(CITY)}
    assert all("演示" in p.text and p.text.startswith("浙江省杭州市") for p in made.places)


def test_loading_twice_loads_once_and_every_row_is_labelled(hangzhou):
    again = actions.load_synthetic(city=CITY, people=600, firms=40, places=300, seed=7, by=SYSTEM, now=NOW)
    assert again == hangzhou
    assert hangzhou["people"] >= 600 and hangzhou["firms"] == 40 and hangzhou["places"] == 300
    for model in (Person, Place, Relation, LegalEntity, FirmName):
        assert not model.objects.filter(synthetic=False).exists()


def test_divisions_are_loaded_with_their_parents_and_again_without_harm(divisions):
    count = actions.load_divisions(by=SYSTEM, now=NOW)
    assert Division.objects.count() == count > 3000
    assert queries.division("330106").parent_id == CITY
    assert {d.code for d in queries.divisions_below(CITY)} == {d.code for d in table.children(CITY)}
    assert not queries.divisions_below("310117").exists()


@pytest.mark.parametrize("city", ["330100", "310117"])
def test_each_city_has_its_personas_by_rule(divisions, city):
    actions.load_synthetic(city=city, people=1500, firms=40, places=400, seed=1, by=SYSTEM, now=NOW)
    cast = synthetic.personas(city, warrant=WARRANT, now=NOW)
    assert set(cast) == {"representative", "founder", "elder", "guardian", "minor", "bride", "groom", "resident"}
    assert len({p.id for p in cast.values()}) == len(cast)
    assert cast == synthetic.personas(city, warrant=WARRANT, now=NOW)
    founder = queries.person(cast["founder"].id, warrant=WARRANT, now=NOW)
    assert not queries.entities_represented_by(founder, warrant=WARRANT, now=NOW).exists()
    assert queries.entity_by_uscc(cast["representative"].firm.uscc).representative_id == cast["representative"].id
