"""Whose certificate it is, and under which number: the buyer's not the seller's, a trader's begins with 92."""

from types import SimpleNamespace

import pytest

from tongban.base.identifiers import organisation
from tongban.journeys import apply, draft, issue, see, signing
from tongban.registries.models import LegalEntity, Place
from tongban.wiring.filling import items as filling
from tongban.wiring.node import REPOSITORY, current

BUYER = {"key": "applicant", "duties": ("applicant",), "signs": True}
SELLER = {"key": "seller", "duties": ("seller",), "signs": True}
AGENT = {"key": "agent", "duties": ("agent",), "signs": False}


@pytest.mark.parametrize(
    ("named", "whose"),
    [(("applicant",), [BUYER]), ((), [BUYER, SELLER]), (("nobody-here",), [BUYER, SELLER])],
)
def test_a_certificate_is_whose_the_item_says_it_is(named, whose):
    item = SimpleNamespace(code="house-transfer", outcome=SimpleNamespace(holders=named))
    assert issue._holders(item, {"roles": [BUYER, SELLER, AGENT]}) == whose


@pytest.mark.django_db
def test_a_trader_gets_a_number_of_traders(persona, clock, work):
    code = "individual-business-registration"
    (folder,) = (REPOSITORY / "services" / "items").glob(f"*/{code}")
    assert not filling.publish(current(), folder=folder, now=clock.now).findings
    by = persona("founder")
    place = Place.objects.filter(use="commercial").order_by("id").first()
    told = {
        "firm_name": "杭州演示云帆小吃店", "place": {"code": str(place.id), "text": place.text}, "scope": ["6291"],
        "trader_form": "person", "trader_funds": "50000", "person_mobile": "13800000000",
    }  # fmt: skip
    id = draft.start(city="330100", code=code, by=by, now=clock.now)
    sheet = draft.sheet(id, by=by, now=clock.now)
    while asked := sheet.next_question:
        sheet = draft.answer(id, question=asked, raw=told[asked], version=None, by=by, now=clock.now)
    digest = signing.lock(id, by=by, now=clock.now)
    for each in signing.waiting(by=by, now=clock.now):
        signing.sign(each.party, digest=digest, by=by, now=clock.now)
    number = apply.submit(id, by=by, now=clock.now).number
    work()
    assert see.case(number, by=by, now=clock.now).granted
    made = LegalEntity.objects.get(case_number=number)
    assert made.uscc.startswith("92")
    assert organisation.parse(made.uscc)
