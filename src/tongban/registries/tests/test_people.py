"""The population registry: what it answers, to whom, and what it leaves on the trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tongban.base.errors import Refusal
from tongban.registries import queries, synthetic
from tongban.registries.models import Person, Relation
from tongban.registries.tests.conftest import CITY, NOW, WARRANT
from tongban.trail.models import Read


@pytest.fixture
def personas(hangzhou):
    return synthetic.personas(CITY, warrant=WARRANT, now=NOW)


def who(persona):
    return queries.person(persona.id, warrant=WARRANT, now=NOW)


def test_a_person_is_found_by_number_in_either_case(personas):
    founder = personas["founder"]
    found = queries.person_by_id_number(founder.id_number.lower(), warrant=WARRANT, now=NOW)
    assert found is not None and found.pk == founder.id


def test_name_and_number_match_or_do_not_and_all_misses_are_answered_alike(personas):
    founder, elder = personas["founder"], personas["elder"]

    def match(name, number):
        return queries.match(name=name, id_number=number, warrant=WARRANT, now=NOW)

    assert match(founder.name, founder.id_number).pk == founder.id
    assert match(elder.name + "某", founder.id_number) is None
    assert match(founder.name, "110101199003070011") is None
    assert match(founder.name, "110101199003070012") is None
    assert match(founder.name, "' OR 1=1 --") is None


def test_the_dead_match_nobody(personas):
    dead = Person.objects.exclude(deceased_on=None).first()
    number = queries.id_number_of(dead, warrant=WARRANT, now=NOW)
    assert queries.match(name=dead.name, id_number=number, warrant=WARRANT, now=NOW) is None


def test_facts_carry_their_source_and_day(personas):
    facts = queries.facts_of(who(personas["elder"]), warrant=WARRANT, now=NOW)
    assert facts["person.age"].value >= 80
    assert facts["person.id_number"].value == personas["elder"].id_number
    assert facts["person.division"].value.startswith("3301")
    assert {(k.source, k.as_of) for k in facts.values()} == {("population", "2026-11-23")}


def test_only_the_facts_asked_for_are_told_and_exactly_those_are_on_the_trail(personas):
    of = who(personas["founder"])
    facts = queries.facts_of(of, warrant=WARRANT, now=NOW, only={"person.name", "person.birth"})
    assert set(facts) == {"person.name", "person.birth"}
    row = Read.objects.filter(person=str(of.pk)).order_by("id").last()
    assert (row.fields, row.purpose, row.case) == (["birth", "name"], "apply", "T-1")


def test_a_spouse_is_told_both_ways(personas):
    marriage = Relation.objects.filter(kind="spouse").select_related("person", "other").first()
    for one, other in [(marriage.person, marriage.other), (marriage.other, marriage.person)]:
        facts = queries.facts_of(one, warrant=WARRANT, now=NOW, only={"person.spouse", "person.married"})
        assert facts["person.spouse"].value["name"] == other.name
        assert facts["person.married"].value is True
        kinds = {(r.kind, r.person) for r in queries.relatives_of(one, warrant=WARRANT, now=NOW)}
        assert ("spouse", other.pk) in kinds


def test_parents_are_guardians_until_eighteen(personas):
    child, parent = who(personas["minor"]), who(personas["guardian"])
    assert queries.is_guardian(parent, child, warrant=WARRANT, now=NOW)
    assert child.pk in {ward.person for ward in queries.wards_of(parent, warrant=WARRANT, now=NOW)}
    birthday = NOW.replace(year=child.birth.year + 18, month=child.birth.month, day=child.birth.day)
    assert queries.is_guardian(parent, child, warrant=WARRANT, now=birthday - timedelta(days=1))
    assert not queries.is_guardian(parent, child, warrant=WARRANT, now=birthday)


def test_a_court_order_overrides_the_parents(personas):
    child, parent, other = (who(personas[key]) for key in ("minor", "guardian", "resident"))
    Relation.objects.create(person=other, other=child, kind="guardian", since=date(2026, 1, 1),
                            court_order="（2026）演示民特1号", source="court", as_of=date(2026, 1, 1))
    assert not queries.is_guardian(parent, child, warrant=WARRANT, now=NOW)
    assert queries.is_guardian(other, child, warrant=WARRANT, now=NOW)


def test_an_unknown_person_is_not_found(hangzhou):
    with pytest.raises(Refusal) as no:
        queries.person("0198c0de-0000-7000-8000-000000000000", warrant=WARRANT, now=NOW)
    assert no.value.status == 404


def test_nothing_personal_is_asked_without_a_warrant():
    for ask in (queries.person, queries.person_by_id_number, queries.match, queries.facts_of, queries.relatives_of,
                queries.guardians_of, queries.wards_of, queries.id_number_of, queries.mobile_of,
                queries.entities_represented_by, queries.facts_of_entity, queries.holdings_of):
        assert ask.__kwdefaults__ is None or "warrant" not in ask.__kwdefaults__
        assert "warrant" in ask.__code__.co_varnames[: ask.__code__.co_argcount + ask.__code__.co_kwonlyargcount]
