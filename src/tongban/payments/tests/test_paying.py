"""One order, one payment, and whatever the acquirer says twice, wrongly or too early."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from tongban.base.errors import Refusal
from tongban.exchange.tests.test_concurrency import at_once
from tongban.payments import actions, ledger, queries, refunds
from tongban.payments.models import Order, Payment, Refund, Report, Share
from tongban.payments.tests import samples
from tongban.payments.tests.samples import BUYER, CASE, NOW, SYSTEM, TILL, back, said, take

HELD = ledger.held_by(TILL)


def counted() -> dict[str, int]:
    """The balances, after PostgreSQL has counted every posting."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    found = ledger.balances()
    assert sum(found.values()) == 0
    return {account: fen for account, fen in found.items() if fen}


@pytest.mark.django_db
def test_one_payment_is_split_among_its_payees():
    payment = samples.paid()
    assert (payment.fen, payment.surplus) == (3_008_500, False)
    assert counted() == {HELD: 3_008_500, "payee:tax": -3_000_000, "payee:land": -8_500}
    order = Order.objects.get()
    assert (order.state, order.paid_fen, order.refunded_fen) == ("paid", 3_008_500, 0)
    assert queries.kept(CASE) == {("tax", "deed-tax"): 3_000_000, ("transfer", "registration"): 8_000, ("transfer", "map"): 500}


@pytest.mark.django_db
def test_the_same_message_again_moves_nothing_and_another_content_under_its_name_is_refused():
    order = samples.order()
    assert take(order, event="e-1", digest="a") is not None
    assert take(order, event="e-1", digest="a") is None
    with pytest.raises(Refusal, match="other_content"):
        take(order, event="e-1", digest="b")
    assert take(order, event="e-2", digest="c") is None
    assert (Payment.objects.count(), Report.objects.count(), counted()[HELD]) == (1, 2, order.fen)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fen": 1}, "other_amount"), ({"fen": 3_008_501}, "other_amount"), ({"fen": 0}, "other_amount"),
        ({"currency": "USD"}, "other_currency"), ({"order": str(uuid.uuid4())}, "no_order"), ({"order": "x"}, "no_order"),
        ({"acquirer": "330100:other"}, "no_order"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_order_is_not_booked(changes, code):
    order = samples.order()
    with pytest.raises(Refusal, match=code), transaction.atomic():
        take(order, event="e", digest="d", **changes)
    assert not Payment.objects.exists() and not Report.objects.exists() and counted() == {}
    assert Order.objects.get().state == "open"


@pytest.mark.django_db
def test_a_number_of_another_order_is_refused():
    payment = samples.paid()
    other = samples.order("330100-other")
    with pytest.raises(Refusal, match="other_content"):
        take(other, number=payment.number)


@pytest.mark.django_db
def test_who_pays_twice_has_the_second_payment_back_whole():
    payment = samples.paid()
    second = take(payment.order, number="N-2")
    assert second is not None and second.surplus
    assert counted() == {HELD: 6_017_000, "payee:tax": -3_000_000, "payee:land": -8_500, "surplus": -3_008_500}
    refund = refunds.ask_back(payment=second, shares={}, why="surplus", by=SYSTEM, now=NOW)
    with pytest.raises(Refusal, match="refund_too_much"):
        refunds.ask_back(payment=second, shares={}, why="surplus", by=SYSTEM, now=NOW)
    samples.arrived(refund)
    assert counted() == {HELD: 3_008_500, "payee:tax": -3_000_000, "payee:land": -8_500}
    assert Order.objects.get().refunded_fen == 0


@pytest.mark.django_db
def test_a_part_goes_back_and_never_more_than_there_is():
    payment = samples.paid()
    refund = back(payment, registration=8_000, map=100)
    assert counted() == {HELD: 3_008_500, "payee:tax": -3_000_000, "payee:land": -400, "returning": -8_100}
    for too_much in ({"registration": 1}, {"map": 401}, {"map": 0}, {"map": -1}, {}):
        with pytest.raises(Refusal, match="refund_too_much"), transaction.atomic():
            back(payment, **too_much)
    samples.arrived(refund)
    assert samples.arrived(refund) is None
    assert counted() == {HELD: 3_000_400, "payee:tax": -3_000_000, "payee:land": -400}
    assert Order.objects.get().refunded_fen == 8_100


@pytest.mark.django_db
def test_a_refund_of_another_order_or_amount_is_not_believed():
    refund = back(samples.paid(), map=100)
    for changes, code in (({"fen": 101}, "other_amount"), ({"currency": "USD"}, "other_currency"), ({"acquirer": "x"}, "no_order")):
        with pytest.raises(Refusal, match=code), transaction.atomic():
            samples.arrived(refund, event="e", digest="d", **changes)
    other = samples.paid("330100-other").order
    with pytest.raises(Refusal, match="no_refund"):
        refunds.came_back(refund=str(refund.id), said=said(other), by=SYSTEM, now=NOW)
    with pytest.raises(Refusal, match="no_refund"):
        refunds.came_back(refund="nothing", said=said(other), by=SYSTEM, now=NOW)
    assert Refund.objects.get().state == "asked"


@pytest.mark.django_db
def test_what_comes_before_the_payment_is_told_where_to_begin():
    order = samples.order()
    with pytest.raises(Refusal, match="out_of_order") as no:
        refunds.came_back(refund=str(uuid.uuid4()), said=said(order), by=SYSTEM, now=NOW)
    assert (no.value.status, no.value.expected) == (409, 1)


@pytest.mark.django_db
def test_a_refund_that_fails_can_be_asked_for_again_and_one_that_comes_after_all_is_booked():
    payment = samples.paid()
    refund = back(payment, map=500)
    samples.failed(refund)
    assert samples.failed(refund) is None
    assert counted() == {HELD: 3_008_500, "payee:tax": -3_000_000, "payee:land": -8_500}
    samples.arrived(refund)
    assert counted() == {HELD: 3_008_000, "payee:tax": -3_000_000, "payee:land": -8_000}
    assert samples.failed(refund) is None
    third = back(payment, registration=8_000)
    samples.failed(third)
    fourth = back(payment, registration=8_000)
    with pytest.raises(Refusal, match="refund_too_much"):
        samples.arrived(third)
    samples.arrived(fourth)
    assert counted() == {HELD: 3_000_000, "payee:tax": -3_000_000}


@pytest.mark.django_db
def test_a_closed_order_takes_nothing_and_a_paid_one_is_not_closed():
    order = samples.order()
    assert actions.close(order=str(order.id), by=SYSTEM, now=NOW)
    assert actions.close(order=str(order.id), by=SYSTEM, now=NOW)
    late = take(order)
    assert late is not None and late.surplus and counted()["surplus"] == -order.fen
    assert not actions.close(order=str(samples.paid("other").order_id), by=SYSTEM, now=NOW)
    assert not actions.closed_there(said=said(order, event="c", digest="d"), by=SYSTEM, now=NOW)
    open_ = samples.order("330100-third")
    assert actions.closed_there(said=said(open_, event="c-2", digest="d"), by=SYSTEM, now=NOW)
    assert not actions.closed_there(said=said(open_, event="c-2", digest="d"), by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_what_is_paid_is_not_ordered_again_and_what_went_back_is():
    payment = samples.paid()
    with pytest.raises(Refusal, match="paid_already"):
        samples.order(kept={})
    samples.arrived(back(payment, registration=8_000))
    again = samples.order(parts=samples.PARTS[1:2])
    assert again.fen == 8_000 and take(again).surplus is False
    assert queries.kept(CASE)["transfer", "registration"] == 8_000


@pytest.mark.django_db
@pytest.mark.parametrize("fen", [0, -5, 10**15 + 1])
def test_an_order_of_nothing_or_beyond_reason_is_refused_by_postgresql(fen):
    with pytest.raises(IntegrityError), transaction.atomic():
        samples.order(parts=[samples.part(fen=fen)])


@pytest.mark.django_db
def test_the_counters_of_an_order_are_held_by_postgresql_too():
    order = samples.paid().order
    for change in ({"refunded_fen": 3_008_501}, {"paid_fen": 1}, {"state": "open"}, {"currency": "USD"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.filter(order=order).update(refunded_fen=3_000_001)


def test_of_many_browsers_at_once_all_get_one_order(committed_db):
    found = at_once(*[lambda: str(samples.order().id) for _ in range(8)])
    assert len(set(found)) == 1 and Order.objects.count() == 1 and Share.objects.count() == 3


def test_the_same_payment_told_on_many_connections_is_booked_once(committed_db):
    order = samples.order()
    works = [lambda n=n: take(order, event=f"e-{n % 3}", digest=f"d-{n % 3}") is not None for n in range(9)]
    assert sorted(at_once(*works)) == [False] * 8 + [True]
    assert ledger.balances() == {HELD: order.fen, "payee:tax": -3_000_000, "payee:land": -8_500}


def test_of_two_payments_of_one_order_at_once_one_fits(committed_db):
    order = samples.order()
    at_once(*[lambda n=n: take(order, number=f"N-{n}") for n in range(4)])
    assert Payment.objects.filter(surplus=False).count() == 1 and Payment.objects.filter(surplus=True).count() == 3
    assert ledger.balance("surplus") == -3 * order.fen


def test_of_many_refunds_at_once_no_more_goes_back_than_was_paid(committed_db):
    payment = samples.paid()
    outcomes = at_once(*[lambda: back(payment, registration=3_000).fen for _ in range(6)])
    assert sorted(map(str, outcomes)) == ["3000"] * 2 + ["refund_too_much"] * 4
    assert Order.objects.get().refunded_fen == 6_000 and ledger.balance("returning") == -6_000


def test_closing_and_paying_at_once_never_loses_money(committed_db):
    for n in range(4):
        order = samples.order(f"case-{n}")
        at_once(
            lambda order=order: take(order), lambda order=order: actions.close(order=str(order.id), by=BUYER, now=NOW)
        )
        order.refresh_from_db()
        payment = Payment.objects.get(order=order)
        assert (order.state, payment.surplus) in {("paid", False), ("closed", True)}
    assert sum(ledger.balances().values()) == 0


def test_even_who_owns_the_tables_cannot_commit_what_does_not_balance(committed_db, race_urls):
    payment = samples.paid()
    with psycopg.connect(race_urls.owner) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("UPDATE payments_line SET fen = fen + 1 WHERE account_id = %s", [HELD])
        owner.commit()
    assert ledger.balance(HELD) == payment.fen
