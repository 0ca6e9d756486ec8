"""One payment for several services handled together: split by payee, and what falls is given back alone."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine.items import Step, Tariff
from tongban.engine.plan import StepKind
from tongban.journeys import pay, see, wishes
from tongban.journeys.tests.tills import HELD, due, heard, ordered, paid, receipts_of
from tongban.journeys.tests.tills import till as till
from tongban.journeys.tests.together import OFFICES, Desks, Together, made
from tongban.payments import ledger

pytestmark = pytest.mark.django_db
MARKET, URBAN, FIRE = OFFICES[:3]


def costly(code: str, office: str, fen: int, *needs: str):
    """A service that costs something, and waits for it before it is issued."""
    steps = (
        Step(key="accept", kind=StepKind.ACCEPT, office="window", title=Words(zh="受理", en="accept")),
        Step(key="examine", kind=StepKind.EXAMINE, office=office, title=Words(zh="审查", en="examine"), needs=("accept",)),
        Step(key="decide", kind=StepKind.DECIDE, office=office, title=Words(zh="决定", en="decide"), needs=("examine",),
             separate_from=("examine",)),
        Step(key="pay", kind=StepKind.PAY, office=office, title=Words(zh="缴费", en="pay"), needs=("decide",)),
        Step(key="issue", kind=StepKind.ISSUE, office=office, title=Words(zh="发证", en="issue"), needs=("pay",)),
    )  # fmt: skip
    fee = Tariff(key="fee", title=Words(zh="规费", en="fee"), payee=office, fen=fen, cites=("《演示法》第二条",))
    return made(code, office, needs=needs, steps=steps, fees=(fee,))


@pytest.fixture
def shop(persona, clock, till):
    items = [
        costly("paying-licence", MARKET, 10_001), costly("paying-sign", URBAN, 5_000, "paying-licence"),
        costly("paying-fire", FIRE, 3_003),
    ]  # fmt: skip
    return Together(items, persona("founder"), clock, bundle="demo-paying")


@pytest.fixture
def desks(shop, clock, work):
    found = Desks(shop.submit(), clock, work)
    found.accept()
    return found


def test_everything_is_paid_at_once_before_anybody_has_decided(shop, desks, till, clock, work):
    quote = due(desks.number, clock)
    assert quote.fen == 18_004 and [fen for _, fen, _ in quote.payees] == [3_003, 10_001, 5_000]
    paid(desks.number, shop.by, till, clock, work)
    desks.through()
    view = see.case(desks.number, by=shop.by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    payees = {f"payee:{MARKET}": -10_001, f"payee:{URBAN}": -5_000, f"payee:{FIRE}": -3_003}
    assert ledger.balances() == {HELD: 18_004, **payees}
    assert {r.issuer_office for r in receipts_of(desks.number)} == {MARKET, URBAN, FIRE}


def test_nothing_is_issued_to_others_before_it_is_paid(shop, desks, till, clock, work):
    desks.through()
    states = {s.key: s.state.value for s in stored.state(stored.by_number(desks.number)).steps}
    assert states["paying-licence.pay"] == "open" and states["paying-sign.examine"] == "waiting"
    paid(desks.number, shop.by, till, clock, work)
    desks.through()
    assert see.case(desks.number, by=shop.by, now=clock.now).status == "closed"


def test_a_part_that_is_refused_and_what_falls_with_it_is_given_back_and_the_rest_stands(shop, desks, till, clock, work):
    paid(desks.number, shop.by, till, clock, work)
    desks.examine("paying-licence", "failed")
    desks.decide("paying-licence", granted=False)
    heard(till, clock)
    work()
    assert {k: v for k, v in ledger.balances().items() if v} == {HELD: 3_003, f"payee:{FIRE}": -3_003}
    assert [r.issuer_office for r in receipts_of(desks.number)] == [FIRE]
    desks.through()
    assert see.case(desks.number, by=shop.by, now=clock.now).status == "closed"
    assert pay.purse(desks.number, now=clock.now).back_fen == 15_001


def test_a_part_taken_back_between_page_and_payment_is_not_charged(shop, desks, till, clock, work):
    shown = due(desks.number, clock).digest
    wishes.withdraw(number=desks.number, part="paying-fire", by=shop.by, now=clock.now)
    with pytest.raises(Refusal, match="quote_changed"):
        pay.begin(desks.number, quote=shown, by=shop.by, now=clock.now)
    assert ordered(desks.number, shop.by, clock).fen == 15_001
