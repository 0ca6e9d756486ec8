"""Refunds by hand: what one officer asks for moves nothing until another allows it (退费申请、审核)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.actors import Actor
from tongban.payments import queries, refunds
from tongban.payments.believing import locked, told, uuid
from tongban.payments.models import Order, Proposal, Refund
from tongban.payments.refusals import JudgedAlready, NoProposal, NoRefund, OwnProposal, RefundWaits, TooMuch

WHY = "by-hand"


@transaction.atomic
def ask(*, order: str, shares: Mapping[str, int], reason: str, cites: str, by: Actor, now: datetime) -> Proposal:
    """Ask for so much of each share (by id) to go back. Raises NoOrder, TooMuch, RefundWaits where one waits already."""
    row = locked(order)
    left = {str(share.id): share.left for share in row.shares.all()}
    wrong = [id for id, fen in shares.items() if not 0 < fen <= left.get(id, 0)]
    if wrong or not shares or row.state != Order.PAID:
        raise TooMuch
    about = {"shares": dict(shares), "fen": sum(shares.values())}
    return _asked(row, by, now, reason=reason, cites=cites, **about)


@transaction.atomic
def ask_stuck(*, refund: str, reason: str, cites: str, by: Actor, now: datetime) -> Proposal:
    """Ask for what the acquirer would not give back to go back all the same, all of it. Raises NoRefund where nothing of
    this number is stuck, RefundWaits."""
    found = queries.refund(refund)
    if found is None:
        raise NoRefund
    row = locked(str(found.payment.order_id))
    stuck = Refund.objects.filter(pk=found.pk, state=Refund.STUCK).first()
    if stuck is None:
        raise NoRefund
    return _asked(row, by, now, reason=reason, cites=cites, shares=stuck.shares, fen=stuck.fen, stuck=stuck)


def _asked(row: Order, by: Actor, now: datetime, **said: Any) -> Proposal:
    if Proposal.objects.filter(order=row, state=Proposal.OPEN).exists():
        raise RefundWaits
    made = Proposal.objects.create(order=row, asked_by=by.id, asked_name=by.name, asked_at=now, **said)
    told("payment.refund-ask", row, by, now, proposal=str(made.id), fen=made.fen)
    return made


@transaction.atomic
def allow(*, proposal: str, by: Actor, now: datetime) -> Proposal:
    """Give back what another officer asked for. Raises NoProposal, JudgedAlready, OwnProposal, and TooMuch where it went
    back in another way meanwhile."""
    row, order = _open(proposal, by)
    if row.stuck:
        refund = refunds.unstick(refund=row.stuck, why=WHY, by=by, now=now)
    else:
        refund = refunds.ask_back(payment=queries.payment_of(order), shares=row.shares, why=WHY, by=by, now=now)
    row.state, row.refund = Proposal.ALLOWED, refund
    return _judged(row, by, now, "")


@transaction.atomic
def decline(*, proposal: str, words: str, by: Actor, now: datetime) -> Proposal:
    """Give nothing back. Whoever asked may take it back so; raises as ``allow``."""
    row, order = _open(proposal, by, own=True)
    if row.asked_by == by.id:
        row.state, row.judged_at = Proposal.TAKEN_BACK, now
        row.save()
    else:
        row.state = Proposal.DECLINED
        _judged(row, by, now, words)
    told(f"payment.refund-{row.state}", order, by, now, proposal=str(row.id))
    return row


def _open(proposal: str, by: Actor, *, own: bool = False) -> tuple[Proposal, Order]:
    """A proposal that waits, and its order, both locked; the order first, as everywhere."""
    found = Proposal.objects.filter(pk=uuid(proposal)).first()
    if found is None:
        raise NoProposal
    order = locked(str(found.order_id))
    row = Proposal.objects.select_for_update().filter(pk=found.pk).first()
    if row is None:
        raise NoProposal
    if row.state != Proposal.OPEN:
        raise JudgedAlready
    if row.asked_by == by.id and not own:
        raise OwnProposal
    return row, order


def _judged(row: Proposal, by: Actor, now: datetime, words: str) -> Proposal:
    row.judged_by, row.judged_name, row.judged_at, row.words = by.id, by.name, now, words
    row.save()
    return row
