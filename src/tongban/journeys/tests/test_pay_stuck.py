"""What the acquirer would not give back, however often it was asked, goes back on the word of two officers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tongban.base.errors import Refusal
from tongban.journeys import pay, see, tell
from tongban.journeys.pay import refunding
from tongban.journeys.tests.test_pay_back import finance as finance
from tongban.journeys.tests.test_pay_failing import RETURNING
from tongban.journeys.tests.test_pay_failing import refused as refused
from tongban.journeys.tests.test_pay_failing import stuck as stuck
from tongban.journeys.tests.test_pay_out import counted
from tongban.journeys.tests.tills import HELD, heard, ordered
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import refunds
from tongban.payments.models import Proposal, Refund

pytestmark = pytest.mark.django_db
WORDS = {"reason": "办件未获准予", "cites": "《办法》第九条"}


def by_hand(number, finance, clock, **changes):
    """One officer asks for what is stuck, another allows it."""
    (found,) = refunding.stuck(by=finance[0])
    made = refunding.ask_stuck(
        number=number, refund=str(found.row.id), **{**WORDS, **changes}, by=finance[0], now=clock.now
    )
    return refunding.allow(proposal=str(made.id), by=finance[1], now=clock.now)


def test_what_is_stuck_stands_on_the_books_until_two_officers_have_it_go_back(stuck, till, clock, work, finance):
    by, number = stuck
    (row,) = pay.books().stuck
    (found,) = refunding.sheet(number, by=finance[0]).stuck
    assert (row.fen, found.number, [fen for _, fen in found.lines]) == (32_505, number, [2_000, 500, 30_005])
    assert not found.waits and not any(
        line.left for each in refunding.sheet(number, by=finance[0]).paid for line in each.lines
    )
    till.fails_back = False
    made = by_hand(number, finance, clock)
    assert (made.stuck_id, made.fen) == (row.id, 32_505) and counted() == RETURNING
    assert not pay.books().stuck and not refunding.stuck(by=finance[0])
    work()
    heard(till, clock)
    work()
    assert counted() == {} and Refund.objects.filter(state="done").count() == 1
    (back,) = pay.page(number, back=False, by=by, now=clock.now).paid[0].returns
    assert (back.done, back.why.zh, back.cites) == (True, WORDS["reason"], (WORDS["cites"],))
    (noted,) = [e for e in see.case(number, by=by, now=clock.now).events if e.kind == "money_given_back"]
    assert noted.facts["fen"] == 32_505
    assert {"退费已批准", "款项已退回"} <= {n.title["zh"] for n in tell.messages(by=by)}


def test_by_hand_it_fails_again_is_tried_again_and_its_reason_stays(stuck, till, clock, work, finance):
    by, number = stuck
    by_hand(number, finance, clock)
    work()
    heard(till, clock)
    work()
    assert counted() == RETURNING
    (back,) = pay.page(number, back=False, by=by, now=clock.now).paid[0].returns
    assert (back.trouble, back.why.zh) == ("again", WORDS["reason"])
    for pause in refunds.PAUSES:
        clock.now += pause
        work()
        heard(till, clock)
    assert len(pay.books().stuck) == 1 and counted() == RETURNING
    till.fails_back = False
    by_hand(number, finance, clock, reason="开户行已更正")
    work()
    heard(till, clock)
    assert counted() == {} and not pay.books().stuck


def test_what_came_back_meanwhile_is_not_given_back_by_hand_too(stuck, till, clock, work, finance):
    _, number = stuck
    (found,) = refunding.stuck(by=finance[0])
    made = refunding.ask_stuck(number=number, refund=str(found.row.id), **WORDS, by=finance[0], now=clock.now)
    assert refunding.stuck(by=finance[0])[0].waits
    with pytest.raises(Refusal, match="refund_waits"):
        refunding.ask_stuck(number=number, refund=str(found.row.id), **WORDS, by=finance[0], now=clock.now)
    first = Refund.objects.get(tries=1)
    till._tell(
        str(first.payment.order_id), "refunded", first.payment.number, first.fen, clock.now, refund=str(first.id)
    )
    heard(till, clock)
    with pytest.raises(Refusal, match="refund_too_much"):
        refunding.allow(proposal=str(made.id), by=finance[1], now=clock.now)
    with pytest.raises(Refusal, match="no_refund"):
        refunding.ask_stuck(number=number, refund=str(found.row.id), **WORDS, by=finance[0], now=clock.now)
    assert counted() == {} and Proposal.objects.get().state == "open"


def test_who_asks_for_what_is_stuck_has_the_power_the_payees_and_a_reason(stuck, clock, finance, case):
    by, number = stuck
    (found,) = refunding.stuck(by=finance[0])
    whole = {"number": number, "refund": str(found.row.id), **WORDS, "by": finance[0], "now": clock.now}
    far = replace(finance[0], office="xihu-window")
    assert refunding.stuck(by=far) == []
    for changes, code in (
        ({"reason": "短"}, "say_why"), ({"cites": " "}, "say_why"), ({"refund": "x"}, "no_refund"), ({"by": finance[1]}, "no_power"),
        ({"refund": str(Refund.objects.get(tries=1).id)}, "no_refund"), ({"by": far}, "not_your_office"),
        ({"by": replace(finance[0], person=by.person)}, "own_case"), ({"number": "330100-none"}, "no_case"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=code):
            refunding.ask_stuck(**{**whole, **changes})
    assert not Proposal.objects.exists()


def test_money_paid_twice_goes_back_by_hand_as_well(case, till, clock, work, finance):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    till.pay(order, clock.now, number="N-again")
    till.fails_back = True
    heard(till, clock)
    for pause in (timedelta(0), *refunds.PAUSES):
        clock.now += pause
        work()
        heard(till, clock)
    till.fails_back = False
    (found,) = refunding.stuck(by=finance[0])
    assert [(title.en, fen) for title, fen in found.lines] == [("What was paid twice or too late", 32_505)]
    assert refunding.stuck(by=replace(finance[0], office="xihu-window")) == []
    by_hand(number, finance, clock)
    work()
    heard(till, clock)
    assert counted() == {HELD: 32_505, "payee:public-security": -2_000, "payee:tax": -30_505}
