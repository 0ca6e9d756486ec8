"""What is due, one confirmation, and what follows from it."""

from __future__ import annotations

import pytest

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.journeys import handle, pay, see, tell
from tongban.journeys.tests.tills import FEES, HELD, decided, due, fee, paid, receipts_of, step_of
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.journeys.tests.trying import Applicant, Offices
from tongban.payments import ledger

pytestmark = pytest.mark.django_db


def test_what_is_due_is_told_by_payee_from_acceptance_on(case, clock):
    _, number, _ = case
    quote = due(number, clock)
    assert quote.fen == 32_505
    assert [(fen, [line.key for line in lines]) for _, fen, lines in quote.payees] == [
        (2_000, ["card"]), (30_505, ["stamp", "tax"]),
    ]  # fmt: skip
    assert all(line.cites == ("《办法》第一条",) for line in quote.lines)
    assert pay.purse(number, now=clock.now).anything


def test_nothing_is_due_before_it_is_accepted(offer, persona, clock, till):
    who = Applicant(offer(*FEES), persona, clock)
    who.fill()
    number = who.submit()
    assert due(number, clock).lines == ()
    with pytest.raises(Refusal, match="nothing_due"):
        pay.begin(number, quote="x", by=who.by, now=clock.now)


def test_what_costs_nothing_is_issued_without_a_payment(offer, persona, clock, work, till):
    item = offer(fee("card", 0))
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    Offices(number, item, clock).work(work)
    view = see.case(number, by=who.by, now=clock.now)
    assert view.status == "closed" and not [s for s in view.stations if s.kind == "pay"]


def test_paid_once_it_is_split_receipted_and_the_case_goes_on(case, till, clock, work):
    by, number, offices = case
    decided(offices, work)
    assert step_of(number).state.value == "open" and step_of(number, "issue").state.value == "waiting"
    assert any(n.title["zh"] == "请缴费" for n in tell.messages(by=by))
    order = paid(number, by, till, clock, work)
    assert till.orders[str(order.id)]["back"] == f"/cases/{number}/pay?back=1"
    view = see.case(number, by=by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    assert ledger.balances() == {HELD: 32_505, "payee:public-security": -2_000, "payee:tax": -30_505}
    shown = pay.page(number, back=False, by=by, now=clock.now)
    assert not shown.due and pay.purse(number, now=clock.now).paid_fen == 32_505
    (made,) = shown.paid
    assert [(p.fen, len(p.lines)) for p in made.payees] == [(2_000, 1), (30_505, 2)] and made.back == 0
    kept = receipts_of(number)
    assert sorted(r.issuer_office for r in kept) == ["public-security", "tax"] and len(shown.receipts) == 2
    assert all(r.type == "payment-receipt" and r.pdf_id for r in kept)
    titles = [n.title["zh"] for n in tell.messages(by=by)]
    assert titles.count("缴费成功") == 1 and titles.count("请缴费") == 1


def test_who_has_not_paid_is_reminded_once_after_three_days(case, till, clock, work):
    by, number, offices = case
    decided(offices, work)
    assert pay.remind(now=clock.forward(days=2)) == 0
    assert pay.remind(now=clock.forward(days=2)) == 1 and pay.remind(now=clock.forward(days=1)) == 1
    told = [n.body["zh"] for n in tell.messages(by=by) if n.title["zh"] == "缴费提醒"]
    assert len(told) == 1 and "325.05 元" in told[0]
    assert stored.waiting_to_be_paid() == [number]


def test_who_pays_before_the_decision_waits_for_nothing_after_it(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    assert step_of(number).state.value == "waiting" and due(number, clock).lines == ()
    decided(offices, work)
    assert see.case(number, by=by, now=clock.now).status == "closed"


def test_nobody_pays_for_a_case_that_is_not_theirs(case, persona, till, clock):
    _, number, _ = case
    with pytest.raises(Refusal, match="no_case"):
        pay.begin(number, quote=due(number, clock).digest, by=persona("elder"), now=clock.now)


def test_a_case_given_to_nobody_and_one_that_is_gone_settle_quietly(clock, till):
    pay.settle(number="330100-none", now=clock.now)
    pay.give_back(refund="330100", now=clock.now)


def test_no_officer_says_that_it_is_paid(case, clock, till):
    _, number, _ = case
    by = Actor(kind=Kind.OFFICER, id="o", office="public-security", powers=frozenset(lifecycle.Power))
    with pytest.raises(Refusal, match="paid_by_payment"):
        handle.finish(number=number, step=step_of(number).key, outcome="passed", text="x", by=by, now=clock.now)
