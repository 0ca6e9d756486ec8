"""What the acquirer says twice, out of order, wrongly or never."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.journeys import pay, wishes
from tongban.journeys.tests.tills import HELD, ordered, paid
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import ledger, port
from tongban.payments.models import Refund

pytestmark = pytest.mark.django_db


def test_a_message_that_was_lost_is_found_by_who_comes_back(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    assert pay.page(number, back=True, by=by, now=clock.now).waiting == order.url
    till.pay(order, clock.now)
    assert pay.page(number, back=False, by=by, now=clock.now).waiting == order.url
    shown = pay.page(number, back=True, by=by, now=clock.now)
    assert (shown.waiting, shown.fen, len(shown.paid)) == ("", 0, 1)


def test_messages_twice_and_out_of_order_come_to_the_same(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    first = till.hear()
    for body in (*first, *first):
        assert pay.reported(body=body, acquirer=till.id, now=clock.now)["taken"]
    till.pay(order, clock.now, number="N-again")
    second = till.hear()
    work()
    for body in second:
        pay.reported(body=body, acquirer=till.id, now=clock.now)
    work()
    refunds = till.hear()
    for body in (*refunds, *second, *first, *refunds):
        pay.reported(body=body, acquirer=till.id, now=clock.now)
    assert ledger.balances()[HELD] == 32_505 and ledger.balance("surplus") == 0 and ledger.balance("returning") == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'{"event":"e"}', b"[" * 4000])
def test_nonsense_is_no_message(case, till, clock, body):
    with pytest.raises(Refusal, match="malformed"):
        pay.reported(body=body, acquirer=till.id, now=clock.now)


def test_a_kind_that_nobody_knows_is_refused(case, till, clock):
    by, number, _ = case
    till.pay(ordered(number, by, clock), clock.now)
    (body,) = till.hear()
    with pytest.raises(Refusal, match="unknown_kind"):
        pay.reported(body=body.replace(b'"paid"', b'"gift"'), acquirer=till.id, now=clock.now)
    with pytest.raises(Refusal, match="no_order"):
        pay.reported(body=body, acquirer="330100:courier", now=clock.now)


def test_a_message_that_was_lost_is_found_by_asking(case, till, clock, work):
    by, number, _ = case
    till.pay(ordered(number, by, clock), clock.now)
    till.hear()
    assert pay.watch(now=clock.now) == 0
    assert pay.watch(now=clock.forward(minutes=3)) == 1
    assert pay.purse(number, now=clock.now).paid_fen == 32_505
    assert pay.watch(now=clock.forward(minutes=3)) == 0


def test_a_refund_that_was_never_asked_for_or_never_heard_of_is_found(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    till.down = True
    wishes.withdraw(number=number, by=by, now=clock.now)
    with pytest.raises(port.Unavailable):
        work()
    till.down = False
    pay.watch(now=clock.forward(minutes=15))
    till.hear()
    assert pay.watch(now=clock.forward(minutes=3)) == 1
    assert Refund.objects.get().state == "done"
