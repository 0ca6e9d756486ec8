"""Giving back: asked of the acquirer, done or failed, each once, never more than came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tongban.base.actors import Actor
from tongban.payments import ledger
from tongban.payments.believing import Said, check, locked, repeated, told, uuid
from tongban.payments.models import Order, Payment, Refund
from tongban.payments.refusals import NoRefund, TooEarly, TooMuch


@transaction.atomic
def ask_back(*, payment: Payment, shares: Mapping[str, int], why: str, by: Actor, now: datetime) -> Refund:
    """Ask for money back: of a payment that fits its order, so much of each share (by id); of a surplus one, all of it.
    Raises TooMuch."""
    order = locked(str(payment.order_id))
    ledger.hold(order.acquirer)
    fen = payment.fen if payment.surplus else _taken_from(order, shares)
    if payment.surplus and Refund.objects.filter(payment=payment).exclude(state=Refund.FAILED).exists():
        raise TooMuch
    refund = Refund.objects.create(
        payment=payment, fen=fen, why=why, shares=dict(shares), asked_by=by.id, asked_at=now
    )
    moves = {ledger.RETURNING: -fen, **_from_payees(order, refund)}
    ledger.post(once=f"back:{refund.id}", kind="asked-back", of=order, moves=moves, by=by.id, now=now)
    told("payment.refund", order, by, now, refund=str(refund.id), fen=fen, why=why)
    return refund


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
    """Book that a refund failed: the payees have the money again, and it can be asked for anew. None for a repetition."""
    row, order = _refund(refund, said)
    if repeated(order, said, "refund-failed", now):
        return None
    check(said, row.fen)
    if row.state != Refund.ASKED:
        return None
    row.state, row.failed_at = Refund.FAILED, now
    row.save(update_fields=["state", "failed_at"])
    _count_back(order, row, -1)
    moves = {ledger.RETURNING: row.fen, **_from_payees(order, row, -1)}
    ledger.post(once=f"failed:{row.id}", kind="refund-failed", of=order, moves=moves, by=by.id, now=now)
    told("payment.refund-failed", order, by, now, refund=str(row.id))
    return row


def _again(row: Refund, order: Order, by: Actor, now: datetime) -> None:
    """A refund that was said to have failed has come after all: taken from the payees once more. Raises TooMuch where it was
    given back in another way meanwhile."""
    left = {str(share.id): share.left for share in order.shares.select_for_update()}
    if any(fen > left[id] for id, fen in row.shares.items()):
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
