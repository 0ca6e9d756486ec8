"""Refunds that the acquirer fails or refuses: tried again, later each time, at last stuck; nothing lost, nothing twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.journeys import pay, tell
from tongban.journeys.tests.test_pay_out import counted
from tongban.journeys.tests.tills import HELD, decided, heard, ordered, paid
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import port, queries, refunds
from tongban.payments.models import Payout, Refund
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
RETURNING = {HELD: 32_505, "returning": -32_505}


def states() -> list[tuple[str, int]]:
    return [(refund.state, refund.tries) for refund in Refund.objects.order_by("tries")]


def told(by) -> list[str]:
    return [
        notice.title["zh"]
        for notice in tell.messages(by=by)
        if "退款" in notice.title["zh"] or "退回" in notice.title["zh"]
    ]


@pytest.fixture
def refused(case, till, clock, work):
    """A payment of 325.05 whose case is refused: all of it is to go back, and fails at the acquirer."""
    by, number, offices = case
    paid(number, by, till, clock, work)
    till.fails_back = True
    decided(offices, work, granted=False)
    heard(till, clock)
    work()
    return by, number


@pytest.fixture
def stuck(refused, till, clock, work):
    """The same, tried as often as it is tried."""
    for pause in refunds.PAUSES:
        clock.now += pause
        work()
        heard(till, clock)
        work()
    return refused


def test_what_failed_is_asked_for_again_after_a_while_and_nobody_else_gets_it(refused, till, clock, work):
    by, number = refused
    assert states() == [("failed", 1), ("asked", 2)] and counted() == RETURNING
    assert pay.pay_out(now=clock.now + timedelta(days=1)) == 0 and not Payout.objects.exists()
    work()
    assert till.asked.count("give-back") == 1, "its time has not come"
    till.fails_back = False
    clock.now += refunds.PAUSES[0]
    work()
    heard(till, clock)
    work()
    assert states() == [("failed", 1), ("done", 2)] and counted() == {}
    assert sorted(told(by)) == ["款项已退回", "退款没有成功"]
    (back,) = pay.page(number, back=False, by=by, now=clock.now).paid[0].returns
    assert (back.done, back.trouble, back.fen) == (True, "", 32_505)


def test_each_pause_is_longer_and_after_the_last_it_is_stuck_and_still_nobody_elses(stuck, till, clock, work):
    by, number = stuck
    assert list(refunds.PAUSES) == sorted(set(refunds.PAUSES)) and refunds.PAUSES[0] > timedelta(0)
    assert states() == [("failed", 1), ("failed", 2), ("failed", 3), ("failed", 4), ("stuck", 5)]
    asked = [refund.asked_at for refund in Refund.objects.order_by("tries")][:4]
    assert [after - before for before, after in pairwise(asked)] == list(refunds.PAUSES)
    assert counted() == RETURNING
    clock.forward(days=3)
    work()
    assert pay.watch(now=clock.now) == 0 and pay.pay_out(now=clock.now) == 0
    assert till.asked.count("give-back") == 4 and len(states()) == 5, "nothing more by itself"
    assert sorted(told(by)) == ["退款没有成功", "退款由工作人员办理"]
    (shown,) = pay.page(number, back=False, by=by, now=clock.now).paid[0].returns
    assert (shown.done, shown.trouble) == (False, "stuck")
    verbs = [entry.verb for entry in Entry.objects.filter(subject=number)]
    assert (verbs.count("payment.refund-failed"), verbs.count("payment.refund-stuck")) == (4, 1)


def test_a_failure_that_is_told_twice_is_tried_again_once(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    till.fails_back = True
    decided(offices, work, granted=False)
    (body,) = till.hear()
    for _ in range(3):
        pay.reported(body=body, acquirer=till.id, now=clock.now)
    pay.watch(now=clock.forward(minutes=3))
    assert states() == [("failed", 1), ("asked", 2)] and counted() == RETURNING


def test_what_the_acquirer_refuses_is_tried_again_too(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    till.refuses_back = "refund-too-much"
    decided(offices, work, granted=False)
    assert states() == [("failed", 1), ("asked", 2)] and counted() == RETURNING
    till.refuses_back = ""
    assert pay.watch(now=clock.now + refunds.PAUSES[0]) == 0 and till.asked.count("give-back") == 1
    clock.now += refunds.PAUSES[0] + timedelta(minutes=11)
    pay.watch(now=clock.now)
    heard(till, clock)
    assert states() == [("failed", 1), ("done", 2)] and counted() == {}, "though the job for it was lost"


def test_the_watch_books_a_refusal(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    till.down = True
    with pytest.raises(port.Unavailable):
        decided(offices, work, granted=False)
    till.down, till.refuses_back = False, "refund-too-much"
    assert pay.watch(now=clock.forward(minutes=15)) == 1 and states() == [("failed", 1), ("asked", 2)]


def test_of_one_refund_that_is_answered_otherwise_than_agreed_the_others_do_not_hear(case, till, clock, work):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    made = []
    for key in ("stamp", "card", "tax"):
        share = order.shares.get(key=key)
        payment = queries.payment_of(order)
        clock.forward(minutes=1)
        made.append(refunds.ask_back(payment=payment, shares={str(share.id): 100}, why="refused", by=by, now=clock.now))
    till.unlike.add(str(made[0].id))
    pay.watch(now=clock.forward(minutes=15))
    assert till.asked.count("give-back") == 3
    heard(till, clock)
    assert [refund.state for refund in Refund.objects.order_by("asked_at")] == ["asked", "done", "done"]
    till.down = True
    till.asked.clear()
    assert pay.watch(now=clock.forward(minutes=15)) == 0
    assert till.asked == ["look"], "one that does not answer at all is asked once in a round"


@pytest.mark.parametrize("tries", [1, 4])
def test_what_was_said_to_have_failed_and_came_after_all_is_not_given_back_twice(refused, till, clock, work, tries):
    first = Refund.objects.get(tries=1)
    for pause in refunds.PAUSES[: tries - 1]:
        clock.now += pause
        work()
        heard(till, clock)
    till._tell(
        str(first.payment.order_id), "refunded", first.payment.number, first.fen, clock.now, refund=str(first.id)
    )
    heard(till, clock)
    first.refresh_from_db()
    assert first.state == "done" and counted() == {}
    assert {state for state, _ in states()} == {"done", "failed"}
    asked = till.asked.count("give-back")
    clock.forward(days=2)
    work()
    pay.watch(now=clock.now)
    assert till.asked.count("give-back") == asked and counted() == {}


def test_where_the_next_one_was_sent_already_the_statement_says_so_to_a_person(refused, till, clock, work):
    first = Refund.objects.get(tries=1)
    clock.now += refunds.PAUSES[0]
    till._tell(
        str(first.payment.order_id), "refunded", first.payment.number, first.fen, clock.now, refund=str(first.id)
    )
    with pytest.raises(Refusal, match="refund_too_much"):
        heard(till, clock)
    day = clock.now.astimezone(SHANGHAI).date()
    assert counted() == RETURNING and pay.compare(acquirer=till.id, day=day, now=clock.now).differing == 1
    work()
    assert states()[:2] == [("failed", 1), ("failed", 2)], "the acquirer has nothing left of it"
    assert pay.compare(acquirer=till.id, day=day, now=clock.now).mended == 1
    assert Refund.objects.get(pk=first.pk).state == "done" and counted() == {} and not queries.drifts_open().exists()


def test_money_paid_twice_that_does_not_go_back_is_kept_for_who_paid_it(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    till.pay(order, clock.now, number="N-again")
    till.fails_back = True
    heard(till, clock)
    work()
    for pause in (timedelta(0), *refunds.PAUSES):
        clock.now += pause
        work()
        heard(till, clock)
    assert states()[-1] == ("stuck", 5) and counted()["returning"] == -32_505 and "surplus" not in counted()
    first = Refund.objects.get(tries=1)
    till._tell(str(order.id), "refunded", "N-again", first.fen, clock.now, refund=str(first.id))
    heard(till, clock)
    assert "returning" not in counted() and "surplus" not in counted()
    till._tell(str(order.id), "refunded", "N-again", first.fen, clock.now, refund=str(Refund.objects.get(tries=2).id))
    with pytest.raises(Refusal, match="refund_too_much"):
        heard(till, clock)
