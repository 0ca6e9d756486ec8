"""Giving back: asked of the acquirer, done or failed, each once, never more than came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongban.base.actors import Actor
from tongban.payments import ledger
from tongban.payments.believing import Said, check, locked, repeated, told, uuid
from tongban.payments.models import Order, Payment, Proposal, Refund
from tongban.payments.refusals import NoRefund, TooEarly, TooMuch

PAUSES = (timedelta(minutes=10), timedelta(hours=2), timedelta(days=1))  # before what failed is asked for again


@transaction.atomic
def ask_back(*, payment: Payment, shares: Mapping[str, int], why: str, by: Actor, now: datetime) -> Refund:
    """Ask for money back: of a payment that fits its order, so much of each share (by id); of a surplus one, all of it.
    Raises TooMuch."""
    return _ask(payment, shares, why, by, now)


@transaction.atomic
def ask_anew(*, failed: Refund, by: Actor, now: datetime) -> Refund:
    """Ask again for what failed, each time after a longer pause, in the transaction that books the failure: nobody else
    gets the money meanwhile. After the last pause it is stuck, and waits for an officer."""
    left = PAUSES[failed.tries - 1 :]
    how: dict[str, Any] = {"asked_at": now + left[0]} if left else {"state": Refund.STUCK}
    made = _ask(failed.payment, failed.shares, failed.why, by, now, again=failed, tries=failed.tries + 1, **how)
    Proposal.objects.filter(refund=failed).update(refund=made)
    return made


@transaction.atomic
def unstick(*, refund: Refund, why: str, by: Actor, now: datetime) -> Refund:
    """Ask once more for what is stuck, on the word of officers. Raises TooMuch where it has gone back meanwhile."""
    order = locked(str(refund.payment.order_id))
    row = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund.pk)
    if row.state != Refund.STUCK:
        raise TooMuch
    _release(row, order, by, now)
    return _ask(row.payment, row.shares, why, by, now, again=row)


def _ask(payment: Payment, shares: Mapping[str, int], why: str, by: Actor, now: datetime, **how: Any) -> Refund:
    order = locked(str(payment.order_id))
    ledger.hold(order.acquirer)
    fen = payment.fen if payment.surplus else _taken_from(order, shares)
    if payment.surplus and _goes_back(payment):
        raise TooMuch
    plain = {"why": why, "shares": dict(shares), "asked_by": by.id, "asked_at": now}
    refund = Refund.objects.create(payment=payment, fen=fen, **{**plain, **how})
    moves = {ledger.RETURNING: -fen, **_from_payees(order, refund)}
    ledger.post(once=f"back:{refund.id}", kind="asked-back", of=order, moves=moves, by=by.id, now=now)
    verb = "payment.refund-stuck" if refund.state == Refund.STUCK else "payment.refund"
    told(verb, order, by, now, refund=str(refund.id), fen=fen, why=why)
    return refund


def _goes_back(surplus: Payment) -> bool:
    """Whether money that fits no order is on its way back already, or has gone."""
    return Refund.objects.filter(payment=surplus).exclude(state=Refund.FAILED).exists()


def _taken_from(order: Order, shares: Mapping[str, int]) -> int:
    rows = {str(share.id): share for share in order.shares.select_for_update()}
    for id, fen in shares.items():
        share = rows.get(id)
        if share is None or fen <= 0 or fen > share.left or order.state != Order.PAID:
            raise TooMuch
        share.refunded_fen += fen
        share.save(update_fields=["refunded_fen"])
    total = sum(shares.values())
    if not total:
        raise TooMuch
    order.refunded_fen += total
    order.save(update_fields=["refunded_fen"])
    return total


def _from_payees(order: Order, refund: Refund, sign: int = 1) -> dict[str, int]:
    """What a refund takes from each account that had got it; ``sign`` -1 gives it again."""
    if not refund.shares:
        return {ledger.SURPLUS: sign * refund.fen}
    payees = {str(share.id): share.payee for share in order.shares.all()}
    found: dict[str, int] = {}
    for id, fen in refund.shares.items():
        account = ledger.payee(payees[id])
        found[account] = found.get(account, 0) + sign * fen
    return found


@transaction.atomic
def came_back(*, refund: str, said: Said, by: Actor, now: datetime) -> Refund | None:
    """Book that a refund has reached who paid; None where it is booked already. Raises NoRefund, OtherAmount,
    OtherCurrency, OtherContent, and TooEarly while the payment itself is not known."""
    row, order = _refund(refund, said)
    if repeated(order, said, "refunded", now):
        return None
    check(said, row.fen)
    if row.state == Refund.DONE:
        return None
    if row.state == Refund.FAILED:
        _again(row, order, by, now)
    row.state, row.done_at = Refund.DONE, said.at
    row.save(update_fields=["state", "done_at", "failed_at"])
    moves = {ledger.RETURNING: row.fen, ledger.held_by(said.acquirer): -row.fen}
    ledger.post(once=f"returned:{row.id}", kind="returned", of=order, moves=moves, by=by.id, now=now)
    told("payment.returned", order, by, now, refund=str(row.id), fen=row.fen)
    return row


@transaction.atomic
def did_not_come_back(*, refund: str, said: Said, by: Actor, now: datetime) -> Refund | None:
    """Book that a refund failed: the payees have the money again, and it can be asked for anew (``ask_anew``). None for a
    repetition."""
    row, order = _refund(refund, said)
    if repeated(order, said, "refund-failed", now):
        return None
    check(said, row.fen)
    if row.state != Refund.ASKED:
        return None
    _release(row, order, by, now)
    return row


def _release(row: Refund, order: Order, by: Actor, now: datetime) -> None:
    """It has failed: whose the money was before it was asked back, they have it again."""
    row.state, row.failed_at = Refund.FAILED, now
    row.save(update_fields=["state", "failed_at"])
    _count_back(order, row, -1)
    moves = {ledger.RETURNING: row.fen, **_from_payees(order, row, -1)}
    ledger.post(once=f"failed:{row.id}", kind="refund-failed", of=order, moves=moves, by=by.id, now=now)
    told("payment.refund-failed", order, by, now, refund=str(row.id))


def _give_way(row: Refund, order: Order, by: Actor, now: datetime) -> None:
    """What stands in for a refund that came after all, and was not sent yet or is stuck, is not needed any more: else the
    money would go back twice."""
    live = row
    while after := Refund.objects.select_for_update().filter(again=live).first():
        live = after
    if live.state == Refund.STUCK or live.later(now):
        _release(live, order, by, now)
        Proposal.objects.filter(refund=live).update(refund=row)


def _again(row: Refund, order: Order, by: Actor, now: datetime) -> None:
    """A refund that was said to have failed has come after all: taken from the payees once more. Raises TooMuch where it was
    given back in another way meanwhile."""
    _give_way(row, order, by, now)
    left = {str(share.id): share.left for share in order.shares.select_for_update()}
    if any(fen > left[id] for id, fen in row.shares.items()) or (row.payment.surplus and _goes_back(row.payment)):
        raise TooMuch
    ledger.hold(order.acquirer)
    _count_back(order, row, 1)
    row.failed_at = None
    moves = {ledger.RETURNING: -row.fen, **_from_payees(order, row)}
    ledger.post(once=f"back-again:{row.id}", kind="asked-back", of=order, moves=moves, by=by.id, now=now)


def _count_back(order: Order, row: Refund, sign: int) -> None:
    for share in order.shares.select_for_update().filter(pk__in=list(row.shares)):
        share.refunded_fen += sign * row.shares[str(share.id)]
        share.save(update_fields=["refunded_fen"])
    if row.shares:
        order.refunded_fen += sign * row.fen
        order.save(update_fields=["refunded_fen"])


def _refund(refund: str, said: Said) -> tuple[Refund, Order]:
    """The refund and its order, both locked, of this acquirer and about that payment; NoRefund otherwise."""
    order = locked(said.order, said.acquirer)
    row = Refund.objects.select_for_update(of=("self",)).filter(payment__order=order, pk=uuid(refund)).first()
    if row is None:
        raise TooEarly if order.state == Order.OPEN else NoRefund
    return row, order
