"""The registry of legal entities."""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation
from tongban.base.identifiers import person as person_ids
from tongban.registries import actions, queries
from tongban.registries.models import FirmName, Holding, LegalEntity, Person, Place
from tongban.registries.tests.conftest import CITY, NOW, WARRANT
from tongban.trail.models import Read

FOUNDER = actions.Party(
    name="演示人甲", id_number=person_ids.issue(area="310117", birth=NOW.date().replace(year=1990), sequence=902)
)
FIRM = actions.Party(name="上海松江演示商贸有限公司", uscc=organisation.issue(prefix="91", division="310117", serial=12))
NAME = "杭州澄溪科技有限公司"


def register(**changes):
    given = {
        "city": CITY, "name": NAME, "kind": "limited", "representative": FOUNDER, "scope": ["6510", "6513"],
        "holdings": [actions.Share(holder=FOUNDER, amount_fen=60_000_00), actions.Share(holder=FIRM, amount_fen=40_000_00)],
        "case_number": "C-1", "by": SYSTEM, "now": NOW,
    }
    return actions.register_entity(**{**given, **changes})


def test_a_registered_firm_has_a_code_with_right_checks_and_its_name_is_taken(hangzhou):
    row = actions.reserve_name(name=NAME, city=CITY, reserved_for="draft-1", by=SYSTEM, now=NOW)
    firm = register(reserved_for="draft-1")
    read = organisation.parse(firm.uscc)
    assert (read.prefix, read.division, read.inner_check_ok) == ("91", CITY, True)
    assert firm.capital_fen == 100_000_00
    row.refresh_from_db()
    assert (row.state, row.entity, row.until) == ("taken", firm, None)
    assert queries.check_name(name=NAME, city=CITY, now=NOW).code == "taken"
    assert queries.entity_by_uscc(firm.uscc) == firm


def test_the_same_case_registers_one_firm(hangzhou):
    assert register() == register()


def test_a_name_reserved_for_another_stays_theirs_and_nothing_is_left_behind(hangzhou):
    actions.reserve_name(name=NAME, city=CITY, reserved_for="draft-2", by=SYSTEM, now=NOW)
    with pytest.raises(actions.NameRefused):
        register(reserved_for="draft-1")
    assert LegalEntity.objects.count() == hangzhou["firms"]
    assert FirmName.objects.get(name=NAME).state == "reserved"


@pytest.mark.parametrize("fen", [0, -1, 10**30])
def test_a_capital_that_cannot_be_is_refused(hangzhou, fen):
    with pytest.raises(Refusal) as no:
        register(holdings=[actions.Share(holder=FOUNDER, amount_fen=fen)])
    assert no.value.code == "capital_out_of_range"


def test_codes_go_on_after_those_of_the_synthetic_firms(hangzhou):
    before = set(LegalEntity.objects.values_list("uscc", flat=True))
    assert register().uscc not in before


def test_a_place_outside_the_city_is_refused_by_name(hangzhou):
    actions.load_synthetic(city="310117", people=60, firms=3, places=40, seed=7, by=SYSTEM, now=NOW)
    outside = Place.objects.filter(division_id="310117").first()
    with pytest.raises(Refusal) as no:
        register(place=outside.pk)
    assert no.value.code == "address_outside_city"
    assert "松江" in no.value.brief.zh


def test_numbers_of_people_are_not_in_the_tables_in_clear(hangzhou):
    register()
    clear = FOUNDER.id_number.encode()
    for row in [*LegalEntity.objects.all(), *Holding.objects.all()]:
        assert clear not in repr({f.attname: bytes(v) if isinstance(v := getattr(row, f.attname), memoryview) else v
                                  for f in row._meta.fields}).encode()


def test_whom_somebody_represents_is_told_and_leaves_a_row(hangzhou):
    firm = LegalEntity.objects.select_related("representative").first()
    of = Person.objects.get(pk=firm.representative_id)
    assert firm in queries.entities_represented_by(of, warrant=WARRANT, now=NOW)
    assert Read.objects.filter(person=str(of.pk), resource="legal-entities").exists()


def test_facts_of_a_firm_say_where_they_come_from(hangzhou):
    facts = queries.facts_of_entity(LegalEntity.objects.order_by("uscc").first(), warrant=WARRANT, now=NOW)
    assert facts["firm.status"].value == "active"
    assert facts["firm.capital_fen"].value > 0
    assert {known.source for known in facts.values()} == {"legal-entities"}
