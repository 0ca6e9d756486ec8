"""Officers, nights and refunds that come at the same moment: money moves once, and never more than there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.base.actors import Actor, Kind
from tongban.exchange.tests.test_concurrency import at_once
from tongban.payments import ledger, payouts, proposals, queries
from tongban.payments.models import Order, Payout, Proposal, Refund
from tongban.payments.tests import samples
from tongban.payments.tests.samples import NOW, SYSTEM, TILL

HELD = ledger.held_by(TILL)
ACCOUNTS = {payee: {"name": "演示", "bank": "演示银行", "number": "99001234"} for payee in ("tax", "land")}


def officer(name: str) -> Actor:
    return Actor(kind=Kind.OFFICER, id=name, name=name, office="finance")


def asked(payment, fen: int = 3_000_000) -> Proposal:
    share = payment.order.shares.get(key="deed-tax")
    return proposals.ask(
        order=str(payment.order_id), shares={str(share.id): fen}, reason="多收", cites="第九条", by=officer("a"), now=NOW
    )


def night(n: int = 0) -> list[Payout]:
    return payouts.instruct(
        acquirer=TILL, day=NOW.date(), before=NOW + timedelta(days=1), doubted_fen=0, accounts=ACCOUNTS, by=SYSTEM, now=NOW
    )


def test_of_many_nights_at_once_one_pays_out(committed_db):
    samples.paid()
    made = at_once(*[lambda: len(night()) for _ in range(6)])
    assert sorted(made) == [0] * 5 + [2]
    assert ledger.balances() == {HELD: 3_008_500, "payee:land": 0, "payee:tax": 0, "paying-out": -3_008_500}


def test_of_many_who_allow_at_once_one_gives_back(committed_db):
    made = asked(samples.paid())
    works = [lambda n=n: proposals.allow(proposal=str(made.id), by=officer(f"b-{n}"), now=NOW).state for n in range(6)]
    assert sorted(map(str, at_once(*works))) == ["allowed"] + ["judged_already"] * 5
    assert Refund.objects.get().fen == 3_000_000 and ledger.balance("returning") == -3_000_000


def test_allowed_by_hand_and_given_back_by_itself_at_once_it_goes_back_once(committed_db):
    for n in range(4):
        payment = samples.paid(f"case-{n}")
        made = asked(payment)
        at_once(
            lambda made=made: proposals.allow(proposal=str(made.id), by=officer("b"), now=NOW),
            lambda payment=payment: samples.back(payment, deed_tax=3_000_000),
        )
        order = Order.objects.get(pk=payment.order_id)
        assert order.refunded_fen == 3_000_000 and Refund.objects.filter(payment=payment).count() == 1
    assert ledger.balance("returning") == -4 * 3_000_000


def test_asked_for_on_many_pages_at_once_it_waits_once(committed_db):
    payment = samples.paid()
    outcomes = at_once(*[lambda: asked(payment, 1_000).state for _ in range(5)])
    assert sorted(map(str, outcomes)) == ["open"] + ["refund_waits"] * 4 and Proposal.objects.count() == 1


def test_paid_out_and_given_back_at_once_nothing_is_lost_and_the_debt_is_netted(committed_db):
    for n in range(4):
        payment = samples.paid(f"case-{n}")
        at_once(night, lambda payment=payment: samples.back(payment, deed_tax=3_000_000))
    assert sum(ledger.balances().values()) == 0
    assert ledger.balance(HELD) == 4 * 3_008_500 and ledger.balance("returning") == -4 * 3_000_000
    out = sum(row.fen for row in Payout.objects.all())
    assert ledger.balance("paying-out") == -out and out <= 3_008_500 + 3 * 8_500


def test_a_message_of_a_payout_told_on_many_connections_is_booked_once(committed_db):
    samples.paid()
    rows = {row.payee: row for row in night()}
    row = rows["tax"]
    said = [
        samples.said(samples.Order(id=row.id, acquirer=TILL, fen=row.fen), order="", number="O-1", event=f"e-{n % 3}", digest=f"d-{n % 3}")
        for n in range(9)
    ]
    works = [lambda s=s: payouts.went(payout=str(row.id), said=s, by=SYSTEM, now=NOW) is not None for s in said]
    assert sorted(at_once(*works)) == [False] * 8 + [True]
    assert ledger.balance(HELD) == 3_008_500 - row.fen


@pytest.mark.django_db
def test_one_payee_and_day_and_the_counters_are_held_by_postgresql():
    samples.paid()
    row = night()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(acquirer=TILL, payee=row.payee, day=row.day, fen=1, account={}, asked_at=NOW)
    for change in ({"fen": 0}, {"state": "done"}, {"failed_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payout.objects.filter(pk=row.pk).update(**change)
    assert queries.payout("x") is None and queries.payout(str(row.id)) == row
