"""A second-hand home, bought and sold from two phones: one bundle of the catalogue, one case, six offices, one payment."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.engine.plan import StepKind
from tongban.journeys import apply, bundles, handle, pay, see, signing
from tongban.journeys.tests.tills import due, heard, ordered, till  # noqa: F401
from tongban.journeys.tests.together import CITY, Desks
from tongban.journeys.tests.trying import Applicant

pytestmark = pytest.mark.django_db
MEMBERS = (
    "house-sale-contract-filing", "deed-tax", "house-transfer", "water-transfer", "electricity-transfer", "gas-transfer",
)  # fmt: skip
AT_DESKS = (StepKind.ASK, StepKind.EXAMINE, StepKind.DECIDE)


class Buyer(Applicant):
    """Who buys the founder's home: everything else is as the questions offer it."""

    def __init__(self, persona, clock) -> None:
        self.told = {"house_owners": "sole"}
        self.by, self.known, self.clock = persona("representative"), persona.people, clock
        answers = {"utilities": "all", "loan": "no"}
        self.id = bundles.begin("second-hand-home", answers, city=CITY, by=self.by, now=clock.now)
        self.item = self.look().item


@pytest.fixture
def buyer(persona, clock):
    found = Buyer(persona, clock)
    found.fill()
    return found


@pytest.fixture
def desks(buyer, persona, clock, work):
    found = Desks(buyer.submit(persona("founder")), clock, work)
    found.accept()
    return found


def do(desks, step) -> None:
    if step.kind is StepKind.DECIDE:
        return desks.decide(step.part)
    by, now = desks.whoever(step.key), desks.clock.forward(minutes=1)
    outcome = "answered" if step.kind is StepKind.ASK else "passed"
    handle.finish(number=desks.number, step=step.key, outcome=outcome, text="符合规定", by=by, now=now)
    return desks.work()


def side_by_side(desks) -> int:
    """Everything that desks have to do; how many offices had something at the same time, at most."""
    most = 0
    while waits := [s for s in desks.open_steps() if s.kind in AT_DESKS]:
        most = max(most, len({s.office for s in waits}))
        do(desks, waits[0])
    return most


def test_the_bundle_is_one_draft_of_its_members(buyer):
    sheet = buyer.look()
    assert [ref.code for ref in sheet.refs] == list(MEMBERS) and sheet.bundle == "second-hand-home"
    assert sheet.answers["deed_reason"] == "buy"
    made = {m.type for m in sheet.plan.materials if (m.source or "").startswith("item:")}
    assert made >= {"sale-contract", "tax-receipt", "real-estate-certificate"}


def test_it_is_signed_from_two_phones_and_each_reads_what_is_theirs(buyer, persona, clock):
    seller = persona("founder")
    signing.lock(buyer.id, by=buyer.by, now=clock.now)
    with pytest.raises(Refusal, match="not_signed"):
        apply.submit(buyer.id, by=buyer.by, now=clock.now)
    (asked,) = signing.waiting(by=seller, now=clock.now)
    found = signing.reading(asked.party, by=seller, now=clock.now)
    assert len(found["others"]) == 4, "the tax and the three accounts are the buyer's alone"
    assert "water_account" not in {field.key for field in found["item"].form}


def test_the_home_and_its_accounts_are_the_buyers_after_one_payment(buyer, desks, persona, till, clock, work):  # noqa: F811
    number = desks.number
    lines = due(number, clock).lines
    assert {line.item for line in lines} == {"deed-tax", "house-transfer"} and len({line.payee for line in lines}) == 2
    order = ordered(number, buyer.by, clock)
    till.pay(order, clock.now)
    heard(till, clock)
    work()
    assert due(number, clock).lines == ()
    assert side_by_side(desks) >= 5, "offices look at the same time"
    view = see.case(number, by=buyer.by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    assert {c.part for c in stored.state(stored.by_number(number)).certificates} == set(MEMBERS)
    held = {p.part for p in see.case(number, by=persona("founder"), now=clock.now).papers if hasattr(p, "holder_ref")}
    assert "house-transfer" not in held and "water-transfer" not in held, "the seller holds nothing of the buyer's"


def test_one_office_refuses_the_accounts_fall_and_the_fee_comes_back(buyer, desks, till, clock, work):  # noqa: F811
    number = desks.number
    charged = due(number, clock).lines
    till.pay(ordered(number, buyer.by, clock), clock.now)
    heard(till, clock)
    work()
    while step := next((s for s in desks.open_steps() if s.kind in AT_DESKS), None):
        if step.key == "house-transfer.decide":
            desks.decide("house-transfer", granted=False)
        else:
            do(desks, step)
    found = {p.key: p.state for p in see.case(number, by=buyer.by, now=clock.now).parts}
    assert found == {
        "house-sale-contract-filing": "granted", "deed-tax": "granted", "house-transfer": "refused",
        "water-transfer": "fallen", "electricity-transfer": "fallen", "gas-transfer": "fallen",
    }  # fmt: skip
    assert stored.by_number(number).result == "partly"
    fee = sum(line.fen for line in charged if line.item == "house-transfer")
    assert "give-back" in till.asked
    heard(till, clock)
    assert pay.purse(number, now=clock.now).back_fen == fee, "of what was not granted, and nothing else"
