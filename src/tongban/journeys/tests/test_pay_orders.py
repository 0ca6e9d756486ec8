"""One order at a time, of exactly what was shown: fees that change, two browsers, an acquirer that is down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.base.errors import Refusal
from tongban.journeys import pay
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import due, fee, ordered
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments.models import Order

pytestmark = pytest.mark.django_db


def test_a_fee_that_was_lowered_since_the_page_was_opened_is_refused_with_the_new_amount(case, offer, till, clock):
    by, number, _ = case
    shown = due(number, clock).digest
    offer(fee("card", 1_000), fee("tax", 99_999, "tax"))
    with pytest.raises(Refusal, match="quote_changed") as no:
        pay.begin(number, quote=shown, by=by, now=clock.now)
    assert "310.05" in no.value.because.zh and not till.orders
    lower = due(number, clock)
    assert {line.key: line.fen for line in lower.lines} == {"card": 1_000, "tax": 30_005}
    assert pay.begin(number, quote=lower.digest, by=by, now=clock.now).startswith("http://till.invalid/")


def test_an_order_of_an_older_quote_is_taken_back_before_a_new_one(case, offer, till, clock):
    by, number, _ = case
    first = ordered(number, by, clock)
    offer(fee("card", 1_000), fee("tax", 30_005, "tax"), fee("stamp", 500, "tax"))
    second = ordered(number, by, clock)
    first.refresh_from_db()
    assert first.state == "closed" and till.orders[str(first.id)]["state"] == "closed"
    assert second.fen == 31_505 and second.state == "open"


def test_an_order_that_was_paid_just_then_is_found_paid_and_not_ordered_again(case, offer, till, clock):
    by, number, _ = case
    first = ordered(number, by, clock)
    till.pay(first, clock.now)
    clock.forward(hours=1)
    with pytest.raises(Refusal, match="paid_already"):
        pay.begin(number, quote=due(number, clock).digest, by=by, now=clock.now - timedelta(minutes=30))
    assert Order.objects.get().state == "paid"
    with pytest.raises(Refusal, match="proof_needed"):
        pay.begin(number, quote="x", by=by, now=clock.forward(hours=2))


def test_two_browsers_get_one_order_and_one_page(case, till, clock):
    by, number, _ = case
    quote = due(number, clock).digest
    assert len({pay.begin(number, quote=quote, by=by, now=clock.now) for _ in range(3)}) == 1
    assert till.asked == ["place"] and Order.objects.count() == 1


def test_an_acquirer_that_is_down_charges_nothing_and_can_be_tried_again(case, till, clock):
    by, number, _ = case
    till.down = True
    with pytest.raises(Refusal, match="payment_unavailable") as no:
        ordered(number, by, clock)
    assert no.value.status == 503
    assert pay.page(number, back=True, by=by, now=clock.now).fen == 32_505
    till.down = False
    assert ordered(number, by, clock).url
