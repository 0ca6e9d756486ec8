"""A bundle as somebody does it: one draft of all its items, one submission, and what that saved."""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.cases import saved
from tongban.catalog import actions as catalog
from tongban.catalog import bundles as offered
from tongban.engine import bundles as engine
from tongban.engine import items
from tongban.engine.tests.services import words
from tongban.engine.ways import Lead
from tongban.journeys import apply, bundles, draft, saving, see, signing
from tongban.journeys.tests.together import Desks, crossing
from tongban.journeys.tests.trying import page
from tongban.registries.models import Place

pytestmark = pytest.mark.django_db
CITY, HOME = "330100", "second-hand-home"
CHOSEN = {"utilities": "none", "loan": "no"}
ACCOUNT = {"bank": "演示银行", "number": "6222000000000000"}


@pytest.fixture
def buyer(persona):
    return persona("founder")


@pytest.fixture
def seller(persona):
    return persona("resident")


class Sale:
    """A home sold by one to another, as a bundle."""

    def __init__(self, buyer, seller, persona, clock, *, owner: bool) -> None:
        self.buyer, self.seller, self.clock = buyer, seller, clock
        who = persona.people["resident"]
        place = Place.objects.filter(use="residential").order_by("id").first()
        Place.objects.filter(pk=place.pk).update(owner_name=who["name"] if owner else "")
        self.id = bundles.begin(HOME, CHOSEN, city=CITY, by=buyer, now=clock.now)
        self.answers = {
            "house_place": {"code": str(place.id)}, "house_seller": {"name": who["name"], "id": who["id_number"]},
            "house_price": "3000000", "house_area": "89.50", "house_owners": "sole", "house_seller_tax": "exempt", "house_owned": "0",
            "person_mobile": "13800000000",
        }  # fmt: skip

    def sheet(self) -> draft.Sheet:
        return draft.sheet(self.id, by=self.buyer, now=self.clock.now)

    def fill(self) -> draft.Sheet:
        sheet = self.sheet()
        while question := sheet.next_question:
            raw = self.answers[question]
            sheet = draft.answer(self.id, question=question, raw=raw, version=None, by=self.buyer, now=self.clock.now)
        return sheet

    def bring(self) -> list[str]:
        """Upload what is still missing; the types."""
        missing = [paper.type for paper in self.fill().missing]
        for kind in missing:
            draft.upload(self.id, material=kind, name="p.jpg", content=page(), by=self.buyer, now=self.clock.now)
        return missing

    def submit(self) -> str:
        digest = signing.lock(self.id, by=self.buyer, now=self.clock.now)
        for by in (self.buyer, self.seller):
            for each in signing.waiting(by=by, now=self.clock.now):
                signing.sign(each.party, digest=digest, by=by, now=self.clock.now)
        return apply.submit(self.id, by=self.buyer, now=self.clock.now).number


def test_one_draft_asks_each_thing_once_and_what_the_bundle_says_not_at_all(buyer, seller, persona, clock):
    sheet = Sale(buyer, seller, persona, clock, owner=True).sheet()
    assert [ref.code for ref in sheet.refs] == ["house-sale-contract-filing", "deed-tax", "house-transfer"]
    assert (sheet.bundle, sheet.title.zh) == (HOME, "二手房过户一件事")
    keys = [question.key for question in sheet.plan.questions]
    assert len(keys) == len(set(keys)) and keys.count("house_place") == 1
    assert sheet.answers["deed_reason"] == "buy"


def test_what_a_bundle_saved_is_counted_with_its_case(buyer, seller, persona, clock):
    sale = Sale(buyer, seller, persona, clock, owner=True)
    assert sale.bring() == []
    number = sale.submit()
    row = stored.by_number(number)
    assert row.bundle == HOME and len(stored.materials(row)) == 12
    told = saving.of_cases([number])
    assert (told.asked, told.upload, told.shared, told.cancelled, told.items) == (19, 0, 7, 3, 3)
    assert (told.visits_before, told.days_before, told.days) == (3, 5, 5)
    assert saving.of_space(buyer) == told and saving.of_space(seller) is None
    city = saving.of_city(CITY)
    assert [(each.code, each.title.zh) for each in city.bundles] == [(HOME, "二手房过户一件事")]
    assert {each.code for each in city.items} == {"house-sale-contract-filing", "deed-tax", "house-transfer"}


def test_without_a_registry_the_count_is_another_and_the_case_goes_by_upload(buyer, seller, persona, clock):
    sale = Sale(buyer, seller, persona, clock, owner=False)
    assert sale.bring() == ["original-title"]
    told = saving.of_cases([sale.submit()])
    assert (told.asked, told.upload, told.spared) == (19, 1, 18)


def test_one_service_by_itself_is_counted_too(persona, clock):
    elder = persona("elder")
    id = draft.start(city=CITY, code="old-age-allowance", by=elder, now=clock.now)
    sheet = draft.sheet(id, by=elder, now=clock.now)
    while question := sheet.next_question:
        raw = ACCOUNT if question == "person_bank_account" else "13800000000"
        sheet = draft.answer(id, question=question, raw=raw, version=None, by=elder, now=clock.now)
    digest = signing.lock(id, by=elder, now=clock.now)
    for each in signing.waiting(by=elder, now=clock.now):
        signing.sign(each.party, digest=digest, by=elder, now=clock.now)
    number = apply.submit(id, by=elder, now=clock.now).number
    apply.submit(id, by=elder, now=clock.now)
    told = saved.of_numbers([number])
    assert told.items == 1 and told.asked == len(sheet.plan.materials) and told.shared == 0


def test_a_bundle_in_ones_own_case_is_told_with_what_registries_know(buyer, clock):
    told = bundles.together(HOME, CHOSEN, city=CITY, by=buyer, now=clock.now)
    assert told.real and told.situation is None and told.saving.papers.alone == 19
    assert {each.type for each in told.plan.materials if each.verdict.value == "upload"} == {"original-title"}
    assert told.saving.papers.open == 1, "it hangs on the address, which is not told yet"


def test_what_is_not_there_is_refused(buyer, clock):
    for code, city in (("nothing", CITY), (HOME, "310117")):
        with pytest.raises(Refusal) as no:
            bundles.begin(code, {}, city=city, by=buyer, now=clock.now)
        assert no.value.code == "no_bundle"


def generated(seed: str, clock) -> tuple[engine.Bundle, list]:
    """A bundle that nobody wrote, of five items that need each other in any way; found sound, and offered."""
    made = crossing(seed)
    members = tuple(Lead(item=each.code, why=words("演示")) for each in made)
    situation = engine.Situation(title=words("演示"), today="2026-11-23", expect=engine.Expect(items=tuple(m.item for m in members)))
    bundle = engine.Bundle(
        code="generated", title=words("演示一件事"), summary=words("演示"), audience="person", office=made[0].office,
        members=members, situations=(situation,),
    )  # fmt: skip
    read = engine.Read(bundles={"generated": bundle}, sources={}, findings=())
    assert [str(each) for each in engine.judged(read, {each.code: each for each in made}) if not each.warning] == []
    for each in made:
        catalog.publish(city=CITY, body=items.body(each), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
    offered.publish(city=CITY, body=engine.body(bundle), by=SYSTEM, now=clock.now)
    return bundle, made


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_a_generated_bundle_of_five_generated_items_is_begun_handled_and_completed(seed, persona, clock, work):
    _, made = generated(seed, clock)
    founder = persona("founder")
    told = bundles.together("generated", {}, city=CITY, by=founder, now=clock.now)
    needs = {each.code: {m.type.removeprefix("made-") for m in each.materials} for each in made}
    assert {each.item.code: set(each.waits) for each in told.members} == needs
    id = bundles.begin("generated", {}, city=CITY, by=founder, now=clock.now)
    sheet = draft.sheet(id, by=founder, now=clock.now)
    while question := sheet.next_question:
        sheet = draft.answer(id, question=question, raw="演示", version=None, by=founder, now=clock.now)
    assert not sheet.missing, "what one asks for and another yields is brought by nobody"
    digest = signing.lock(id, by=founder, now=clock.now)
    for each in signing.waiting(by=founder, now=clock.now):
        signing.sign(each.party, digest=digest, by=founder, now=clock.now)
    number = apply.submit(id, by=founder, now=clock.now).number
    desks = Desks(number, clock, work)
    desks.accept()
    done = desks.through()
    assert all(done.index(f"{b}.decide") < done.index(f"{a}.examine") for a, before in needs.items() for b in before)
    view = see.case(number, by=founder, now=clock.now)
    assert (view.status, view.granted, view.bundle) == ("closed", True, "generated")
    assert {part.state for part in view.parts} == {"granted"}
    saved_here = saving.of_cases([number])
    assert (saved_here.items, saved_here.upload) == (5, 0) and saved_here.asked == sum(len(n) for n in needs.values())
