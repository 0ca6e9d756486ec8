"""What is granted to a firm changes the registry of legal entities, and everybody reads it there from then on."""

from __future__ import annotations

import pytest

from tongban.base.actors import Warrant
from tongban.engine.check import codes
from tongban.engine.tests.services import repository
from tongban.journeys import entering, see
from tongban.journeys.tests.trying import Applicant, Offices
from tongban.registries import queries as registries
from tongban.registries.models import FirmName, Holding, LegalEntity, Place
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
CHANGE, END = "company-change", "company-deregistration"
NAME = "杭州演示新芽软件有限公司"


def firm_of(persona) -> LegalEntity:
    return LegalEntity.objects.get(uscc=persona.people["representative"]["firm"]["uscc"])


def granted(code, persona, clock, work, *signers, **told):
    """Apply in the firm's name, have it decided; the firm as the registry has it then, and the case as it is seen."""
    item = repository().items[code]
    who = Applicant(item, persona, clock, **told)
    who.fill()
    number = who.submit(*(persona(key) for key in signers))
    Offices(number, item, clock).work(work)
    return firm_of(persona), see.case(number, by=who.by, now=clock.now)


def test_every_registry_that_items_may_enter_is_written_by_somebody():
    assert set(entering.REGISTRIES) == set(codes.ENTRIES)


def test_a_change_of_name_place_and_representative_stands_in_the_registry(persona, clock, work):
    founder = persona.people["founder"]
    before = firm_of(persona)
    place = Place.objects.filter(use="commercial").exclude(id=before.place_id).order_by("id").first()
    firm, view = granted(
        CHANGE, persona, clock, work, "founder",
        change_matters=["name", "place", "representative"],
        new_name=NAME,
        new_place={"code": str(place.id), "text": place.text},
        new_representative={"name": founder["name"], "id": founder["id_number"]},
    )  # fmt: skip
    assert (view.status, view.granted) == ("closed", True)
    assert (firm.name, firm.address, firm.representative_name) == (NAME, place.text, founder["name"])
    assert (firm.uscc, firm.capital_fen, firm.scope) == (before.uscc, before.capital_fen, before.scope)
    assert FirmName.objects.get(name=NAME).entity == firm
    assert FirmName.objects.get(name=before.name).state == "reserved"
    (row,) = Entry.objects.filter(verb="entity.change")
    assert row.subject == firm.uscc and row.facts["changed"] == "name representative place"
    (licence,) = [paper for paper in view.papers if getattr(paper, "type", "") == "business-licence"]
    assert licence.holder_ref == firm.uscc


def test_whoever_represents_a_firm_now_acts_for_it_and_whoever_did_no_longer_does(persona, clock, work):
    founder = persona.people["founder"]
    told = {"name": founder["name"], "id": founder["id_number"]}
    granted(CHANGE, persona, clock, work, "founder", change_matters=["representative"], new_representative=told)
    uscc = firm_of(persona).uscc

    def firms(key):
        who = persona(key)
        return {each.uscc for each in registries.entities_represented_by(
            registries.person(who.subject, warrant=Warrant(actor=who, purpose="apply"), now=clock.now),
            warrant=Warrant(actor=who, purpose="apply"), now=clock.now)}  # fmt: skip

    assert uscc in firms("founder") and uscc not in firms("representative")


def test_new_shareholders_and_their_capital_stand_in_the_registry(persona, clock, work):
    founder = persona.people["founder"]
    holder = {"type": "person", "name": founder["name"], "id": founder["id_number"], "amount": "600000"}
    firm = firm_of(persona)
    granted(CHANGE, persona, clock, work, "founder", change_matters=["shareholders", "capital"], new_capital="600000",
            new_shareholders=[holder], change_reduction_published="2026-09-01", change_decided_on="2026-08-20")  # fmt: skip
    after = firm_of(persona)
    assert after.capital_fen == 600_000_00 != firm.capital_fen
    assert [(each.name, each.amount_fen) for each in Holding.objects.filter(entity=after)] == [(founder["name"], 600_000_00)]


def test_a_firm_that_is_deregistered_has_ended_for_everybody(persona, clock, work):
    before = firm_of(persona)
    firm, view = granted(
        END, persona, clock, work, "founder",
        closing_reason="term", closing_way="general", closing_published_on="2026-09-01",
        closing_objection="no", closing_liquidated_on="2026-11-01",
    )  # fmt: skip
    assert (view.status, view.granted) == ("closed", True)
    assert firm.status == "deregistered" and firm.name == before.name
    assert FirmName.objects.get(name=before.name).until > clock.now
    who = persona("representative")
    warrant = Warrant(actor=who, purpose="apply")
    of = registries.person(who.subject, warrant=warrant, now=clock.now)
    assert firm not in registries.entities_represented_by(of, warrant=warrant, now=clock.now)
    facts = registries.facts_of_entity(firm, warrant=warrant, now=clock.now)
    assert facts["firm.status"].value == "deregistered"


def test_a_firm_of_another_city_is_told_where_to_apply(persona, clock):
    LegalEntity.objects.filter(uscc=firm_of(persona).uscc).update(division_id="310117")
    who = Applicant(repository().items[END], persona, clock)
    assert "registered-here" in {each.rule for each in who.look().plan.failed}
